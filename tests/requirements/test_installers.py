"""What the commands of each tool install, as its own manual says."""

from __future__ import annotations

import pytest

from connexion_doctor.model import Word
from connexion_doctor.requirements.installers import Install, read

LIST, SHOP = ("requirements.txt",), (("./libs/shop", ("a", "b")),)
ONE = (Word("gunicorn"),)
COMMANDS: dict[str, Install | None] = {
    "pip install -r requirements.txt": Install("pip", files=LIST),
    "sudo pip3 install -q -r requirements.txt -c c.txt": Install("pip", files=LIST, constraints=("c.txt",)),
    "python3 -m pip install -e ./libs/shop[a,b]": Install("pip", projects=SHOP),
    "python -O -m pip install gunicorn": Install("pip", words=ONE),
    "FOO=1 pip install --no-deps .": Install("pip", projects=((".", ()),), no_deps=True),
    "pip install --no-index -f /wheels gunicorn": Install("pip", words=ONE, wheels_only=True),
    "pip install --index-url https://a.example gunicorn": Install(
        "pip", words=ONE, index=("--index-url", "https://a.example")
    ),
    "pip install git+https://example.org/x.git": Install("pip", unknown=("git+https://example.org/x.git",)),
    "pip install dist/x-1.0-py3-none-any.whl": Install("pip", unknown=("dist/x-1.0-py3-none-any.whl",)),
    "pip download gunicorn": None,
    "pipx install gunicorn": None,
    "python setup.py install": Install("pip", projects=((".", ()),)),
    "python manage.py install": None,
    "uv pip install --system -r requirements.txt": Install("uv", files=LIST),
    "uv pip sync requirements.txt": Install("uv", files=LIST, no_deps=True),
    "uv pip compile a.in -o requirements.txt": Install("uv", files=("a.in",), made="requirements.txt"),
    "uv sync --frozen --no-dev --extra prod": Install("uv", synced=".", extras=("prod",)),
    "uv sync --all-extras --no-install-project --group serve": Install(
        "uv", synced=".", groups=("dev", "serve"), extras=("*",), without_project=True
    ),
    "uv export --no-dev -o requirements.txt": Install("uv", synced=".", made="requirements.txt"),
    "uv add -r requirements.txt gunicorn": Install("uv", files=LIST, words=ONE),
    "uv run pytest": None,
    "poetry install --no-root --only main": Install(
        "poetry", synced=".", groups=("main",), without_project=True
    ),
    "poetry install --with serve -E fast --without dev": Install(
        "poetry", synced=".", groups=("serve",), extras=("fast",)
    ),
    "poetry export -f requirements.txt -o requirements.txt": Install(
        "poetry", synced=".", without_project=True, made="requirements.txt"
    ),
    "poetry export": Install("poetry", synced=".", without_project=True, made=""),
    "poetry add gunicorn": Install("poetry", words=ONE),
    "poetry run pip install gunicorn": Install("pip", words=ONE),
    "poetry build": None,
    "pipenv install --system --deploy": Install("pipenv", synced=".", without_project=True),
    "pipenv install --dev --skip-lock": Install(
        "pipenv", synced=".", groups=("development",), without_project=True, without_lock=True
    ),
    "pipenv install gunicorn": Install("pipenv", words=ONE),
    "pipenv install -r requirements.txt": Install("pipenv", files=LIST),
    "pipenv requirements": Install("pipenv", synced=".", without_project=True, made=""),
    "pipenv lock -r": Install("pipenv", synced=".", without_project=True, made=""),
    "pipenv lock": None,
    "pdm install --prod --no-self -G serve": Install(
        "pdm", synced=".", groups=("serve",), extras=("serve",), without_project=True
    ),
    "pdm export -o requirements.txt": Install(
        "pdm", synced=".", groups=("dev",), without_project=True, made="requirements.txt"
    ),
    "pdm add gunicorn": Install("pdm", words=ONE),
    "pdm run start": None,
    "pip-sync": Install("pip", files=LIST, no_deps=True),
    "pip-compile": Install("pip", files=("requirements.in",), made="requirements.txt"),
    "pip-compile --extra prod -o requirements.txt pyproject.toml": Install(
        "pip", files=("pyproject.toml",), extras=("prod",), made="requirements.txt"
    ),
    "conda env create -f environment.yml": Install("conda", files=("environment.yml",)),
    "mamba install -y gunicorn": Install("conda", words=ONE),
    "conda activate shop": None,
    "apt-get install -y gunicorn3 curl": Install("system", system=("gunicorn3", "curl")),
    "apk add --no-cache py3-gunicorn=20.1": Install("system", system=("py3-gunicorn",)),
    "apt-get update": None,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_installs(command: str) -> None:
    assert read([Word(one) for one in command.split()]) == COMMANDS[command]
