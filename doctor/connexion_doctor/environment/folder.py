"""What is installed for an interpreter, read from its folders: the interpreter itself is not started.

A virtual environment's interpreter may be a file of the project, and starting any interpreter runs the
``sitecustomize`` and the ``.pth`` files of its environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from connexion_doctor.foundation import late

LIBRARY = late.pattern(r"^python(\d+\.\d+)$")
PACKAGES = ("site-packages", "dist-packages")


class Folder(NamedTuple):
    """The version of an interpreter (empty where its folders do not tell), and where its packages lie."""

    version: str
    paths: tuple[str, ...]


def of(python: str) -> Folder:
    """What lies around an interpreter.

    :param python: its path; it need not be a program
    """
    if os.path.abspath(python) == os.path.abspath(sys.executable):
        return Folder(sys.version.split()[0], tuple(entry for entry in sys.path if entry))
    path = Path(os.path.abspath(python))
    prefix = path.parent.parent
    settings = _settings(prefix / "pyvenv.cfg")
    if settings is None:  # no virtual environment: links lead to where it was installed
        real = path.resolve().parent.parent
        found = _installed(prefix if list(_libraries(prefix)) else real)
        return Folder(found.version, (*_of_user(found.version), *found.paths))
    version = settings.get("version") or settings.get("version_info") or ""
    found = _installed(prefix)
    paths = found.paths
    if settings.get("include-system-site-packages", "").lower() == "true" and settings.get("home"):
        paths += _installed(Path(settings["home"]).parent).paths
    return Folder(".".join(version.split(".")[:3]) or found.version, paths)


def _installed(prefix: Path) -> Folder:
    libraries = list(_libraries(prefix))
    version = libraries[0][0] if libraries else ""
    paths = [folder / name for _, folder in libraries[:1] for name in PACKAGES]
    if os.path.isdir(
        prefix / "lib" / "python3"
    ):  # Debian keeps all versions' packages here, and pip's beside
        local = prefix / "local" / "lib" / f"python{version}"
        paths += [above / name for above in (local, prefix / "lib" / "python3") for name in PACKAGES]
    paths.append(prefix / "Lib" / "site-packages")
    return Folder(version, tuple(str(one) for one in paths if os.path.isdir(one)))


def _of_user(version: str) -> tuple[str, ...]:
    """Where ``pip install --user`` puts packages."""
    found = Path.home() / ".local" / "lib" / f"python{version}" / "site-packages"
    return (str(found),) if version and os.path.isdir(found) else ()


def _libraries(prefix: Path) -> Iterator[tuple[str, Path]]:
    """``lib/pythonX.Y`` folders with their versions, the newest first."""
    found = []
    for library in ("lib", "lib64"):
        try:
            names = os.listdir(prefix / library)
        except OSError:
            continue
        found += [(match[1], prefix / library / name) for name in names if (match := LIBRARY.match(name))]
    yield from sorted(found, key=lambda one: [int(part) for part in one[0].split(".")], reverse=True)


def _settings(path: Path) -> dict[str, str] | None:
    """``pyvenv.cfg``: names and values; None where there is none."""
    try:
        if not os.path.isfile(path):
            return None
        lines = path.read_text("utf-8", "replace").splitlines()[:100]
    except OSError:
        return None
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
