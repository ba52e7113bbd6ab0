from connexion import AsyncApp
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount


def create_asgi_app():
    api = AsyncApp("neuro")
    api.add_api("api.yaml")
    return CORSMiddleware(Starlette(routes=[Mount("/", app=api)]), allow_origins=["*"])
