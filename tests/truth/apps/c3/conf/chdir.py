chdir = "src"
worker_class = "asgi"
