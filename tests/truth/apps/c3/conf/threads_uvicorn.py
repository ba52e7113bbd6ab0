worker_class = "uvicorn.workers.UvicornWorker"
threads = 4
