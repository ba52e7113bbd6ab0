worker_class = "asgi"
wsgi_app = "app:app"
