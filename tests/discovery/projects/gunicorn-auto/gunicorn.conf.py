wsgi_app = "meteo.app:app"
worker_class = "uvicorn.workers.UvicornWorker"
