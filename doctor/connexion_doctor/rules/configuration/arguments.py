"""Arguments and configuration files that the server refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Finding, Fix, Frame, Location, Raised, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import Standing, refused_value, standing
from connexion_doctor.rules.loading.surroundings import missing_for

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
    if server.stage not in ("arguments", "prints"):
        return
    only_prints = server.stage == "prints"
    said = server.usage_error or ""
    message = (
        f"with these arguments {server.name} prints something and ends"
        if only_prints
        else f"{server.name} refuses its arguments: {said.strip().splitlines()[-1] if said.strip() else said}"
    )
    yield finding(
        message,
        word=_refused_word(case, said),
        fixes=(Fix.by_hand(f"take out or correct what {server.name} does not take"),),
    )


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
        fixes=(Fix.by_hand(title),),
    )


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
            fixes=(_brought(refusal.error) or Fix.by_hand(f"correct {what}: {said}"),),
        )
        return


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
