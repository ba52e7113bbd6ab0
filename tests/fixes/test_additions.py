"""A package that a fix found installed is asked for where the project asks for its packages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fixes.projects import read
from tests.running import diagnose, project

PROCFILE = "web: gunicorn -k sync app:app\n"
IMAGE = 'FROM python:3.11\nCOPY . .\n{run}CMD ["gunicorn", "-k", "sync", "app:app"]\n'
# Files of a project whose start gets uvicorn's worker -> the file that asks for it now, and the line.
ASKED = {
    "no version": (
        {"Procfile": PROCFILE, "requirements.txt": "connexion[flask]\ngunicorn\n"},
        ("requirements.txt", "uvicorn-worker"),
    ),
    "pinned beside pins": (
        {"Procfile": PROCFILE, "requirements.txt": "connexion[flask]==3.3.0\ngunicorn==23.0.0\n"},
        ("requirements.txt", "uvicorn-worker=={version}"),
    ),
    "in pyproject.toml": (
        {
            "Procfile": PROCFILE,
            "pyproject.toml": '[project]\nname = "x"\nversion = "1"\n'
            'dependencies = [\n    "connexion[flask]",\n    "gunicorn",\n]\n',
        },
        ("pyproject.toml", '    "uvicorn-worker"'),
    ),
    "in the file that the image installs": (
        {
            "Dockerfile": IMAGE.format(run="RUN pip install -r image.txt\n"),
            "image.txt": "connexion[flask]\ngunicorn\n",
            "requirements.txt": "connexion[flask]\ngunicorn\n",
        },
        ("image.txt", "uvicorn-worker"),
    ),
    "an extra of uvicorn's is not its worker": (
        {"Procfile": PROCFILE, "requirements.txt": "connexion[flask,uvicorn]\nuvicorn[standard]\ngunicorn\n"},
        ("requirements.txt", "uvicorn-worker"),
    ),
}
NOT_ASKED = {
    "asked for": {"Procfile": PROCFILE, "requirements.txt": "connexion[flask]\ngunicorn\nuvicorn-worker\n"},
    "no file asks for anything": {"Procfile": PROCFILE},
    "an image that installs what cannot be told": {
        "Dockerfile": IMAGE.format(run="RUN pip install -r image.txt && ./install.sh\n"),
        "image.txt": "connexion[flask]\ngunicorn\n",
    },
}


RAISED = {"==21.2.0": "=={version}", ">=20": ">=25.1", "~=23.0": ">=25.1", "": "", ">=26": ">=26"}


@pytest.mark.parametrize("asked", RAISED)
def test_a_requirement_that_lets_in_too_little_is_raised(asked: str, tmp_path: Path) -> None:
    """gunicorn's own ASGI worker is not in every gunicorn; nothing here asks for what was asked before."""
    listed = project(tmp_path) / "requirements.txt"
    listed.write_text(f"connexion[flask]>=3\ngunicorn{asked}\n")
    (tmp_path / "Procfile").write_text(PROCFILE)
    version = diagnose("c3nouv", "--fix", "--unsafe-fixes", cwd=tmp_path).report["packages"]["gunicorn"]
    assert "-k asgi" in (tmp_path / "Procfile").read_text()
    assert listed.read_text().splitlines()[1] == "gunicorn" + RAISED[asked].format(version=version)


def treated(files: dict[str, str], folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The last line of what the treatment writes into each file, and the versions of what is installed."""
    for name, text in files.items():
        (project(folder) / name).write_text(text)
    done = diagnose("c3new", "--no-import", cwd=folder)
    (launch,) = done.report["launches"]
    treatment = launch["treatment"]
    assert treatment["predicted"] == "serves"
    assert treatment["install"] == []
    written = {}
    for edit in treatment["edits"]:
        written[edit["path"]] = edit["replacement"].strip("\n,")
    return written, done.report["packages"]


@pytest.mark.parametrize("name", ASKED)
def test_it_is_asked_for(name: str, tmp_path: Path) -> None:
    files, (path, line) = ASKED[name]
    written, packages = treated(files, tmp_path)
    version = packages["uvicorn-worker"]
    assert written[path].lstrip("\n,") == line.format(version=version)


@pytest.mark.parametrize("name", NOT_ASKED)
def test_it_is_left_alone(name: str, tmp_path: Path) -> None:
    files = NOT_ASKED[name]
    written, _ = treated(files, tmp_path)
    assert list(written) == [next(iter(files))]


@pytest.mark.parametrize(
    ("asked", "added"),
    [
        ("connexion[flask]==3.3.0\nwaitress==3.0.0\n", "a2wsgi=="),
        ("connexion[flask]\nwaitress\n", "a2wsgi>="),
    ],
)
def test_one_that_is_installed_is_asked_for_as_the_others_are(asked: str, added: str, tmp_path: Path) -> None:
    """By its version beside pins, else from the lowest that will do: never both."""
    root = project(tmp_path, requirements__txt=asked, Procfile="web: waitress-serve app:app\n")
    fixes = next(one for one in read(root, "c3new").findings if one.code == "CXD101").fixes
    adapter = next(one for one in fixes if "a2wsgi" in one.title)
    (edit,) = [one for one in adapter.edits if one.location.path == "requirements.txt"]
    assert re.fullmatch(re.escape(added) + r"[\d.]+", edit.replacement.strip())
