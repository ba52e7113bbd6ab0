"""``--no-import`` runs nothing of the project, opens only files, and leaves the project alone."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.model.question import Question
from connexion_doctor.reporters import FORMATS, renderer
from tests.running import APP, doctor, environ, listing, project

SPRUNG = "import pathlib\npathlib.Path({path!r}).touch()\n"
MODULES = """
    gunicorn.conf.py setup.py conftest.py sitecustomize.py usercustomize.py click.py json.py
    connexion_doctor.py doctor.py connexion/__init__.py gunicorn/__init__.py packaging/__init__.py
    importlib_metadata.py hosts/gunicorn.py server.py manage.py wsgi.py encodings/__init__.py
""".split()
ODD = ("pipe\nname\x1b[31m", "escaped\x1b]0;title\x07", "\udcff\udcfe", "-rf", " ")
STARTS = {
    "Procfile": "web: gunicorn app:app\nother: python server.py\nlast: ./start.sh $(touch sprung)\n",
    "Dockerfile": 'FROM python:3.12\nRUN touch /sprung\nCMD ["gunicorn", "app:app"]\n',
    "Makefile": "run: $(shell touch sprung)\n\tuvicorn app:app\n",
    "start.sh": "#!/bin/sh\ntouch sprung\nexec uvicorn `touch sprung` app:app\n",
    "requirements.txt": "connexion[flask]==3.3.0\ngunicorn\nuvicorn\n-e ./package\n",
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "server"\nbackend-path = ["."]\n',
    ".env": "PYTHONSTARTUP=sitecustomize.py\n",
}


@pytest.fixture
def traps(tmp_path: Path) -> Path:
    """A project in which whatever runs leaves a file beside it."""
    folder, sprung = tmp_path / "project", str(tmp_path / "sprung")
    project(folder, app__py=SPRUNG.format(path=sprung) + APP)
    for name in MODULES:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(SPRUNG.format(path=sprung) + ("" if "conf" in name else APP))
    for name, text in STARTS.items():
        (folder / name).write_text(text.replace("touch sprung", f"touch {sprung}"))
    (folder / "start.sh").chmod(0o755)
    _environment(folder / ".venv", sprung)
    _odd_entries(folder, tmp_path)
    return folder


def _environment(venv: Path, sprung: str) -> None:
    """A virtual environment of traps: its interpreter is a script."""
    packages = venv / "lib" / "python3.12" / "site-packages"
    for version, name in (("3.3.0", "connexion"), ("3.1.3", "flask"), ("0.54.0", "uvicorn")):
        metadata = packages / f"{name}-{version}.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    code = SPRUNG.format(path=sprung)
    (packages / "trap.pth").write_text("import pathlib; " + code.splitlines()[1] + "\n")
    (packages / "sitecustomize.py").write_text(code)
    (venv / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.4\n")
    (venv / "bin").mkdir()
    for name in ("python", "python3", "pip", "uv", "gunicorn", "git"):
        (venv / "bin" / name).write_text(f'#!/bin/sh\ntouch {sprung}\nexec {sys.executable} "$@"\n')
        (venv / "bin" / name).chmod(0o755)


def _odd_entries(folder: Path, outside: Path) -> None:
    """Names and kinds of entries that a reader may stumble over."""
    (outside / "secret").mkdir()
    (outside / "secret" / "Procfile").write_text("web: gunicorn stolen:app\n")
    (folder / "out").symlink_to(outside / "secret")
    (folder / "around").symlink_to(folder)
    (folder / "compose.yml").symlink_to("/nowhere/at/all")
    for name in (
        "fifo",
        "device",
        "pipe\nname\x1b[31m",
        "escaped\x1b]0;title\x07",
        "\udcff\udcfe",
        "-rf",
        " ",
    ):
        (folder / name).mkdir()
    os.mkfifo(folder / "fifo" / "Procfile")
    os.mkfifo(folder / "fifo" / "Dockerfile")
    os.mkfifo(folder / "fifo" / "pyproject.toml")
    with contextlib.suppress(PermissionError):
        os.mknod(folder / "device" / "Procfile", 0o020666, os.makedev(1, 5))  # /dev/zero: it has no end
    for name in ODD:
        (folder / name / "Procfile").write_text("web: gunicorn app:app\n")
        (folder / name / "app.py").write_text(APP)
        (folder / name / f"{name}.py").write_text(APP)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("app:app",),
        ("--gunicorn-conf", "gunicorn.conf.py"),
        ("--", "gunicorn", "app:app"),
        ("--python", ".venv", "--", "uvicorn", "app:app"),
        ("--target-version", "3"),
        ("--diff",),
        ("--format", "json"),
    ],
    ids=" ".join,
)
def test_nothing_runs(words: tuple[str, ...], traps: Path) -> None:
    env = environ(VIRTUAL_ENV=str(traps / ".venv"))
    env["PATH"] = f"{traps / '.venv' / 'bin'}{os.pathsep}{env['PATH']}"
    before = listing(traps)
    done = doctor("--no-import", *words, cwd=traps, env=env, afresh=True)  # its own imports are traps too
    assert done.code in (0, 1), done.stderr
    assert not (traps.parent / "sprung").exists()
    assert listing(traps) == before
    assert "stolen" not in done.stdout
    assert "\x1b" not in done.stdout
    assert "Traceback" not in done.stderr
    if not words or words[0] in ("app:app", "--format"):
        assert "3.12.4" in done.stdout
        assert "3.3.0" in done.stdout
    if "json" in words:
        assert "\udcff\udcfe/Procfile" in {one["origin"]["path"] for one in done.report["launches"]}


REFERRED = {
    "app.py": APP
    + "\nimport json, yaml\nyaml.safe_load(open('config.yaml'))\njson.load(open('data.json'))\n",
    "Procfile": "web: gunicorn -c conf.py app:app\nu: uwsgi --ini uwsgi.ini\ns: ./start.sh\n"
    "v: uvicorn --log-config log.ini --env-file .env app:app\nh: hypercorn -c hypercorn.toml app:app\n",
    "requirements.txt": "-r more.txt\n-c constraints.txt\nconnexion[flask]==3.3.0\n",
    "Dockerfile": 'FROM python:3.12\nCOPY . .\nENTRYPOINT ["./start.sh"]\n',
}
NO_FILES = """
    openapi.yaml config.yaml data.json conf.py uwsgi.ini start.sh log.ini .env hypercorn.toml more.txt
    constraints.txt .gitignore .dockerignore setup.cfg pyproject.toml uv.lock Pipfile .python-version
    .venv/pyvenv.cfg package.json compose.yml
""".split()


def _endless(path: Path) -> None:
    with path.open("w") as stream:
        stream.truncate(1 << 40)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there are no such devices")
@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to("/proc/self/mem"),
        _endless,
        lambda path: path.symlink_to(path.name),
        Path.mkdir,
    ],
    ids=["a pipe", "a device", "memory", "a terabyte", "a link to itself", "a folder"],
)
def test_what_the_project_names_is_no_file(make: Callable[[Path], None], tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / ".venv").mkdir()
    for name, text in REFERRED.items():
        (folder / name).write_text(text)
    for name in NO_FILES:
        (folder / name).unlink(missing_ok=True)
        make(folder / name)
    report = run(Options(Question(directory=str(folder)), do_import=False, environ={}))
    for name in FORMATS:
        assert renderer(name)(report)
    assert len(report.judgements) >= 4
