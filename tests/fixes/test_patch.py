"""A diff of files with odd names is one that ``git apply`` takes; no name becomes a line of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from connexion_doctor.fixes.patch import quoted, unified

NAMES = [
    "Procfile",
    "a b/Procfile",
    "é.txt",
    'x"y',
    "back\\slash",
    "line\nend",
    "esc\x1b[31m",
    "tab\there",
    "\udcff",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_git_applies_it(name: str, tmp_path: Path) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("no git")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("web: old\n")
    text = unified(name, "web: old\n", "web: new\n")
    assert "\x1b" not in text
    assert len(text.splitlines()) == 5
    subprocess.run(
        [git, "apply", "-"], cwd=tmp_path, input=text.encode("utf-8", "surrogateescape"), check=True
    )
    assert path.read_text() == "web: new\n"


def test_a_plain_name_stays_as_it_is() -> None:
    assert quoted("services/a b/Procfile") == "services/a b/Procfile"
