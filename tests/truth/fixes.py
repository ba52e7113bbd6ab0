"""`python -m tests.truth.fixes`: the recommended fixes of every cell that fails, made and booted.

For each cell that fails in reality the doctor is asked, its recommended fixes are made by machine (the
new command, the edits in a copy of the project, the packages in a folder of their own), the server is
booted as the new command says, and asked the same requests as ever. A fix that does not work is a
promise broken: it is listed with what the server said.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from connexion_doctor.checkup.options import Options as CheckupOptions
from connexion_doctor.checkup.run import run
from connexion_doctor.fixes.applying import NotApplied
from connexion_doctor.model import Applicability, Report, Verdict
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.question import Question
from connexion_doctor.probe.client import ProbeError
from connexion_doctor.verify.scratch import NotCopied, NotInstalled
from connexion_doctor.verify.treatment import Again, Treated, treat
from tests.environments import RECIPES, Environment, Unavailable, environment
from tests.running import campaign
from tests.truth.cells import SERVERS, Cell, select
from tests.truth.run import PORTS_TRIED, Options, run_cell
from tests.truth.servers import PortTaken, Scene, boot, clean_environ, scene

# Apps without Connexion: no fix makes Connexion answer.
NO_CONNEXION = ("flask_alone:",)
# Functions that are not there, and the paths of their operations.
NOBODYS = {"handlers.no_such_function": "/v1/secret", "handlers.nobody": "/v1/hello"}
FIXED, BROKEN, MANUAL, SILENT, FAILED = "fixed", "broken", "manual", "no fix", "not tried"


@dataclass(frozen=True)
class Cure:
    """What came of the fixes of one cell. ``detail`` says what the server did after them, or why there
    was nothing to do by machine."""

    cell: Cell
    kind: str
    detail: str = ""
    command: str = ""
    titles: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    unsafe: bool = False
    log: tuple[str, ...] = ()


def cures(cells: Sequence[Cell], jobs: int) -> Iterator[Cure]:
    """The cures of the cells that fail, in the order in which they are done."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(cure, cell) for cell in cells]
        try:
            for future in concurrent.futures.as_completed(futures):
                found = future.result()
                if found is not None:
                    yield found
        finally:
            pool.shutdown(cancel_futures=True)


def cure(cell: Cell) -> Cure | None:
    """Cure a cell; None where it serves as it is, or its environment is not there."""
    reality = run_cell(cell, Options(reuse=True))
    if any(part in cell.command for part in NO_CONNEXION):
        return None
    if reality.outcome is None or reality.outcome.happened == "serves":
        return None
    try:
        built = environment(cell.environment)
    except Unavailable:
        return None
    for _ in range(PORTS_TRIED):
        try:
            with scene(cell, built) as where:
                return _cured(cell, built, where)
        except PortTaken:
            continue
        except (UsageError, ProbeError) as exc:
            return Cure(cell, FAILED, f"{type(exc).__name__}: {exc}")
    return Cure(cell, FAILED, "the ports that were tried were taken by others")


def _cured(cell: Cell, built: Environment, where: Scene) -> Cure:
    environ = {**clean_environ(cell), "PYTHONDONTWRITEBYTECODE": "1"}

    def diagnose(again: Again) -> Report:
        question = Question(command=tuple(again.words), directory=str(again.directory), python=again.python)
        return run(CheckupOptions(question, environ={**environ, **again.variables}, lifespan=cell.lifespan))

    report = diagnose(Again(cell.directory, where.words, {}, str(built.python)))
    codes = tuple(dict.fromkeys(finding.code for finding in report.findings))
    with tempfile.TemporaryDirectory(prefix="truth-", ignore_cleanup_errors=True) as folder:
        try:
            treated = treat(report, report.judgements[0], Path(folder), diagnose)
        except (NotCopied, NotInstalled, NotApplied) as exc:
            return Cure(cell, FAILED, str(exc), codes=codes)
        if not treated.taken:
            return _left(cell, report, treated, codes)
        outcome = boot(_after(where, treated))
    kind = FIXED if outcome.happened == "serves" else BROKEN
    open_ = kind == BROKEN and treated.judgement.verdict is Verdict.UNKNOWN
    if open_ and not treated.left:  # nothing was promised: it is said that this is open
        return Cure(cell, MANUAL, f"left open: {treated.judgement.reason}", codes=codes)
    if kind == BROKEN and treated.judgement.verdict is not Verdict.SERVES and treated.left:
        hand = _by_hand(treated)
        if hand:
            kind = MANUAL
            outcome = replace(outcome, detail=f"after {len(treated.taken)} fixes by machine: {hand}")
    return Cure(
        cell,
        kind,
        outcome.detail,
        " ".join(word.text for word in treated.judgement.launch.command.words),
        tuple(one.fix.title for one in treated.taken),
        codes,
        any(one.fix.applicability is Applicability.UNSAFE for one in treated.taken),
        outcome.log,
    )


def _left(cell: Cell, report: Report, treated: Treated, codes: tuple[str, ...]) -> Cure:
    """Nothing was done by machine: the words of the fixes by hand, or that there are none."""
    hand = _by_hand(treated)
    if hand:
        return Cure(cell, MANUAL, hand, codes=codes)
    judgement = report.judgements[0]
    return Cure(cell, SILENT, f"the doctor says {judgement.verdict.value}: {judgement.reason}", codes=codes)


def _by_hand(treated: Treated) -> str:
    return "; ".join(
        f"{finding.code}: {fix.title}"
        for finding in treated.left
        for fix in finding.fixes
        if fix.recommended and fix.applicability is Applicability.MANUAL
    )


def _after(where: Scene, treated: Treated) -> Scene:
    """The scene with the new command, the copy of the project and the added packages."""
    environ = dict(where.environ)
    if treated.layer is not None:
        environ["PYTHONPATH"] = str(treated.layer)
        environ["PATH"] = os.pathsep.join([str(treated.layer / "bin"), environ["PATH"]])
    launch = treated.judgement.launch
    words = [word.text for word in launch.command.words]
    costs = " ".join(cost for one in treated.taken for cost in one.fix.costs)
    return replace(
        where,
        words=words[1:] if words[0] == "exec" else words,  # of a shell's own words only this one occurs
        directory=Path(launch.directory),
        environ=environ,
        unwritten=next((path for name, path in NOBODYS.items() if f"{name} answers 501" in costs), None),
    )


def summary(found: Sequence[Cure]) -> Iterator[str]:
    """How many were cured; what was not, and why."""
    for cure in found:
        if cure.kind in (BROKEN, FAILED, SILENT):
            yield f"--- {cure.kind}: {cure.cell.name}  [{' '.join(cure.codes)}]"
            yield f"  was:   {cure.cell.command}"
            if cure.command:
                yield f"  fixes: {' + '.join(cure.titles)}"
                yield f"  then:  {cure.command}"
            yield f"  {cure.detail}"
            yield from (f"  | {line}" for line in cure.log)
    reasons = Counter(cure.detail for cure in found if cure.kind == MANUAL)
    for reason, count in reasons.most_common():
        yield f"by hand, {count}: {reason}"
    counts = Counter(cure.kind for cure in found)
    machine = counts[FIXED] + counts[BROKEN] + counts[FAILED]
    yield f"cells that fail: {len(found)}"
    yield f"cured by machine: {counts[FIXED]} of {machine} ({sum(cure.unsafe for cure in found)} unsafe)"
    yield f"to be done by hand: {counts[MANUAL]}; no fix: {counts[SILENT]}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.truth.fixes", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="the cells of every test run")
    parser.add_argument("--env", action="append", default=[], choices=list(RECIPES))
    parser.add_argument("--server", action="append", default=[], choices=SERVERS)
    parser.add_argument("--only", action="append", default=[], help="part of a cell's name")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    cells = select(asked.fast, tuple(asked.env), tuple(asked.server), tuple(asked.only))
    started = time.monotonic()
    found = []
    for cure in cures(cells, asked.jobs):
        found.append(cure)
        detail = f"  ({cure.detail})" if cure.detail else ""
        print(f"{cure.kind:9} {cure.cell.name}{detail}", flush=True)
    print()
    for line in summary(found):
        print(line)
    print(f"{time.monotonic() - started:.0f} s")
    return int(any(cure.kind in (BROKEN, FAILED) for cure in found))


if __name__ == "__main__":
    campaign()
    sys.exit(main())
