"""The commands, as people start them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from tests.compare.comparing import APPS, THREE, TWO
from tests.environments import environment
from tests.running import PACKAGE, PATIENCE


def doctor(*words: str, folder: Path = APPS / "security") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "connexion_doctor", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,
    )


def test_every_format_of_one_comparison(tmp_path: Path) -> None:
    written = {name: tmp_path / name for name in ("json", "markdown", "junit")}
    done = doctor(
        "compare", TWO[1], THREE[1],
        "--before-python", str(environment(TWO[0]).folder),
        "--after-python", str(environment(THREE[0]).folder),
        "--auth", "me:right-password", "--header", "X-Key: right-key",
        "--format", "text", *(f"--format={name}={path}" for name, path in written.items()),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert all("still at work" in line for line in done.stderr.splitlines()), done.stderr
    lines = done.stdout.splitlines()
    assert "\x1b" not in done.stdout, "no colour where nobody sees it"
    assert all(len(line) <= 80 or len(line.split()) <= 3 for line in lines)
    assert re.search(r"\d+ of \d+ operations the same", done.stdout)
    document = json.loads(written["json"].read_text())
    schema = json.loads((PACKAGE / "schema" / "compare-1.0.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["summary"]["breaks"] == 0
    suites = ElementTree.parse(written["junit"]).getroot()
    assert int(suites[0].attrib["tests"]) == len(document["operations"])
    assert document["summary"]["operations"] == 11, "what the specification has: OPTIONS is none of them"
    assert suites[0].attrib["failures"] == "0"
    for text in (done.stdout, *(path.read_text() for path in written.values())):
        assert "right-password" not in text
        assert "right-key" not in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["compare", "uvicorn app:app"], 2, "Missing argument"),
        (["compare", "uvicorn app:app", "nonsense"], 2, "'nonsense' is neither a launch"),
        (["compare", "uvicorn app:app", "make it so"], 2, "No server is started"),
        (["compare", "a", "b", "--format", "sarif"], 2, "this command has text, json, markdown, html, junit"),
        (["compare", "a", "b", "--before-dir", ".", "--before-ref", "x"], 2, "give one of them"),
        (["compare", "a", "b", "--after-python", "nowhere"], 2, "--after-python nowhere: There is no such"),
        (["compare", "a", "b", "--ignore-path", "items"], 2, "a place begins with a slash"),
        (["compare", "uvicorn app:app", "uvicorn app:nowhere"], 3, "nowhere"),
        (["bench", "uvicorn app:app", "--path", "nowhere"], 2, "--path nowhere: a path begins with a slash."),
        (["bench", "uvicorn app:app", "--start-python", "nowhere"], 2, "--start-python nowhere: There is no"),
        (["bench", "uvicorn app:app", "--concurrency", "0"], 2, "--concurrency takes numbers"),
        (["upgrade", "--chdir", "nowhere"], 2, "There is no folder nowhere"),
    ],
)
def test_what_cannot_be_done_is_said(words: list[str], code: int, said: str) -> None:
    done = doctor(
        *words, "--python" if words[0] != "upgrade" else "--before-python", str(environment("c3new").folder)
    )
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


THREES = (THREE[1], "gunicorn -k asgi app:app", "--python", "{three}")
SIGNALLED = {
    "compare": ("compare", *THREES),
    "bench": ("bench", *THREES),
    "upgrade": ("upgrade", THREE[1], "--before-python", "{three}", "--after-python", "{three}"),
    "upgrade, kept": (
        *("upgrade", THREE[1], "--before-python", "{three}", "--after-python", "{three}"),
        *("--keep", "{folder}/kept"),
    ),
}


@pytest.mark.parametrize("name", SIGNALLED)
def test_a_signal_ends_it_with_all_it_started(tmp_path: Path, name: str) -> None:
    """Threads examine and boot both sides: they are told too. Nothing is left, but what was to be kept."""
    mark = f"SIGNALLED_{name.replace(', ', '_')}"
    three, temporary = str(environment(THREE[0]).folder), tmp_path / "temporary"
    temporary.mkdir()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "connexion_doctor"),
            *(word.format(three=three, folder=tmp_path) for word in SIGNALLED[name]),
        ],
        cwd=APPS / "security", env={**os.environ, mark: "1", "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    enough = 4 if name in ("compare", "bench") else 3  # probes, guards, servers
    deadline = time.monotonic() + 60
    while len(running_with(mark)) < enough and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 128 + signal.SIGTERM
    assert process.stderr is not None
    said = process.stderr.read().splitlines()
    assert said[-1] == "connexion-doctor: interrupted"
    assert running_with(mark) == []
    assert list(temporary.iterdir()) == []
    kept = tmp_path / "kept"
    assert kept.exists() is ("kept" in name)
    assert (said[-2:-1] == [f"connexion-doctor: what was done so far is in {kept}"]) is ("kept" in name)


def running_with(variable: str) -> list[str]:
    """The commands of all processes that have a variable in their environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if variable.encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_text())
    return found


def test_help_imports_nothing_of_it() -> None:
    """The parsing of the command line stays fast: neither Schemathesis nor the rooms are imported."""
    script = (
        "import sys; from connexion_doctor.cli.main import main; "
        "print([name for name in sys.modules if name.startswith(('schemathesis', 'aiohttp', "
        "'connexion_doctor.compare', 'connexion_doctor.bench', 'connexion_doctor.upgrade'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_written_into_the_project(tmp_path: Path) -> None:
    """Not by the apps (no bytecode), and not by what makes the requests."""
    project = tmp_path / "project"
    shutil.copytree(APPS / "browser", project, ignore=shutil.ignore_patterns("__pycache__"))
    before = sorted(project.rglob("*"))
    three = str(environment(THREE[0]).folder)
    done = doctor("compare", THREE[1], THREE[1], "--python", three, "--seed", "1", folder=project)
    assert done.returncode == 0, done.stderr
    assert sorted(project.rglob("*")) == before
