wsgi_app = "weather.app:app"
bind = "127.0.0.1:8000"
worker_class = "uvicorn_worker.UvicornWorker"
workers = 2
max_requests = 5000
max_requests_jitter = 500
