worker_class = "asgi"
threads = 4
