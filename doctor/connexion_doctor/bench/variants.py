"""What to bench where no start is named: the launch of the project as it is, as it is recommended, and behind
the adapter; where it serves already, the same app with the adapter, or without the one it has."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from connexion_doctor.bench.bench import Bench, Start
from connexion_doctor.bench.measured import Ratio
from connexion_doctor.bench.wording import ratio_in_words
from connexion_doctor.checkup.earlier_bench import Measurement, keep
from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import again, diagnosed
from connexion_doctor.compare.sides import NotCompared, Side, made
from connexion_doctor.fixes.applying import NotApplied
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Finding, Fix, Judgement, Report, Verdict
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.question import Question
from connexion_doctor.screening.screening import Screening
from connexion_doctor.servers.base import ADAPTER_SLOWER
from connexion_doctor.verify.scratch import NotCopied, NotInstalled, copy_project, install
from connexion_doctor.verify.starting import layered
from connexion_doctor.verify.treatment import Again, python_of, treat

ADAPTER = "a2wsgi"
OTHER_WAY, WITH_ADAPTER, WITHOUT_ADAPTER = "the other way", "with the adapter", "without the adapter"
MODULE = "connexion_doctor_adapter"  # of the wrapper, in the copy
THREADS = 16
COSTS = ("lifespan handlers never run", ADAPTER_SLOWER)

Made = tuple[Side, tuple[str, ...]]  # a side, and what its fixes cost


@dataclass(frozen=True)
class Variants:
    """The launch that they are of, in its report; the sides, what could not be made one, in words, and what
    the fixes of each say that they cost."""

    report: Report
    judgement: Judgement
    sides: list[Side]
    notes: list[str]
    costs: dict[str, tuple[str, ...]]


def variants(
    directory: Path, python: str | None, timeout: float, folder: Path, say: Callable[[str], None]
) -> Variants:
    """The sides that the project's launch gives.

    :param folder: an empty folder for copies of the project and packages
    :raises UsageError: the project has no start
    :raises NotCompared: nothing of it serves
    """
    options = Options(
        question=Question(directory=str(directory), python=python),
        screening=Screening(comments=False),
        specifications=True,
        treat=False,
        timeout=timeout,
    )
    report = diagnosed(options)
    judgement = next((one for one in report.judgements if not one.launch.candidate), None)
    if judgement is None:
        raise UsageError(f"{directory} has no start: name some, each in quotes")
    sides: list[Side] = []
    notes: list[str] = []
    makers: list[tuple[str, Callable[[], Made]]]
    if judgement.verdict is Verdict.SERVES:
        sides.append(made("as it is", report, judgement, os.environ))
    else:
        notes.append(f"as it is, {judgement.launch.id} does not serve: {judgement.reason}")
    if judgement.verdict is Verdict.SERVES:
        makers = [(OTHER_WAY, lambda: _the_other_way(report, judgement, options, folder / OTHER_WAY))]
    else:
        adapted = _with_the_adapter(report)
        makers = [("recommended", partial(_treated, "recommended", report, judgement, options, folder))]
        if adapted is not None:
            makers.append(
                (WITH_ADAPTER, partial(_treated, WITH_ADAPTER, adapted, judgement, options, folder))
            )
        else:  # no fix offers it: the app is put behind it as it is treated
            makers.append((OTHER_WAY, lambda: _behind(sides, report, options, folder / OTHER_WAY)))
    costs: dict[str, tuple[str, ...]] = {}
    for name, make in makers:
        say(f"making the other side: {name}")
        try:
            side, found = make()
            sides.append(side)
            costs[side.name] = found
        except (NotCompared, NotCopied, NotInstalled, NotApplied) as exc:
            notes.append(f"{name}: {exc}")
    if not sides:
        raise NotCompared("; ".join(notes))
    return Variants(report, judgement, sides, notes, costs)


def quoted(bench: Bench, costs: Mapping[str, tuple[str, ...]]) -> Bench:
    """The bench with the costs of fixes as notes: what they say of speed is as it was measured here."""
    notes = [
        f"{start.name} costs: {'; '.join(_measured(one, bench, start) for one in costs[start.name])}"
        for start in bench.starts
        if costs.get(start.name)
    ]
    return replace(bench, notes=(*bench.notes, *notes))


def remember(bench: Bench, made: Variants, date: str) -> None:
    """Keep what the adapter leaves of the requests, for the next checkup of the launch.

    :param date: of today
    """
    ratios = {start.name: start.at[max(start.at)].ratio for start in bench.starts[1:]}
    told = next((one for name, one in ratios.items() if name == WITH_ADAPTER and one is not None), None)
    other = ratios.get(WITHOUT_ADAPTER)
    if told is None and other is not None and other.low > 0:
        told = Ratio(1 / other.value, 1 / other.high, 1 / other.low)
    if told is None or bench.failed or not math.isfinite(told.high):
        return  # one round has no interval
    found = Measurement(told.value, told.low, told.high, max(bench.ceilings), date)
    keep(made.report.root, made.judgement.launch, made.report.environment, found)


def _measured(cost: str, bench: Bench, start: Start) -> str:
    if cost != ADAPTER_SLOWER or start is bench.starts[0]:
        return cost
    many = max(start.at)
    return f"with {many} at once {ratio_in_words(start.at[many], bench.starts[0].name)}, measured on this app"


def _behind(sides: Sequence[Side], report: Report, options: Options, folder: Path) -> Made:
    """What was treated, the other way."""
    if not sides:
        raise NotCompared("nothing was made that serves")
    return _the_other_way(replace(report, root=str(sides[0].root)), sides[0].judgement, options, folder)


def _treated(name: str, report: Report, judgement: Judgement, options: Options, within: Path) -> Made:
    folder = within / name
    folder.mkdir()
    treated = treat(report, judgement, folder, again(options))
    if treated.judgement.verdict is not Verdict.SERVES:
        raise NotCompared(f"no fix makes it serve: {treated.judgement.reason}")
    root = folder / "project"
    changed = replace(report, root=str(root))
    costs = tuple(dict.fromkeys(cost for one in treated.taken for cost in one.fix.costs))
    return replace(made(name, changed, treated.judgement, os.environ), layer=treated.layer), costs


def _the_other_way(report: Report, judgement: Judgement, options: Options, folder: Path) -> Made:
    """A launch that serves, with the adapter in front of its app, or without the one that it has."""
    load, app = judgement.facts.load, judgement.facts.app
    if load is None or load.module is None or not load.attribute or app is None or load.factory is not None:
        raise NotCompared("its app object has no name to start it by")
    folder.mkdir()
    root = copy_project(Path(report.root), folder / "project")
    directory = root / Path(judgement.launch.directory).relative_to(report.root)
    workers, threads = (judgement.facts.server.settings.get(name) for name in ("workers", "threads"))
    kinds: tuple[str, ...] = ("gthread",)
    many = ["-w", str(workers.value)] if workers is not None else []
    if app.layers[0].role == "adapter":
        within = next((one.via for one in app.layers[1:2] if one.role == "connexion"), None)
        if within is None:
            raise NotCompared("the app behind the adapter has no name to start it by")
        name, made_of = WITHOUT_ADAPTER, f"app.{within}"
        kinds = ("uvicorn_worker.UvicornWorker", "uvicorn.workers.UvicornWorker", "asgi")
    else:
        name, made_of = WITH_ADAPTER, "__import__('a2wsgi').ASGIMiddleware(app)"
        many += ["--threads", str(threads.value if threads is not None else THREADS)]
    wrapper = f"from {load.module} import {load.attribute} as app\n\napplication = {made_of}\n"
    (directory / f"{MODULE}.py").write_text(wrapper, encoding="utf-8")
    python, layer = python_of(report, judgement), None
    packages = report.environment.packages if report.environment is not None else {}
    if name == WITH_ADAPTER and ADAPTER not in packages:
        layer = folder / "packages"
        install([ADAPTER], python, packages, layer)
    variables = {**judgement.launch.environ, **(layered({}, layer) if layer is not None else {})}
    reasons = []
    for kind in kinds:
        words = ["gunicorn", *many, "-k", kind, f"{MODULE}:application"]
        changed = again(options)(Again(directory, words, variables, python))
        if changed.judgements[0].verdict is Verdict.SERVES:
            side = made(name, changed, changed.judgements[0], {**os.environ, **variables})
            side = replace(side, layer=layer)
            return side, (COSTS if name == WITH_ADAPTER else ())
        reasons.append(changed.judgements[0].reason)
    raise NotCompared(f"gunicorn does not serve it {name}: {reasons[0]}")


def _with_the_adapter(report: Report) -> Report | None:
    """The report with the adapter recommended wherever it is offered; None where it is nowhere."""
    findings = tuple(_preferring(one) for one in report.findings)
    return replace(report, findings=findings) if findings != report.findings else None


def _preferring(finding: Finding) -> Finding:
    if not any(_adapts(fix) for fix in finding.fixes):
        return finding
    first = next(fix for fix in finding.fixes if _adapts(fix))
    return replace(finding, fixes=tuple(replace(one, recommended=one is first) for one in finding.fixes))


def _adapts(fix: Fix) -> bool:
    return any(ADAPTER in one for one in (*fix.install, *(edit.replacement for edit in fix.edits)))
