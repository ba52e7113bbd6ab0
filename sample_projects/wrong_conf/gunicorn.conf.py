import os

wsgi_app = "app:app"
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"

# The displays poll in bursts; threads keep the memory low.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8

# The proxy gives up after 60 seconds.
timeout = 55
accesslog = "-"


def post_fork(server, worker):
    server.log.info("tide tables ready in worker %s", worker.pid)
