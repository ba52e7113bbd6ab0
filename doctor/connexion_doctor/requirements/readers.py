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
LISTS = late.pattern(r"require.*\.(lock|pip)")
DOCKERFILES = late.pattern(r"(.*\.)?dockerfile(\..*)?|containerfile")
ENVIRONMENTS = late.pattern(r"(.*[_-])?environment([_-].*)?\.ya?ml|conda\.ya?ml")
LOCKS = late.pattern(r"pylock(\.[\w-]+)?\.toml")


def reader_of(path: str) -> Reader | None:
    """The reader of a file; None where its name says nothing about requirements."""
    name = path.rpartition("/")[2].lower()
    if name.endswith(".py") and "dockerfile" not in name:  # nearly every file of a project
        return BY_NAME.get(name)
    if name.endswith((".txt", ".in")) and re.search(r"require|constraint", path.lower()):
        return requirements
    if LISTS.fullmatch(name):
        return requirements
    if DOCKERFILES.fullmatch(name):
        return dockerfile
    if ENVIRONMENTS.fullmatch(name):
        return conda
    return lock if LOCKS.fullmatch(name) else BY_NAME.get(name)
