"""What a project's tests need beside the app: lists, groups and extras that are named after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from connexion_doctor.foundation import late
from connexion_doctor.model import Location
from connexion_doctor.requirements.declarations import Declaration
from connexion_doctor.requirements.files import RequirementFiles
from connexion_doctor.requirements.gathering import requirement_text
from connexion_doctor.requirements.installation import Step
from connexion_doctor.requirements.installs import FOLDERS
from connexion_doctor.requirements.readers import reader_of
from connexion_doctor.requirements.requirement_lists import requirements

# The surest first: what is for developing has tools in it, too, that may be hard to install.
NAMES = (
    late.pattern(r"(?i)(?<![a-z])(unit)?test(s|ing)?(?![a-z])"),
    late.pattern(r"(?i)(?<![a-z])dev(el|elop|elopment)?(?![a-z])"),
)
MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")


def of_tests(files: RequirementFiles, more: Sequence[str] = ()) -> tuple[Step, tuple[Declaration, ...]]:
    """The step that installs it, and what that asks for.

    :param more: requirements beside what the project names
    """
    for name in NAMES:
        lists = _lists(files, name)
        grouped = [
            replace(one, group="")
            for path in MANIFESTS
            if path in files.known
            for one in files.read(path).requirements
            if one.group and name.search(one.group)
        ]
        if lists or grouped:
            break
    words = dict.fromkeys((*map(requirement_text, grouped), *more))
    step = Step(Location(lists[0] if lists else "", 1), lists=tuple(lists), words=tuple(words))
    return step, (*grouped, *(one for path in lists for one in files.listed(path)))


def _lists(files: RequirementFiles, name: re.Pattern[str]) -> list[str]:
    found = [
        path
        for path in sorted(files.known)
        if path.rpartition("/")[0] in ("", *FOLDERS)
        and reader_of(path) is requirements
        and name.search(PurePosixPath(path).stem.replace("requirements", ""))
    ]
    compiled = {PurePosixPath(path).with_suffix(".in").as_posix() for path in found if path.endswith(".txt")}
    return [path for path in found if path not in compiled]
