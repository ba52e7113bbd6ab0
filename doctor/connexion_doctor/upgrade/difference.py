"""A project and its changed copy: the patch between them, and the copy's files written back."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from connexion_doctor.fixes import patch
from connexion_doctor.fixes.files import File, Untouchable, open_for_edit, replace_all
from connexion_doctor.model.errors import UsageError
from connexion_doctor.processes.child import run
from connexion_doctor.reporters import hidden

GIT_SECONDS = 60
MOST_NAMED = 3


def changed(root: Path, copy: Path, among: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """The text files among these that differ: the path below the project, both texts."""
    for name in among:
        path, original = copy / name, root / name
        if not os.path.isfile(path) or path.is_symlink() or not os.path.isfile(original):
            continue
        before, after = original.read_bytes(), path.read_bytes()
        if before == after:
            continue
        try:
            yield name, before.decode(), after.decode()
        except UnicodeDecodeError:
            continue


def as_patch(root: Path, copy: Path, among: Collection[str]) -> str:
    """The changes of these files as one unified diff, for ``git apply`` in the project's folder."""
    return "".join(patch.unified(name, before, after) for name, before, after in changed(root, copy, among))


def shown(root: Path, copy: Path, among: Collection[str]) -> str:
    """The same for people to read, stars where the files set secrets: what says that a line does may stand
    outside of what a patch shows of a file. It does not apply."""
    return "".join(
        patch.unified(name, *(hidden.of_file(name, text) for text in (before, after)))
        for name, before, after in changed(root, copy, among)
    )


def write_back(root: Path, copy: Path, among: Collection[str]) -> list[str]:
    """Give these files of the project the copy's content, all or none; the paths that were written.

    :raises UsageError: a file cannot be written; nothing was
    """
    writes: list[tuple[File, bytes]] = []
    names = []
    try:
        for name, before, after in changed(root, copy, among):
            file = open_for_edit(root, name, before)
            writes.append((file, file.encoded(after)))
            names.append(name)
        replace_all(writes)
    except (OSError, Untouchable) as exc:
        raise UsageError(f"--write: nothing was changed: {exc}") from exc
    return names


def unclean(root: Path) -> str | None:
    """Why the project's work tree is not one to write into; None where it is clean, or under no git."""
    words = ["git", "-C", str(root), "status", "--porcelain", "--untracked-files=no", "--", "."]
    try:
        done = run(words, str(root), os.environ, GIT_SECONDS)
    except OSError:
        return None
    names = [line[3:] for line in done.output.splitlines()]
    if done.code != 0 or not names:
        return None
    more = " and others" if len(names) > MOST_NAMED else ""
    have = "has" if len(names) == 1 else "have"
    return f"{', '.join(names[-MOST_NAMED:])}{more} {have} changes that are not committed"
