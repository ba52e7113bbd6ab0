"""Without a target: the starts that the project's files tell, each with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.running import APP, SPECIFICATION, diagnose, doctor, project

REQUIREMENTS = "connexion[flask,uvicorn]==3.3.0\ngunicorn==27.0.1\n"


def test_every_start_is_judged_at_its_own_place(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        Procfile="web: gunicorn -b :$PORT app:app\nworker: celery -A app worker\n",
        Dockerfile='FROM python:3.11\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "app:app"]\n',
        requirements__txt=REQUIREMENTS,
    )
    done = diagnose("c3new", cwd=folder)
    found = {
        (launch["origin"]["path"], launch["origin"]["line"]): launch["verdict"]
        for launch in done.report["launches"]
    }
    assert found == {("Procfile", 1): "fails", ("Dockerfile", 4): "serves"}
    location = done.finding("CXD101")["location"]
    assert (location["path"], location["line"], location["column"]) == ("Procfile", 1, 6)
    edit = done.fix("CXD101")["edits"][0]
    assert edit["replacement"].strip() == "-k uvicorn_worker.UvicornWorker"


def test_a_configuration_file_finds_its_target_in_the_launch_that_names_it(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        start__sh="#!/bin/sh\nexec gunicorn -c conf.py app:app\n",
        conf__py='worker_class = "asgi"\n',
        requirements__txt=REQUIREMENTS,
    )
    done = diagnose("c3new", "--gunicorn-conf", "conf.py", cwd=folder)
    launch = done.report["launches"][0]
    assert (launch["target"], launch["verdict"], launch["origin"]["path"]) == (
        "app:app",
        "serves",
        "start.sh",
    )


def test_a_configuration_file_finds_the_only_app(tmp_path: Path) -> None:
    folder = project(tmp_path, conf__py='worker_class = "asgi"\n', requirements__txt=REQUIREMENTS)
    launch = diagnose("c3new", "--gunicorn-conf", "conf.py", cwd=folder).report["launches"][0]
    assert (launch["target"], launch["verdict"]) == ("app:app", "serves")


def test_a_configuration_file_of_two_apps_says_what_to_add(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        conf__py='worker_class = "asgi"\n',
        other__py=APP,
        requirements__txt=REQUIREMENTS,
    )
    done = diagnose("c3new", "--gunicorn-conf", "conf.py", cwd=folder)
    assert done.codes == ["CXD004"]
    guess, told = done.finding("CXD004")["fixes"]  # app.py is a usual name, other.py is none
    assert (guess["command"], "wsgi_app" in told["title"]) == ("gunicorn -c conf.py app:app", True)


def test_a_project_without_connexion(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import flask\napp = flask.Flask(__name__)\n")
    (tmp_path / "Procfile").write_text("web: gunicorn app:app\n")
    done = diagnose("c3new", cwd=tmp_path)
    assert done.code == 2
    assert "Connexion" in done.stderr


def test_a_project_without_a_start(tmp_path: Path) -> None:
    done = diagnose("c3new", cwd=project(tmp_path, requirements__txt=REQUIREMENTS))
    assert "CXD060" in done.codes


def test_a_monorepo(tmp_path: Path) -> None:
    """Each service from its own folder; what uses no Connexion is named, not judged."""
    for name, command in (("one", "gunicorn app:app"), ("two", "uvicorn app:app")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "app.py").write_text(APP)
        (folder / "openapi.yaml").write_text(SPECIFICATION)
        (folder / "requirements.txt").write_text(REQUIREMENTS)
        (folder / "Procfile").write_text(f"web: {command}\n")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "requirements.txt").write_text("flask\n")
    (tmp_path / "site" / "Procfile").write_text("web: gunicorn site:app\n")
    done = diagnose("c3new", cwd=tmp_path)
    found = {launch["origin"]["path"]: launch["verdict"] for launch in done.report["launches"]}
    assert found == {"one/Procfile": "fails", "two/Procfile": "serves"}


def test_services_that_install_one_list_ask_in_it_for_what_all_of_them_need(tmp_path: Path) -> None:
    for name, kind in (("web", "FlaskApp"), ("jobs", "AsyncApp")):
        image = (
            "FROM python:3.11\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
            f'COPY {name} .\nCMD ["gunicorn", "app:app"]\n'
        )
        project(tmp_path / name, app__py=f"import connexion\napp = connexion.{kind}('a')\n", Dockerfile=image)
    (tmp_path / "requirements.txt").write_text("connexion==2.14.2\ngunicorn\n")
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web: {build: {context: ., dockerfile: web/Dockerfile}}\n"
        "  jobs: {build: {context: ., dockerfile: jobs/Dockerfile}}\n"
    )
    report = json.loads(
        doctor("--no-import", "--target-version", "3", "--format", "json", cwd=tmp_path).stdout
    )
    found = [one["fixes"][0]["edits"] for one in report["findings"] if one["code"] == "CXD534"]
    assert [[edit["replacement"] for edit in edits] for edits in found] == [["connexion[flask]==3.3.0"]]


@pytest.mark.parametrize(
    ("container", "told"),
    [
        ("mine/Dockerfile", True),
        ("mine/deploy/Dockerfile", True),
        ("Dockerfile", True),
        ("deploy/Dockerfile", True),
        ("other/Dockerfile", False),
        ("worker/Dockerfile", False),  # it uses no Connexion
        ("mine/inner/Dockerfile", False),
    ],
)
def test_the_image_of_another_service_starts_none_of_this_one(
    container: str, told: bool, tmp_path: Path
) -> None:
    """Only where a container starts it does it matter on which address ``app.run()`` listens (CXD425)."""
    guarded = "\n\nif __name__ == '__main__':\n    app.run(port=8080)\n"
    for name in ("mine", "other", "mine/inner"):
        project(tmp_path / name, requirements__txt=REQUIREMENTS)
    (tmp_path / "mine" / "app.py").write_text(APP + guarded)
    (tmp_path / "mine" / "Procfile").write_text("web: uvicorn app:app\n")
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker" / "requirements.txt").write_text("celery\n")
    path = tmp_path / container
    path.parent.mkdir(exist_ok=True)
    path.write_text('FROM python:3.11\nCOPY . .\nCMD ["python", "app.py"]\n')
    done = doctor("--no-import", "--format", "json", cwd=tmp_path)
    places = [one["location"]["path"] for one in done.report["findings"] if one["code"] == "CXD425"]
    assert places == (["mine/app.py"] if told else [])


def test_a_broken_file_stops_nothing(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        Procfile="web: uvicorn app:app\n",
        compose__yml="services: {api: {command: [\n",
        requirements__txt=REQUIREMENTS,
    )
    done = diagnose("c3new", cwd=folder)
    assert done.verdicts == ["serves"]
    assert done.finding("CXD062")["location"]["path"] == "compose.yml"


def test_one_interpreter_that_cannot_be_used_leaves_the_other_launches_whole(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.write_text("#!/bin/sh\nexit 1\n")
    gone.chmod(0o755)
    folder = project(
        tmp_path,
        pyproject__toml=(
            '[tool.connexion-doctor.launches.web]\ncommand = "gunicorn app:app"\n'
            '[tool.connexion-doctor.launches.admin]\ncommand = "uvicorn app:app"\npython = "gone"\n'
        ),
        requirements__txt=REQUIREMENTS,
    )
    done = diagnose("c3new", cwd=folder)
    assert done.verdicts == ["fails", "unknown"]
    assert [code for code in done.codes if code < "CXD400"] == ["CXD101", "CXD003"]


# What an app wants of its surroundings when it is imported, and the words that name it.
SURROUNDINGS = {
    "import os\nos.environ['SHOP_TOKEN']": "the environment variable SHOP_TOKEN",
    "import socket\nsocket.create_connection(('127.0.0.1', 1))": "a service that it connects to",
    "open('/no/such/secret')": "the file /no/such/secret",
    "class UndefinedValueError(Exception): pass\nraise UndefinedValueError('DEBUG not found. Declare it')": (
        "the environment variable DEBUG"
    ),
}
OWN_FAULTS = {
    "{}['SHOP_TOKEN']": "a key of a dictionary",
    "open('no_such_file_of_the_project')": "a file of the project",
    "import sqlite3\nsqlite3.connect('a.db').execute('select * from t')": "a table of the project",
}


@pytest.mark.parametrize("code", SURROUNDINGS)
def test_what_is_missing_here_is_no_fault_of_a_start_in_a_file(code: str, tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        app__py=f"{code}\n{APP}",
        Procfile="web: gunicorn -k uvicorn_worker.UvicornWorker app:app\n",
        requirements__txt=REQUIREMENTS,
    )
    found = diagnose("c3new", cwd=folder)
    assert found.verdicts == ["unknown"]
    assert SURROUNDINGS[code] in found.finding("CXD017")["message"]
    assert found.finding("CXD017")["severity"] == "warning"
    assert "CXD011" not in found.codes
    here = diagnose("c3new", "--", "uvicorn", "app:app", cwd=folder)
    assert (here.verdicts, here.codes) == (["fails"], ["CXD017"])


@pytest.mark.parametrize("code", OWN_FAULTS)
def test_what_is_missing_of_the_project_is_a_fault_of_it(code: str, tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=f"{code}\n{APP}")
    done = diagnose("c3new", "--", "uvicorn", "app:app", cwd=folder)
    assert (done.verdicts, done.codes) == (["fails"], ["CXD011"])


def test_a_fault_of_a_lock_file_is_cured_in_the_manifest(tmp_path: Path) -> None:
    asks = '[project]\nname = "a"\nversion = "1"\ndependencies = ["connexion[flask]>=3.2,<4"]\n'
    lock = 'version = 1\n[[package]]\nname = "connexion"\nversion = "3.2.0"\n'
    app = APP.replace('add_api("openapi.yaml"', 'add_api("openapi.yaml", validate_responses=True')
    folder = project(tmp_path, pyproject__toml=asks, uv__lock=lock, app__py=app)
    done = doctor("--no-import", "--fix", "--unsafe-fixes", cwd=folder)
    assert done.code != 3, done.stderr
    assert "connexion[flask]>=3.3,<4" in (folder / "pyproject.toml").read_text()
