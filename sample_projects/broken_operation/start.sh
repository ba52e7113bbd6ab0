#!/bin/sh
set -e

cd "$(dirname "$0")"
export PYTHONUNBUFFERED=1

exec gunicorn \
    --worker-class uvicorn_worker.UvicornWorker \
    --workers "${WEB_CONCURRENCY:-2}" \
    --bind 127.0.0.1:8000 \
    app:app
