"""What the folders of ``projects`` have to give that are modelled on whole services of today."""

from __future__ import annotations

from tests.discovery.expected import Expected

LAUNCHES: dict[str, tuple[Expected, ...]] = {
    "ansible": (
        Expected(
            "roles/api/templates/api.service.j2:4",
            "systemd",
            "gunicorn",
            "ledger.wsgi:application",
            ".",
            '"{{ api_home }}/venv/bin/gunicorn" --workers "{{ workers | default(2) }}" '
            "--bind 127.0.0.1:8000 ledger.wsgi:application",
        ),
    ),
    "bake": (
        Expected(
            "docker/app.Dockerfile:17",
            "dockerfile",
            "uvicorn",
            "cargo.api:make_app",
            ".",
            "/usr/bin/tini -- uvicorn --factory cargo.api:make_app --host 0.0.0.0",
        ),
    ),
    "ci-decoys": (
        Expected(
            "Dockerfile:4",
            "dockerfile",
            "gunicorn",
            "rides.api:app",
            ".",
            "exec gunicorn --bind 0.0.0.0:8080 --workers $(nproc) rides.api:app",
        ),
    ),
    "compose-watch": (
        Expected(
            "Dockerfile:13",
            "dockerfile",
            "gunicorn",
            "orders.api:app",
            ".",
            "gunicorn -k uvicorn_worker.UvicornWorker -b 0.0.0.0:8000 orders.api:app",
        ),
        Expected(
            "compose.yaml:api",
            "compose",
            "uvicorn",
            "orders.api:app",
            ".",
            "uvicorn orders.api:app --host 0.0.0.0 --port 8000 --reload",
        ),
        Expected(
            "compose.yaml:debug",
            "compose",
            "uvicorn",
            "orders.api:app",
            ".",
            "python -m debugpy --listen 0.0.0.0:5678 -m uvicorn orders.api:app",
        ),
    ),
    "hatch-run": (
        Expected(
            "pyproject.toml:serve",
            "tasks",
            "granian",
            "glossary.app:app",
            ".",
            "granian --interface asgi glossary.app:app --port 8000",
        ),
    ),
    "honcho": (
        Expected(
            "Procfile:web",
            "procfile",
            "flask",
            "tally.web",
            ".",
            "flask --app tally.web run --debug",
        ),
        Expected(
            "Procfile.docker:web",
            "procfile",
            "hypercorn",
            "tally.web:app",
            ".",
            "hypercorn --bind 0.0.0.0:5000 tally.web:app",
        ),
    ),
    "openshift-s2i": (
        Expected(
            ".s2i/environment:2",
            "s2i",
            "gunicorn",
            "wsgi:application",
            ".",
            "gunicorn wsgi:application",
        ),
    ),
    "poetry-src": (
        Expected(
            "Dockerfile:12",
            "dockerfile",
            "python",
            "ticketing.server:api",
            ".",
            "poetry run start",
            "uvicorn.run src/ticketing/server.py:9",
        ),
    ),
    "process-compose": (
        Expected(
            "process-compose.yaml:api",
            "process-compose",
            "gunicorn",
            "garden.api:app",
            "backend",
            "gunicorn -w 2 -k uvicorn_worker.UvicornWorker garden.api:app",
        ),
        Expected(
            "process-compose.yaml:preview",
            "process-compose",
            "uvicorn",
            "garden.api:make_app",
            "backend",
            "exec uvicorn --factory garden.api:make_app --port 8001",
        ),
    ),
    "s2i-script": (
        Expected(
            "app.sh:8",
            "shell",
            "gunicorn",
            "parcels.app:app",
            ".",
            "exec gunicorn --bind 0.0.0.0:8080 --worker-class uvicorn_worker.UvicornWorker parcels.app:app",
        ),
    ),
    "s6-overlay": (
        Expected(
            "rootfs/etc/s6-overlay/s6-rc.d/api/run:3",
            "shell",
            "uvicorn",
            "service.app:app",
            ".",
            "exec s6-setuidgid nobody uvicorn --host 0.0.0.0 service.app:app",
        ),
    ),
    "supervised-two": (
        Expected(
            "deploy/supervisord.conf:public",
            "supervisor",
            "gunicorn",
            "public.app:app",
            ".",
            "gunicorn --bind 127.0.0.1:8001 -k uvicorn.workers.UvicornWorker public.app:app",
        ),
        Expected(
            "deploy/supervisord.conf:internal",
            "supervisor",
            "uvicorn",
            "internal.app:app",
            ".",
            "/usr/local/bin/python -m uvicorn --port 8002 internal.app:app",
        ),
    ),
    "systemd-template": (
        Expected(
            "packaging/meterd@.service:12",
            "systemd",
            "python",
            "meterd.cli:application",
            ".",
            "/opt/meterd/venv/bin/meterd --instance %i",
            "waitress.serve meterd/cli.py:12",
        ),
    ),
    "uv-frozen": (
        Expected(
            "Dockerfile:10",
            "dockerfile",
            "uvicorn",
            "fares.main:app",
            ".",
            "uv run --frozen --no-dev -- uvicorn fares.main:app --host 0.0.0.0 --port 8000",
        ),
        Expected(
            "justfile:local",
            "makefile",
            "uvicorn",
            "fares.main:app",
            ".",
            "uv run uvicorn fares.main:app --reload --port ${port} ${args}",
        ),
    ),
}

UNRESOLVED: dict[str, list[tuple[str, int]]] = {}

OTHERS: dict[str, list[tuple[str, int]]] = {
    "bake": [("docker/app.Dockerfile", 13)],
    "ci-decoys": [("Dockerfile", 4)],
    "compose-watch": [("ui/Dockerfile", 3), ("compose.yaml", 23), ("compose.yaml", 34), ("compose.yaml", 37)],
    "honcho": [("Dockerfile", 4), ("Procfile.docker", 2), ("Procfile.docker", 3)],
    "openshift-s2i": [("openshift/template.yaml", 21)],
    "s6-overlay": [("Dockerfile", 8)],
    "supervised-two": [("Dockerfile", 7), ("deploy/supervisord.conf", 5)],
    "systemd-template": [("packaging/meterd-worker.service", 2)],
    "uv-frozen": [("justfile", 6)],
}
