from uvicorn.workers import UvicornWorker

worker_class = UvicornWorker
