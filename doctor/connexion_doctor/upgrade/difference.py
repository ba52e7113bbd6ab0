"""A project and its changed copy: the patch between them, and the copy's files written back."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from connexion_doctor.fixes import patch
from connexion_doctor.fixes.files import File, Untouchable, open_for_edit, replace_all
from connexion_doctor.model.errors import UsageError


def changed(root: Path, copy: Path) -> Iterator[tuple[str, str, str]]:
    """The text files that differ: the path below the project, both texts."""
    for path in sorted(copy.rglob("*")):
        name = path.relative_to(copy).as_posix()
        original = root / name
        if not path.is_file() or path.is_symlink() or not original.is_file():
            continue
        before, after = original.read_bytes(), path.read_bytes()
        if before == after:
            continue
        try:
            yield name, before.decode(), after.decode()
        except UnicodeDecodeError:
            continue


def as_patch(root: Path, copy: Path) -> str:
    """The changes as one unified diff, for ``git apply`` in the project's folder."""
    return "".join(patch.unified(name, before, after) for name, before, after in changed(root, copy))


def write_back(root: Path, copy: Path) -> list[str]:
    """Give the project's files the copy's content, all or none; the paths that were written.

    :raises UsageError: a file cannot be written; nothing was
    """
    writes: list[tuple[File, bytes]] = []
    names = []
    try:
        for name, before, after in changed(root, copy):
            file = open_for_edit(root, name, before)
            writes.append((file, file.encoded(after)))
            names.append(name)
        replace_all(writes)
    except (OSError, Untouchable) as exc:
        raise UsageError(f"--write: nothing was changed: {exc}") from exc
    return names


def unclean(root: Path) -> str | None:
    """Why the project's work tree is not one to write into; None where it is clean, or under no git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "status", "--porcelain", "--untracked-files=no", "--", "."],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0 or not done.stdout.strip():
        return None
    return f"{len(done.stdout.splitlines())} files have changes that are not committed"
