"""``--target-version 3``: the plan names the change of every start, on the code as it will be then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import SPECIFICATION, doctor, project

APP = """\
import connexion


def hello(name):
    return {"hello": name}


app = connexion.FlaskApp(__name__, specification_dir=".", options={"swagger_url": "/docs"})
app.add_api("openapi.yaml")
application = app.app
"""
OTHER = "import connexion\n\nfrom shop import made\n\napp = made(connexion.App(__name__))\n"
ASKS = "connexion[swagger-ui]==2.14.2\ngunicorn==23.0.0\n"
IMAGE = (
    "FROM python:3.11\nWORKDIR /a\nCOPY . .\nRUN pip install -r requirements.txt\n"
    "CMD gunicorn -k gevent app:application\n"
)
# Procfile -> the start then, a piece of what the text says of it
STARTS = {
    "web: gunicorn -w 4 app:application\n": (
        "gunicorn -w 4 -k uvicorn_worker.UvicornWorker app:application",
        "+ web: gunicorn -w 4 -k uvicorn_worker.UvicornWorker app:application",
    ),
    "web: waitress-serve --port=80 app:application\n": (
        "uvicorn app:application --host 0.0.0.0 --port 80",
        "+ web: uvicorn app:application",
    ),
}


@pytest.mark.parametrize("start", STARTS)
def test_every_start_has_its_change(start: str, tmp_path: Path) -> None:
    command, line = STARTS[start]
    project(tmp_path, app__py=APP, requirements__txt=ASKS, Procfile=start, Dockerfile=IMAGE)
    asked = ("--target-version", "3", "--no-import")
    report = doctor(*asked, "--format", "json", cwd=tmp_path).report
    then = {one["origin"]["path"]: one["upgrade"] for one in report["launches"]}
    assert [one["verdict"] for one in then.values()] == ["fails", "fails"]
    treatments = {name: one["treatment"] for name, one in then.items()}
    assert {one["predicted"] for one in treatments.values()} == {"serves"}
    assert treatments["Procfile"]["command"] == command
    assert treatments["Dockerfile"]["command"] == "gunicorn -k uvicorn_worker.UvicornWorker app:application"
    said = doctor(*asked, cwd=tmp_path).stdout
    assert line in said
    assert "+ uvicorn-worker" in said, "asked for in the list, as it is after the plan's own changes"
    assert "flask,flask" not in said


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    project(tmp_path, app__py=OTHER, requirements__txt=ASKS, Procfile="web: gunicorn app:app\n")
    report = doctor("--target-version", "3", "--no-import", "--format", "json", cwd=tmp_path).report
    (start,) = report["launches"]
    assert (start["upgrade"]["verdict"], start["upgrade"]["treatment"]) == ("unknown", None)
    assert "made by shop.made, which is not in this project" in start["upgrade"]["reason"]


def test_what_calls_no_wsgi_stays(tmp_path: Path) -> None:
    """``app.run`` starts the server that the installed version brings."""
    text = APP.replace("application = app.app\n", "if __name__ == '__main__':\n    app.run(port=80)\n")
    openapi = SPECIFICATION.replace("app.hello", "__main__.hello")
    files = {"app__py": text, "requirements__txt": ASKS, "Procfile": "web: python app.py\n"}
    project(tmp_path, openapi__yaml=openapi, **files)
    report = doctor("--target-version", "3", "--no-import", "--format", "json", cwd=tmp_path).report
    assert "upgrade" not in report["launches"][0]
