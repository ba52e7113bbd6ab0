"""Reports on the sample projects, each made once in every format, whichever process asks first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from connexion_doctor.reporters import FORMATS
from tests.environments import locked
from tests.running import ROOT, SHARED, doctor, target

SAMPLES = ROOT / "sample_projects"


@dataclass(frozen=True)
class Asked:
    """A run on a sample: its environment, what is asked, a code that must be found. No words: the whole
    project."""

    environment: str
    words: tuple[str, ...] = ()
    code: str = ""


COMMANDS = {
    "sync_worker": Asked("c3new", ("--", "gunicorn", "-w", "4", "-k", "sync", "app:app"), "CXD101"),
    "wrong_conf": Asked("c3new", ("--gunicorn-conf", "gunicorn.conf.py"), "CXD101"),
    "wsgi_adapter": Asked("c3new", ("--", "gunicorn", "--worker-class", "gthread", "wsgi:application")),
    "inner_flask": Asked("c3new", ("--", "gunicorn", "-w", "2", "mailer.server:application"), "CXD1"),
    "factory": Asked("c3new", ("--", "gunicorn", "-k", "asgi", "shop:create_app"), "CXD0"),
    "healthy": Asked("c3new", ("--gunicorn-conf", "gunicorn.conf.py")),
    "broken_operation": Asked(
        "c3new", ("--", "gunicorn", "-k", "uvicorn_worker.UvicornWorker", "app:app"), "CXD1"
    ),
    "connexion2": Asked("c2new", ("--", "uvicorn", "run:app", "--port", "8000"), "CXD10"),
    "missing_extra": Asked("c3noflask", ("app:app",), "CXD013"),
}
ASKED: dict[str, Asked] = {
    **COMMANDS,
    **{f"{name} (project)": Asked(one.environment, (), one.code) for name, one in COMMANDS.items()},
}


def folder(name: str) -> Path:
    """Where the sample of a run is."""
    return SAMPLES / name.partition(" ")[0]


@dataclass(frozen=True)
class Reports:
    """The files of one run, by format."""

    folder: Path
    code: int

    def text(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")


@cache
def reports(name: str) -> Reports:
    """Run the doctor on a sample project, with all formats at once."""
    asked = ASKED[name]
    python = target(asked.environment).python
    written = Path(os.environ[SHARED], "reports", name)
    code = written / "code"
    with locked(written.with_suffix(".lock")):
        if not code.exists():
            written.mkdir(exist_ok=True)
            formats = [word for one in FORMATS for word in ("--format", f"{one}={written / one}")]
            done = doctor("--python", str(python), *formats, *asked.words, cwd=folder(name))
            assert done.stdout == "", "every report has a file"
            assert done.code in (0, 1), done.stderr
            code.write_text(str(done.code))
    return Reports(written, int(code.read_text()))
