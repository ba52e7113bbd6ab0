"""Texts, numbers and names of files that are longer than any that counts: each is read without an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endurance.inputs import tried
from tests.endurance.parsers import PARSERS

MAKEFILE = next(name for name in PARSERS if name.startswith("makefile"))
DIGITS = "0" * 5000
INPUTS = {
    "a parameter of a script that is none": ("words", f"gunicorn app:app${DIGITS} ${{00}}"),
    "a name joined with itself": ("values of a configuration", "a = 'x'\n" + 'b = f"{a}{a}"\na = b\n' * 40),
    "counts of tests": ("logs", f"===== 3 failed, 1{DIGITS} passed =====\nRan {DIGITS} tests\n"),
    "a line of digits": ("logs", "1" * 20_000 + " pass"),
    "a list with a long name": ("what requirements.txt installs", f"-r {'uvicorn' * 200}.txt\n"),
    "dollars without end in a makefile": (MAKEFILE, "run:\n\texec " + "$$" * 8000 + "\n"),
    "quotes without end in a makefile": (
        MAKEFILE,
        "A := $(s" + 'A="' * 6000 + "\nrun:\n\tgunicorn a:b\n",
    ),
    "a key of many parts": ("a project's metadata", "a." * 9000 + "a = 1\n"),
    "a list of lists without end": ("a project's metadata", "a = " + "[" * 9000),
    "such a configuration": ("configuration", "a = " + "[" * 9000),
    "such a specification": ("a project's specification", "openapi: " + "[" * 9000),
    "such a specification, for a rule": ("specification", "[" * 9000),
    "such facts": ("facts", "[" * 9000),
    "such answers": ("answers", "[" * 9000 + "\n--\n" + "[" * 9001),
    "a version of many digits": ("a project's requirements", f"connexion[flask]>=3.{'9' * 5000}\n"),
}


@pytest.mark.parametrize(("parser", "text"), INPUTS.values(), ids=list(INPUTS))
def test_it_is_read(parser: str, text: str, tmp_path: Path) -> None:
    assert tried(PARSERS[parser], text, tmp_path) is None
