"""Makefile, justfile, task runners, shell scripts, Python, console scripts."""

# ruff: noqa: E501 -- whole files, as they stand, on one line each

from __future__ import annotations

from tests.discovery.forms import APP, Form

MAIN = APP + '\n\nif __name__ == "__main__":\n    app.run(port=8080)\n'
CLI = "import uvicorn\n\nfrom shop.app import app\n\n\ndef main():\n    uvicorn.run(app)\n"
SHOP = {"src/shop/__init__.py": "", "src/shop/app.py": APP, "src/shop/cli.py": CLI}
NAMED = "dependencies = ['connexion']\n"

FORMS: dict[str, Form] = {
    # --- Makefile, justfile, task runners
    "make-any-target": Form(
        {
            "Makefile": "VENV = .venv\nBIN := $(VENV)/bin\nMODULE ?= app:app\n\nbackend: deps\n\t$(BIN)/uvicorn $(MODULE) --reload\n\n"
            "watch:\n\t@cd . && gunicorn app:app\n\ntest:\n\tgunicorn test:app & pytest\n\nlint-app:\n\tgunicorn lint:app\n\n"
            "stop:\n\tpkill -f gunicorn app:app\n\nsetup:\n\tapt-get install -y gunicorn nginx\n\tpip install uvicorn gunicorn\n"
            "\tcommand -v gunicorn || exit 1\n\nstatus:\n\tsystemctl status gunicorn\n\tgunicorn --check-config app:app -w 2\n"
            "migrate:\n\tflask db upgrade\nshell:\n\tflask shell\n# old:\n#\tgunicorn old:app\n"
        },
        ("Makefile:backend uvicorn app:app", "Makefile:watch gunicorn app:app"),
    ),
    "options-that-only-some-have": Form(
        {
            "run.sh": '#!/bin/sh\nEXTRA=""\nif [ "$STAGE" = local ]; then\n  EXTRA="--host $HOST --workers 1 --reload"\nfi\nexec uvicorn app:app $EXTRA\n',
            "start.sh": '#!/bin/sh\nKIND=""\nif [ "$STAGE" = local ]; then\n  KIND="--factory"\nfi\nexec uvicorn $KIND app:app\n',
        },
        ("run.sh:6 uvicorn app:app", "start.sh:6 uvicorn app:app"),
    ),
    "make-variable-from-outside": Form(
        {"Makefile": "PYTHON ?= python3\n\nup:\n\t$(PYTHON) -m uvicorn app:app\n\nother:\n\t$(TOOL) thing\n"},
        ("Makefile:up uvicorn app:app",),
    ),
    "make-variable-of-itself": Form(  # four times in itself: it has to come to an end
        {
            "Makefile": "A := $(shell date)\nB := $(B) $(B) $(B) $(B) $(C) $(C) $(C)\nC = $(B) $(B) $(B) $(A)\n\n"
            "go:\n\techo $(B) $(C) && gunicorn app:app\n"
        },
        ("Makefile:go gunicorn app:app",),
    ),
    "make-included-part": Form(
        {"Makefile": "include mk/run.mk\n", "mk/run.mk": "go:\n\tgunicorn app:app\n"},
        ("mk/run.mk:go gunicorn app:app",),
    ),
    "files-of-tests": Form(
        {
            "tests/docker/compose.yml": "services:\n  a:\n    build: .\n    command: gunicorn app:app\n",
            "tests/Dockerfile": "FROM python\nCMD gunicorn app:app\n",
            "Procfile": "web: gunicorn app:app\n",
        },
        ("Procfile:web gunicorn app:app",),
    ),
    "script-of-builtins": Form(
        {
            "run.sh": "#!/bin/sh\nwhile true; do\n  xz -d dump.xz && break\ndone\nlocal x=1\nexec /opt/launcher\n"
        },
        (),
        ("run.sh:6",),
    ),
    "make-one-line": Form(
        {"Makefile": "go: ; gunicorn app:app\n\n.PHONY: go\n"}, ("Makefile:go gunicorn app:app",)
    ),
    "make-docker-run": Form(
        {
            "Makefile": "image:\n\tdocker build .\n\tdocker run -p 80:80 image\n",
            "Procfile": "web: gunicorn app:app\n",
        },
        ("Procfile:web gunicorn app:app",),
    ),
    "just": Form(
        {
            "justfile": 'module := "app:app"\n\n# start it\nbackend port="8000":\n    @uvicorn {{module}} --port {{port}}\n\n'
            "script:\n    #!/usr/bin/env bash\n    set -e\n    cd .\n    exec gunicorn {{ module }}\n\ntest:\n    gunicorn test:app\n"
        },
        ("justfile:backend uvicorn app:app", "justfile:script gunicorn app:app"),
    ),
    "taskfile": Form(
        {
            "Taskfile.yml": "version: '3'\ntasks:\n  dev:\n    cmds:\n      - uvicorn app:app --reload\n  test:\n    cmds:\n      - gunicorn test:app\n"
        },
        ("Taskfile.yml:dev uvicorn app:app",),
    ),
    "tox-and-nox": Form(
        {
            "tox.ini": "[tox]\nenvlist = py312\n[testenv]\ncommands = gunicorn test:app\n[testenv:serve]\ncommands =\n"
            "    flask db upgrade\n    gunicorn app:app\n[testenv:lint]\ncommands = ruff check\n",
            "noxfile.py": 'import nox\n\n\n@nox.session\ndef serve(session):\n    session.run("uvicorn", "app:app", "--reload")\n\n\n'
            '@nox.session\ndef tests(session):\n    session.run("gunicorn", "test:app")\n',
        },
        ("noxfile.py:6 uvicorn app:app", "tox.ini:serve gunicorn app:app"),
    ),
    "pyproject-tasks": Form(
        {
            "pyproject.toml": "[tool.poe.tasks]\nbackend = 'uvicorn app:app'\ntest = 'gunicorn test:app'\n"
            "[tool.hatch.envs.default.scripts]\nup = ['flask db upgrade', 'gunicorn app:app']\n"
            "[tool.pdm.scripts]\ngo = {cmd = ['hypercorn', 'app:app']}\n"
        },
        (
            "pyproject.toml:backend uvicorn app:app",
            "pyproject.toml:up gunicorn app:app",
            "pyproject.toml:go hypercorn app:app",
        ),
    ),
    "package-json": Form(
        {
            "package.json": '{"scripts": {"start": "gunicorn app:app", "test": "gunicorn test:app", "build": "webpack"}}\n'
        },
        ("package.json:start gunicorn app:app",),
    ),
    "vscode-launch": Form(  # a debugger's configuration is a start as well, but one of the developer's
        {
            ".vscode/launch.json": '{"configurations": [{"module": "uvicorn", "args": ["app:app"]}]}\n',
            "Procfile": "web: gunicorn app:app\n",
        },
        ("Procfile:web gunicorn app:app",),
    ),
    # --- shell scripts
    "script-dispatches": Form(
        {
            "docker-entrypoint.sh": '#!/bin/sh\ncase "$1" in\n  web) exec gunicorn app:app ;;\n  dev) exec uvicorn app:app ;;\n'
            '  worker) exec celery -A app worker ;;\n  *) exec "$@" ;;\nesac\n'
        },
        ("docker-entrypoint.sh:3 gunicorn app:app", "docker-entrypoint.sh:4 uvicorn app:app"),
    ),
    "script-mentions": Form(
        {
            "start.sh": "#!/bin/bash\nwhich gunicorn app:app\npkill gunicorn app:app\npip install gunicorn\nps aux | grep gunicorn app:app\n"
            'echo gunicorn app:app\n# gunicorn app:app\nif pgrep -f "gunicorn app:app"; then exit; fi\ngunicorn --version\n'
            "cat <<EOF\ngunicorn app:app\nEOF\nexec gunicorn app:app\n"
        },
        ("start.sh:13 gunicorn app:app",),
    ),
    "script-by-its-content": Form(
        {
            "backend.sh": "#!/bin/sh\nexec uvicorn app:app\n",
            "test.sh": "gunicorn test:app\n",
            "build.sh": "docker build .\n",
        },
        ("backend.sh:2 uvicorn app:app",),
    ),
    "script-in-ci": Form(
        {
            ".gitlab-ci.yml": "test:\n  script:\n    - gunicorn app:app -D\n    - pytest\n",
            ".github/workflows/x.yml": "jobs:\n  a:\n    services: {}\n    steps:\n    - run: uvicorn app:app &\n",
            "azure-pipelines.yml": "steps:\n- script: gunicorn app:app\n",
            "Procfile": "web: gunicorn app:app\n",
            "bitbucket-pipelines.yml": "pipelines:\n  default:\n  - step:\n      script:\n      - gunicorn ci:app\n",
        },
        ("Procfile:web gunicorn app:app",),
    ),
    # --- Python
    "python-app-run": Form({"app.py": MAIN}, ("app.py:11 python app:app",)),
    "python-m-package": Form(
        {
            "Dockerfile": "FROM python\nCOPY . .\nCMD python -m api\n",
            "api/__init__.py": "",
            "api/__main__.py": MAIN,
        },
        ("Dockerfile:3 python api.__main__:app",),
    ),
    "python-uvicorn-run-string": Form(
        {"main.py": 'import uvicorn\n\nif __name__ == "__main__":\n    uvicorn.run("app:app", port=80)\n'},
        ("main.py:4 python app:app",),
    ),
    "python-factory-string": Form(
        {
            "main.py": 'import uvicorn\n\nif __name__ == "__main__":\n    uvicorn.run("app:create_app", factory=True)\n'
        },
        ("main.py:4 python app:create_app",),
    ),
    "python-waitress": Form(
        {"main.py": "from waitress import serve\n\nfrom app import app\n\nserve(app)\n"},
        ("main.py:5 python app:app",),
    ),
    "python-subprocess-list": Form(
        {
            "run.py": 'import subprocess\n\nargs = ["gunicorn", "-w", "2"]\nargs += ["app:app"]\nsubprocess.run(args)\n'
        },
        ("run.py:3 gunicorn app:app",),
    ),
    "python-subprocess-appended": Form(
        {
            "run.py": 'import os\n\n\ndef main():\n    cmd = ["gunicorn"]\n    cmd.append("app:app")\n    cmd.extend(["-w", "2"])\n'
            '    os.execvp(cmd[0], cmd)\n\n\nif __name__ == "__main__":\n    main()\n'
        },
        ("run.py:5 gunicorn app:app",),
    ),
    "python-os-system": Form(
        {"run.py": 'import os\n\nos.system("gunicorn app:app")\n'}, ("run.py:3 gunicorn app:app",)
    ),
    "python-subprocess-split": Form(
        {
            "run.py": 'import shlex\nimport subprocess\n\nsubprocess.Popen(shlex.split("gunicorn app:app -w 2"))\n'
        },
        ("run.py:4 gunicorn app:app",),
    ),
    # --- console scripts
    "console-script-alone": Form(
        {"pyproject.toml": f"[project]\n{NAMED}[project.scripts]\nshop = 'shop.cli:main'\n", **SHOP},
        ("pyproject.toml:shop python shop.app:app",),
    ),
    "console-script-in-docker": Form(
        {
            "pyproject.toml": f"[project]\n{NAMED}[project.scripts]\nshop = 'shop.cli:main'\n",
            "Dockerfile": 'FROM python\nCOPY . /x\nRUN pip install /x\nCMD ["shop"]\n',
            **SHOP,
        },
        ("Dockerfile:4 python shop.app:app",),
    ),
    "console-script-setup-cfg": Form(
        {
            "setup.cfg": "[options]\ninstall_requires = connexion\npackage_dir =\n    = source\n[options.packages.find]\nwhere = source\n"
            "[options.entry_points]\nconsole_scripts =\n    shop = shop.cli:main\n",
            "Procfile": "web: shop --port 80\n",
            **{name.replace("src/", "source/"): text for name, text in SHOP.items()},
        },
        ("Procfile:web python shop.app:app",),
    ),
    "console-script-poetry": Form(
        {
            "pyproject.toml": "[tool.poetry.dependencies]\nconnexion = '*'\n[tool.poetry.scripts]\nstart = 'shop.cli:main'\n",
            "Procfile": "web: poetry run start\n",
            **SHOP,
        },
        ("Procfile:web python shop.app:app",),
    ),
    "console-script-setup-py": Form(
        {
            "setup.py": "from setuptools import setup\n\nsetup(install_requires=['connexion'], package_dir={'': 'lib/py'},\n"
            "      entry_points={'console_scripts': ['shop=shop.cli:main']})\n",
            "run.sh": "exec shop\n",
            **{name.replace("src/", "lib/py/"): text for name, text in SHOP.items()},
        },
        ("run.sh:1 python shop.app:app",),
    ),
    "console-script-find-where": Form(
        {
            "pyproject.toml": f"[project]\n{NAMED}[project.scripts]\nshop = 'shop.cli:main'\n"
            "[tool.setuptools.packages.find]\nwhere = ['code']\n",
            "Procfile": "web: shop\n",
            **{name.replace("src/", "code/"): text for name, text in SHOP.items()},
        },
        ("Procfile:web python shop.app:app",),
    ),
    "console-script-click-group": Form(
        {
            "pyproject.toml": f"[project]\n{NAMED}[project.scripts]\nshop = 'shop.cli:cli'\n",
            "Procfile": "web: shop serve\nrelease: shop migrate\n",
            "src/shop/__init__.py": "",
            "src/shop/app.py": APP,
            "src/shop/cli.py": "import click\n\nfrom shop.app import app\n\n\n@click.group()\ndef cli():\n    pass\n\n\n"
            "@cli.command()\ndef serve():\n    app.run(port=80)\n\n\n@cli.command()\ndef migrate():\n    print('done')\n",
        },
        ("Procfile:web python shop.app:app",),
        (),
        ("Procfile:2",),
    ),
    "console-script-that-serves-nothing": Form(
        {
            "pyproject.toml": f"[project]\n{NAMED}[project.scripts]\nshop = 'shop.app:create_app'\nlint = 'elsewhere:main'\n",
            **SHOP,
        },
    ),
    # --- what is installed
    "requirements-chain": Form(
        {
            "requirements.txt": "requests\n",
            "shared/base.txt": "connexion\n",
            "services/a/requirements.txt": "-r ../../shared/base.txt\n",
            "services/a/main.py": "from lib import app\n",
            "services/a/Procfile": "web: gunicorn main:app\n",
            "services/b/requirements.txt": "-r common/more.txt  # more\n",
            "services/b/common/more.txt": "--requirement=../../../shared/base.txt\n",
            "services/b/main.py": "from lib import app\n",
            "services/b/Procfile": "web: gunicorn main:app\n",
            "services/c/requirements.txt": "flask\n-c ../../shared/base.txt\n",
            "services/c/main.py": "from flask import Flask\n\napp = Flask(__name__)\n",
            "services/c/Procfile": "web: gunicorn main:app\n",
            "app.py": "",
        },
        (
            "services/a/Procfile:web gunicorn main:app @services/a",
            "services/b/Procfile:web gunicorn main:app @services/b",
        ),
    ),
}
