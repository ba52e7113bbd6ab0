"""A start in every kind of file: the fix is an edit of that file, and a second run finds nothing to do.

The app of each is the same: it is read. That a fix ends in an app that serves is shown elsewhere, on servers.
"""
# ruff: noqa: E501  # lines of the files stay lines

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.fixes import outcome
from connexion_doctor.model import Verdict
from tests.fixes.projects import check, contents, copy, fix, read

# Name of the file | what stands in it | what stands there after the fix
PLACES = {
    "procfile": (
        "Procfile",
        "release: ./migrate  # first\nweb: gunicorn -w 4 app:app --log-file -\n",
        "release: ./migrate  # first\nweb: gunicorn -w 4 -k uvicorn_worker.UvicornWorker app:app --log-file -\n",
    ),
    "a worker that is named": (
        "Procfile",
        "web: gunicorn --worker-class=sync 'app:app'\n",
        "web: gunicorn --worker-class=uvicorn_worker.UvicornWorker 'app:app'\n",
    ),
    "a short option in one word": (
        "Procfile",
        "web: gunicorn -ksync app:app\n",
        "web: gunicorn -kuvicorn_worker.UvicornWorker app:app\n",
    ),
    "dockerfile, exec form": (
        "Dockerfile",
        'FROM python:3.12\nWORKDIR /srv\nCOPY . .\nCMD ["gunicorn", "-w", "4",\\\n     "app:app"]  \n',
        'FROM python:3.12\nWORKDIR /srv\nCOPY . .\nCMD ["gunicorn", "-w", "4", '
        '"-k", "uvicorn_worker.UvicornWorker",\\\n     "app:app"]  \n',
    ),
    "dockerfile, shell form": (
        "Dockerfile",
        "FROM python:3.12\nWORKDIR /srv\nCOPY . .\nCMD exec gunicorn \\\n    -w 4 \\\n    app:app\n",
        "FROM python:3.12\nWORKDIR /srv\nCOPY . .\n"
        "CMD exec gunicorn \\\n    -w 4 -k uvicorn_worker.UvicornWorker \\\n    app:app\n",
    ),
    "dockerfile, carriage returns": (
        "Dockerfile",
        'FROM python:3.12\r\nWORKDIR /srv\r\nCOPY . .\r\nCMD ["gunicorn", "app:app"]\r\n',
        'FROM python:3.12\r\nWORKDIR /srv\r\nCOPY . .\r\n'
        'CMD ["gunicorn", "-k", "uvicorn_worker.UvicornWorker", "app:app"]\r\n',
    ),
    "process-compose": (
        "process-compose.yaml",
        'processes:\n  web:\n    command: "gunicorn -w 4 app:app"  # four\n',
        'processes:\n  web:\n    command: "gunicorn -w 4 -k uvicorn_worker.UvicornWorker app:app"  # four\n',
    ),
    "compose, a string": (
        "compose.yml",
        "services:\n  web:\n    build: .\n    command: gunicorn -w 4 app:app  # four\n",
        "services:\n  web:\n    build: .\n    command: gunicorn -w 4 -k uvicorn_worker.UvicornWorker app:app  # four\n",
    ),
    "compose, a flow list": (
        "compose.yml",
        "services:\n  web:\n    build: .\n    command: [gunicorn, '-w', \"4\", app:app]\n",
        "services:\n  web:\n    build: .\n    command: [gunicorn, '-w', \"4\", "
        '"-k", "uvicorn_worker.UvicornWorker", app:app]\n',
    ),
    "compose, a block list": (
        "compose.yml",
        "services:\n  web:\n    build: .\n    command:\n      - gunicorn\n      - app:app\n    restart: always\n",
        "services:\n  web:\n    build: .\n    command:\n      - gunicorn\n"
        '      - "-k"\n'
        "      - uvicorn_worker.UvicornWorker\n      - app:app\n    restart: always\n",
    ),
    "kubernetes": (
        "deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - name: web\n        image: web\n"
        "        command: [gunicorn]\n        args:\n        - -w\n        - '4'\n        - app:app\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - name: web\n        image: web\n"
        "        command: [gunicorn]\n        args:\n        - -w\n        - '4'\n"
        '        - "-k"\n'
        "        - uvicorn_worker.UvicornWorker\n        - app:app\n",
    ),
    "a task definition of ECS": (
        "task-definition.json",
        '{"containerDefinitions": [\n  {"name": "web", "command": ["gunicorn", "-w", "4", "app:app"]}\n]}\n',
        '{"containerDefinitions": [\n  {"name": "web", "command": ["gunicorn", "-w", "4", '
        '"-k", "uvicorn_worker.UvicornWorker", "app:app"]}\n]}\n',
    ),
    "systemd": (
        "web.service",
        "[Unit]\nDescription=web\n\n[Service]\nWorkingDirectory=%h/web\n"
        "ExecStart=/srv/venv/bin/gunicorn -w 4 \\\n  app:app\nRestart=always\n",
        "[Unit]\nDescription=web\n\n[Service]\nWorkingDirectory=%h/web\n"
        "ExecStart=/srv/venv/bin/gunicorn -w 4 -k uvicorn_worker.UvicornWorker \\\n  app:app\nRestart=always\n",
    ),
    "supervisor": (
        "supervisord.conf",
        "[program:web]\ncommand = gunicorn -w 4 app:app ; the api\nautostart = true\n",
        "[program:web]\ncommand = gunicorn -w 4 -k uvicorn_worker.UvicornWorker app:app ; the api\nautostart = true\n",
    ),
    "shell script": (
        "start.sh",
        "#!/bin/sh\nset -e\n# starts it\nexec gunicorn -w \"${WORKERS:-4}\" \\\n\tapp:app \"$@\"\n",
        "#!/bin/sh\nset -e\n# starts it\nexec gunicorn -w \"${WORKERS:-4}\" "
        "-k uvicorn_worker.UvicornWorker \\\n\tapp:app \"$@\"\n",
    ),
    "gunicorn.conf.py": (
        "gunicorn.conf.py",
        "wsgi_app = 'app:app'\nworker_class = 'sync'  # the default\n",
        "wsgi_app = 'app:app'\nworker_class = 'uvicorn_worker.UvicornWorker'  # the default\n",
    ),
    "gunicorn.conf.py without a worker": (
        "gunicorn.conf.py",
        "wsgi_app = 'app:app'\nworkers = 2",
        "wsgi_app = 'app:app'\nworkers = 2\nworker_class = \"uvicorn_worker.UvicornWorker\"\n",
    ),
}  # fmt: skip


ASKS, UVICORN_WORKER = "requirements.txt", "uvicorn_worker."


@pytest.mark.truth
@pytest.mark.parametrize(("path", "before", "after"), PLACES.values(), ids=list(PLACES))
def test_the_file_is_edited(tmp_path: Path, path: str, before: str, after: str) -> None:
    root = copy("sync_worker", tmp_path / "project")
    (root / "Procfile").unlink()
    (root / path).write_bytes(before.encode())
    kept = contents(root)

    look = check if "$@" in before else read  # what it is given is not known to who reads it
    report = look(root, "c3new")
    assert [judgement.verdict for judgement in report.judgements] == [Verdict.FAILS]
    changed = {path: after.encode()}
    if UVICORN_WORKER in after:  # the project has to ask for what it starts with
        assert report.environment is not None
        line = f"uvicorn-worker=={report.environment.packages['uvicorn-worker']}\n"
        changed[ASKS] = kept[ASKS] + line.encode()
    done = fix(root, report, launches=True)
    assert contents(root) == {**kept, **changed}
    assert sorted(done.files) == sorted(changed)

    again = look(root, "c3new")
    assert [judgement.verdict for judgement in again.judgements] == [Verdict.SERVES]
    assert fix(root, again, launches=True).files == ()
    assert contents(root)[path] == after.encode()


COMPOSE = "services:\n  web:\n    build: .\n    command: "
DOCKER = "FROM python:3.12\nCOPY . .\nCMD "
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: web\n"
    "    command: "
)
# A word that needs quotes, in strings that have quotes of their own: name of the file, before, after.
QUOTES = {
    "dockerfile, a shell in single quotes": (
        "Dockerfile",
        DOCKER + "sh -c 'exec gunicorn -k asgi \\\n  shop:create_app'\n",
        DOCKER + "sh -c 'exec gunicorn -k asgi \\\n  \"shop:create_app()\"'\n",
    ),
    "dockerfile, a shell in double quotes": (
        "Dockerfile",
        DOCKER + 'sh -c "exec gunicorn -k asgi shop:create_app"\n',
        DOCKER + "sh -c \"exec gunicorn -k asgi 'shop:create_app()'\"\n",
    ),
    "dockerfile, a shell in the exec form": (
        "Dockerfile",
        DOCKER + '["sh", "-c", "gunicorn -k asgi shop:create_app"]\n',
        DOCKER + '["sh", "-c", "gunicorn -k asgi \'shop:create_app()\'"]\n',
    ),
    "compose, single quotes": (
        "compose.yml",
        COMPOSE + "'gunicorn -k asgi shop:create_app'\n",
        COMPOSE + "'gunicorn -k asgi \"shop:create_app()\"'\n",
    ),
    "compose, double quotes": (
        "compose.yml",
        COMPOSE + '"gunicorn -k asgi shop:create_app"\n',
        COMPOSE + "\"gunicorn -k asgi 'shop:create_app()'\"\n",
    ),
    "compose, folded": (
        "compose.yml",
        COMPOSE + ">\n      gunicorn -k asgi\n      shop:create_app\n",
        COMPOSE + ">\n      gunicorn -k asgi\n      'shop:create_app()'\n",
    ),
    "compose, a shell in a list": (
        "compose.yml",
        COMPOSE + "[sh, -c, 'gunicorn -k asgi shop:create_app']\n",
        COMPOSE + "[sh, -c, 'gunicorn -k asgi \"shop:create_app()\"']\n",
    ),
    "kubernetes, a flow list": (
        "pod.yaml",
        POD + "[gunicorn, -k, asgi]\n    args: ['shop:create_app']\n",
        POD + "[gunicorn, -k, asgi]\n    args: [\"shop:create_app()\"]\n",
    ),
    "a variable": (
        "start.sh",
        "#!/bin/sh\nAPP=shop:create_app\nexec gunicorn -k asgi $APP\n",
        "#!/bin/sh\nAPP=shop:create_app\nexec gunicorn -k asgi 'shop:create_app()'\n",
    ),
    "arguments in the environment": (
        "Procfile",
        "web: GUNICORN_CMD_ARGS='-k sync' gunicorn 'shop:create_app()'\n",
        "web: GUNICORN_CMD_ARGS='-k uvicorn_worker.UvicornWorker' gunicorn 'shop:create_app()'\n",
    ),
    "arguments in a service's environment": (
        "compose.yml",
        COMPOSE + "[gunicorn, 'shop:create_app()']\n    environment:\n      GUNICORN_CMD_ARGS: '-w 2 -k sync'\n",
        COMPOSE + "[gunicorn, 'shop:create_app()']\n    environment:\n"
        "      GUNICORN_CMD_ARGS: '-w 2 -k uvicorn_worker.UvicornWorker'\n",
    ),
    "systemd": (
        "web.service",
        "[Service]\nExecStart=/venv/bin/gunicorn -k asgi shop:create_app\n",
        "[Service]\nExecStart=/venv/bin/gunicorn -k asgi 'shop:create_app()'\n",
    ),
    "package.json, a shell in escaped quotes": (
        "package.json",
        '{"scripts": {"start": "sh -c \\"gunicorn -k asgi shop:create_app\\""}}',
        '{"scripts": {"start": "sh -c \\"gunicorn -k asgi \'shop:create_app()\'\\""}}',
    ),
    "package.json, escaped quotes in a shell in escaped quotes": (
        "package.json",
        '{"scripts": {"start": "sh -c \\"gunicorn -k asgi \\\\\\"shop:create_app\\\\\\"\\""}}',
        '{"scripts": {"start": "sh -c \\"gunicorn -k asgi \'shop:create_app()\'\\""}}',
    ),
    "railway.toml, a shell in escaped quotes": (
        "railway.toml",
        '[deploy]\nstartCommand = "sh -c \\"gunicorn -k asgi shop:create_app\\""\n',
        '[deploy]\nstartCommand = "sh -c \\"gunicorn -k asgi \'shop:create_app()\'\\""\n',
    ),
    "exec form, a shell in escaped quotes": (
        "Dockerfile",
        'FROM python:3.11\nCOPY . .\nCMD ["sh", "-c", "exec sh -c \\"gunicorn -k asgi shop:create_app\\""]\n',
        'FROM python:3.11\nCOPY . .\nCMD ["sh", "-c", "exec sh -c \\"gunicorn -k asgi \'shop:create_app()\'\\""]\n',
    ),
    "compose, escaped quotes": (
        "compose.yml",
        COMPOSE + '"gunicorn -k asgi \\"shop:create_app\\""\n',
        COMPOSE + '"gunicorn -k asgi \'shop:create_app()\'"\n',
    ),
    "compose, escaped quotes of the shell": (
        "compose.yml",
        COMPOSE + "'sh -c \"gunicorn -k asgi \\\"shop:create_app\\\"\"'\n",
        COMPOSE + "'sh -c \"gunicorn -k asgi ''shop:create_app()''\"'\n",
    ),
    "both the worker and the target": (
        "Procfile",
        "web: gunicorn shop:create_app\n",
        "web: gunicorn -k uvicorn_worker.UvicornWorker 'shop:create_app()'\n",
    ),
}  # fmt: skip


@pytest.mark.truth
@pytest.mark.parametrize(("path", "before", "after"), QUOTES.values(), ids=list(QUOTES))
def test_quotes_fit_those_around(tmp_path: Path, path: str, before: str, after: str) -> None:
    root = copy("factory", tmp_path / "project")
    (root / "Dockerfile").unlink()
    (root / path).write_text(before)
    runs = 0
    while fix(root, read(root, "c3new"), launches=True).files and runs < 3:
        runs += 1
    assert (root / path).read_text() == after
    assert [judgement.verdict for judgement in read(root, "c3new").judgements] == [Verdict.SERVES]


SAMPLES = {
    "sync_worker": "c3new",
    "wrong_conf": "c3new",
    "inner_flask": "c3new",
    "factory": "c3new",
    "connexion2": "c2151",
    "broken_operation": "c3new",
    "missing_extra": "c3noflask",
    "healthy": "c3new",
    "wsgi_adapter": "c3new",
}


@pytest.mark.truth
@pytest.mark.parametrize(("sample", "env"), SAMPLES.items(), ids=list(SAMPLES))
def test_the_sample_projects_need_one_call(tmp_path: Path, sample: str, env: str) -> None:
    """What one fix brings to light is cured by the same call; the next one changes nothing."""
    root = copy(sample, tmp_path / "project")
    outcome.fix(check(root, env), lambda: check(root, env), unsafe=True)
    fixed = contents(root)
    _, told = outcome.fix(check(root, env), lambda: check(root, env), unsafe=True)
    assert "no file was changed" in told
    assert contents(root) == fixed
