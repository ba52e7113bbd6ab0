#!/bin/bash
set -euo pipefail

wait_for_db() {
  until nc -z "$DB_HOST" 5432; do sleep 1; done
}

case "$1" in
  server)
    wait_for_db
    exec gunicorn --bind "0.0.0.0:${PORT:-5000}" --workers 4 shop.app:application
    ;;
  worker)
    exec celery -A shop.tasks worker
    ;;
  shell)
    exec python
    ;;
  *)
    exec "$@"
    ;;
esac
