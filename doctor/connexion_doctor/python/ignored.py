"""Files that git leaves out of a repository: they are made where the app is built or deployed."""

from __future__ import annotations

from pathlib import Path

from connexion_doctor.model import overlay


def git_ignores(root: Path, folder: Path, module: str) -> bool:
    """Whether a module that is missing is one that git ignores.

    :param folder: where it would lie, in ``root`` or below
    """
    if not folder.is_relative_to(root):
        return False
    return git_ignores_file(root, folder / f"{module.replace('.', '/')}.py")


def git_ignores_file(root: Path, file: Path) -> bool:
    """Whether git leaves a file of the project out of the repository."""
    for above in file.parents:
        if not above.is_relative_to(root):
            break
        try:
            text = overlay.read_text(above / ".gitignore", "replace")
        except OSError:
            continue
        from pathspec import GitIgnoreSpec

        lines = (line for line in text.splitlines() if len(line) <= overlay.LONGEST_PATH)
        if GitIgnoreSpec.from_lines(lines).match_file(file.relative_to(above).as_posix()):
            return True
    return False
