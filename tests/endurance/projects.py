"""Random projects, each made of valid parts: a whole report in every format, the same one twice, in time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run as checkup
from connexion_doctor.model import Report
from connexion_doctor.model.question import Question
from connexion_doctor.reporters import FORMATS, renderer
from tests.endurance.runs import Part
from tests.running import SPECIFICATION

LONGEST = 5.0  # seconds
FOLDERS = ("", "", "src/", "services/a/", "services/b/", "backend/")
MODULES = ("app", "main", "server", "wsgi", "api.app", "shop")
MADE = (
    "app = connexion.FlaskApp(__name__)",
    "app = connexion.AsyncApp(__name__, specification_dir='.')",
    "app = connexion.App(__name__)",
    "from connexion import FlaskApp as F\napp = F(__name__)",
    "def create_app(kind=connexion.FlaskApp):\n    app = kind(__name__)\n    return app\napp = create_app()",
    "def create_app():\n    return connexion.FlaskApp(__name__)",
    "try:\n    app = connexion.FlaskApp(__name__)\nexcept Exception:\n    app = None",
    "class Application(connexion.FlaskApp):\n    pass\napp = Application(__name__)",
    "from flask import Flask\napp = Flask(__name__)",
    "app = application = api = connexion.FlaskApp(__name__)",
)  # fmt: skip
AROUND = (
    "", "", "", "app = app.app", "from a2wsgi import ASGIMiddleware\napp = ASGIMiddleware(app)",
    "from asgiref.wsgi import WsgiToAsgi\napp = WsgiToAsgi(app)", "app.app.wsgi_app = ProxyFix(app.app.wsgi_app)",
    "from starlette.middleware.cors import CORSMiddleware\napp.add_middleware(CORSMiddleware)",
    "application = app", "if __name__ == '__main__':\n    app.run(port=8080)",
    "if __name__ == '__main__':\n    import uvicorn\n    uvicorn.run('{m}:app', workers=2)",
    "del app", "app = [app]", "app.add_api('openapi.yaml', strict_validation=True)",
)  # fmt: skip
COMMANDS = (
    "gunicorn {m}:app", "gunicorn -k uvicorn.workers.UvicornWorker {m}:app", "gunicorn -w 4 --preload '{m}:create_app()'",
    "uvicorn {m}:app --host 0.0.0.0 --port $PORT", "uvicorn --factory {m}:create_app", "hypercorn {m}:app", "daphne {m}:app",
    "granian --interface asgi {m}:app", "waitress-serve --call {m}:create_app", "python -m {m}", "python {f}.py",
    "poetry run gunicorn {m}:app", "env A=b exec gunicorn {m}:app", "flask --app {m} run", "connexion run openapi.yaml",
    "sh -c 'cd . && uvicorn {m}:app'", "uwsgi --http :80 --module {m}:app", "./start.sh", "gunicorn -c gunicorn.conf.py",
    "newrelic-admin run-program gunicorn {m}:app", "opentelemetry-instrument uvicorn {m}:app", "gunicorn {m}:app &",
)  # fmt: skip
FILES = {
    "Procfile": "web: {c}\n",
    "Dockerfile": "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD {c}\n",
    "docker-compose.yml": "services:\n  web:\n    build: .\n    command: {c}\n",
    "start.sh": "#!/bin/sh\nset -e\nexec {c}\n",
    "Makefile": "run:\n\t{c}\n",
    "web.service": "[Service]\nExecStart=/usr/bin/{c}\n",
    "supervisord.conf": "[program:web]\ncommand={c}\n",
    "package.json": '{{"scripts": {{"start": "{c}"}}}}\n',
    "render.yaml": "services:\n  - type: web\n    startCommand: {c}\n",
    "fly.toml": "[processes]\nweb = '''{c}'''\n",
    "app.yaml": "runtime: python312\nentrypoint: {c}\n",
}
REQUIREMENTS = (
    "connexion[flask]==3.3.0", "connexion>=2.14,<3", "connexion", "connexion[flask,uvicorn,swagger-ui]~=3.0", "gunicorn",
    "uvicorn", "flask<2.3", "werkzeug==2.2.3", "starlette<0.30", "a2wsgi", "uvicorn-worker", "# a comment", "-r other.txt",
)  # fmt: skip
CONFIGURATIONS = (
    "worker_class = 'uvicorn.workers.UvicornWorker'",
    "wsgi_app = '{m}:app'",
    "workers = 4\npreload_app = True",
)
SHORT = 20


def run(number: int, random: Random, folder: Path) -> Iterator[str]:
    """One project, judged twice without running anything."""
    _written(folder, random)
    begin = time.process_time()
    try:
        first, again = _reports(folder), _reports(folder)
    except Exception as exc:
        yield f"{type(exc).__name__}: {exc}"
        return
    if (took := time.process_time() - begin) > LONGEST:
        yield f"{took:.1f} s"
    if first != again:
        yield "the same project gives two reports"
    for one in json.loads(first["json"])["findings"]:
        if one["code"] == "CXD000":
            yield str(one["message"])


def _reports(folder: Path) -> dict[str, str]:
    report: Report = checkup(Options(Question(directory=str(folder)), do_import=False, environ={}))
    made = {format: renderer(format)(report) for format in FORMATS}
    made["junit"] = re.sub(r'time="[\d.]+"', "", made["junit"])
    return made


def _written(folder: Path, random: Random) -> None:
    for _ in range(random.choice((1, 1, 2, 4))):
        here = folder / random.choice(FOLDERS)
        module = random.choice(MODULES)
        file = module.replace(".", "/")
        target = here / f"{file}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        body = [random.choice(MADE), *random.choices(AROUND, k=random.choice((0, 1, 1, 2)))]
        target.write_text("import connexion\n" + "\n".join(body).replace("{m}", module) + "\n")
        (here / "openapi.yaml").write_text(SPECIFICATION)
        asked = random.sample(REQUIREMENTS, k=random.randrange(1, 5))
        (here / "requirements.txt").write_text("\n".join(asked) + "\n")
        if random.random() < 0.3:
            (here / "gunicorn.conf.py").write_text(
                random.choice(CONFIGURATIONS).replace("{m}", module) + "\n"
            )
        for name in random.sample(list(FILES), k=random.choice((0, 1, 2, 3))):
            command = random.choice(COMMANDS).format(m=module, f=file)
            (here / name).write_text(FILES[name].format(c=command))


PART = Part("projects", SHORT, 10_000, run)
