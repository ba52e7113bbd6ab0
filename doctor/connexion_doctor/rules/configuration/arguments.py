"""Arguments and configuration files that the server refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.foundation import late
from connexion_doctor.model import Applicability, Finding, Fix, Frame, Interface, Location, Raised, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import Standing, refused_value, standing, taken_out
from connexion_doctor.rules.interface.trio import on_trio, without_trio
from connexion_doctor.rules.loading.endings import usage_said
from connexion_doctor.rules.loading.keyword_out import KEPT, keyword_out
from connexion_doctor.rules.loading.surroundings import missing_for
from connexion_doctor.rules.loading.usual import usual
from connexion_doctor.servers.option_table import scan

ERROR = Severity.ERROR
MANUAL = Applicability.MANUAL


@rule("CXD201", "arguments-refused", ERROR, breaks=True)
def arguments_refused(case: Case) -> Iterator[Finding]:
    """The server refuses its arguments.

    What happens: the server prints its usage and ends: ``gunicorn: error: unrecognized arguments:
        --root-path /api`` (gunicorn before 24).
    Why: an option of another server or another version, or a value of the wrong kind.
    Fix: what the server's own message says.
    Before:
        gunicorn --root-path /api app:app
    After:
        uvicorn --root-path /api app:app
    Sources:
        https://docs.gunicorn.org/en/stable/settings.html
        https://connexion.readthedocs.io/en/latest/cookbook.html
        test: tests/checkup/test_start_commands.py
    """
    server = case.facts.server
    own = usage_said(case)
    if server.stage not in ("arguments", "prints") and own is None:
        return
    only_prints = server.stage == "prints"
    said = own or server.usage_error or ""
    name = server.name if server.name != "python" else f"`{case.target}`"
    message = (
        f"with these arguments {name} prints something and ends"
        if only_prints
        else f"{name} refuses its arguments: {said.strip().splitlines()[-1] if said.strip() else said}"
    )
    title = f"take out or correct what {name} does not take"
    yield finding(
        message,
        word=_refused_word(case, said),
        fixes=(
            _unknown_out(case, said) or _value_out(case, said) or Fix.by_hand(title),
            *(usual(case) if "Missing argument" in said else ()),
        ),
    )


def _unknown_out(case: Case, said: str) -> Fix | None:
    """Options that the server does not know taken out, or written as the one that it says was meant; None
    where it is not certain which words belong to them."""
    named = _unknown(said)
    words = [word.text for word in case.command.words]
    if not named or any(words.count(one) != 1 for one in named):
        return None
    places = [words.index(one) for one in named]
    if places != list(range(places[0], places[0] + len(places))) or not named[0].startswith("-"):
        return None
    remedy, cost = servers.of(case).remedy(case), f"what {' '.join(named)} was meant for does not happen"
    meant = MEANT.search(said)
    if meant is not None:
        remedy.put_word(places[0], meant[1])
        fix = remedy.fix(f"write {meant[1]}", recommended=True)
        return replace(fix, applicability=Applicability.UNSAFE)
    behind = words[places[-1] + 1 :][:1]
    if len(named) == 1 and behind and not behind[0].startswith("-") and ":" not in behind[0]:
        return None  # its value, or another argument
    for place in reversed(places):
        remedy.drop_words(place)
    remedy.cost(cost)
    fix = remedy.fix(f"take {' '.join(named)} out", recommended=True)
    return fix if fix.applicability is MANUAL else replace(fix, applicability=Applicability.UNSAFE)


def _value_out(case: Case, said: str) -> Fix | None:
    """An option with a value that the server does not take, taken out."""
    if "nvalid" not in said:
        return None
    texts, table = [word.text for word in case.command.words], servers.of(case).options(case)
    options, _ = scan(texts, case.command.arguments, table)
    place = _refused_word(case, said)
    name = next((one.name for one in options if one.index == place), "")
    return _default(case, name)


def _unknown(said: str) -> list[str]:
    """The words that a server names as unknown to it."""
    for mark in UNKNOWN:
        behind = said.partition(mark)[2].partition("\n")[0]
        if behind:
            words = behind.split("(")[0].split(" Did you")[0].split()
            return [word.strip("'\".,") for word in words]
    return []


# What argparse, click and uWSGI say in front of options that they do not know.
UNKNOWN = ("unrecognized arguments: ", "No such option: ", "No such option ", "unrecognized option ")
MEANT = late.pattern(r"Did you mean '?(--[\w-]+)'?\?")


def _refused_word(case: Case, said: str) -> int | None:
    named = re.split(r"[\s/:,'\"`]+", said)  # argument -w/--workers: invalid int value: 'many'
    for index in range(case.command.arguments, len(case.command.words)):
        text = case.command.words[index].text
        if text and text.partition("=")[0] in named:
            return index
    return case.command.program


@rule("CXD202", "configuration-fails", ERROR, breaks=True)
def configuration_fails(case: Case) -> Iterator[Finding]:
    """The server's configuration cannot be loaded.

    What happens: the server ends with the exception of its configuration file, with ``'x.py' doesn't
        exist``, with ``Invalid value for workers: many``, or, just before it would listen, with what it
        finds of a setting: ``certfile "cert.pem" does not exist``, ``Error: log config 'log.ini' not
        found``, ``No module named 'uvloop'``.
    Why: the file is missing or raises, a value is of the wrong kind, or what it names is not there: a
        certificate, a configuration of the log, a folder, a package. Files outside of the project are
        looked for only where the start command is given on the command line: in a file of the project
        they are those of another machine.
    Fix: correct the line that is shown.
    Before:
        worker_class = 5
    After:
        worker_class = "asgi"
    Sources:
        https://docs.gunicorn.org/en/stable/configure.html
        https://www.uvicorn.org/settings/
        test: tests/rules/configuration/test_refusals.py
    """
    server = case.facts.server
    if server.stage != "configuration":
        yield from _refused_later(case)
        return
    error = server.error
    frame = case.own_frame(error)
    said = error.short if error is not None else (server.usage_error or "")
    file = case.relative(server.config_file) if server.config_file else ""
    place = f"{file}: " if file else ""
    refused = str(server.details.get("refused", ""))
    if refused:
        said = f"{refused}: {said}"
    title = f"correct {file or 'the settings'}: {said}"
    if frame is not None:
        title = f"correct {case.relative(frame.path)} line {frame.line}"
    elif error is None:
        title = f"find out what in {file or server.name} does that: {said}"
    missing = missing_for(case, error)
    elsewhere = missing is not None and case.launch.origin.path is not None  # it may be there, not here
    if missing is not None:
        said, title = f"it needs {missing.what}, {missing.here}", missing.cure
    place_of = refused_value(case, refused) if refused else Standing()
    yield finding(
        f"{server.name} cannot load its configuration: {place}{said}",
        severity=Severity.WARNING if elsewhere else Severity.ERROR,
        evidence=(f"{case.relative(frame.path)}:{frame.line} in {frame.name}",) if frame else (),
        location=case.at(frame) or place_of.location,
        word=None if frame or place_of.location else place_of.word or case.command.program,
        fixes=(
            _default(case, refused if missing is None else "") or Fix.by_hand(title),
            *(_worker(case) if refused == "worker_class" else ()),
        ),
    )


def _worker(case: Case) -> Iterator[Fix]:
    """A worker that calls Connexion 3, behind what a person is told: taken where the app serves then."""
    three = case.environment.packages.get("connexion", "").startswith("3.")
    for way in servers.of(case).ways(case, Interface.ASGI3) if three else ():
        way.remedy.cost("that a worker for ASGI was meant is a guess from Connexion 3")
        yield way.remedy.fix(way.title, applicability=Applicability.UNSAFE)


def _one_worker(case: Case) -> Iterator[Fix]:
    """One worker on the command line, which wins over a variable that is no number; likewise."""
    remedy = servers.of(case).remedy(case)
    remedy.set_option("workers", "--workers", "1")
    remedy.cost("one worker, whatever the environment says")
    yield remedy.fix("give the number of workers in the command", applicability=Applicability.UNSAFE)


def _default(case: Case, name: str) -> Fix | None:
    """A setting whose value is refused taken out, for its default is none that anything rests on; None where
    that is not so, or it cannot be edited where it stands."""
    if not name or KEPT.match(name):
        return None
    remedy, title = servers.of(case).remedy(case), f"take {name} out, whose value is refused"
    if name in case.facts.server.settings:
        fix = taken_out(case, name, title)
    elif remedy.given(name) is not None:
        remedy.drop_option(name)
        fix = remedy.fix(title)
    else:
        return None
    costs = (*fix.costs, f"{name} has its default: correct the value where it is meant")
    unsafe = replace(fix, applicability=Applicability.UNSAFE, recommended=True, costs=costs)
    return unsafe if fix.applicability is not MANUAL else None


def _refused_later(case: Case) -> Iterator[Finding]:
    """What the server's own code says of its options just before it would listen: the first that counts."""
    here = case.launch.origin.kind == "command-line"
    for refusal in case.facts.server.refusals:
        foreign = [path for path in refusal.paths if Path(case.relative(path)).is_absolute()]
        if foreign and not here:
            continue
        names = [name for name in refusal.settings if name in case.facts.server.settings]
        place = standing(case, names[0]) if names else Standing()
        said = spoken(refusal.error)
        what = names[0] if names else " and ".join(refusal.settings) or "the settings"
        starts = case.facts.server.details.get("starts")
        location = place.location or (_start(case) if starts else None)
        yield finding(
            f"{starts or case.launch.server} will not start: {said}",
            severity=ERROR,
            evidence=place.evidence,
            location=location,
            word=place.word if place.word is not None or location else case.command.program,
            fixes=(
                (without_trio(case) if on_trio(case) else _brought(refusal.error))
                or (_default(case, names[0]) if len(names) == 1 else None)
                or _keyword(case, refusal.settings)
                or Fix.by_hand(f"correct {what}: {said}"),
                *(_one_worker(case) if what == "workers" and not names else ()),
            ),
        )
        return


def _keyword(case: Case, names: Sequence[str]) -> Fix | None:
    """A setting that is an argument of the call in the project's Python taken out there."""
    place = case.facts.server.details.get("place")
    if len(names) != 1 or not isinstance(place, (list, tuple)) or len(place) < 2:
        return None
    return keyword_out(case, Frame(str(place[0]), int(place[1]), ""), names[0])


# What servers take only where it is installed, under the names by which it is imported and installed.
OPTIONAL = frozenset("uvloop httptools websockets wsproto trio h2 rloop winloop".split())


def _brought(error: Raised) -> Fix | None:
    """The package that an option names, and that is not there."""
    name = error.attributes.get("name", "") if error.is_a("ModuleNotFoundError") else ""
    return Fix(f"install {name}", install=(name,), recommended=True) if name in OPTIONAL else None


def _start(case: Case) -> Location | None:
    """Where the code starts the server."""
    place = case.facts.server.details.get("place")
    if not isinstance(place, (list, tuple)) or len(place) < 2:
        return None
    return case.at(Frame(str(place[0]), int(place[1]), ""))


def spoken(error: Raised) -> str:
    """An exception as its server prints it last; a traceback inside a message counts by its last line."""
    lines = [line.strip() for line in error.message.splitlines() if line.strip(" []")]
    if len(lines) > 1 and any(line.startswith("[Traceback") or "Traceback" in line for line in lines):
        return f"{lines[0].rstrip(': ')}: {lines[-1]}"
    return error.short
