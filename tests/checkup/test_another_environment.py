"""The doctor in an environment that is not the app's: the start and its treatment are judged by the files."""

from __future__ import annotations

from pathlib import Path

from tests.running import APP, doctor, project

IMAGE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install .\nCMD gunicorn app:application\n"
BEFORE = 'dependencies = ["connexion[swagger-ui]~=3.0", "gunicorn", "pymysql"]'
AFTER = 'dependencies = ["connexion[flask,swagger-ui]~=3.0", "gunicorn", "uvicorn-worker", "pymysql"]'
METADATA = '[project]\nname = "shop"\nversion = "1"\n'


def test_a_command_gets_the_same_treatment(tmp_path: Path) -> None:
    """The file that asks for packages is edited, whoever asks: each fault behind the first is cured too."""
    project(tmp_path, app__py=APP + "application = app.app\n", pyproject__toml=f"{METADATA}{BEFORE}\n")
    done = doctor("--format", "json", "--", "gunicorn", "app:application", cwd=tmp_path)
    treatment = done.report["launches"][0]["treatment"]
    assert treatment["predicted"] == "serves"
    assert treatment["command"] == "gunicorn -k uvicorn_worker.UvicornWorker app:app"
    assert "pyproject.toml" in {edit["path"] for edit in treatment["edits"]}
    said = doctor("app:application", cwd=tmp_path).stdout
    assert "app:application under each server, by the project's files:" in said


def test_a_treatment_asks_for_what_the_files_lack(tmp_path: Path) -> None:
    """Connexion, Flask and uvicorn-worker are beside the doctor; ``pymysql`` is not."""
    project(
        tmp_path,
        app__py=APP + "application = app.app\n",
        pyproject__toml=f"{METADATA}{BEFORE}\n",
        Dockerfile=IMAGE,
    )
    done = doctor("--format", "json", cwd=tmp_path)
    (start,) = done.report["launches"]
    assert "'flask' extra" in start["reason"]
    treatment = start["treatment"]
    assert treatment["predicted"] == "serves"
    assert treatment["install"] == ["connexion[flask]", "uvicorn-worker"]
    assert doctor("--fix", "--unsafe-fixes", cwd=tmp_path).code == 0
    assert (tmp_path / "pyproject.toml").read_text() == f"{METADATA}{AFTER}\n"
    assert doctor("--format", "json", cwd=tmp_path).verdicts == ["serves"]
