worker_clas = "asgi"
