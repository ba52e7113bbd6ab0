"""``--fix`` on whole projects: it comes to an end, and what no edit is about stays byte for byte. All
projects in all variants: ``python -m tests.fixes.every_project``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.environments import Unavailable, environment
from tests.fixes.every_project import every, treat
from tests.fixes.projects import SAMPLES, contents
from tests.running import doctor, target

# project, variant of its bytes
TREATED = (
    ("wrong_conf", "plain"),  # threads have no effect once the worker is another
    ("functions", "plain"),  # the words of a command stand in two places of a script
    ("sync_worker", "crlf"),
    ("gunicorn-auto", "marked"),
    ("inner_flask", "latin-1"),
    ("systemd-unit", "blanks"),
    ("kubernetes-split", "plain"),
)


@pytest.mark.truth
@pytest.mark.parametrize(("name", "variant"), TREATED)
def test_nothing_else_changes(name: str, variant: str) -> None:
    try:
        environment("c3new")
    except Unavailable as reason:
        pytest.skip(str(reason))
    source = next(path for path in every() if path.name == name)
    outcome = treat(source, variant, unsafe=True)
    assert outcome.wrong == ()
    assert outcome.edits


@pytest.mark.truth
def test_a_second_call_changes_nothing(tmp_path: Path) -> None:
    """What the first fix brings to light, ``threads`` under an ASGI worker, is cured by the same call."""
    root = tmp_path / "project"
    shutil.copytree(SAMPLES / "wrong_conf", root)
    python = str(target("c3new").python)
    first = doctor("--python", python, "--fix", cwd=root)
    assert "fixed gunicorn.conf.py (CXD101)" in first.stdout + first.stderr
    fixed = contents(root)
    second = doctor("--python", python, "--fix", cwd=root)
    assert "no file was changed" in second.stdout + second.stderr
    assert contents(root) == fixed
