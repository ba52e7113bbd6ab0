"""The places beside a start command: what stands in the project's files before the fixes and after them,
and the launch serves then."""
# ruff: noqa: E501  # lines of the files stay lines

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.model import Verdict
from tests.fixes.projects import contents, fix, read
from tests.running import APP, project

WORKER = "-k uvicorn_worker.UvicornWorker"
FACTORY = APP.replace("app = conn", "def create_app():\n    app = conn").replace(
    "app.add_api(", "    app.add_api("
)
FACTORY += "    return app\n"
Files = dict[str, str]

# the files of the project beside app.py, and those that are others after the fixes
FILES: dict[str, tuple[Files, Files]] = {
    "pyproject.toml, tasks": (
        {"pyproject.toml": '[tool.poe.tasks]\nserve = "gunicorn -w 2 app:app"  # two\n\n[tool.pdm.scripts]\n'
         'web = {cmd = "gunicorn app:app"}\n'},
        {"pyproject.toml": f'[tool.poe.tasks]\nserve = "gunicorn -w 2 {WORKER} app:app"  # two\n\n'
         f'[tool.pdm.scripts]\nweb = {{cmd = "gunicorn {WORKER} app:app"}}\n'},
    ),
    "another configuration file": (
        {"conf/g.py": "workers = 2\nworker_class = 'gthread'\n", "Procfile": "web: gunicorn -c conf/g.py app:app\n"},
        {"conf/g.py": "workers = 2\nworker_class = 'uvicorn_worker.UvicornWorker'\n"},
    ),
    "a configuration that is a module": (
        {"conf/__init__.py": "", "conf/g.py": "worker_class = 'gthread'\n",
         "Procfile": "web: gunicorn -c python:conf.g app:app\n"},
        {"conf/g.py": "worker_class = 'uvicorn_worker.UvicornWorker'\n"},
    ),
    "the Flask app inside, in a command": (
        {"Procfile": f"web: gunicorn {WORKER} app:app.app\n"},
        {"Procfile": f"web: gunicorn {WORKER} app:app\n"},
    ),
    "the Flask app inside, in a module": (
        {"wsgi.py": "from app import app\n\napplication = app.app\n", "Procfile": f"web: gunicorn {WORKER} wsgi\n"},
        {"wsgi.py": "from app import app\n\napplication = app\n", "Procfile": f"web: gunicorn {WORKER} wsgi:app\n"},
    ),
    "a middleware around the app": (
        {"wsgi.py": "from werkzeug.middleware.proxy_fix import ProxyFix\n\nfrom app import app\n\n"
         "application = ProxyFix(app, 1, x_proto=1)  # nginx\n", "Procfile": "web: gunicorn wsgi\n"},
        {"wsgi.py": "from werkzeug.middleware.proxy_fix import ProxyFix\n\nfrom app import app\n\n"
         "app.add_wsgi_middleware(ProxyFix, x_for=1, x_proto=1)\napplication = app  # nginx\n",
         "Procfile": f"web: gunicorn {WORKER} wsgi\n"},
    ),
    "a middleware around the app, on an ASGI worker": (
        {"wsgi.py": "from werkzeug.middleware.proxy_fix import ProxyFix\n\nfrom app import app\n\n"
         "app = ProxyFix(app)\n", "Procfile": f"web: gunicorn {WORKER} wsgi:app\n"},
        {"wsgi.py": "from werkzeug.middleware.proxy_fix import ProxyFix\n\nfrom app import app\n\n"
         "app.add_wsgi_middleware(ProxyFix)\n"},
    ),
    "a middleware in the Flask app": (
        {"app.py": APP + "\nfrom werkzeug.middleware.proxy_fix import ProxyFix\n"
         "app.app.wsgi_app = ProxyFix(app.app.wsgi_app)\n", "Procfile": f"web: gunicorn {WORKER} app:app\n"},
        {"app.py": APP + "\nfrom werkzeug.middleware.proxy_fix import ProxyFix\n"
         "app.add_wsgi_middleware(ProxyFix)\n"},
    ),
    "a factory": (
        {"app.py": FACTORY, "Procfile": "web: gunicorn app:create_app\n"},
        {"Procfile": f"web: gunicorn {WORKER} 'app:create_app()'\n"},
    ),
    "a factory that gives the Flask app of another factory": (
        {"app.py": FACTORY, "wsgi.py": "from app import create_app\n\n\ndef make():\n    return create_app().app\n",
         "Procfile": "web: gunicorn 'wsgi:make()'\n"},
        {"wsgi.py": "from app import create_app\n\n\ndef make():\n    return create_app()\n",
         "Procfile": f"web: gunicorn {WORKER} 'wsgi:make()'\n"},
    ),
    "an adapter beside the app": (
        {"wsgi.py": "from app import app as application\n",
         "site.conf": "<VirtualHost *:80>\n  WSGIScriptAlias / /srv/wsgi.py\n</VirtualHost>\n"},
        {"wsgi.py": "from app import app as application\n\nfrom a2wsgi import ASGIMiddleware\n\n"
         "application = ASGIMiddleware(application)\n"},
    ),
    "a script that starts a server": (
        {"serve.py": "from waitress import serve\n\nfrom app import app\n\nserve(app, host='0.0.0.0', port=8080)\n",
         "Procfile": "web: python serve.py\n"},
        {"serve.py": "import uvicorn\n\nfrom app import app\n\nuvicorn.run(app, host='0.0.0.0', port=8080)\n"},
    ),
}  # fmt: skip


@pytest.mark.truth
@pytest.mark.parametrize(("before", "after"), FILES.values(), ids=list(FILES))
def test_the_files_are_edited(tmp_path: Path, before: Files, after: Files) -> None:
    root = project(tmp_path)
    for name, text in before.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    kept = contents(root)
    for _ in range(3):
        if not fix(root, read(root, "c3new"), unsafe=True).files:
            break
    assert contents(root) == {**kept, **{name: text.encode() for name, text in after.items()}}
    verdicts = {judgement.verdict for judgement in read(root, "c3new").judgements}
    assert verdicts == {Verdict.SERVES}


@pytest.mark.truth
def test_uwsgi_gets_the_adapter(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "uwsgi.ini").write_text("[uwsgi]\nmodule = app:app\nhttp = :8000\nmaster = true\n")
    fix(root, read(root, "c3uwsgi"), unsafe=True)
    assert (root / "uwsgi.ini").read_text() == (
        "[uwsgi]\nmodule = app:wsgi_app\nlazy-apps = true\nenable-threads = true\nhttp = :8000\nmaster = true\n"
    )
    assert (root / "app.py").read_text() == (
        APP + "\nfrom a2wsgi import ASGIMiddleware\n\nwsgi_app = ASGIMiddleware(app)\n"
    )
    verdicts = {judgement.verdict for judgement in read(root, "c3uwsgi").judgements}
    assert verdicts == {Verdict.SERVES}
