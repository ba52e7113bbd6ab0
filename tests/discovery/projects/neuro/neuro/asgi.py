from neuro.factory import create_asgi_app

asgi_app = create_asgi_app()
