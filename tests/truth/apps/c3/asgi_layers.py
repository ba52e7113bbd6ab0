"""ASGI middleware around the app, by Starlette and in a Starlette app."""

from app import app
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount

cors = CORSMiddleware(app, allow_origins=["*"])
mounted = Starlette(routes=[Mount("/", app=app)])
