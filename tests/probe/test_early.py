"""Probes that are started before the command line is read: those that will be asked for, and no others."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from connexion_doctor.probe import head_start
from connexion_doctor.probe.head_start import HeadStart
from tests.running import PACKAGES

TWO, THREE = "gunicorn -w 1 app:app", "uvicorn app:app"
BOTH = {
    "one folder": ([TWO, THREE], [(None, ".", ("gunicorn",)), (None, ".", ("uvicorn",))]),
    "interpreters": (
        ["--before-python", "v2", TWO, "--after-python=v3", THREE],
        [("v2", ".", ("gunicorn",)), ("v3", ".", ("uvicorn",))],
    ),
    "one interpreter, folders": (
        [TWO, "Procfile:web", "--python", "v", "--before-dir", "old", "--chdir", "new"],
        [("v", "old", ()), ("v", "new", ())],
    ),
    "variables": ([TWO, THREE, "--environ", "A=b"], []),
    "a commit": ([TWO, THREE, "--before-ref=main"], []),
    "help": (["--help"], []),
}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, str, tuple[str, ...]]]:
    found = []

    def start(python: str | None, directory: str, probe: bool, ahead: Sequence[str]) -> HeadStart:
        found.append((python, directory, tuple(ahead)))
        return HeadStart()

    monkeypatch.setattr(head_start, "_started", start)
    monkeypatch.setattr(head_start._Early, "heads", [])
    return found


@pytest.mark.parametrize("name", BOTH)
def test_compare_starts_both(name: str, started: list[tuple[str | None, str, tuple[str, ...]]]) -> None:
    given, wanted = BOTH[name]
    head_start.early(["compare", *given], {})
    assert started == wanted
    for python, directory, _ in wanted:
        head_start.start(python, directory)
    assert started == wanted and head_start._Early.heads == [], "each is taken once"


def test_those_that_fit_nothing_are_closed(
    started: list[object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed: list[HeadStart] = []
    monkeypatch.setattr(HeadStart, "close", lambda one: closed.append(one))
    head_start.early(["compare", TWO, THREE], {})
    head_start.start("another", str(tmp_path))
    assert len(closed) == 2 and len(started) == 3


HEAVY = ("pathlib", "re", "subprocess", "json", "typing", "dataclasses", "urllib.parse")


def test_nothing_heavy_is_imported_before_the_probe_is_started() -> None:
    """Each of these takes milliseconds, in which the app's import could have begun."""
    code = (
        "import sys; from connexion_doctor.probe import head_start\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=PACKAGES, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("", "")


@pytest.mark.skipif(not Path("/proc/kmsg").exists(), reason="there is no file that is waited for")
@pytest.mark.parametrize("waits", ["/proc/kmsg", "/dev/zero", "/dev/stdin"])
def test_a_configuration_that_never_ends_is_not_waited_for(waits: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").symlink_to(waits)
    assert head_start._is_configured(str(tmp_path)) is False
