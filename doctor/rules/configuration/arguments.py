"""Arguments and configuration files that the server refuses."""

from __future__ import annotations

from collections.abc import Iterator

from doctor.case import Case
from doctor.model import Applicability, Finding, Fix, Severity
from doctor.rules.base import finding, rule

ERROR = Severity.ERROR


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
        severity=ERROR,
        word=_refused_word(case, said),
        fixes=(
            Fix(
                title=f"take out or correct what {server.name} does not take",
                applicability=Applicability.MANUAL,
                recommended=True,
            ),
        ),
    )


def _refused_word(case: Case, said: str) -> int | None:
    for index in range(case.command.arguments, len(case.command.words)):
        text = case.command.words[index].text
        if text and text.partition("=")[0] in said.split():
            return index
    return case.command.program


@rule("CXD202", "configuration-fails", ERROR, breaks=True)
def configuration_fails(case: Case) -> Iterator[Finding]:
    """The server's configuration cannot be loaded.

    What happens: the server ends with the exception of its configuration file, with ``'x.py' doesn't
        exist``, or with ``Invalid value for workers: many``.
    Why: the file is missing or raises, or a value is of the wrong kind.
    Fix: correct the line that is shown.
    Before:
        worker_class = 5
    After:
        worker_class = "asgi"
    Sources:
        https://docs.gunicorn.org/en/stable/configure.html
        truth: c3new conf raises gunicorn
    """
    server = case.facts.server
    if server.stage != "configuration":
        return
    error = server.error
    frame = case.own_frame(error)
    said = error.short if error is not None else (server.usage_error or "")
    place = f"{case.relative(server.config_file)}: " if server.config_file else ""
    title = f"correct {case.relative(frame.path)} line {frame.line}" if frame else f"correct: {said}"
    yield finding(
        f"{server.name} cannot load its configuration: {place}{said}",
        severity=ERROR,
        evidence=(f"{case.relative(frame.path)}:{frame.line} in {frame.name}",) if frame else (),
        location=case.at(frame),
        word=None if frame else case.command.program,
        fixes=(Fix(title=title, applicability=Applicability.MANUAL, recommended=True),),
    )
