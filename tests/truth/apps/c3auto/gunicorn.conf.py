"""Found by gunicorn without being named."""

worker_class = "asgi"
