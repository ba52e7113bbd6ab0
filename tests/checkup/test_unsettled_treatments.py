"""A treatment that nobody knows the end of is shown, and not recommended."""

from __future__ import annotations

from pathlib import Path

from tests.running import APP, doctor, environ, project, target

RESOLVER = "import connexion\nfrom connexion.resolver import Resolver\n\nFOUND = {}\n"


def test_what_is_open_is_said(tmp_path: Path) -> None:
    text = APP.replace("import connexion\n", RESOLVER, 1)
    text = text.replace("'openapi.yaml'", "'openapi.yaml', resolver=Resolver(FOUND.get)")
    text = text.replace('"openapi.yaml"', '"openapi.yaml", resolver=Resolver(FOUND.get)')
    text = text.replace("FlaskApp(__name__", "FlaskApp(__name__, options={'swagger_ui': False}")
    root = project(tmp_path, app__py=text, Procfile="web: gunicorn app:app\n")
    python = ("--python", str(target("c3g23nouv").python))
    treatment = doctor(*python, "--format", "json", cwd=root).report["launches"][0]["treatment"]
    assert (treatment["predicted"], treatment["install"]) == ("unknown", ["uvicorn-worker"]), treatment
    shown = doctor(*python, cwd=root).stdout
    assert "  fix: Pass `swagger_ui_options=" in shown
    assert "whether it serves then is open: The files do not settle it: app.py" in " ".join(shown.split())
    assert "recommended" not in shown
    assert "cures it" not in shown


def test_an_extra_that_no_requirement_asks_for_belongs_to_it(tmp_path: Path) -> None:
    text = APP.replace("FlaskApp(__name__", "FlaskApp(__name__, options={'swagger_ui': False}")
    asked = {
        "requirements__txt": "connexion[swagger-ui]\nbcrypt\ngunicorn\n",
        "Procfile": "web: gunicorn app:app\n",
    }
    root = project(tmp_path, app__py=text, **asked)
    done = doctor("--no-import", "--format", "json", cwd=root, env=environ(PATH="/usr/bin:/bin"))
    treatment = done.report["launches"][0]["treatment"]
    assert (treatment["predicted"], treatment["install"]) == (
        "serves",
        ["connexion[flask]", "uvicorn-worker"],
    )
    edited = [one["replacement"] for one in treatment["edits"] if one["path"] == "requirements.txt"]
    assert "flask,uvicorn" in "".join(edited) or "flask," in "".join(edited), treatment["edits"]
