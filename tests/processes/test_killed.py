"""A doctor that is killed, by a system without memory, leaves neither an app nor a server running."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import APP, PACKAGES, PATIENCE, environ, project, target

WAITS = """
import os, sys, time
if ("_connexion_doctor_agent" in sys.modules) is {probed}:
    with open("started.new", "w") as stream:
        stream.write(str(os.getpid()))
    os.rename("started.new", "started")
    time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked for on Linux")
@pytest.mark.parametrize("words", [(), ("--verify",)], ids=["an app", "a server"])
def test_what_it_started_ends(words: tuple[str, ...], tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=WAITS.format(probed=not words) + APP)
    python = str(target("c3new").python)
    command = [
        sys.executable,
        "-m",
        "connexion_doctor",
        *words,
        "--python",
        python,
        "--",
        "uvicorn",
        "app:app",
    ]
    env = environ(PYTHONPATH=str(PACKAGES), TMPDIR=str(tmp_path))
    with subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as doctor:
        try:
            assert _comes(folder / "started", True)
            started = Path("/proc", (folder / "started").read_text(), "cmdline")
            assert started.exists()
        finally:
            doctor.kill()
    assert _comes(started, False)


def _comes(path: Path, wanted: bool) -> bool:
    deadline = time.monotonic() + PATIENCE
    while path.exists() is not wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return path.exists() is wanted
