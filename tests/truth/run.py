"""Run cells: reality, the doctor, and `gunicorn --check-config` beside it; then count."""

from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from tests.environments import Environment, Unavailable, cache_folder, environment
from tests.truth.cells import APPS, Cell
from tests.truth.doctor import Diagnosis, ask
from tests.truth.servers import Outcome, PortTaken, Scene, boot, check_config, scene

HARNESS = "1"
"""Part of the key of a remembered outcome: raise it when the harness judges differently."""

PORTS_TRIED = 3
OF_A_FILE = "CXD017"  # what is missing here may be there where the file is used


@dataclass(frozen=True)
class Options:
    """How cells are run. Without `doctor`, only reality is looked at."""

    doctor: bool = False
    check_config: bool = False
    reuse: bool = False
    jobs: int = 2
    forms: tuple[str, ...] = ()  # beside the command as it stands
    told: Diagnosis | None = None  # what the doctor said already, asked about many cells together


@dataclass(frozen=True)
class Result:
    """One cell, and what was said and seen. Without `outcome`, `skipped` says why."""

    cell: Cell
    outcome: Outcome | None = None
    diagnosis: Diagnosis | None = None
    check_config: str | None = None
    skipped: str = ""
    forms: tuple[tuple[str, Diagnosis], ...] = ()  # the same start, asked about in other forms

    @property
    def agrees(self) -> bool | None:
        """Whether the doctor was right; None when it was not asked."""
        if self.outcome is None or self.diagnosis is None:
            return None
        if self.differing:
            return False
        if self.cell.unknowable and self.diagnosis.verdict == "unknown":
            return True
        return self.diagnosis.verdict == self.outcome.happened

    @property
    def differing(self) -> list[tuple[str, Diagnosis]]:
        """The forms of asking that got another verdict than the command.

        What is missing here and may be given there is no fault of a start that stands in a file (CXD017).
        """
        if self.diagnosis is None:
            return []
        said, in_file = self.diagnosis.verdict, "unknown" if OF_A_FILE in self.diagnosis.codes else None
        return [(form, answer) for form, answer in self.forms if answer.verdict not in (said, in_file)]


def run(cells: Iterable[Cell], options: Options) -> Iterator[Result]:
    """The results, in the order in which the cells are done."""
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(run_cell, cell, options) for cell in cells]
        try:
            for future in concurrent.futures.as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def run_cell(cell: Cell, options: Options) -> Result:
    """Ask the doctor, boot the server, ask gunicorn: all that the options want."""
    try:
        built = environment(cell.environment)
    except Unavailable as reason:
        return Result(cell, skipped=f"environment {cell.environment}: {reason}")
    for _ in range(PORTS_TRIED):
        with contextlib.suppress(PortTaken), scene(cell, built) as where:
            diagnosis = options.told
            if options.doctor and (diagnosis is None or OF_A_FILE in diagnosis.codes):
                diagnosis = ask(cell, built, where.words)
            forms = tuple((form, ask(cell, built, where.words, form)) for form in options.forms)
            outcome = _remembered(cell, built, where) if options.reuse else boot(where)
            checked = check_config(where) if options.check_config else None
            return Result(cell, outcome, diagnosis, checked, forms=forms)
    return Result(cell, skipped=f"{PORTS_TRIED} ports were taken by others before the server came")


def _remembered(cell: Cell, built: Environment, where: Scene) -> Outcome:
    """What happened when the same was booted before; boots it if it never was."""
    path = cache_folder() / "outcomes" / f"{_key(cell, built)}.json"
    if path.is_file():
        stored = json.loads(path.read_text())
        return Outcome(**{**stored, "log": tuple(stored["log"])})
    outcome = boot(where)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(outcome)))
    return outcome


def _key(cell: Cell, built: Environment) -> str:
    digest = hashlib.sha256()
    for part in (
        HARNESS,
        built.key,
        cell.folder,
        cell.prefix + cell.command,
        repr(sorted(cell.environ.items())),
    ):
        digest.update(part.encode() + b"\0")
    for path in sorted((APPS / cell.folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(os.path.relpath(path, APPS).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:24]
