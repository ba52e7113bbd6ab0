"""Pythons on this machine that no environment is made from yet: those of uv, of pyenv, and those on PATH."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from connexion_doctor.environment.installer import uv_program
from connexion_doctor.environment.places import SHIMS
from connexion_doctor.processes.child import run
from connexion_doctor.requirements.specifiers import Range

SUPPORTED = range(15, 7, -1)  # minor versions of Python 3 that are looked for by their names


def python_for(specifier: str, root: Path, environ: Mapping[str, str] = os.environ) -> str | None:
    """An interpreter that meets a specifier: the newest that is kept, else what uv finds, else by name."""
    return _of_versions(specifier, environ) or _by_uv(specifier, root, environ) or _named(specifier, environ)


def _by_uv(specifier: str, root: Path, environ: Mapping[str, str]) -> str | None:
    uv = uv_program()
    if uv is None:
        return None
    command = [uv, "python", "find", "--no-python-downloads", "--no-project", specifier]
    done = run(command, str(root), environ, 60)
    path = done.output.strip().splitlines()[-1:] if done.code == 0 else []
    return path[0] if path and os.path.isfile(path[0]) else None


def _of_versions(specifier: str, environ: Mapping[str, str]) -> str | None:
    wanted = Range(specifier)
    kept = sorted(_kept(environ), key=lambda one: tuple(map(int, one[0].split("."))), reverse=True)
    return next((path for version, path in kept if wanted.contains(version)), None)


def _named(specifier: str, environ: Mapping[str, str]) -> str | None:
    wanted = Range(specifier)
    folders = [one for one in environ.get("PATH", os.defpath).split(os.pathsep) if not one.endswith(SHIMS)]
    names = (f"3.{minor}" for minor in SUPPORTED if wanted.contains(f"3.{minor}"))
    found = (shutil.which(f"python{name}", path=os.pathsep.join(folders)) for name in names)
    return next((one for one in found if one is not None), None)


def _kept(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Versions and interpreters of those that keep one folder a version: pyenv, uv."""
    data = environ.get("XDG_DATA_HOME") or "~/.local/share"
    pyenv = Path(environ.get("PYENV_ROOT") or "~/.pyenv").expanduser() / "versions"
    uv = Path(environ.get("UV_PYTHON_INSTALL_DIR") or f"{data}/uv/python").expanduser()
    for above, named in ((pyenv, r"(3\.\d+\.\d+)"), (uv, r"cpython-(3\.\d+\.\d+)-.*")):
        for folder in os.listdir(above) if os.path.isdir(above) else ():
            match, path = re.fullmatch(named, folder), above / folder / "bin" / "python3"
            if match is not None and os.access(path, os.X_OK):
                yield match[1], str(path)
