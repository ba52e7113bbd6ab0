"""``flask run`` and ``connexion run``, asked by their own command lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import together
from tests.running import APP, Done, diagnose, environ, project

INNER = APP + "\n\napplication = app.app\n"
PLAIN = "import connexion\n\napp = connexion.AsyncApp(__name__)\n"
MADE = (
    "import connexion\n\n\ndef create():\n    return connexion.FlaskApp(__name__)\n\n\n"
    "def create_app():\n    made = create()\n    return made.app\n"
)

ABSENT = "connexion run nope.yaml"

# command -> environment, verdict, code, a piece of the recommended fix's command
CASES: dict[str, tuple[str, str, str | None, str]] = {
    "flask --app app:app run": ("c3new", "fails", "CXD307", "uvicorn app:app --host 127.0.0.1 --port 5000"),
    "flask --app app:application run -p 81": (
        "c3new",
        "fails",
        "CXD105",
        "uvicorn app:app --host 127.0.0.1 --port 81",
    ),
    "flask --app plain run": ("c3new", "fails", "CXD307", "uvicorn plain:app"),
    "flask --app made run": ("c3new", "fails", "CXD105", "uvicorn --factory made:create_app"),
    "flask --app made:create run": ("c3new", "fails", "CXD307", "uvicorn --factory made:create"),
    "flask --app nope run": ("c3new", "fails", "CXD010", ""),
    "flask --app app:nope run": ("c3new", "fails", "CXD020", ""),
    "flask --app app run --debug": ("c3new", "fails", "CXD105", "--reload"),
    "python -m flask --app app:app run": ("c3new", "fails", "CXD307", "uvicorn app:app"),
    "flask --app app:application run": ("c2new", "serves", None, ""),
    "flask run": ("c2new", "serves", None, ""),
    "connexion run openapi.yaml": ("c3new", "serves", None, ""),
    "connexion run openapi.yaml -f flask": ("c3new", "serves", None, ""),
    ABSENT: ("c3new", "fails", "CXD011", "connexion run openapi.yaml"),
    "connexion run openapi.yaml -p 80 -H 127.0.0.1": ("c2new", "serves", None, ""),
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Done]:
    found: dict[str, Done] = {}
    for name in ("c3new", "c2new"):
        commands = [one for one, (environment, *_) in CASES.items() if environment == name and one != ABSENT]
        folder = project(tmp_path_factory.mktemp(name), app__py=INNER, plain__py=PLAIN, made__py=MADE)
        found.update(together.ask(name, commands, folder))
        if ABSENT not in found:  # in a file, what is missing here may be there where the file is used
            found[ABSENT] = diagnose(name, "--", *ABSENT.split(), cwd=folder)
    return found


@pytest.mark.parametrize("command", CASES)
def test_command(command: str, asked: dict[str, Done]) -> None:
    _, verdict, code, piece = CASES[command]
    done = asked[command]
    assert done.verdicts == [verdict]
    errors = [finding["code"] for finding in done.report["findings"] if finding["severity"] == "error"]
    assert errors == ([code] if code else [])
    if piece:
        assert piece in done.fix(str(code))["command"]


@pytest.mark.parametrize("name", ["app:application", "app.py:application", "app"])
def test_the_environment_names_the_app(name: str, tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=INNER)
    done = diagnose("c2new", "--", "flask", "run", cwd=folder, env=environ(FLASK_APP=name))
    assert done.verdicts == ["serves"]


def test_the_extra_that_connexion_run_needs(tmp_path: Path) -> None:
    done = diagnose("c3nouv", "--", "connexion", "run", "openapi.yaml", cwd=project(tmp_path))
    assert done.codes == ["CXD013"]
