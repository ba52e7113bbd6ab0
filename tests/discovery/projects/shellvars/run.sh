#!/usr/bin/env bash
HOST=0.0.0.0
WORKER="uvicorn_worker.UvicornWorker"
OPTIONS="--worker-class $WORKER --timeout 60"
EXTRA=(--access-logfile - --log-level "${LOG_LEVEL:-info}")
MODULE=api.server
cd "$(dirname "$0")"
# gunicorn old:app
nohup gunicorn $OPTIONS "${EXTRA[@]}" -w "$(nproc)" -b "$HOST:$PORT" "$MODULE:app" >> /var/log/app.log 2>&1 &
echo started
