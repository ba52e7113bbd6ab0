worker_class = "uvicorn_worker.UvicornWorker"
