"""The sample projects: what the README of theirs says is what the doctor answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import ROOT, diagnose, doctor, environ, listing, target

SAMPLES = ROOT / "sample_projects"

# folder -> environment, verdicts of its starts, codes of its errors
EXPECTED: dict[str, tuple[str, list[str], list[str]]] = {
    "sync_worker": ("c3new", ["fails"], ["CXD101"]),
    "wrong_conf": ("c3new", ["fails"], ["CXD101"]),
    "wsgi_adapter": ("c3new", ["serves"], []),
    "inner_flask": ("c3new", ["fails"], ["CXD105"]),
    "factory": ("c3new", ["fails"], ["CXD024"]),
    "healthy": ("c3new", ["serves"], []),
    "broken_operation": ("c3new", ["fails"], ["CXD110"]),
    "connexion2": ("c2new", ["fails"], ["CXD102"]),
    "missing_extra": ("c3noflask", ["fails"], ["CXD013"]),
}


def test_every_sample_is_expected() -> None:
    assert {path.name for path in SAMPLES.iterdir() if path.is_dir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_sample(name: str) -> None:
    environment, verdicts, codes = EXPECTED[name]
    folder = SAMPLES / name
    before = listing(folder)
    done = diagnose(environment, cwd=folder)
    errors = [finding["code"] for finding in done.report["findings"] if finding["severity"] == "error"]
    assert (done.verdicts, sorted(errors)) == (verdicts, codes)
    assert done.code == (1 if codes else 0)
    assert listing(folder) == before


def test_an_extra_that_is_missing_is_one_fault() -> None:
    """What the environment lacks, and what the requirements do not ask for: one edit, one finding."""
    done = diagnose("c3noflask", cwd=SAMPLES / "missing_extra")
    (finding,) = done.report["findings"]
    assert finding["code"] == "CXD013" and "needs the flask extra" in finding["evidence"][-1]
    treatment = done.report["launches"][0]["treatment"]
    assert treatment["install"] == ["connexion[flask]==3.3.0"]
    assert [(one["path"], one["replacement"]) for one in treatment["edits"]] == [
        ("requirements.txt", "[flask]")
    ]


@pytest.mark.parametrize("columns", [40, 60, 88, 200])
@pytest.mark.parametrize("name", ["sync_worker", "wrong_conf", "healthy"])
def test_the_text_fits(name: str, columns: int) -> None:
    """No line is wider than the terminal, but those that are there to be pasted or are source."""
    environment = EXPECTED[name][0]
    folder = SAMPLES / name
    read = () if columns == 88 else ("--no-import",)  # as long texts, in less time
    words = ("--python", str(target(environment).python), *read)
    done = doctor(*words, cwd=folder, env=environ(COLUMNS=str(columns)))
    assert "\x1b" not in done.stdout
    width = min(max(columns, 40), 100)
    pasted = ("      ", "    web:", "    worker_class", "Python ", "  connexion")
    lines = [line for line in done.stdout.splitlines() if not line.startswith(pasted)]
    long = [line for line in lines if len(line) > width and " " in line.strip()]
    assert long == []


@pytest.mark.parametrize(
    ("variables", "colour"),
    [({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False), ({}, False), ({"TERM": "dumb"}, False)],
    ids=["forced", "refused", "piped", "dumb"],
)
def test_colour(variables: dict[str, str], colour: bool) -> None:
    folder = SAMPLES / "sync_worker"
    done = doctor("--no-import", cwd=folder, env=environ(**variables))
    assert ("\x1b[" in done.stdout) is colour


def test_a_locale_without_unicode(tmp_path: Path) -> None:
    folder = SAMPLES / "sync_worker"
    env = environ(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    done = doctor("--python", str(target("c3new").python), cwd=folder, env=env)
    assert done.code == 1
    assert "CXD101" in done.stdout
    assert done.stdout.isascii()
