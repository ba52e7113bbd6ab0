"""Scratch: a copy of the project, and packages laid over the environment. The originals stay untouched."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from connexion_doctor.environment.installer import installer
from connexion_doctor.processes import scratch_folder, signals
from connexion_doctor.processes.child import run

INSTALL_SECONDS = 300
MOST_BYTES = 500 * 1024 * 1024
MOST_ENTRIES = 100_000  # files and folders
LARGE = 1024 * 1024  # bytes of a file that is linked to, where nothing but its reading is wanted
# Folders that no start of an app needs, or that hold environments.
LEFT_OUT = {
    ".git", ".hg", ".svn", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache", ".ruff_cache",
    ".pytest_cache", ".idea", ".vscode",
}  # fmt: skip


class NotCopied(Exception):
    """The project cannot be copied; the message says why."""


class NotInstalled(Exception):
    """The packages of a fix cannot be installed; the message says why."""


def copy_project(root: Path, into: Path, *, link_large: bool = False, until: float | None = None) -> Path:
    """A copy of the project's files in the new folder ``into``; environments and caches are left out, and
    what a doctor is writing for itself.

    :param link_large: link to large files instead of copying them: the copy is read, and nothing is booted
    :param until: when there is no more time for it, on the monotonic clock
    :raises NotCopied: it is too large, takes too long, or a file cannot be read
    """
    room, entries = MOST_BYTES, MOST_ENTRIES

    def left_out(folder: str, names: list[str]) -> set[str]:
        nonlocal room, entries
        signals.look()
        if until is not None and time.monotonic() > until:
            raise NotCopied("copying the project takes too long")
        out = {name for name in names if name in LEFT_OUT or name.startswith(scratch_folder.PREFIX)}
        entries -= len(names)
        if entries < 0:
            raise NotCopied(f"the project has more than {MOST_ENTRIES} files")
        for name in names:
            path = Path(folder, name)
            if os.path.isdir(path) and os.path.isfile(path / "pyvenv.cfg"):
                out.add(name)
            elif not (os.path.isdir(path) or os.path.isfile(path) or path.is_symlink()):
                out.add(name)  # sockets and pipes
            elif name not in out and os.path.isfile(path):
                size = path.stat().st_size
                room -= size if not (link_large and size > LARGE) else 0
        if room < 0:
            raise NotCopied(f"the project is larger than {MOST_BYTES // 1024 // 1024} MB")
        return out

    def copied(source: str, target: str) -> str:
        if link_large and os.path.getsize(source) > LARGE:
            os.symlink(source, target)
            return target
        return shutil.copy2(source, target)

    try:
        shutil.copytree(root, into, symlinks=True, ignore=left_out, copy_function=copied)
    except shutil.Error as exc:
        entries_left = [str(entry[0]) for entry in exc.args[0] if os.path.lexists(str(entry[0]))]
        if entries_left:  # what is gone in the meantime was somebody's temporary file
            raise NotCopied(f"the project cannot be copied: {entries_left[0]}") from exc
    except OSError as exc:
        raise NotCopied(f"the project cannot be copied: {exc}") from exc
    return into


def install(requirements: Sequence[str], python: str, packages: Mapping[str, str], layer: Path) -> None:
    """Install requirements, with what they need, into the folder ``layer``.

    What the environment has stays at its version, but where a requirement asks for another one.

    :param packages: normalised name -> version of what is installed
    :raises NotInstalled: no installer, no network, or no version that fits
    """
    layer.mkdir(parents=True, exist_ok=True)
    constraints = layer.parent / f"{layer.name}-constraints.txt"
    constraints.write_text("".join(f"{line}\n" for line in _constraints(requirements, packages)))
    try:
        done = run(
            [*installer(python), "--target", str(layer), "--constraint", str(constraints), *requirements],
            str(layer.parent),
            os.environ,
            INSTALL_SECONDS,
        )
    except OSError as exc:
        raise NotInstalled(f"{' '.join(requirements)}: {exc}") from exc
    if done.code is None:
        raise NotInstalled(f"{' '.join(requirements)}: not installed after {INSTALL_SECONDS} s")
    if done.code != 0:
        said = [line.strip() for line in done.output.splitlines() if line.strip()]
        raise NotInstalled(f"{' '.join(requirements)}: {said[-1] if said else 'pip failed'}")


def _constraints(requirements: Sequence[str], packages: Mapping[str, str]) -> list[str]:
    """``name==version`` of every installed package that no requirement asks to change."""
    from packaging.requirements import InvalidRequirement, Requirement

    changed: set[str] = set()
    for text in requirements:
        try:
            asked = Requirement(text)
        except InvalidRequirement:
            continue
        name = re.sub(r"[-_.]+", "-", asked.name).lower()
        version = packages.get(name)
        if version is not None and not asked.specifier.contains(version, prereleases=True):
            changed.add(name)
    # A local version (``1.0+cpu``) is in no index.
    return [
        f"{name}=={version}"
        for name, version in packages.items()
        if name not in changed and "+" not in version
    ]
