"""Projects to fix: copies of the sample projects, and the checkups of what is found in them."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

import pytest

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.fixes.applying import Applied, apply
from connexion_doctor.foundation.late import written
from connexion_doctor.model import Report
from connexion_doctor.model.question import Question
from tests.environments import Unavailable, environment

SAMPLES = Path(__file__).parents[2] / "sample_projects"


def python_of(name: str) -> str:
    """The interpreter of a test environment; skips the test where there is none."""
    try:
        return str(environment(name).python)
    except Unavailable as reason:
        pytest.skip(str(reason))


def copy(sample: str, into: Path) -> Path:
    """A copy of a sample project."""
    shutil.copytree(SAMPLES / sample, into, ignore=shutil.ignore_patterns("__pycache__"))
    return into


OF_THE_QUESTION = {one.name for one in dataclasses.fields(written(Question))}


def options(root: Path, env: str, **more: object) -> Options:
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    asked = {name: more.pop(name) for name in list(more) if name in OF_THE_QUESTION}
    question = Question(directory=str(root), python=python_of(env), **asked)  # type: ignore[arg-type]
    return Options(question, environ=environ, **more)  # type: ignore[arg-type]


def check(root: Path, env: str, **more: object) -> Report:
    """A checkup of the launches that are found in the project, or of what ``more`` names."""
    return run(options(root, env, **more))


def read(root: Path, env: str, **more: object) -> Report:
    """The same by reading, a tenth of the time: for what is about files, where the app is always the same."""
    return check(root, env, do_import=False, **more)


def fix(root: Path, report: Report, *, unsafe: bool = False, launches: bool = False) -> Applied:
    """Apply the fixes, all or those of launches only."""
    findings = [one for one in report.findings if one.launch is not None or not launches]
    return apply(root, findings, report.judgements, report.sources, unsafe=unsafe)


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a project, byte for byte."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
