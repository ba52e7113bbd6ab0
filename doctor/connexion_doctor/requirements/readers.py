"""Which reader a file's name calls for."""

from __future__ import annotations

import re

from connexion_doctor.foundation import late
from connexion_doctor.requirements.manifests import (
    lock,
    pipfile,
    pipfile_lock,
    pyproject,
    setup_cfg,
    setup_py,
)
from connexion_doctor.requirements.reading import Reader
from connexion_doctor.requirements.requirement_lists import conda, dockerfile, requirements, runtime

BY_NAME: dict[str, Reader] = {
    "setup.cfg": setup_cfg,
    "setup.py": setup_py,
    "pyproject.toml": pyproject,
    "pipfile": pipfile,
    "pipfile.lock": pipfile_lock,
    "poetry.lock": lock,
    "uv.lock": lock,
    "pdm.lock": lock,
    "runtime.txt": runtime,
    ".python-version": runtime,
}
BY_PATTERN: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (late.pattern(r"require.*\.(lock|pip)"), requirements),
    (late.pattern(r"(.*\.)?dockerfile(\..*)?|containerfile"), dockerfile),
    (late.pattern(r"(.*[_-])?environment([_-].*)?\.ya?ml|conda\.ya?ml"), conda),
    (late.pattern(r"pylock(\.[\w-]+)?\.toml"), lock),
)


def reader_of(path: str) -> Reader | None:
    """The reader of a file; None where its name says nothing about requirements."""
    name = path.rpartition("/")[2].lower()
    if name.endswith(".py") and "dockerfile" not in name:  # nearly every file of a project
        return BY_NAME.get(name)
    if name.endswith((".txt", ".in")) and re.search(r"require|constraint", path.lower()):
        return requirements
    return next((reader for form, reader in BY_PATTERN if form.fullmatch(name)), BY_NAME.get(name))
