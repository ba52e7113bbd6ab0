"""``--build-env``: environments built from the project's own files, with the real installer."""

# ruff: noqa: E501  # lines of the files stay lines

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from connexion_doctor.environment import cache
from connexion_doctor.environment.building import base_of
from connexion_doctor.model import Location
from connexion_doctor.requirements.declarations import PythonDeclaration
from connexion_doctor.rules.versions.unbuilt import OF_SYSTEM
from tests.running import Done, doctor, environ, project, uv_cache

OURS = ".".join(map(str, sys.version_info[:2]))
OLD = "connexion[swagger-ui]==2.14.2\nflask==2.2.5\ngunicorn==20.1.0\n"  # that gunicorn imports pkg_resources
THREE = "connexion[flask,uvicorn]==3.3.0\ngunicorn==23.0.0\nuvicorn-worker==0.4.0\n"
TWO = "connexion==2.14.2\ngunicorn==23.0.0\n"
IMAGE = f"FROM python:{OURS}\nWORKDIR /srv\nCOPY . .\n"
METADATA = (
    '[project]\nname = "greetings"\nversion = "1"\ndependencies = ["connexion[flask]==3.3.0", "gunicorn==23.0.0"]\n'
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[tool.setuptools]\npy-modules = ["app"]\n'
)
SYNC = "web: gunicorn app:app\n"

# files, verdict, what it is built from, version of Connexion
PROJECTS = {
    "a list, Connexion 3": (
        {"requirements.txt": THREE, "Procfile": SYNC},
        "fails",
        "requirements.txt",
        "3.3.0",
    ),
    "a list, Connexion 2": (
        {"requirements.txt": TWO, "Procfile": SYNC},
        "serves",
        "requirements.txt",
        "2.14.2",
    ),
    "a list that wants the setuptools of its day": (
        {"requirements.txt": OLD, "Procfile": SYNC},
        "serves",
        "requirements.txt",
        "2.14.2",
    ),
    "an image's own lines": (
        {
            "requirements.txt": TWO,
            "deploy/three.txt": THREE,
            "Dockerfile": f'{IMAGE}RUN pip install -r deploy/three.txt\nCMD ["gunicorn", "-k", "uvicorn_worker.UvicornWorker", "app:app"]\n',
        },
        "serves",
        "Dockerfile",
        "3.3.0",
    ),
    "the project itself": (
        {"pyproject.toml": METADATA, "Procfile": SYNC},
        "fails",
        "pyproject.toml",
        "3.3.0",
    ),
}


def built(root: Path, *arguments: str) -> Done:
    env = environ(XDG_CACHE_HOME=str(root.parent / "cache"), UV_CACHE_DIR=uv_cache())
    arguments = arguments if "--format" in arguments else ("--format", "json", *arguments)
    return doctor("--build-env", *arguments, cwd=root, env=env)


def made(folder: Path, files: dict[str, str]) -> Path:
    root = project(folder / "project")
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.mark.parametrize(("files", "verdict", "made_from", "version"), PROJECTS.values(), ids=list(PROJECTS))
def test_a_start_runs_in_what_it_gets_installed(
    tmp_path: Path, files: dict[str, str], verdict: str, made_from: str, version: str
) -> None:
    done = built(made(tmp_path, files))
    assert done.verdicts == [verdict], done.stdout
    assert done.report["packages"]["connexion"] == version
    assert (tmp_path / "cache") in Path(done.report["python"]["executable"]).parents
    shown = built(tmp_path / "project", "--format", "text").stdout
    assert f"(built from {made_from})" in " ".join(shown.split())
    assert done.report["launches"][0]["basis"] in ("called", "loaded")
    assert not list((tmp_path / "project").rglob("pyvenv.cfg")), "it lies outside of the project"


def test_the_same_environment_is_built_once(tmp_path: Path) -> None:
    root = made(tmp_path, {"requirements.txt": TWO, "Procfile": SYNC})
    first = built(root).report["python"]["executable"]
    stamp = Path(first).stat().st_mtime_ns
    (root / "app.py").write_text((root / "app.py").read_text() + "\n# code decides nothing\n")
    assert built(root).report["python"]["executable"] == first
    assert Path(first).stat().st_mtime_ns == stamp
    env = environ(XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert re.search(r"^1 environment removed, \d+ MB\.$", doctor("cache", "clean", cwd=root, env=env).stdout)
    assert not Path(first).exists()


def test_what_does_not_install_is_a_finding_and_the_files_are_read(tmp_path: Path) -> None:
    files = {"requirements.txt": "gunicorn==23.0.0\nconnexion[flask]==3.99.0\n", "Procfile": SYNC}
    done = built(made(tmp_path, files))
    finding = done.finding("CXD537")
    assert "connexion" in finding["message"] and "3.99.0" in finding["message"]
    assert (finding["location"]["path"], finding["location"]["line"]) == ("requirements.txt", 2)
    assert done.report["launches"][0]["basis"] == "read"
    assert done.report["notes"][0] == "No environment could be built: read from the project's files."
    assert done.verdicts == ["fails"], "a Connexion 3 app under gunicorn's sync worker, as the files tell"


@pytest.mark.parametrize(
    ("said", "lacked"),
    [
        ('raise EnvironmentError("%s not found") OSError: mysql_config not found', True),
        ("Error: pg_config executable not found.", True),
        ("fatal error: Python.h: No such file or directory", True),
        ("error: command '/usr/bin/x86_64-linux-gnu-gcc' failed with exit code 1", True),
        ("error: can't find Rust compiler", True),
        ("Because there is no version of connexion==3.99.0, your requirements are unsatisfiable.", False),
        ("ModuleNotFoundError: No module named 'pkg_resources'", False),
    ],
)
def test_what_the_image_may_have_is_no_error(said: str, lacked: bool) -> None:
    assert bool(OF_SYSTEM.search(said)) is lacked


def test_a_python_that_is_too_old_to_be_looked_into_takes_no_other_connexion(tmp_path: Path) -> None:
    image = 'FROM python:3.6\nCOPY requirements.txt app.py openapi.yaml .\nRUN pip install -r requirements.txt\nCMD ["gunicorn", "app:app"]\n'
    done = built(made(tmp_path, {"requirements.txt": "connexion\ngunicorn==23.0.0\n", "Dockerfile": image}))
    said = r"Python 3\.6 \(Dockerfile:1\) is too old to be looked into: Python 3\.\d+ was taken instead, "
    assert re.search(said, "\n".join(done.report["notes"]))
    assert done.report["packages"]["connexion"].startswith("2."), "a fresh installation there takes 2"
    assert done.verdicts == ["serves"]
    app = tmp_path / "project/app.py"
    app.write_text(f"import sys\nassert sys.version_info < (3, 8)\n{app.read_text('utf-8')}", "utf-8")
    again = built(tmp_path / "project")
    assert again.verdicts != ["fails"], (
        "what another Python makes of it says nothing of the one that is asked for"
    )
    assert again.report["launches"][0]["basis"] == "read"
    assert again.report["notes"][0].startswith("What does not load in the environment that was built is read")


def test_a_python_that_is_not_here_is_said(tmp_path: Path) -> None:
    asked = PythonDeclaration("==3.39.*", "Dockerfile", Location("Dockerfile", 1), "Dockerfile")
    said = f"Python 3.39 (Dockerfile:1) is not here: Python {OURS} was taken instead."
    assert base_of(asked, tmp_path) == (sys.executable, said)


def test_no_file_says_what_to_install(tmp_path: Path) -> None:
    root = made(tmp_path, {"Procfile": SYNC})
    done = built(root)
    assert done.finding("CXD537")["message"].endswith("No file says what this start gets installed.")
    assert done.verdicts == ["fails"], "a fresh installation takes Connexion 3"
    assert "With Connexion 2" in done.report["launches"][0]["reason"]


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--no-import"], "--no-import"), (["--python", sys.executable], "--python names an environment")],
)
def test_what_cannot_be_meant(tmp_path: Path, more: list[str], said: str) -> None:
    done = built(made(tmp_path, {"requirements.txt": TWO}), *more)
    assert done.code == 2
    assert said in done.stderr


def test_the_cache_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(cache, "MOST_BYTES", 2500)
    for number in range(3):
        folder = cache.place() / f"3.11-{number}"
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"0" * 1000)
        cache.completed(folder)
        os.utime(folder / cache.COMPLETE, (number, number))
    assert [one.folder.name for one in cache.kept()] == ["3.11-2", "3.11-1"]
    assert json.loads((cache.kept()[0].folder / cache.COMPLETE).read_text()) == 1000


# What asks for Connexion 2; what the environment of the upgraded project is built from.
UPGRADED = {
    "a list": ({"requirements.txt": TWO}, "requirements.txt"),
    "a compiled list": (
        {
            "requirements.in": "connexion<3\ngunicorn==23.0.0\n",
            "requirements.txt": f"# autogenerated by pip-compile\n#    pip-compile requirements.in\n{TWO}",
        },
        "requirements.txt",
    ),
    "the project itself": (
        {"pyproject.toml": METADATA.replace("connexion[flask]==3.3.0", "connexion==2.14.2")},
        "pyproject.toml",
    ),
}


@pytest.mark.parametrize("name", UPGRADED)
def test_an_upgrade_is_judged_in_the_environment_that_it_asks_for(name: str, tmp_path: Path) -> None:
    files, made_from = UPGRADED[name]
    root = made(tmp_path, {**files, "Procfile": SYNC})
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    done = built(root, "--target-version", "3")
    assert done.report["packages"]["connexion"].startswith("3."), done.stdout
    assert done.verdicts == ["fails"], "gunicorn's sync worker, under Connexion 3"
    assert done.report["launches"][0]["basis"] in ("called", "loaded")
    assert done.report["launches"][0]["treatment"]["predicted"] == "serves"
    assert not {"CXD501", "CXD532"} & {*done.codes}, "the pins of today beside the versions of the upgrade"
    shown = built(root, "--target-version", "3", "--format", "text").stdout
    assert f"(built from {made_from}, upgraded)" in " ".join(shown.split())
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_failed_build_is_replayed(tmp_path: Path) -> None:
    files = {"requirements.txt": "gunicorn==23.0.0\nconnexion[flask]==3.99.0\n", "Procfile": SYNC}
    first = built(made(tmp_path, files), "--save-facts", str(tmp_path / "facts.json"))
    again = doctor("--facts", str(tmp_path / "facts.json"), "--format", "json", cwd=tmp_path)
    assert again.finding("CXD537") == first.finding("CXD537")
    assert (again.verdicts, again.codes) == (first.verdicts, first.codes)
