"""`python -m tests.fixes.every_project`: ``--fix`` and ``--unsafe-fixes`` on a copy of every project.

It comes to an end, after which another run has nothing to do, and lines that no edit touches stay byte
for byte: with the line ends of Windows, a byte order mark, another encoding and blanks at the ends of
lines as well. A few of these projects are in ``test_every_project.py``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.fixes.applying import Applied, apply
from connexion_doctor.fixes.outcome import MOST_ROUNDS
from connexion_doctor.model import Edit, Report
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.question import Question
from tests.environments import environment
from tests.fixes.projects import SAMPLES, contents

PROJECTS = Path(__file__).parents[1] / "discovery" / "projects"
VARIANTS = ("plain", "crlf", "marked", "latin-1", "blanks")
ENVIRONMENTS = {"connexion2": "c2151", "missing_extra": "c3noflask"}  # all others: c3new


@dataclass(frozen=True)
class Outcome:
    """What came of one project: how many files and edits, in how many runs, and what is wrong."""

    name: str
    files: int = 0
    edits: int = 0
    runs: int = 0
    wrong: tuple[str, ...] = ()


def every() -> list[Path]:
    """The sample projects and those of the tests of discovery."""
    return [path for folder in (SAMPLES, PROJECTS) for path in sorted(folder.iterdir()) if path.is_dir()]


def vary(root: Path, variant: str) -> None:
    """Other bytes for the same text, in every file that may have them."""
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        data = path.read_bytes()
        if b"\0" in data or not data:
            continue
        shell = data.startswith(b"#!") or path.suffix in (".sh", ".env") or path.name == "Makefile"
        if variant == "crlf" and not shell:
            data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        elif variant == "marked" and path.suffix == ".py":
            data = b"\xef\xbb\xbf" + data
        elif variant == "latin-1" and path.suffix == ".py" and data.isascii():
            data = b"# -*- coding: latin-1 -*-\n" + data + "# \u00e9\u00fc\n".encode("latin-1")
        elif variant == "blanks" and path.suffix in (".py", ".service", ".conf", ".toml"):
            data = b"\n".join(line if line.endswith(b"\\") else line + b"  " for line in data.split(b"\n"))
        path.write_bytes(data)


def check(root: Path, env: str) -> Report:
    """A checkup of a project."""
    from tests.running import environ

    python = str(environment(env).python)
    given = environ(PYTHONDONTWRITEBYTECODE="1")
    return run(Options(Question(directory=str(root), python=python), environ=given))


def touched(edits: Sequence[Edit]) -> set[int]:
    """The numbers of the lines that edits change."""
    return {number for edit in edits for number in range(edit.location.line, edit.location.end[0] + 1)}


def kept(before: bytes, after: bytes, edits: Sequence[Edit]) -> bool:
    """Whether the lines that no edit touches stand in the new text, byte for byte and in order."""
    at, lines = 0, touched(edits)
    for number, line in enumerate(before.splitlines(keepends=True), 1):
        if number in lines:
            continue
        found = after.find(line, at)
        if found < 0:
            return False
        at = found + len(line)
    return after[:3] == before[:3] if before.startswith(b"\xef\xbb\xbf") else True


def treat(source: Path, variant: str, unsafe: bool) -> Outcome:
    """Fix a copy of a project until nothing is left, and once more."""
    name = f"{source.name} {variant}{' unsafe' if unsafe else ''}"
    wrong: list[str] = []
    files: set[str] = set()
    edits = 0
    with tempfile.TemporaryDirectory(prefix="fix-") as folder:
        root = Path(folder) / source.name
        shutil.copytree(source, root, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        vary(root, variant)
        env = ENVIRONMENTS.get(source.name, "c3new")
        for run in range(1, MOST_ROUNDS + 1):
            before = contents(root)
            try:
                report = check(root, env)
            except UsageError:
                return Outcome(name)
            done = apply(root, report.findings, report.judgements, report.sources, unsafe=unsafe)
            wrong += _wrong(before, contents(root), done)
            if not done.files:
                return Outcome(name, len(files), edits, run, tuple(wrong))
            files |= set(done.files)
            edits += sum(len(some) for some in done.plan.edits.values())
    return Outcome(name, len(files), edits, MOST_ROUNDS, (*wrong, "no end of it"))


def _wrong(before: dict[str, bytes], after: dict[str, bytes], done: Applied) -> Iterator[str]:
    if set(before) != set(after):
        yield f"files came or went: {set(before) ^ set(after)}"
    for path, data in before.items():
        if after.get(path) == data:
            continue
        if path not in done.files:
            yield f"{path} was changed and not told of"
        elif not kept(data, after[path], done.plan.edits.get(path, ())):
            yield f"{path}: a line changed that no edit is about"
    for left in done.plan.left:
        if left.kind == "blocked":
            yield f"{left.finding.code}: {left.why}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fixes.every_project", description=__doc__)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--variant", action="append", choices=VARIANTS, default=[])
    asked = parser.parse_args()
    started, found = time.monotonic(), []
    for variant in asked.variant or VARIANTS:
        for source in every():
            if asked.only and source.name not in asked.only:
                continue
            for unsafe in (False, True):
                outcome = treat(source, variant, unsafe)
                found.append(outcome)
                print(
                    f"{outcome.name}: {outcome.edits} edits, {outcome.runs} runs", *outcome.wrong, flush=True
                )
    bad = [one for one in found if one.wrong]
    edits, changed = sum(one.edits for one in found), sum(bool(one.edits) for one in found)
    print(f"{len(found)} copies, {changed} changed by {edits} edits, {len(bad)} wrong")
    print(f"{time.monotonic() - started:.0f} s")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
