"""What is installed for an interpreter, read from its folders: the interpreter itself is not started.

A virtual environment's interpreter may be a file of the project, and starting any interpreter runs the
``sitecustomize`` and the ``.pth`` files of its environment. The probe waits for this module, and for what it
imports: ``pathlib`` and ``re`` are left out.
"""

from __future__ import annotations

import os
import sys

MOST = 100_000  # characters of `pyvenv.cfg`
LIBRARY = "python"
PACKAGES = ("site-packages", "dist-packages")


class Folder:
    """The version of an interpreter (empty where its folders do not tell), and where its packages lie. No
    data class: writing one takes its time."""

    def __init__(self, version: str, paths: tuple[str, ...]) -> None:
        self.version, self.paths = version, paths


def of(python: str) -> Folder:
    """What lies around an interpreter.

    :param python: its path; it need not be a program
    """
    path = os.path.abspath(python)
    if path == os.path.abspath(sys.executable):
        return Folder(sys.version.split()[0], tuple(entry for entry in sys.path if entry))
    prefix = _two_above(path)
    settings = _settings(os.path.join(prefix, "pyvenv.cfg"))
    if settings is None:  # no virtual environment: links lead to where it was installed
        found = _installed(prefix if _libraries(prefix) else _two_above(os.path.realpath(path)))
        return Folder(found.version, (*_of_user(found.version), *found.paths))
    version = settings.get("version") or settings.get("version_info") or ""
    found = _installed(prefix)
    paths = found.paths
    if settings.get("include-system-site-packages", "").lower() == "true" and settings.get("home"):
        paths += _installed(os.path.dirname(settings["home"])).paths
    return Folder(".".join(version.split(".")[:3]) or found.version, paths)


def _two_above(path: str) -> str:
    return os.path.dirname(os.path.dirname(path))


def _installed(prefix: str) -> Folder:
    libraries = _libraries(prefix)
    version = libraries[0][0] if libraries else ""
    paths = [os.path.join(folder, name) for _, folder in libraries[:1] for name in PACKAGES]
    shared = os.path.join(prefix, "lib", "python3")
    if os.path.isdir(shared):  # Debian keeps all versions' packages here, and pip's beside
        local = os.path.join(prefix, "local", "lib", f"python{version}")
        paths += [os.path.join(above, name) for above in (local, shared) for name in PACKAGES]
    paths.append(os.path.join(prefix, "Lib", "site-packages"))
    return Folder(version, tuple(one for one in paths if os.path.isdir(one)))


def _of_user(version: str) -> tuple[str, ...]:
    """Where ``pip install --user`` puts packages."""
    found = os.path.expanduser(f"~/.local/lib/python{version}/site-packages")
    return (found,) if version and os.path.isdir(found) else ()


def _libraries(prefix: str) -> list[tuple[str, str]]:
    """``lib/pythonX.Y`` folders with their versions, the newest first."""
    found = []
    for library in ("lib", "lib64"):
        try:
            names = os.listdir(os.path.join(prefix, library))
        except OSError:
            continue
        for name in names:
            numbers = name[len(LIBRARY) :].split(".") if name.startswith(LIBRARY) else []
            if len(numbers) == 2 and all(one.isdecimal() for one in numbers):
                key = tuple(map(int, numbers))
                found.append((key, ".".join(numbers), os.path.join(prefix, library, name)))
    found.sort(key=lambda one: one[0], reverse=True)
    return [(version, folder) for _, version, folder in found]


def _settings(path: str) -> dict[str, str] | None:
    """``pyvenv.cfg``: names and values; None where there is none."""
    if not os.path.isfile(path):
        return None
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            lines = stream.read(MOST).splitlines()[:100]
    except OSError:
        return None
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
