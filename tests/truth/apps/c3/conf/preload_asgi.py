preload_app = True
worker_class = "asgi"
