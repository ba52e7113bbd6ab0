"""Modules that protoc makes of ``.proto`` files: in no repository, and in the image that makes them."""

from __future__ import annotations

import os
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.model import overlay

MADE = late.pattern(r"(\w+)_pb2(_grpc)?")
MOST = 5_000  # folders
BUILDS = late.pattern(r"(?i)(dockerfile|containerfile|makefile|justfile)|\.(dockerfile|sh|mk)$")


def origin(module: str, root: Path) -> Path | None:
    """The ``.proto`` file of a module; None where there is none, or it is no such module."""
    match = MADE.fullmatch(module.rpartition(".")[2])
    if match is None:
        return None
    for number, (here, folders, files) in enumerate(os.walk(root)):
        if f"{match[1]}.proto" in files:
            return Path(here, f"{match[1]}.proto")
        folders[:] = [one for one in folders if not one.startswith(".") and one != "node_modules"]
        if number > MOST:
            break
    return None


def is_made(folder: Path, root: Path) -> bool:
    """Whether what builds the folder of a start, or one above it, calls protoc."""
    for above in (folder, *folder.parents):
        if not above.is_relative_to(root):
            break
        if any(_calls_protoc(one) for one in _files(above) if BUILDS.search(one.name)):
            return True
    return False


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _calls_protoc(file: Path) -> bool:
    try:
        return os.path.isfile(file) and os.path.getsize(file) < 100_000 and b"protoc" in overlay.read(file)
    except OSError:
        return False
