worker_class = "uvicorn.workers.UvicornWorker"
bind = "0.0.0.0:5433"


def post_fork(server, worker):
    server.log.info("worker %s", worker.pid)
