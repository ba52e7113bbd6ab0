"""Starts that are made: files that a script writes for its server, what a base image starts, mod_wsgi-express."""

# ruff: noqa: E501 -- whole files, as they stand, on one line each

from __future__ import annotations

from tests.discovery.forms import APP, Form

IMAGE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"
MAIN = "import connexion\n\napp = connexion.FlaskApp(__name__)\n"


def script(text: str) -> dict[str, str]:
    """An image that runs a script."""
    return {"Dockerfile": IMAGE + 'CMD ["./start.sh"]\n', "start.sh": f"#!/bin/bash\n{text}"}


def based(base: str, more: str = "") -> dict[str, str]:
    """An image of a base that starts the app itself."""
    return {
        "Dockerfile": f"FROM tiangolo/{base}:python3.11\n{more}COPY ./app /app\n",
        "app/main.py": MAIN,
        "app.py": "",
    }


FORMS: dict[str, Form] = {
    # --- an ini that a script writes
    "ini-by-echo": Form(
        script('echo "[uwsgi]" > uwsgi.ini\necho "module = app:app" >> uwsgi.ini\nuwsgi --ini uwsgi.ini\n'), ("start.sh:4 uwsgi app:app",),
    ),
    "ini-by-echo-e": Form(script('echo -e "[uwsgi]\\nmodule=app:app" > u.ini\nuwsgi u.ini\n'), ("start.sh:3 uwsgi app:app",)),
    "ini-by-printf": Form(script('printf "[uwsgi]\\nmodule = app:app\\n" > u.ini\nuwsgi u.ini\n'), ("start.sh:3 uwsgi app:app",)),
    "ini-by-here-document": Form(
        script("cat > /tmp/u.ini <<EOF\n[uwsgi]\nwsgi-file = /app/app.py\ncallable = app\nhttp = :${PORT:-80}\nEOF\nexec uwsgi /tmp/u.ini\n"),
        ("start.sh:8 uwsgi /app/app.py:app",),
    ),
    "ini-by-here-document-in-front": Form(script("cat <<'EOF' > u.ini\n[uwsgi]\nmodule = app:app\nEOF\nuwsgi u.ini\n"), ("start.sh:6 uwsgi app:app",)),
    "ini-by-tee": Form(script("tee u.ini <<EOF\n[uwsgi]\nmodule = app:app\nEOF\nuwsgi u.ini\n"), ("start.sh:6 uwsgi app:app",)),
    "ini-by-a-pipe-into-tee": Form(script('echo -e "[uwsgi]\\nmodule=app:app" | tee u.ini\nuwsgi u.ini\n'), ("start.sh:3 uwsgi app:app",)),
    "ini-by-a-group": Form(script('{\necho "[uwsgi]"\necho "module = app:app"\n} > u.ini\nuwsgi u.ini\n'), ("start.sh:6 uwsgi app:app",)),
    "ini-by-a-function": Form(
        script('conf() {\n  echo "[uwsgi]"\n  echo "module = $1"\n}\nconf app:app > u.ini\nuwsgi u.ini\n'), ("start.sh:7 uwsgi app:app",),
    ),
    "ini-by-a-template-is-not-known": Form(script("envsubst < u.tmpl > u.ini\nuwsgi u.ini\n"), ("start.sh:3 uwsgi None",)),
    "ini-by-run": Form({"Dockerfile": IMAGE + 'RUN echo "[uwsgi]\\nmodule=app:app" > u.ini\nCMD ["uwsgi", "--ini", "u.ini"]\n'}, ("Dockerfile:5 uwsgi app:app",)),
    "a-script-that-a-script-writes": Form(script("echo 'gunicorn app:app' > run.sh\nsh run.sh\n"), ("start.sh:2 gunicorn app:app",)),
    # --- what a base image starts
    "base-with-the-ini-that-it-is-told": Form(
        {"Dockerfile": "FROM tiangolo/uwsgi-nginx-flask:python3.8\nENV UWSGI_INI /code/conf/u.ini\nCOPY . /code\nWORKDIR /code\n", "conf/u.ini": "[uwsgi]\nmodule = app\ncallable = app\n"},
        ("Dockerfile:1 uwsgi app:app",),
    ),
    "base-without-an-ini": Form(based("uwsgi-nginx-flask"), ("Dockerfile:1 uwsgi main:app @app",)),
    "base-with-gunicorn": Form(based("meinheld-gunicorn-flask"), ("Dockerfile:1 gunicorn main:app @app",)),
    "base-with-uvicorn": Form(based("uvicorn-gunicorn", "ENV VARIABLE_NAME=api\n"), ("Dockerfile:1 gunicorn main:api @app",)),
    "base-that-nobody-knows": Form(based("uvicorn-hypercorn"), (), ("Dockerfile:1",)),
    # --- mod_wsgi-express
    "express-script": Form(
        {"Dockerfile": IMAGE + 'CMD ["mod_wsgi-express", "start-server", "--log-to-terminal", "--setenv", "A", "b", "/app/app.py", "--callable-object", "app"]\n'},
        ("Dockerfile:4 mod_wsgi app.py:app",),
    ),
    "express-wsgi": Form(
        {"Procfile": "web: mod_wsgi-express start-server site/shop.wsgi --port $PORT\n", "site/shop.wsgi": APP + "application = app\n"},
        ("Procfile:web mod_wsgi site/shop.wsgi",),
    ),
    "express-module": Form({"Procfile": "web: mod_wsgi-express start-server --application-type module --callable-object app app\n"}, ("Procfile:web mod_wsgi app:app",)),
    "express-that-is-set-up": Form(script("mod_wsgi-express setup-server app.py --port=80 --server-root=/etc/app\nexec /etc/app/apachectl start\n"), ("start.sh:2 mod_wsgi app.py",)),
    "express-that-is-asked": Form({"Procfile": "web: mod_wsgi-express module-config\n"}),
    # --- no starts
    "a-package-with-a-guard": Form({"shop/__init__.py": MAIN + "if __name__ == '__main__':\n    app.run()\n"}),
}  # fmt: skip
