"""Projects as they are checked out, nothing installed: what the doctor says of their starts."""

# ruff: noqa: E501  (a row is a project in a line or two)

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bare import bare
from tests.reading.test_small_projects import APP, HANDLERS, SPECIFICATION
from tests.running import doctor, environ, project

TWO, THREE = "connexion==2.14.2\nflask<2.3\n", "connexion[flask]==3.1.0\n"
NGINX = "FROM tiangolo/uwsgi-nginx-flask:python3.8\nCOPY . /app\nRUN pip install -r requirements.txt\n"
IMAGE = "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt gunicorn\nCMD gunicorn app:app\n"
LOGGING = "[loggers]\nkeys=root\n[handlers]\nkeys=a\n[formatters]\nkeys=a\n[logger_root]\nhandlers=a\n[handler_a]\nclass=StreamHandler\nargs=()\n[formatter_a]\nformat=%(message)s\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIBdTCCARugAwIBAgIUWzSC17gqN2+j3YVLRJmONMFC5mYwCgYIKoZIzj0EAwIw\nDzENMAsGA1UEAwwEc2hvcDAgFw0yNjExMjgwMTI0MzRaGA8yMDgxMDgzMTAxMjQz\nNFowDzENMAsGA1UEAwwEc2hvcDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKr/\nNcoMQsrAYgwRPNbz7cvRayaPDv7Xzj28OB1Mew4IJ16As3mJg0iWfxKjbbwg+cUe\n4J+GfHDaojhZ1CISh5KjUzBRMB0GA1UdDgQWBBR65g1mO4YcUgrq3N3lBu4Grdc5\nbTAfBgNVHSMEGDAWgBR65g1mO4YcUgrq3N3lBu4Grdc5bTAPBgNVHRMBAf8EBTAD\nAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDAIYXar2ieRPpzwSa+DWRc+CtqQcTCXBpb\n8mXDB40+dgIgRTvpVhvn8/KbfJfiwf1zXtR1UexDPSV5HuuMw+m0p5g=\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqf8NGqZo98/xAETs\nZIMJUwveJPrKVzKJQp+gBOvpgJ6hRANCAASq/zXKDELKwGIMETzW8+3L0Wsmjw7+\n1849vDgdTHsOCCdegLN5iYNIln8So228IPnFHuCfhnxw2qI4WdQiEoeS\n-----END PRIVATE KEY-----\n"  # of nobody: made for this table
INI = "[uwsgi]\nmodule = app\ncallable = app\n"
INNER = "from app import app as connexion_app\napp = connexion_app.app\n"
SYNC = "web: gunicorn app:app\n"
MAIN = (
    'import connexion\n\n\ndef main():\n    app = connexion.FlaskApp(__name__, specification_dir="..")\n'
    '    app.add_api("openapi.yaml")\n    app.run(port=8080)\n'
)
SCRIPTS = '[project]\nname = "shop"\nversion = "1"\n[project.scripts]\nshop = "shop.__main__:main"\n'
GROUP = (
    'import click\nimport connexion\n\napp = connexion.FlaskApp(__name__, specification_dir="..")\n'
    'app.add_api("openapi.yaml")\n\n\n@click.group()\ndef main():\n    pass\n\n\n@main.command()\ndef run():\n'
    "    app.run(port=8080)\n\n\n@main.command()\ndef load():\n    pass\n"
)
TABLE = {
    "gunicorn 20 in an image of Python, which brings setuptools": (
        {
            "Dockerfile": IMAGE.replace("gunicorn\nCMD", "gunicorn==20.1.0\nCMD"),
            "requirements.txt": TWO,
        },
        [("serves", "speaks WSGI")],
    ),
    "the same in one that brings none": (
        {
            "Dockerfile": IMAGE.replace("gunicorn\nCMD", "gunicorn==20.1.0\nCMD").replace(":3.11", ":3.12"),
            "requirements.txt": TWO,
        },
        [("unknown", "setuptools")],
    ),
    "requirements for some Pythons only, in the image of the newest": (
        {"Dockerfile": IMAGE.replace(":3.11", ":3-slim"),
         "requirements.txt": "connexion==2.14.2; python_version < '3.12'\nconnexion[flask]==3.1.0; python_version >= '3.12'\n"},
        [("fails", "speaks WSGI")],
    ),
    "what comes with uvicorn's extra": (
        {"Procfile": "web: uvicorn --http httptools --loop uvloop app:app\n", "requirements.txt": f"{THREE}uvicorn[standard]\n"},
        [("serves", "speaks ASGI")],
    ),
    "what comes with Connexion's": (
        {"Procfile": "web: uvicorn --http httptools --ws websockets app:app\n", "requirements.txt": THREE.replace("[flask]", "[flask,uvicorn]")},
        [("serves", "speaks ASGI")],
    ),
    "what comes with neither": (
        {"Procfile": "web: uvicorn --http httptools app:app\n", "requirements.txt": f"{THREE}uvicorn\n"},
        [("unknown", "httptools")],
    ),
    "a range that only one release fits, which stands on what has moved on": (
        {"Procfile": SYNC, "requirements.txt": "connexion~=2.6.0\ngunicorn\n"},
        [("fails", "openapi_spec_validator.handlers")],
    ),
    "the same, where another package may hold that back": (
        {"Procfile": SYNC, "requirements.txt": "connexion~=2.6.0\ngunicorn\nacme-schemas\n"},
        [("unknown", "newer openapi-spec-validator")],
    ),
    "a Connexion 1, which stands on what has moved on": (
        {"Procfile": SYNC, "requirements.txt": "connexion==1.1.15\ngunicorn\n"},
        [("fails", "cannot import name 'FileStorage' from 'werkzeug'")],
    ),
    "a Connexion 2 that holds its validator back, and not Werkzeug": (
        {"Procfile": SYNC, "requirements.txt": "connexion==2.2.0\ngunicorn\nalembic==1.3.0\n"},
        [("fails", "cannot import name 'FileStorage' from 'werkzeug'")],
    ),
    "a Connexion 1 with what it stood on": (
        {"Procfile": SYNC, "requirements.txt": "connexion==1.1.15\nwerkzeug==0.16.1\ngunicorn\n"},
        [("unknown", "Connexion 1.1.15 (requirements.txt:1) is older than what the doctor knows")],
    ),
    "a package that imports a module of its own, as its name in it": (
        {"Procfile": "web: gunicorn shop.web:app\n", "requirements.txt": f"{TWO}gunicorn\n", "shop/app.py": "",
         "shop/__init__.py": "from .settings import *\nfrom . import tools\n", "shop/settings.py": "API = 'openapi.yaml'\n",
         "shop/tools.py": "PLACE = '..'\n",
         "shop/web.py": "import connexion\nimport shop\n\napp = connexion.FlaskApp(__name__, specification_dir=shop.tools.PLACE)\napp.add_api(shop.API)\n"},
        [("serves", "speaks WSGI")],
    ),
    "the Python that conda puts into an image": (
        {"Dockerfile": "FROM continuumio/miniconda3\nRUN conda create -n shop python=3.7\nENV PATH=/opt/conda/envs/shop/bin:$PATH\nRUN pip install connexion gunicorn\nWORKDIR /srv\nCOPY . .\nCMD gunicorn app:app\n"},
        [("serves", "speaks WSGI")],
    ),
    "gunicorn3 of the system, and the wheel that another stage makes of the project": (
        {"Dockerfile": "FROM python:3.11 AS build\nWORKDIR /app\nCOPY . .\nRUN poetry build\nFROM debian:bookworm\nRUN apt-get install -y python3-pip gunicorn3\n"
         'COPY --from=build /app/dist/*.whl .\nRUN python3 -m pip install *.whl\nWORKDIR /app\nCOPY . .\nCMD ["gunicorn3", "app:app"]\n',
         "pyproject.toml": '[tool.poetry]\nname = "shop"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.9"\nconnexion = "^2.14.2"\n'},
        [("serves", "speaks WSGI")],
    ),
    "flask run of the only Flask app of a module, beside what it imports": (
        {"Procfile": "web: FLASK_APP=web.py flask run\n", "requirements.txt": f"{TWO}flask-cors\n",
         "web.py": "import os\nfrom pathlib import Path\nfrom connexion.resolver import RestyResolver\nfrom flask_cors import CORS\n\nfrom app import app as shop\n\napi = shop.app\n"},
        [("serves", "speaks WSGI")],
    ),
    "modules whose names are no identifiers": (
        {"Procfile": "web: gunicorn shop-api:app\n", "requirements.txt": f"{TWO}gunicorn\n", "shop-api.py": APP,
         "openapi.yaml": SPECIFICATION.replace("handlers.hello", "parts.2nd_hand.hello"), "parts/__init__.py": "", "parts/2nd_hand.py": HANDLERS},
        [("serves", "speaks WSGI")],
    ),
    "a class that is named in its own body": (
        {"Dockerfile": IMAGE, "requirements.txt": TWO,
         "handlers.py": f"class Book:\n    def __init__(self, next: Book = None):\n        self.next = next\n\n    def copy(self) -> 'Book':\n        return Book(self)\n\n\n{HANDLERS}"},
        [("fails", "name 'Book' is not defined")],
    ),
    "two ranges that only releases between those of other minors fit": (
        {"Procfile": SYNC, "requirements.txt": "connexion>=2.6.0\nconnexion~=2.14.0\ngunicorn\n"},
        [("serves", "speaks WSGI")],
    ),
    "pins that cannot be imported together": (
        {"Procfile": SYNC, "requirements.txt": "connexion==2.14.2\nflask==2.2.3\nwerkzeug==3.0.6\ngunicorn\n"},
        [("fails", "url_quote")],
    ),
    "limits that are made of a template": (
        {"Procfile": SYNC, "requirements.txt": "-c limits.txt\nconnexion\ngunicorn\n",
         "limits.txt.in": "connexion>=2.14.2,<2.15\nacme @VERSION@\n"},
        [("serves", "speaks WSGI")],
    ),
    "limits that are not there": (
        {"Procfile": SYNC, "requirements.txt": "-c limits.txt\nconnexion\ngunicorn\n"},
        [("unknown", "requirements.txt:1: limits.txt, which may limit it, is not in the project")],
    ),
    "a module whose name ends as a script's of WSGI": (
        {"Procfile": "web: uwsgi --http :$PORT --module shop.wsgi:application\n", "requirements.txt": f"{TWO}uwsgi\n",
         "shop/__init__.py": "", "shop/wsgi.py": "from app import app\n\napplication = app.app\n"},
        [("serves", "speaks WSGI")],
    ),
    "a vassal that changes into a folder of the machine it is deployed on": (
        {"vassals/shop.ini": "[uwsgi]\nchdir = /srv/shop\nwsgi-file = app.py\ncallable = app\n", "requirements.txt": f"{TWO}uwsgi\n"},
        [("serves", "speaks WSGI")],
    ),
    "a factory that NGINX Unit calls": (
        {"unit.json": '{"applications": {"shop": {"type": "python 3.11", "module": "shop.wsgi", "callable": "make", "factory": true}}}',
         "requirements.txt": THREE, "shop/__init__.py": "", "shop/wsgi.py": "import app\n\n\ndef make():\n    return app.app\n"},
        [("serves", "speaks ASGI")],
    ),
    "a package of the project that a list installs from its folder": (
        {"Procfile": "web: uvicorn web:app\n", "requirements.txt": "-e ./libs/core\nuvicorn\n", "app.py": "",
         "libs/core/setup.py": "from setuptools import setup\nsetup(name='core', py_modules=['core'], install_requires=['connexion[flask]==3.1.0'])\n",
         "libs/core/core.py": "import connexion\n\n\ndef make(name):\n    app = connexion.FlaskApp(name)\n    app.add_api('openapi.yaml')\n    return app\n",
         "web.py": "from core import make\n\napp = make(__name__)\n"},
        [("serves", "speaks ASGI")],
    ),
    "a member of uv's workspace, whose image lacks the worker of another": (
        {"Dockerfile": 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN uv sync --package shop --no-dev\nCMD ["uv", "run", "gunicorn", "-k", "uvicorn_worker.UvicornWorker", "shop.main:app"]\n',
         "pyproject.toml": '[project]\nname = "mono"\nversion = "0"\n[tool.uv.workspace]\nmembers = ["shop", "core", "admin"]\n', "app.py": "",
         "core/pyproject.toml": '[project]\nname = "core"\nversion = "0"\ndependencies = ["connexion[flask]>=3.1,<4"]\n',
         "core/src/core/__init__.py": "import connexion\n\n\ndef make(name):\n    return connexion.FlaskApp(name)\n",
         "admin/pyproject.toml": '[project]\nname = "admin"\nversion = "0"\ndependencies = ["core", "uvicorn-worker"]\n',
         "shop/pyproject.toml": '[project]\nname = "shop"\nversion = "0"\ndependencies = ["core", "gunicorn"]\n',
         "shop/src/shop/__init__.py": "", "shop/src/shop/main.py": "from core import make\n\napp = make(__name__)\n"},
        [("fails", "does not install uvicorn-worker")],
    ),
    "a dispatcher around the WSGI app of the Flask app": (
        {"Procfile": SYNC.replace("app:app", "run:app"), "requirements.txt": f"{TWO}gunicorn\nprometheus-client\n",
         "run.py": "from prometheus_client import make_wsgi_app\nfrom werkzeug.middleware.dispatcher import DispatcherMiddleware\n\nfrom app import app as made\n\napp = DispatcherMiddleware(app=made.app.wsgi_app, mounts={'/metrics': make_wsgi_app()})\n"},
        [("serves", "speaks WSGI")],
    ),
    "the account that a container runs as": (
        {"Dockerfile": IMAGE.replace("CMD", "USER shop\nCMD"), "requirements.txt": TWO, "gunicorn.conf.py": "user = group = 'shop'\n"},
        [("serves", "speaks WSGI")],
    ),
    "what comes with what comes with another": (
        {"Procfile": SYNC, "requirements.txt": f"{TWO}gunicorn\npandas==2.2\npyopenssl\nflask-cors==3.0.10\n",
         "app.py": f"import cryptography\nimport six\n{APP}"},
        [("serves", "speaks WSGI")],
    ),
    "packages whose modules have other names": (
        {"Procfile": SYNC, "requirements.txt": "connexion==2.14.2\ngunicorn\npymongo\npyhumps\nog-pay\nacme-web-service-utils\n",
         "app.py": f"import bson\nimport humps\nimport aws_utils\n{APP}"},
        [("serves", "speaks WSGI")],
    ),
    "options that only a local start has": (
        {"run.sh": '#!/bin/sh\nEXTRA=""\nif [ "$STAGE" = local ]; then\n  EXTRA="--workers 1 --reload"\nfi\nexec uvicorn app:app $EXTRA\n',
         "requirements.txt": THREE.replace("[flask]", "[flask,uvicorn]")},
        [("serves", "speaks ASGI")],
    ),
    "options that change what is served, which only a local start has": (
        {"run.sh": '#!/bin/sh\nEXTRA=""\nif [ "$STAGE" = local ]; then\n  EXTRA=--factory\nfi\nexec uvicorn app:app $EXTRA\n',
         "requirements.txt": THREE.replace("[flask]", "[flask,uvicorn]")},
        [("unknown", "")],
    ),
    "modules that protoc makes in the image": (
        {"Dockerfile": "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt gunicorn grpcio grpcio-tools\n"
         "RUN python -m grpc_tools.protoc -I protos --python_out=. protos/shop.proto\nCMD gunicorn app:app\n",
         "requirements.txt": "connexion==2.14.2\n", "protos/shop.proto": "", "app.py": f"import shop_pb2\n{APP}"},
        [("serves", "speaks WSGI")],
    ),
    "modules that protoc makes elsewhere": (
        {"Procfile": SYNC, "requirements.txt": "connexion==2.14.2\ngunicorn\n", "protos/shop.proto": "",
         "app.py": f"import shop_pb2\n{APP}"},
        [("unknown", "imports shop_pb2, which protoc makes of shop.proto")],
    ),
    "variables that Compose gives the image's own command": (
        {"Dockerfile": "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt gunicorn\nCMD gunicorn app:app\n",
         "compose.yml": "services:\n  api:\n    build: .\n    env_file: api.env\n", "api.env": "LIMIT=3\n",
         "requirements.txt": "connexion==2.14.2\n", "app.py": f"import os\nLIMIT = int(os.environ.get('LIMIT'))\n{APP}"},
        [("serves", "speaks WSGI")],
    ),
    "variables that Compose takes from where it runs": (
        {"Dockerfile": IMAGE, "requirements.txt": "connexion==2.14.2\n",
         "compose.yml": "services:\n  api:\n    build: .\n    environment: {KEY: '${KEY}', LIMIT: '${LIMIT:?}', SIZE: '${SIZE:-3}'}\n",
         "app.py": f"import os\nKEY, SIZE = os.environ['KEY'], os.environ['SIZE']\nLIMIT = int(os.environ.get('LIMIT'))\nif not os.environ.get('KEY'):\n    raise ValueError('KEY')\n{APP}"},
        [("serves", "speaks WSGI")],
    ),
    "a variable that Compose takes from where it runs, and decides": (
        {"Dockerfile": IMAGE + "ENV SPEC=openapi.yaml\n", "requirements.txt": "connexion==2.14.2\n",
         "compose.yml": "services:\n  api:\n    build: .\n    environment: ['SPEC=${SPEC}']\n",
         "app.py": "import os\n" + APP.replace("'openapi.yaml'", "os.environ.get('SPEC', 'openapi.yaml')").replace('"openapi.yaml"', "os.environ.get('SPEC', 'openapi.yaml')")},
        [("unknown", "which specification is added")],
    ),
    "variables of a secret": (
        {"deploy.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n"
         "          command: [gunicorn, app:app]\n          env:\n            - name: KEY\n              valueFrom: {secretKeyRef: {name: shop, key: key}}\n",
         "requirements.txt": "connexion==2.14.2\ngunicorn\n", "app.py": f"import os\nKEY = os.environ['KEY']\n{APP}"},
        [("serves", "speaks WSGI")],
    ),
    "a package that a lock file has from git": (
        {"Procfile": SYNC, "poetry.lock": '[[package]]\nname = "connexion"\nversion = "2.14.2"\n[[package]]\nname = "gunicorn"\nversion = "23.0.0"\n'
         '[[package]]\nname = "acmescan"\nversion = "0.1"\n[package.source]\ntype = "git"\nurl = "https://example.org/acmescan.git"\n',
         "pyproject.toml": '[tool.poetry.dependencies]\nconnexion = "*"\ngunicorn = "*"\nacmescan = {git = "https://example.org/acmescan.git"}\n',
         "app.py": f"import acmescan\n{APP}"},
        [("serves", "speaks WSGI")],
    ),
    "a folder without __init__.py that is run": (
        {"Procfile": "web: python -m shop\n", "requirements.txt": TWO, "shop/names.py": "NAME = 'shop'\n",
         "shop/__main__.py": f"from .names import NAME\n{MAIN}\n\nmain()\n"},
        [("serves", "speaks WSGI")],
    ),
    "a number with underscores": (
        {"Dockerfile": IMAGE + "ENV MOST=14_000_000\n", "requirements.txt": "connexion==2.14.2\n",
         "app.py": f"import os\nMOST = int(os.getenv('MOST', '5'))\n{APP}"},
        [("serves", "speaks WSGI")],
    ),
    "limits that pip takes from a variable": (
        {"Dockerfile": IMAGE.replace("RUN", "ENV PIP_CONSTRAINT=limits.txt\nRUN"), "requirements.txt": "connexion\n", "limits.txt": "connexion<3\n"},
        [("serves", "speaks WSGI")],
    ),
    "another package of the project, which the image installs": (
        {"Dockerfile": IMAGE.replace("RUN", "RUN pip install ./libs/core\nRUN"), "requirements.txt": "connexion==2.14.2\n",
         "libs/core/pyproject.toml": '[project]\nname = "shop-core"\nversion = "1"\n', "libs/core/src/shop_core/__init__.py": "NAME = 'shop'\n",
         "app.py": f"from shop_core import NAME\n{APP}"},
        [("serves", "speaks WSGI")],
    ),
    "the name of a body beside a reference": (
        {"Procfile": SYNC, "requirements.txt": TWO + "gunicorn\n", "handlers.py": "def hello(car):\n    return {}\n",
         "openapi.yaml": SPECIFICATION.replace("get:", "post:").replace("      responses", "      requestBody: {content: {application/json: {schema: {x-body-name: car, $ref: '#/components/schemas/Car'}}}}\n      responses")
         + "components:\n  schemas:\n    Car: {type: object}\n"},
        [("serves", "speaks WSGI")],
    ),
    "a published image, whose Dockerfile gives gunicorn its worker": (
        {"Dockerfile": "FROM python:3.11\nCOPY . /app\nRUN pip install -r requirements.txt\nENV GUNICORN_CMD_ARGS='-k uvicorn.workers.UvicornWorker'\n",
         "compose.yml": "services:\n  api:\n    image: acme/shop:latest\n    command: gunicorn app:app\n",
         "requirements.txt": THREE.replace("[flask]", "[flask,uvicorn]") + "gunicorn==23.0.0\n"},
        [("serves", "speaks ASGI")],
    ),
    "nothing asks for Connexion": ({"Procfile": SYNC}, [("fails", "With Connexion 2, which nothing keeps out,")]),
    "nothing asks for Connexion, and the start would serve it": (
        {"Procfile": "web: uvicorn app:app\n", "requirements.txt": "requests\nuvicorn\n"},
        [("unknown", "imports connexion, which nothing that is asked for is known to bring. With Connexion 2")],
    ),
    "an image that does not install Connexion": (
        {"Dockerfile": "FROM python:3.11\nCOPY . .\nRUN pip install requests\nCMD uvicorn app:app\n"},
        [("fails", "does not install uvicorn and connexion[flask]")],
    ),
    "run by gevent": (
        {"Procfile": "web: python app.py\n", "requirements.txt": TWO + "gevent\n",
         "app.py": APP.replace("__name__)", "__name__, server='gevent')") + "app.run(port=8080)\n"},
        [("serves", "speaks WSGI")],
    ),
    "run by gevent, which nothing asks for": (
        {"Procfile": "web: python app.py\n", "requirements.txt": TWO, "app.py": APP + "app.run(server='gevent')\n"},
        [("unknown", "no requirement asks for gevent")],
    ),
    "run by what Connexion does not know": (
        {"Procfile": "web: python app.py\n", "requirements.txt": TWO, "app.py": APP + "app.run(server='nginx')\n"},
        [("fails", "Server nginx not recognized")],
    ),
    "a log configuration that needs nothing": (
        {"Procfile": "web: gunicorn --log-config log.ini app:app\n", "requirements.txt": TWO + "gunicorn\n", "log.ini": LOGGING},
        [("serves", "speaks WSGI")],
    ),
    "a log configuration that needs a class": (
        {"Procfile": "web: gunicorn --log-config log.ini app:app\n", "requirements.txt": TWO + "gunicorn\n",
         "log.ini": LOGGING.replace("StreamHandler", "acme.Handler")},
        [("unknown", "whether log.ini is a logconfig")],
    ),
    "a log configuration of a dictionary": (
        {"Procfile": "web: uvicorn --log-config log.json app:app\n", "requirements.txt": THREE.replace("[flask]", "[flask,uvicorn]"),
         "log.json": '{"version": 1, "formatters": {"a": {"()": "uvicorn.logging.DefaultFormatter"}}, "handlers": {"a": {"class": "logging.StreamHandler", "formatter": "a"}}}'},
        [("serves", "speaks ASGI")],
    ),
    "a certificate": (
        {"Procfile": "web: gunicorn --certfile a.pem --keyfile a.key app:app\n", "requirements.txt": TWO + "gunicorn\n",
         "a.pem": CERTIFICATE, "a.key": KEY},
        [("serves", "speaks WSGI")],
    ),
    "a certificate that is none": (
        {"Procfile": "web: gunicorn --certfile a.pem --keyfile a.key app:app\n", "requirements.txt": TWO + "gunicorn\n",
         "a.pem": CERTIFICATE[:99], "a.key": KEY},
        [("unknown", "whether a.pem is a certfile that gunicorn can take")],
    ),
    "a logger of the project": (
        {"gunicorn.conf.py": "from gunicorn.glogging import Logger\nclass Own(Logger):\n    pass\nlogger_class = 'logs.Own'\n",
         "logs.py": "from gunicorn.glogging import Logger\nclass Own(Logger):\n    pass\n",
         "Procfile": SYNC, "requirements.txt": TWO + "gunicorn\n"},
        [("serves", "speaks WSGI")],
    ),
    "a logger that imports what is not there": (
        {"gunicorn.conf.py": "logger_class = 'logs.Own'\n",
         "logs.py": "import acme_logs\nfrom gunicorn.glogging import Logger\nclass Own(Logger):\n    pass\n",
         "Procfile": SYNC, "requirements.txt": TWO + "gunicorn\n"},
        [("unknown", "what logger_class logs.Own does")],
    ),
    "run with what only Flask's server has": (
        {"Procfile": "web: python app.py\n", "requirements.txt": "connexion[flask,uvicorn]\n", "app.py": APP + "app.run(port=8080, debug=True)\n"},
        [("fails", "run() got an unexpected keyword argument 'debug'. With Connexion 2, which requirements.txt:1 lets in too, it serves.")],
    ),
    "both majors are let in": (
        {"Procfile": SYNC, "requirements.txt": "connexion[flask]\ngunicorn\n"},
        [("fails", "With Connexion 2, which requirements.txt:1 lets in too, it serves.")],
    ),
    "both majors are let in, and the start is made for 3": (
        {"Procfile": "web: uvicorn app:app\n", "requirements.txt": "connexion[flask,uvicorn]>=2.14\n"},
        [("serves", "it fails: every request will fail with 500: uvicorn speaks ASGI")],
    ),
    "the flask extra, which nothing brings": (
        {"Procfile": "web: uvicorn app:app\n", "requirements.txt": "connexion==3.3.0\nuvicorn\n"},
        [("fails", "without its 'flask' extra")],
    ),
    "the flask extra, which something may bring": (
        {"Procfile": "web: uvicorn app:app\n", "requirements.txt": "connexion==3.3.0\nuvicorn\nacme-base\n"},
        [("unknown", "FlaskApp needs connexion[flask]")],
    ),
    "options that make may be given": (
        {"Makefile": "run:\n\tgunicorn app:app ${reload}\n", "requirements.txt": THREE + "gunicorn\n"},
        [("fails", "speaks WSGI")],
    ),
    "a console script whose function another module has": (
        {"Procfile": "web: shop\n", "requirements.txt": TWO, "pyproject.toml": SCRIPTS,
         "shop/__main__.py": "from . import main\n", "shop/__init__.py": MAIN},
        [("serves", "speaks WSGI")],
    ),
    "a group of commands that is given one": (
        {"Procfile": "web: shop run\n", "requirements.txt": TWO, "pyproject.toml": SCRIPTS,
         "shop/__main__.py": GROUP, "shop/__init__.py": ""},
        [("serves", "speaks WSGI")],
    ),
    "a group of commands that is given none": (
        {"Procfile": "web: shop\n", "requirements.txt": TWO, "pyproject.toml": SCRIPTS,
         "shop/__main__.py": GROUP, "shop/__init__.py": ""},
        [],
    ),
    "a package that is run, and imports from beside it": (
        {"Procfile": "web: python -m shop\n", "requirements.txt": TWO, "shop/__init__.py": "",
         "shop/names.py": "NAME = 'shop'\n", "shop/__main__.py": f"from .names import NAME\n{MAIN}\n\nmain()\n"},
        [("serves", "speaks WSGI")],
    ),
    "a base image brings its server": (
        {"Dockerfile": NGINX, "requirements.txt": TWO, "uwsgi.ini": INI},
        [("serves", "speaks WSGI")],
    ),
    "a base image, and Connexion 3": (
        {"Dockerfile": NGINX, "requirements.txt": THREE, "uwsgi.ini": INI},
        [("fails", "uwsgi speaks WSGI")],
    ),
    "a service that is asked while the app is imported": (
        {"Procfile": "web: uvicorn app:app\n", "requirements.txt": "connexion[flask,uvicorn]==3.1.0\nredis\n",
         "app.py": f"import redis\ncache = redis.Redis('db')\ncache.ping()\n{APP}"},
        [("unknown", "app.py:3: asks another machine")],
    ),
    "options that the release has": (
        {"Procfile": "web: gunicorn --permit-obsolete-folding --enable-backlog-metric app:app\n"
         "api: uvicorn --limit-max-requests 9 --limit-max-requests-jitter 3 --workers 2 app:app\n",
         "requirements.txt": "connexion[flask]==3.1.0\ngunicorn==27.0.1\nuvicorn==0.54.0\n"},
        [("fails", "speaks WSGI"), ("serves", "speaks ASGI")],
    ),
    "a configuration that gunicorn refuses": (
        {"Procfile": "a: gunicorn -c a.py app:app\nb: gunicorn -c b.py app:app\nc: gunicorn -c c.py app:app\n"
         "d: gunicorn -c d.py app:app\n",
         "a.py": "worker_class = 'asgi'\n<<<<<<< HEAD\n", "d.py": "worker_class = 'asgi'\nbind = 8000\n",
         "b.py": "worker_class = 'asgi'\ndef post_fork(server):\n    pass\n",
         "c.py": "worker_class = 'asgi'\nkeepalive = 5.5\ndef post_request(worker, request):\n    pass\n",
         "requirements.txt": "connexion[flask]==3.1.0\ngunicorn==27.0.1\n"},
        [("fails", "a.py is no Python that can be read"), ("fails", "post_fork: Value must have an arity of: 2"),
         ("unknown", "keepalive 5.5, which is no number that it takes"), ("unknown", "bind 8000, which is no text")],
    ),
    "values that a server does not take": (
        {"Procfile": "a: uvicorn --port abc app:app\nb: uvicorn --log-level INFO app:app\n"
         "c: gunicorn -w two app:app\nd: uvicorn --worker 2 app:app\ne: uvicorn --port 99999 app:app\n"
         "f: uvicorn --reload-dir nope app:app\ng: uvicorn --port $PORT app:app\n"
         "h: hypercorn --keep-alive 5 app:app\n",
         "requirements.txt": "connexion[flask,uvicorn]==3.1.0\ngunicorn\nhypercorn\n"},
        [("fails", "port abc, which is no number that it takes"), ("fails", "log_level INFO, and takes critical"),
         ("fails", "workers two, which is no number that it takes"), ("unknown", "the option --worker is not known here"),
         ("unknown", "there is no such port"), ("unknown", "a folder that is not here"),
         ("serves", "speaks ASGI"), ("serves", "speaks ASGI")],
    ),
    "options that came with a later release": (
        {"Procfile": "web: gunicorn --permit-obsolete-folding -k uvicorn_worker.UvicornWorker app:app\n"
         "api: uvicorn --limit-max-requests 9 --limit-max-requests-jitter 3 --workers 2 app:app\n",
         "requirements.txt": "connexion[flask]==3.1.0\ngunicorn==22.0.0\nuvicorn==0.30.6\nuvicorn-worker\n"},
        [("unknown", "gunicorn 22.0.0 has no setting permit_obsolete_folding"),
         ("unknown", "uvicorn 0.30.6 has no setting limit_max_requests_jitter")],
    ),
    "FLASK_APP in .flaskenv": (
        {"Procfile": "web: flask run -h 0.0.0.0\n", "requirements.txt": f"{TWO}python-dotenv\n",
         ".flaskenv": "FLASK_APP=web.py\n", "web.py": INNER},
        [("serves", "speaks WSGI")],
    ),
    "FLASK_APP in .flaskenv, which flask may not read": (
        {"Procfile": "web: flask run -h 0.0.0.0\n", "requirements.txt": TWO,
         ".flaskenv": "FLASK_APP=web.py\n", "web.py": INNER},
        [("unknown", "nothing asks for python-dotenv")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_verdicts(name: str, tmp_path: Path) -> None:
    files, expected = TABLE[name]
    for path, text in {
        "app.py": APP,
        "openapi.yaml": SPECIFICATION,
        "handlers.py": HANDLERS,
        **files,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    told = bare(tmp_path)
    assert [verdict for verdict, _ in told] == [verdict for verdict, _ in expected], told
    assert all(word in reason for (_, reason), (_, word) in zip(told, expected, strict=True)), told


# Code in a folder of its own, what the service beside it asks for, and the rules that speak of the code.
BESIDE: dict[str, tuple[str, set[str]]] = {
    "Connexion 2": ("connexion==2.14.2\n", set()),
    "Connexion 3": ("connexion[flask]==3.1.0\n", {"CXD450"}),
}


@pytest.mark.parametrize("name", BESIDE)
def test_code_without_a_start_is_judged_by_the_start_that_takes_it_in(name: str, tmp_path: Path) -> None:
    asked, expected = BESIDE[name]
    root = project(
        tmp_path,
        **{"app.py": "", "openapi.yaml": "", "service/app.py": APP, "service/openapi.yaml": SPECIFICATION},
        **{
            "service/handlers.py": HANDLERS,
            "service/Procfile": SYNC,
            "service/requirements.txt": f"{asked}gunicorn\n",
        },
        **{"code/impl.py": "import connexion\n\n\ndef taken():\n    return connexion.request.get_json()\n"},
    )
    done = doctor("--no-import", "--format", "json", cwd=root, env=environ(PATH="/usr/bin:/bin"))
    found = {
        one["code"]
        for one in done.report["findings"]
        if (one["location"] or {}).get("path") == "code/impl.py"
    }
    assert found == expected
