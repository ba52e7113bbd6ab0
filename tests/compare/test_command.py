"""The commands, as people start them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from tests.compare.comparing import APPS, THREE, TWO
from tests.environments import environment
from tests.running import PACKAGE


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
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    lines = done.stdout.splitlines()
    assert "\x1b" not in done.stdout, "no colour where nobody sees it"
    assert all(len(line) <= 80 or len(line.split()) <= 3 for line in lines)
    assert re.search(r"\d+ of \d+ operations the same", done.stdout)
    document = json.loads(written["json"].read_text())
    schema = json.loads((PACKAGE / "schema" / "compare-1.0.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["summary"]["breaks"] == 0
    suites = ElementTree.parse(written["junit"]).getroot()
    assert int(suites[0].attrib["tests"]) == document["summary"]["operations"]
    assert suites[0].attrib["failures"] == "0"
    for text in (done.stdout, *(path.read_text() for path in written.values())):
        assert "right-password" not in text
        assert "right-key" not in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["compare", "uvicorn app:app"], 2, "Missing argument"),
        (["compare", "uvicorn app:app", "nonsense"], 2, "'nonsense' is no launch"),
        (["compare", "uvicorn app:app", "make it so"], 2, "no server is started"),
        (["compare", "a", "b", "--format", "sarif"], 2, "this command has text, json, markdown, junit"),
        (["compare", "a", "b", "--before-dir", ".", "--before-ref", "x"], 2, "give one of them"),
        (["compare", "uvicorn app:app", "uvicorn app:nowhere"], 3, "nowhere"),
        (["bench", "uvicorn app:app", "--concurrency", "0"], 2, "--concurrency takes numbers"),
        (["upgrade", "--chdir", "nowhere"], 2, "is not a directory"),
    ],
)
def test_what_cannot_be_done_is_said(words: list[str], code: int, said: str) -> None:
    done = doctor(
        *words, "--python" if words[0] != "upgrade" else "--before-python", str(environment("c3new").folder)
    )
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_help_imports_nothing_of_it() -> None:
    """The parsing of the command line stays fast: neither Schemathesis nor the rooms are imported."""
    script = (
        "import sys; from connexion_doctor.cli.main import main; "
        "print([name for name in sys.modules if name.startswith(('schemathesis', 'aiohttp', "
        "'connexion_doctor.compare', 'connexion_doctor.bench', 'connexion_doctor.upgrade'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
