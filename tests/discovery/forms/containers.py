"""Dockerfiles and compose files."""

# ruff: noqa: E501 -- whole files, as they stand, on one line each

from __future__ import annotations

from tests.discovery.forms import APP, Form

COPIED = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"
WEB = "gunicorn -k uvicorn_worker.UvicornWorker app:app"

FORMS: dict[str, Form] = {
    # --- Dockerfile, Containerfile
    "docker-shell-form": Form({"Dockerfile": COPIED + f"CMD {WEB}\n"}, ("Dockerfile:4 gunicorn app:app",)),
    "containerfile-exec-form": Form(
        {"Containerfile": COPIED + 'CMD ["uvicorn", "app:app", "--port", "80"]\n'},
        ("Containerfile:4 uvicorn app:app",),
    ),
    "docker-entrypoint-and-cmd": Form(
        {"Dockerfile": COPIED + 'ENTRYPOINT ["gunicorn", "-b", ":80"]\nCMD ["app:app"]\n'},
        ("Dockerfile:4 gunicorn app:app",),
    ),
    "docker-entrypoint-shell-form-drops-cmd": Form(
        {"Dockerfile": COPIED + 'ENTRYPOINT uvicorn app:app\nCMD ["--port", "80"]\n'},
        ("Dockerfile:4 uvicorn app:app",),
    ),
    "docker-sh-c": Form(
        {"Dockerfile": COPIED + 'CMD ["sh", "-c", "gunicorn -b :${PORT:-8000} app:app"]\n'},
        ("Dockerfile:4 gunicorn app:app",),
    ),
    "docker-bash-lc-exec": Form(
        {"Dockerfile": COPIED + 'CMD ["/bin/bash", "-lc", "flask db upgrade && exec gunicorn app:app"]\n'},
        ("Dockerfile:4 gunicorn app:app",),
    ),
    "docker-cmd-of-an-entrypoint-sh-c": Form(
        {"Dockerfile": COPIED + 'ENTRYPOINT ["/bin/sh", "-c"]\nCMD ["uvicorn app:app"]\n'},
        ("Dockerfile:5 uvicorn app:app",),
    ),
    "docker-continued-lines": Form(
        {"Dockerfile": COPIED + "CMD gunicorn \\\n    # two are enough\n    -w 2 \\\n    app:app\n"},
        ("Dockerfile:4 gunicorn app:app",),
    ),
    "docker-escape-directive": Form(
        {"Dockerfile": "# escape=`\nFROM python\nCOPY . C:/app\nCMD gunicorn `\n  app:app\n"},
        ("Dockerfile:4 gunicorn app:app",),
    ),
    "docker-heredoc": Form(
        {
            "Dockerfile": COPIED
            + "COPY <<EOF /start.sh\n#!/bin/sh\nexec gunicorn other:app\nEOF\nRUN <<EOF\ngunicorn wrong:app\nEOF\n"
            + 'CMD ["gunicorn", "app:app"]\n'
        },
        ("Dockerfile:11 gunicorn app:app",),
    ),
    "docker-heredoc-script": Form(
        {
            "Dockerfile": COPIED
            + 'COPY --chmod=755 <<"EOF" /start.sh\n#!/bin/sh\nset -e\nexec gunicorn app:app\nEOF\n'
            + 'CMD ["/start.sh"]\n'
        },
        ("Dockerfile:7 gunicorn app:app",),
    ),
    "docker-stages": Form(
        {
            "Dockerfile": "FROM python AS build\nRUN pip wheel .\nCMD gunicorn build:app\n"
            "FROM python AS test\nCMD gunicorn test:app\n"
            "FROM python\nWORKDIR /srv\nCOPY --from=build /wheels /wheels\nCOPY . .\nCMD gunicorn app:app\n"
        },
        ("Dockerfile:3 gunicorn build:app", "Dockerfile:10 gunicorn app:app"),
    ),
    "docker-stage-of-a-stage": Form(
        {
            "Dockerfile": "FROM python AS base\nWORKDIR /app\nCOPY . .\nCMD gunicorn app:app\n"
            "FROM base AS lint\nRUN ruff check\nFROM base\nENV A=b\n"
        },
        ("Dockerfile:4 gunicorn app:app",),
    ),
    "docker-arg-and-env": Form(
        {
            "Dockerfile": "ARG TARGET=app:app\nFROM python\nARG TARGET\nARG WORKERS=2\nENV APP_MODULE=${TARGET} W=$WORKERS\n"
            "WORKDIR /app\nCOPY . .\nCMD exec gunicorn -w $W $APP_MODULE\n"
        },
        ("Dockerfile:8 gunicorn app:app",),
    ),
    "docker-env-in-exec-form": Form(  # no shell puts it in
        {"Dockerfile": COPIED + 'ENV TARGET=app:app\nCMD ["gunicorn", "-w", "$W", "app:app"]\n'},
        ("Dockerfile:5 gunicorn app:app",),
    ),
    "docker-workdir": Form(
        {
            "Dockerfile": "FROM python\nWORKDIR /srv\nWORKDIR code\nCOPY service /srv/code\nCMD uvicorn main:app\n",
            "service/main.py": APP,
        },
        ("Dockerfile:5 uvicorn main:app @service",),
    ),
    "docker-healthcheck": Form(
        {
            "Dockerfile": COPIED
            + "HEALTHCHECK --interval=5s CMD gunicorn --check-config app:app\n# CMD gunicorn old:app\n"
            + "ONBUILD CMD gunicorn onbuild:app\nRUN gunicorn --version && python -c 'import app'\n"
            + 'LABEL run="gunicorn label:app"\nCMD gunicorn app:app\n'
        },
        ("Dockerfile:9 gunicorn app:app",),
    ),
    "docker-last-cmd-counts": Form(
        {"Dockerfile": COPIED + "CMD gunicorn old:app\nCMD gunicorn app:app\n"},
        ("Dockerfile:5 gunicorn app:app",),
    ),
    "docker-shell-instruction": Form(
        {
            "Dockerfile": COPIED
            + 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nCMD gunicorn app:app | tee log\n'
        },
        ("Dockerfile:5 gunicorn app:app",),
    ),
    "docker-flask-migrate-only": Form({"Dockerfile": COPIED + "CMD flask db upgrade\n"}, ()),
    "docker-worker-only": Form({"Dockerfile": COPIED + 'CMD ["celery", "-A", "app", "worker"]\n'}, ()),
    "docker-unknown-program": Form(
        {"Dockerfile": COPIED + 'CMD ["/opt/launcher", "--serve"]\n'}, (), ("Dockerfile:4",)
    ),
    "docker-of-another-language": Form(
        {"web/Dockerfile": 'FROM node\nCOPY . .\nCMD ["node", "server.js"]\n', "Procfile": f"web: {WEB}\n"},
        ("Procfile:web gunicorn app:app",),
    ),
    # --- compose
    "compose-command-string": Form(
        {"compose.yaml": "services:\n  web:\n    image: x\n    command: gunicorn app:app -w 2\n"},
        ("compose.yaml:web gunicorn app:app",),
    ),
    "swarm-stack": Form(
        {"docker-stack.yml": "services:\n  web:\n    image: x\n    command: gunicorn app:app\n"},
        ("docker-stack.yml:web gunicorn app:app",),
    ),
    "compose-command-list": Form(
        {
            "docker-compose.yml": "services:\n  web:\n    build: .\n    working_dir: /app\n    volumes: ['.:/app']\n"
            "    command:\n      - uvicorn\n      - app:app\n"
        },
        ("docker-compose.yml:web uvicorn app:app",),
    ),
    "compose-arguments-of-the-image-s-entrypoint": Form(
        {
            "Dockerfile": COPIED + 'ENTRYPOINT ["gunicorn"]\nCMD ["-w", "2", "app:app"]\n',
            "compose.yml": "services:\n  web:\n    build: .\n    command: ['--reload', 'app:app']\n",
        },
        ("Dockerfile:4 gunicorn app:app", "compose.yml:web gunicorn app:app"),
    ),
    "compose-several-services": Form(
        {
            "compose.yml": "services:\n  web:\n    build: .\n    command: gunicorn app:app\n"
            "  worker:\n    build: .\n    command: celery -A app worker\n"
            "  db:\n    image: postgres\n    command: postgres -c log_statement=all\n"
            "  api:\n    build: .\n    entrypoint: [hypercorn]\n    command: [app:app]\n"
        },
        ("compose.yml:web gunicorn app:app", "compose.yml:api hypercorn app:app"),
    ),
    "compose-folded-scalar": Form(
        {
            "compose.yml": "services:\n  web:\n    build: .\n    command: >\n      gunicorn\n      -w 2\n      app:app\n"
            "    healthcheck:\n      test: gunicorn --check-config app:app\n"
        },
        ("compose.yml:web gunicorn app:app",),
    ),
    "compose-anchors": Form(
        {
            "compose.yml": "x-base: &base\n  build: .\n  command: [gunicorn, app:app]\n"
            "services:\n  web: *base\n  admin:\n    <<: *base\n    environment: {A: b}\n"
        },
        ("compose.yml:web gunicorn app:app",),
    ),
    "compose-extends-same-file": Form(
        {
            "compose.yml": "services:\n  base:\n    image: x\n    environment:\n      APP: app:app\n"
            "  web:\n    extends: {service: base}\n    command: sh -c 'gunicorn $$APP'\n"
        },
        ("compose.yml:web gunicorn app:app",),
    ),
    "compose-extends-other-file": Form(
        {
            "compose.yml": "services:\n  web:\n    extends:\n      file: deploy/common.yaml\n      service: base\n"
            "    ports: ['80:80']\n    environment: {W: '2'}\n",
            "deploy/common.yaml": "services:\n  base:\n    build: ..\n    env_file: web.env\n"
            "    command: sh -c 'gunicorn $$APP'\n",
            "deploy/web.env": "APP=app:app\n",
        },
        ("deploy/common.yaml:web gunicorn app:app",),
    ),
    "compose-extends-a-chain": Form(
        {
            "compose.yml": "services:\n  a:\n    extends: b\n    ports: [a]\n  b:\n    extends: c\n    environment: {X: '1'}\n"
            "  c:\n    image: x\n    command: gunicorn app:app\n"
        },
        ("compose.yml:a gunicorn app:app",),
    ),
    "compose-extends-itself": Form(
        {"compose.yml": "services:\n  a:\n    extends: a\n    command: gunicorn app:app\n"},
        ("compose.yml:a gunicorn app:app",),
    ),
    "compose-include": Form(
        {
            "compose.yml": "include:\n  - infra/web.yaml\n  - path: infra/api.yaml\n    project_directory: .\n"
            "services:\n  db:\n    image: postgres\n",
            "infra/web.yaml": "services:\n  web:\n    build: ..\n    command: gunicorn app:app\n",
            "infra/api.yaml": "services:\n  api:\n    build: .\n    command: uvicorn app:app\n",
        },
        ("infra/api.yaml:api uvicorn app:app", "infra/web.yaml:web gunicorn app:app"),
    ),
    "compose-override-of-the-command": Form(
        {
            "compose.yml": "services:\n  web:\n    build: .\n    command: gunicorn app:app\n",
            "compose.override.yml": "services:\n  web:\n    command: uvicorn app:app --reload\n",
        },
        ("compose.override.yml:web uvicorn app:app", "compose.yml:web gunicorn app:app"),
    ),
    "compose-override-of-the-environment": Form(
        {
            "compose.yml": "services:\n  web:\n    build: .\n    environment: {APP: app:app}\n"
            "    command: sh -c 'gunicorn -w $$W $$APP'\n",
            "compose.override.yml": "services:\n  web:\n    environment:\n      - W=2\n",
        },
        ("compose.yml:web gunicorn app:app",),
    ),
    "compose-override-gunicorn-args": Form(  # another launch: it is configured differently
        {
            "compose.yml": "services:\n  web:\n    build: .\n    command: gunicorn app:app\n",
            "compose.override.yml": "services:\n  web:\n    environment:\n"
            "      GUNICORN_CMD_ARGS: -k uvicorn_worker.UvicornWorker\n",
        },
        ("compose.yml:web gunicorn app:app", "compose.yml:web#2 gunicorn app:app"),
    ),
    "compose-env-file-list": Form(
        {
            "compose.yml": "services:\n  web:\n    build: .\n    env_file:\n      - path: ./web.env\n        required: false\n"
            "      - none.env\n    command: sh -c 'exec gunicorn $$APP_MODULE'\n",
            "web.env": "# settings\nAPP_MODULE=app:app\n",
        },
        ("compose.yml:web gunicorn app:app",),
    ),
    "compose-interpolation": Form(
        {
            "compose.yml": "services:\n  web:\n    build: .\n    command: [gunicorn, '-b', ':${PORT:-80}', '${APP:-app:app}']\n"
            "  two:\n    build: .\n    command: gunicorn ${MODULE}\n",
            ".env": "MODULE=app:app\n",
        },
        ("compose.yml:web gunicorn app:app", "compose.yml:two gunicorn app:app"),
    ),
    "compose-target": Form(
        {
            "Dockerfile": COPIED.replace("python:3.12", "python AS prod")
            + "CMD gunicorn app:app\nFROM prod AS dev\nCMD uvicorn app:app --reload\n",
            "compose.yml": "services:\n  web:\n    build:\n      context: .\n      target: prod\n",
        },
        ("Dockerfile:4 gunicorn app:app", "Dockerfile:6 uvicorn app:app"),
    ),
    "compose-profiles-and-watch": Form(
        {
            "compose.yml": "services:\n  web:\n    build: .\n    profiles: [dev]\n    command: uvicorn app:app\n"
            "    develop:\n      watch:\n        - {action: sync, path: ., target: /app}\n"
        },
        ("compose.yml:web uvicorn app:app",),
    ),
    "compose-dockerfile-inline": Form(
        {
            "compose.yml": "services:\n  web:\n    build:\n      context: .\n      dockerfile_inline: |\n"
            "        FROM python\n        COPY . .\n        CMD gunicorn app:app\n"
        },
        ("compose.yml:web gunicorn app:app",),
    ),
}
