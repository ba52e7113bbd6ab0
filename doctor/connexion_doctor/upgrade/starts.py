"""The starts of both sides: found, treated where they fail, booted and asked."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import again, diagnosed
from connexion_doctor.commands import show
from connexion_doctor.compare.run import Options as Asking
from connexion_doctor.compare.run import valid_gets
from connexion_doctor.compare.sending import send
from connexion_doctor.compare.sides import NotCompared, Side, made, start_words, unknown
from connexion_doctor.fixes.applying import NotApplied
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.launches.find import find
from connexion_doctor.model import Judgement, Launch, Report, Verdict
from connexion_doctor.model.errors import NothingToCheck
from connexion_doctor.model.question import Question
from connexion_doctor.model.voice import counted
from connexion_doctor.screening.screening import Screening
from connexion_doctor.upgrade.migration import changes_of, tasks_of
from connexion_doctor.upgrade.upgrade import Change, Task
from connexion_doctor.verify.running import CannotBoot, NotRunning, running
from connexion_doctor.verify.scratch import NotCopied, NotInstalled
from connexion_doctor.verify.treatment import treat

MOST_STARTS = 6
MOST_ASKED = 30


@dataclass(frozen=True)
class TreatedStarts:
    """The starts after their treatments: the copy that holds all of them, those that serve, what was changed
    in which files, and what is left; ``commands`` are id, command before and after."""

    root: Path
    sides: tuple[Side, ...]
    failed: tuple[str, ...]
    changes: tuple[Change, ...]
    tasks: tuple[Task, ...]
    commands: tuple[tuple[str, str, str], ...]
    files: frozenset[str]


def refuse_unknown(start: str | None, roots: Sequence[Path]) -> None:
    """Look whether a start is a command, or a launch of one of the folders, before anything is built for it.

    :raises UsageError: it is neither
    """
    if start is None or len(start_words(start)) > 1:
        return
    launches: list[Launch] = []
    for root in roots:
        with contextlib.suppress(NothingToCheck):
            launches += [
                one for one in find(Question(directory=str(root)), root).launches if not one.candidate
            ]
    if not named(launches, start):
        raise unknown(start, roots[0], launches)


def side(
    name: str, root: Path, start: str | None, python: str, environ: Mapping[str, str], timeout: float
) -> Side:
    """The start of a side: the one that is named, else the first of the project that serves.

    :raises NotCompared: there is none
    """
    report = diagnosed(_options(root, start, python, environ, timeout))
    known = _known(report, start)
    if not known:
        raise NotCompared(f"no start was found in {root}: name the one to upgrade")
    best = next((one for one in known if one.verdict is Verdict.SERVES), known[0])
    return made(name, report, best, environ)


def treated(
    root: Path,
    start: str | None,
    python: str,
    environ: Mapping[str, str],
    timeout: float,
    folder: Path,
    say: Callable[[str], None],
) -> TreatedStarts:
    """Every start, treated where it fails. Each goes on from the copy that the one before made.

    :param folder: for more copies, and for packages that treatments bring
    """
    options = _options(root, start, python, environ, timeout)
    report = diagnosed(options)
    wanted = [one.launch for one in _known(report, start)][:MOST_STARTS]
    sides: list[Side] = []
    failed: list[str] = []
    changes: list[Change] = []
    tasks: list[Task] = []
    commands: list[tuple[str, str, str]] = []
    files: set[str] = set()
    for number, launch in enumerate(wanted):
        judgement = _same(report, launch)
        if judgement is None:
            continue
        layer = None
        if judgement.verdict is not Verdict.SERVES:
            say(f"treating {launch.id}")
            inside = folder / f"treated-{number}"
            inside.mkdir()
            try:
                done = treat(report, judgement, inside, again(options))
            except (NotCopied, NotInstalled, NotApplied) as exc:
                failed.append(f"{launch.id} was not treated: {exc}")
                continue
            changes += changes_of(done.taken)
            files |= {each.location.path for one in done.taken for each in one.fix.edits}
            tasks += tasks_of(done.left)
            judgement, layer = done.judgement, done.layer
            if os.path.isdir(inside / "project"):
                root = inside / "project"
                options = _options(root, start, python, environ, timeout)
                report = diagnosed(options) if number + 1 < len(wanted) else report
        commands.append((launch.id, show.shown(launch.command), show.shown(judgement.launch.command)))
        if judgement.verdict is Verdict.FAILS:
            failed.append(f"{launch.id} does not serve: {judgement.reason}")
            continue
        try:  # what is not known shows when it is booted and compared
            one = made(launch.id, replace(report, root=str(root)), judgement, environ)
            sides.append(replace(one, layer=layer))
        except NotCompared as exc:
            failed.append(str(exc))
    return TreatedStarts(
        root, tuple(sides), tuple(failed), tuple(changes), tuple(tasks), tuple(commands), frozenset(files)
    )


def different(sides: Iterable[Side]) -> list[Side]:
    """Each command once: what is started the same way by several files behaves the same."""
    found: dict[object, Side] = {}
    for one in sides:
        launch = one.judgement.launch
        found.setdefault((one.command, launch.directory, tuple(sorted(launch.environ.items()))), one)
    return list(found.values())


def booted(one: Side, timeout: float, log: Path, asking: Asking) -> str:
    """Boot a side, ask it a valid GET an operation, and say what came; its log is kept in a file.

    :raises NotCompared: it does not come up
    """
    valid = valid_gets(one, asking)[:MOST_ASKED]
    try:
        with running(one.judgement, one.python, one.environ, timeout, one.layer) as server:
            answers = [(each, send(each, server, asking.credentials)) for each in valid]
            lines = server.log
    except (NotRunning, CannotBoot) as exc:
        log.write_text("\n".join(getattr(exc, "log", ())) + "\n", encoding="utf-8")
        raise NotCompared(f"{one.command} does not come up: {exc}") from exc
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    bad = [f"{each.operation} ({answer.shown})" for each, answer in answers if not 0 < answer.status < 500]
    if not answers:
        return "it boots"
    if not bad:
        return f"it boots and answers {counted(len(answers), 'request')}"
    fail = "fails" if len(bad) == 1 else "fail"
    return f"it boots; of {counted(len(answers), 'request')} {len(bad)} {fail}: {', '.join(bad)}"


def _options(
    root: Path, start: str | None, python: str, environ: Mapping[str, str], timeout: float
) -> Options:
    words = tuple(shlex.split(start)) if start is not None and len(shlex.split(start)) > 1 else ()
    return Options(
        question=Question(command=words, directory=str(root), python=python),
        screening=Screening(comments=False),
        specifications=True,
        treat=False,
        timeout=timeout,
        environ=environ,
    )


def _known(report: Report, start: str | None) -> Sequence[Judgement]:
    own = [one for one in report.judgements if not one.launch.candidate]
    if start is not None and len(shlex.split(start)) == 1:
        wanted = named([one.launch for one in own], start)
        return [one for one in own if one.launch in wanted]
    return own


def named(launches: Sequence[Launch], start: str) -> list[Launch]:
    """The launches with an id; where a line was added above them, those of the same file."""
    found = [one for one in launches if one.id == start]
    return found or [one for one in launches if one.origin.path == start.rpartition(":")[0]]


def _same(report: Report, launch: Launch) -> Judgement | None:
    return next((one for one in report.judgements if one.launch.id == launch.id), None)
