"""Wheel and sdist: what is in them, and that they install and run wherever they should."""

from __future__ import annotations

import email
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from connexion_doctor import __version__
from tests.environments import find_python, find_uv
from tests.packaging.building import built, checkout, run
from tests.running import ROOT, environ, project


def sources() -> set[str]:
    """What the package is made of, in the copy that was built."""
    return {
        path.relative_to(checkout() / "doctor").as_posix()
        for path in (checkout() / "doctor").rglob("*")
        if path.is_file()
        and ".egg-info" not in str(path)
        and path.suffix in (".py", ".json", ".typed", ".css", ".js")
    }


TOP = set(
    "doctor docs CHANGELOG.md CONTRIBUTING.md LICENSE MANIFEST.in PKG-INFO README.md README.zh-CN.md "
    "pyproject.toml setup.cfg".split()
)


def test_the_wheel_holds_the_package_and_nothing_else() -> None:
    wheel, _ = built()
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in names if ".dist-info/" not in name} == sources()
    assert {name.partition("/")[0] for name in sources()} == {
        "connexion_doctor",
        "connexion_doctor_command.py",
    }
    assert {
        "connexion_doctor/py.typed",
        "connexion_doctor/probe/agent/__main__.py",
        "connexion_doctor/schema/rules.json",
    } <= names


def test_the_sdist_holds_what_is_needed_and_nothing_else() -> None:
    _, sdist = built()
    with tarfile.open(sdist) as archive:
        names = {str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in archive.getnames()}
    top = {name.split("/")[0] for name in names} - {"."}
    assert top <= TOP
    assert {f"doctor/{name}" for name in sources()} <= names


def test_the_metadata_say_what_they_should() -> None:
    wheel, _ = built()
    archive = zipfile.ZipFile(wheel)
    (path,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    metadata = email.message_from_bytes(archive.read(path))
    assert metadata["Name"] == "connexion-doctor"
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.10"
    needed = [entry for entry in metadata.get_all("Requires-Dist", []) if "extra ==" not in entry]
    assert not [entry for entry in needed if entry.startswith(("connexion", "gunicorn", "flask", "uvicorn"))]


def test_the_changelog_knows_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in text or f"## [{__version__}]" in text


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13"])
def test_it_installs_and_runs_on(version: str, tmp_path: Path) -> None:
    python, uv = find_python(version), find_uv()
    if python is None or uv is None:
        pytest.skip(f"Python {version} or uv is not on this machine")
    wheel, _ = built()
    run(uv, "venv", "--quiet", "-p", python, str(tmp_path / "venv"), why="no environment")
    inside = tmp_path / "venv" / "bin"
    run(
        uv,
        "pip",
        "install",
        "--quiet",
        "-p",
        str(inside / "python"),
        str(wheel),
        why="nothing can be installed",
    )
    for words in ([str(inside / "connexion-doctor")], [str(inside / "python"), "-m", "connexion_doctor"]):
        assert run(*words, "--version", why="").split()[-1] == __version__
        assert run(*words, "rules", why="").startswith("CXD000")
        assert "CXD101" in run(*words, "explain", "CXD101", why="")
    folder = project(tmp_path / "project", pyproject__toml="[tool.connexion-doctor]\nfail-on = 'never'\n")
    said = run(
        str(inside / "connexion-doctor"), "--format", "json", "--", "gunicorn", "app:app", cwd=folder, why=""
    )
    assert '"basis": "read"' in said  # no environment with Connexion: the files are read


def test_it_installs_with_pip(tmp_path: Path) -> None:
    _, sdist = built()
    run(sys.executable, "-m", "venv", str(tmp_path / "venv"), why="no environment")
    inside = tmp_path / "venv" / "bin"
    pip = (str(inside / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, str(sdist), why="pip cannot install here")
    assert run(str(inside / "connexion-doctor"), "--version", why="").split()[-1] == __version__


def test_it_runs_with_pipx_and_uvx(tmp_path: Path) -> None:
    wheel, _ = built()
    uv = find_uv()
    assert uv is not None
    said = run(
        uv, "tool", "run", "--quiet", "--from", str(wheel), "connexion-doctor", "--version", why="uv tool run"
    )
    assert said.split()[-1] == __version__
    folders = {"PIPX_HOME": str(tmp_path / "home"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    pipx = (uv, "tool", "run", "--quiet", "pipx")
    run(*pipx, "install", "--quiet", str(wheel), why="pipx cannot install here", cwd=None, **folders)
    assert run(str(tmp_path / "bin" / "connexion-doctor"), "--version", why="").split()[-1] == __version__


def test_types_are_seen_from_outside(tmp_path: Path) -> None:
    uv = find_uv()
    mypy = shutil.which("mypy", path=str(Path(sys.executable).parent))
    if mypy is None or uv is None:
        pytest.skip("mypy or uv is not installed")
    wheel, _ = built()
    run(uv, "venv", "--quiet", "-p", sys.executable, str(tmp_path / "venv"), why="no environment")
    inside = tmp_path / "venv" / "bin" / "python"
    run(uv, "pip", "install", "--quiet", "-p", str(inside), str(wheel), why="nothing can be installed")
    (tmp_path / "use.py").write_text(
        "from connexion_doctor.model.source import Source\nreveal_type(Source('a', 'b').line(1))\n"
    )
    words = [mypy, "--python-executable", str(inside), "--cache-dir", str(tmp_path / "cache"), "use.py"]
    done = subprocess.run(words, cwd=tmp_path, env=environ(), capture_output=True, text=True, check=False)
    assert 'Revealed type is "str"' in done.stdout.replace("builtins.", ""), done.stdout


def test_the_checkout_is_clean_of_this_machine() -> None:
    for path in checkout().rglob("*"):
        if path.is_file() and path.suffix in (".py", ".md", ".yml", ".yaml", ".cfg", ".toml", ".json", ".sh"):
            text = path.read_text("utf-8", "replace")
            for word in (str(ROOT), str(Path.home()) + "/"):
                assert len(word) < 4 or word not in text, path
