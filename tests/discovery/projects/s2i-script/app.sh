#!/bin/bash
set -euo pipefail
: "${PORT:=8080}"
args=(--bind "0.0.0.0:${PORT}" --worker-class uvicorn_worker.UvicornWorker)
if [[ "${DEBUG:-}" == "1" ]]; then
  args+=(--reload)
fi
exec gunicorn "${args[@]}" "${APP_MODULE:-parcels.app:app}"
