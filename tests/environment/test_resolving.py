"""``--resolve``: uv says which versions a fresh installation takes, and they settle the verdict."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connexion_doctor.environment import installer
from tests.running import doctor, environ, project

SYNC = "web: gunicorn app:app\n"
IMAGE = 'FROM python:3.7\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["gunicorn", "app:app"]\n'
# files, verdict, the note
TABLE = {
    "open, a fresh install takes 3": (
        {"requirements.txt": "connexion[flask]\ngunicorn\n", "Procfile": SYNC},
        "fails",
        "Judged for Connexion 3.",
    ),
    "the image's Python": (
        {"requirements.txt": "connexion[flask]\ngunicorn\n", "Dockerfile": IMAGE},
        "serves",
        "Judged for Connexion 2.14.2 (requirements.txt:1: the version that uv finds for it).",
    ),
    "markers, and limits with extras": (
        {"requirements.txt": 'connexion[flask]; python_version > "3.7"\ngunicorn\n-c limits.txt\n',
         "limits.txt": "connexion[flask]==2.14.1\n", "Procfile": SYNC},
        "fails",
        "Judged for Connexion 2.14.1 (limits.txt:1).",
    ),
    "not all that limits it is here": (
        {"requirements.txt": "connexion\ngunicorn\n-r https://127.0.0.1:9/limits.txt\n", "Procfile": SYNC},
        "unknown",
        "Which Connexion the code is for is not known",
    ),
    "another requirement": (
        {"requirements.txt": "connexion[flask]\ngunicorn\nflask==2.1.3\n", "Procfile": SYNC},
        "serves",
        "Judged for Connexion 2.14.2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_the_versions_that_an_index_gives_decide(name: str, tmp_path: Path) -> None:
    files, verdict, note = TABLE[name]
    done = asked(tmp_path, files, "--no-import", "--resolve")
    assert done.verdicts == [verdict], done.report["launches"]
    assert any(one.startswith(note) for one in done.report["notes"]), done.report["notes"]
    assert done.report["launches"][0]["basis"] == "read"


@pytest.mark.parametrize(
    ("asks", "variables", "said"),
    [
        ("connexion==2.99.1", {}, "connexion==2.99.1"),
        ("connexion", {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple"}, "No package index can be reached"),
        ("connexion\n-i http://127.0.0.1:9/simple", {}, "No package index can be reached"),
        ("connexion", {"UV_OFFLINE": "1", "UV_CACHE_DIR": "~none"}, "No package index can be reached"),
    ],
)
def test_what_cannot_be_settled_is_a_finding(
    asks: str, variables: dict[str, str], said: str, tmp_path: Path
) -> None:
    variables = {"UV_HTTP_RETRIES": "0", **variables}
    variables = {name: value.replace("~", f"{tmp_path}/") for name, value in variables.items()}
    done = asked(
        tmp_path, {"requirements.txt": f"gunicorn\n{asks}\n", "Procfile": SYNC}, "--resolve", **variables
    )
    finding = done.finding("CXD537")
    assert said in finding["message"]
    assert finding["location"] is None or finding["location"]["line"] == 2


def test_without_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from connexion_doctor.cli.main import main

    monkeypatch.setattr(installer, "uv_program", lambda: None)
    monkeypatch.chdir(project(tmp_path, requirements__txt="connexion\n", Procfile=SYNC))
    done = CliRunner().invoke(main, ["--no-import", "--resolve"])
    assert done.exit_code == 2
    assert "--resolve asks uv, which is not here.\n  pip install 'connexion-doctor[env]'" in done.output
    together = CliRunner().invoke(main, ["--build-env", "--resolve"])
    assert (together.exit_code, "give one of them" in together.output) == (2, True)


def asked(root: Path, files: dict[str, str], *words: str, **variables: str):  # type: ignore[no-untyped-def]
    """The doctor's report on a project without an environment."""
    folder = project(root / "shop", **{name.replace(".", "__"): text for name, text in files.items()})
    (folder / ".venv" / "bin").mkdir(parents=True)  # an empty one: nothing of this machine is the app's
    (folder / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    cache = os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv"))
    env = environ(**{"UV_CACHE_DIR": cache, **variables})
    return doctor(*words, "--format", "json", cwd=folder, env={**env, "PATH": "/usr/bin:/bin"})
