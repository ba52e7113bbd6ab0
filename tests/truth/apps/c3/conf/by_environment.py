import os

worker_class = "sync" if os.environ.get("WSGI") else "asgi"
