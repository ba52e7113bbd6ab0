"""What each folder of ``projects`` has to give: its launches, and how many notes of the other kinds.

A launch: (id, kind of file, server, target, folder, command, what its Python starts). Paths in
``environ`` that are the project's are written from its root.
"""

from __future__ import annotations

from typing import NamedTuple


class Expected(NamedTuple):
    """One launch."""

    id: str
    kind: str
    server: str
    target: str | None
    directory: str = "."
    command: str | None = None
    starts: str | None = None


LAUNCHES: dict[str, tuple[Expected, ...]] = {
    "apache": (
        Expected(
            "apache/site.conf:4",
            "apache",
            "mod_wsgi",
            "site.wsgi",
            ".",
        ),
    ),
    "base-image": (
        Expected(
            "Dockerfile:1", "dockerfile", "uwsgi", "main:app", "app", "uwsgi --module main --callable app"
        ),
    ),
    "billing": (
        Expected(
            "Dockerfile:5",
            "dockerfile",
            "gunicorn",
            "billing.__main__:app",
            ".",
            "gunicorn --workers=2 --bind=0.0.0.0:8080 billing.__main__:app --timeout 180",
        ),
    ),
    "bootsvc": (
        Expected(
            "Dockerfile:12",
            "dockerfile",
            "uwsgi",
            "bootsvc.server.__main__:app",
            ".",
            "uwsgi --ini /app/uwsgi.ini",
        ),
    ),
    "console": (
        Expected(
            "Dockerfile:6",
            "dockerfile",
            "python",
            "warehouse.app:app",
            ".",
            "warehouse-api",
            "uvicorn.run src/warehouse/cli.py:11",
        ),
    ),
    "copied": (
        Expected(
            "scripts/boot:2",
            "shell",
            "python",
            "api_server:app",
            "server",
            "exec python3 api_server.py",
            "app.run server/api_server.py:5",
        ),
    ),
    "decoys": (
        Expected(
            "Dockerfile:8",
            "dockerfile",
            "gunicorn",
            "app:app",
            ".",
            "gunicorn app:app",
        ),
    ),
    "dispatch": (
        Expected(
            "docker-compose.yml:debug",
            "compose",
            "flask",
            "shop.app:app",
            ".",
            "exec python -m flask --app shop.app:app run --debug",
        ),
        Expected(
            "docker/entrypoint.sh:11",
            "shell",
            "gunicorn",
            "shop.app:application",
            ".",
            "exec gunicorn --bind 0.0.0.0:5000 --workers 4 shop.app:application",
        ),
    ),
    "ecs": (
        Expected(
            "stack.yaml:api",
            "ecs",
            "uvicorn",
            "books:app",
            ".",
            "exec uvicorn books:app --port 8080",
        ),
        Expected(
            "task-definition.json:books",
            "ecs",
            "gunicorn",
            "books:app",
            ".",
            "gunicorn -b 0.0.0.0:8080 books:app",
        ),
    ),
    "env-args": (
        Expected(
            "compose.yml:web",
            "compose",
            "gunicorn",
            "quiz:app",
            "app",
            "gunicorn quiz:app",
        ),
    ),
    "flask-app-env": (
        Expected(
            "Dockerfile:6",
            "dockerfile",
            "gunicorn",
            "hotel:app",
            ".",
            "gunicorn hotel:app",
        ),
    ),
    "flaskenv": (
        Expected(
            "Procfile:web",
            "procfile",
            "flask",
            "depot.cli:app",
            ".",
            "flask run --host 0.0.0.0 --port $PORT",
        ),
    ),
    "functions": (
        Expected(
            "bin/serve:7",
            "shell",
            "gunicorn",
            "catalog.app:app",
            ".",
            "exec gunicorn --chdir src catalog.app:app --threads 8",
        ),
        Expected(
            "bin/serve:7#2",
            "shell",
            "gunicorn",
            "catalog.app:app",
            ".",
            'exec gunicorn --chdir src catalog.app:app "$@"',
        ),
    ),
    "gae": (
        Expected(
            "app.yaml:2",
            "app-engine",
            "gunicorn",
            "main:app",
            ".",
            "gunicorn -b :$PORT -w 2 main:app",
        ),
    ),
    "gae-default": (
        Expected(
            "app.yaml:1",
            "app-engine",
            "gunicorn",
            "main:app",
            ".",
            "gunicorn main:app",
        ),
    ),
    "generated-list": (
        Expected(
            "Pipfile:start",
            "tasks",
            "uvicorn",
            "poll:app",
            ".",
            "uvicorn poll:app",
        ),
        Expected(
            "pyproject.toml:serve",
            "tasks",
            "gunicorn",
            "poll:app",
            ".",
            "gunicorn poll:app",
        ),
    ),
    "genes": (
        Expected(
            "entrypoint.sh:5",
            "shell",
            "gunicorn",
            "server:application",
            "genes",
            "gunicorn server:application",
        ),
    ),
    "gunicorn-auto": (
        Expected(
            "Dockerfile:4",
            "dockerfile",
            "gunicorn",
            "meteo.app:app",
            ".",
            "gunicorn",
        ),
    ),
    "helm": (
        Expected(
            "chart/templates/deployment.yaml:ledger",
            "kubernetes",
            "uvicorn",
            "ledger.main:app",
            ".",
            'exec uvicorn --host 0.0.0.0 --port "{{ .Values.port }}" ledger.main:app',
        ),
    ),
    "ifbranches": (
        Expected(
            "start.sh:2",
            "shell",
            "gunicorn",
            "main:app",
            ".",
            "gunicorn -w 4 -b 0.0.0.0:80 main:app",
        ),
        Expected(
            "start.sh:4",
            "shell",
            "python",
            "main:app",
            ".",
            "python main.py",
            "app.run main.py:7",
        ),
    ),
    "interpreter-in-var": (
        Expected(
            "Dockerfile:4",
            "dockerfile",
            "python",
            "fleet.__main__:application",
            ".",
            "$PYTHON3 -m fleet config.json",
            "app.run fleet/__main__.py:6",
        ),
    ),
    "invent": (
        Expected(
            "Procfile:web",
            "procfile",
            "gunicorn",
            "run",
            ".",
            "LOG_LEVEL=DEBUG gunicorn -b :8080 run",
        ),
        Expected(
            "deploy/k8s.yml:web",
            "kubernetes",
            "gunicorn",
            "run:app",
            ".",
            "gunicorn --bind=0.0.0.0:8080 --worker-class=uvicorn.workers.UvicornWorker run:app",
        ),
    ),
    "kubernetes-split": (
        Expected(
            "k8s/api.yaml:api",
            "kubernetes",
            "gunicorn",
            "api.wsgi:application",
            ".",
            "gunicorn --workers 2 api.wsgi:application",
        ),
    ),
    "mailer": (
        Expected(
            "Procfile:web",
            "procfile",
            "gunicorn",
            "app:application",
            ".",
            "gunicorn -b 0.0.0.0:$PORT app:application",
        ),
    ),
    "makefile": (
        Expected(
            "Makefile:run",
            "makefile",
            "uvicorn",
            "garden.app:app",
            ".",
            "FLASK_ENV=dev uvicorn garden.app:app --port 8000 --reload",
        ),
        Expected(
            "justfile:serve",
            "makefile",
            "uvicorn",
            "garden.app:app",
            ".",
            "uvicorn garden.app:app --port 8000",
        ),
    ),
    "mixed-apps": (
        Expected(
            "Procfile:api",
            "procfile",
            "uvicorn",
            "api:app",
            ".",
            "uvicorn api:app",
        ),
    ),
    "monorepo": (
        Expected(
            "services/orders/Dockerfile:6",
            "dockerfile",
            "gunicorn",
            "orders.wsgi:app",
            "services/orders",
            "gunicorn orders.wsgi:app -b :8080",
        ),
        Expected(
            "services/users/Dockerfile:4",
            "dockerfile",
            "uvicorn",
            "app:app",
            "services/users",
            "uvicorn app:app",
        ),
    ),
    "neuro": (
        Expected(
            "compose.dev.yml:api",
            "compose",
            "uvicorn",
            "neuro.asgi:asgi_app",
            ".",
            "python -m uvicorn neuro.asgi:asgi_app --host 0.0.0.0 --reload",
        ),
        Expected(
            "compose.yml:api",
            "compose",
            "gunicorn",
            "neuro.asgi:asgi_app",
            ".",
            "/usr/local/bin/gunicorn -k uvicorn_worker.UvicornWorker -w 1 -b :8000 neuro.asgi:asgi_app",
        ),
    ),
    "package-main": (
        Expected(
            "docker/docker-entrypoint.sh:3",
            "shell",
            "python",
            None,
            ".",
            "exec api_server",
            "app.run api_server/__init__.py:6",
        ),
    ),
    "passenger": (
        Expected(
            "passenger_wsgi.py:1",
            "passenger",
            "passenger",
            "passenger_wsgi:application",
            ".",
        ),
    ),
    "passthrough": (
        Expected(
            "Dockerfile:8",
            "dockerfile",
            "gunicorn",
            "service.main:app",
            ".",
            "exec gunicorn -k uvicorn.workers.UvicornWorker service.main:app",
        ),
    ),
    "petshop": (
        Expected(
            "Dockerfile:14",
            "dockerfile",
            "python",
            None,
            ".",
            "python3 -m petshop_api",
            "app.run petshop_api/__main__.py:13",
        ),
    ),
    "petshop-open": (
        Expected(
            "Dockerfile:7",
            "dockerfile",
            "python",
            None,
            ".",
            "python3 -m petshop_api",
            "app.run petshop_api/__main__.py:7",
        ),
    ),
    "platforms": (
        Expected(
            "fly.toml:web",
            "fly",
            "uvicorn",
            "books:app",
            ".",
            "uvicorn books:app --host 0.0.0.0 --port 8080",
        ),
        Expected(
            "heroku.yml:web",
            "heroku",
            "gunicorn",
            "books:app",
            ".",
            "gunicorn -k uvicorn.workers.UvicornWorker books:app",
        ),
        Expected(
            "nixpacks.toml:2",
            "nixpacks",
            "uvicorn",
            "books:app",
            ".",
            "uvicorn books:app --port ${PORT}",
        ),
        Expected(
            "railway.json:3",
            "railway",
            "hypercorn",
            "books:app",
            ".",
            "hypercorn books:app --bind [::]:$PORT",
        ),
        Expected(
            "render.yaml:books",
            "render",
            "gunicorn",
            "books:app",
            ".",
            "gunicorn books:app",
        ),
        Expected(
            "startup.txt:1",
            "azure",
            "gunicorn",
            "books:app",
            ".",
            "gunicorn --bind=0.0.0.0 --timeout 600 books:app",
        ),
    ),
    "python-baseapp": (
        Expected(
            "Dockerfile:4",
            "dockerfile",
            "python",
            None,
            ".",
            "python -m vault",
            "gunicorn.BaseApplication vault/serve.py:22",
        ),
    ),
    "python-gevent": (
        Expected(
            "Dockerfile:4",
            "dockerfile",
            "python",
            None,
            ".",
            "./app.py",
            "gevent.WSGIServer app.py:9",
        ),
    ),
    "python-import-string": (
        Expected(
            "hello.py:9",
            "python",
            "python",
            "hello:app",
            ".",
            "python hello.py",
            "app.run hello.py:9",
        ),
    ),
    "python-subprocess": (
        Expected(
            "flowctl/main.py:8",
            "python",
            "gunicorn",
            "flowctl.app:cached_app()",
            ".",
            "gunicorn --workers str(workers) --worker-class sync --chdir /opt 'flowctl.app:cached_app()'",
        ),
    ),
    "python-waitress": (
        Expected(
            "server.py:8",
            "python",
            "python",
            "server:application",
            ".",
            "python server.py",
            "waitress.serve server.py:8",
        ),
    ),
    "quarry": (
        Expected(
            "Dockerfile:12",
            "dockerfile",
            "gunicorn",
            "quarry.web:create_app()",
            ".",
            "/venv/bin/gunicorn -b 0.0.0.0:8080 -w 2 'quarry.web:create_app()'",
        ),
    ),
    "serverless-wsgi": (
        Expected(
            "serverless.yml:5",
            "serverless",
            "serverless-wsgi",
            "notes.api:app",
            ".",
        ),
        Expected(
            "zappa_settings.json:dev",
            "zappa",
            "zappa",
            "notes.api:app",
            ".",
        ),
    ),
    "shellvars": (
        Expected(
            "run.sh:9",
            "shell",
            "gunicorn",
            "api.server:app",
            ".",
            "nohup gunicorn --worker-class uvicorn_worker.UvicornWorker --timeout 60 --access-logfile - "
            "--log-level info -w $(nproc) -b 0.0.0.0:$PORT api.server:app",
        ),
    ),
    "supervised": (
        Expected(
            "conf/supervisord.conf:web",
            "supervisor",
            "waitress",
            "store.app:create_app",
            ".",
            "waitress-serve --port=%(ENV_PORT)s --call store.app:create_app",
        ),
    ),
    "systemd-unit": (
        Expected(
            "deploy/inventory.service:10",
            "systemd",
            "gunicorn",
            "inventory.app:app",
            ".",
            "/srv/inventory/venv/bin/gunicorn --workers 3 inventory.app:app",
        ),
    ),
    "tagger": (
        Expected(
            "Dockerfile:6",
            "dockerfile",
            "gunicorn",
            "tagger.__main__:app",
            ".",
            "gunicorn -c gunicorn.conf.py tagger.__main__:app",
        ),
    ),
    "two-dockerfiles": (
        Expected(
            "docker/Dockerfile:8",
            "dockerfile",
            "gunicorn",
            "fleet.app:app",
            ".",
            "exec gunicorn -c /etc/gunicorn_conf.py fleet.app:app",
        ),
        Expected(
            "docker/Dockerfile.dev:4",
            "dockerfile",
            "python",
            "fleet.app:app",
            ".",
            "python -m fleet.app",
            "app.run fleet/app.py:6",
        ),
    ),
    "unit": (
        Expected(
            "unit/config.json:atlas",
            "unit",
            "unit",
            "atlas.wsgi:app",
            ".",
        ),
    ),
    "unknown-command": (
        Expected(
            "compose.yml:ok",
            "compose",
            "uvicorn",
            "app:app",
            ".",
            "uvicorn app:app --port 80",
        ),
    ),
    "uwsgi-docker": (
        Expected(
            "Dockerfile:4",
            "dockerfile",
            "uwsgi",
            "service.wsgi:app",
            ".",
            "uwsgi --http 0.0.0.0:8080 --module service.wsgi --callable app --master",
        ),
    ),
    "uwsgi-wsgifile": (
        Expected(
            "uwsgi.ini:3",
            "uwsgi",
            "uwsgi",
            "src/wsgi.py:application",
            ".",
            "uwsgi --ini uwsgi.ini",
        ),
    ),
    "vercel": (
        Expected(
            "vercel.json:1",
            "vercel",
            "vercel",
            "api.index:app",
        ),
    ),
    "wait-module": (
        Expected(
            "docker-compose.yml:graph",
            "compose",
            "uvicorn",
            "graph.main:app",
            ".",
            "python -m graph.wait_for_services uvicorn graph.main:app --host 0.0.0.0",
        ),
    ),
    "wrappers": (
        Expected(
            "Procfile:web",
            "procfile",
            "gunicorn",
            "app:app",
            ".",
            "newrelic-admin run-program gunicorn -k uvicorn.workers.UvicornWorker app:app",
        ),
        Expected(
            "Procfile:web2",
            "procfile",
            "uvicorn",
            "app:app",
            ".",
            "ddtrace-run uvicorn app:app --port $PORT",
        ),
        Expected(
            "Procfile:otel",
            "procfile",
            "uvicorn",
            "app:app",
            ".",
            "opentelemetry-instrument --service_name shop uvicorn app:app",
        ),
        Expected(
            "Procfile:init",
            "procfile",
            "hypercorn",
            "app:app",
            ".",
            "dumb-init -- poetry run hypercorn app:app",
        ),
        Expected(
            "Procfile:tini",
            "procfile",
            "gunicorn",
            "app:app",
            ".",
            "tini -g -- pipenv run gunicorn app:app",
        ),
        Expected(
            "Procfile:uv",
            "procfile",
            "uvicorn",
            "app:app",
            ".",
            "uv run --no-dev uvicorn app:app",
        ),
        Expected(
            "Procfile:pdm",
            "procfile",
            "gunicorn",
            "app:app",
            ".",
            "pdm run python -m gunicorn app:app",
        ),
        Expected(
            "Procfile:nice",
            "procfile",
            "gunicorn",
            "app:app",
            ".",
            "exec gunicorn app:app --preload",
        ),
    ),
}

# (path, line) of the starts whose command cannot be known.
UNRESOLVED: dict[str, list[tuple[str, int]]] = {
    "unknown-command": [("Dockerfile", 4), ("compose.yml", 4)],
    "wrappers": [("Procfile", 11)],
}

# (path, line) of the starts that are none of a Connexion app.
OTHERS: dict[str, list[tuple[str, int]]] = {
    "dispatch": [("docker/entrypoint.sh", 14)],
    "mixed-apps": [("Procfile", 2)],
    "platforms": [("heroku.yml", 8), ("fly.toml", 5)],
    "quarry": [("Dockerfile", 8), ("Dockerfile", 8), ("Dockerfile", 15), ("supervisor.conf", 5)],
    "supervised": [("Dockerfile", 4), ("conf/supervisord.conf", 10)],
    "wrappers": [("Procfile", 9)],
}
