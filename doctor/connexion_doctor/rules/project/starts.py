"""What was found, and what could not be read, of how the project is started."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.discovery.found import Discovery
from connexion_doctor.model import Finding, Fix, Location, Severity
from connexion_doctor.rules.base import finding, rule


@rule("CXD060", "no-start-found", Severity.WARNING)
def no_start_found(discovery: Discovery) -> Iterator[Finding]:
    """The project uses Connexion, and nothing in it says how it is started.

    What happens: whether the app will serve is not known: its start command is kept elsewhere.
    Why: no Procfile, container file, unit file, configuration or script of the project starts a server.
    Fix: give the start command, or keep it in the project.
    Before:
        connexion-doctor
    After:
        connexion-doctor -- gunicorn -k uvicorn_worker.UvicornWorker app:app
    Sources:
        https://docs.gunicorn.org/en/stable/deploy.html
        test: tests/checkup/test_project.py
    """
    if discovery.launches or not any(service.uses_connexion for service in discovery.services):
        return
    yield finding(
        "Nothing in the project says how its Connexion app is started.",
        evidence=tuple(f"{one.path}: {one.reason}" for one in discovery.unresolved[:4]),
        fixes=(Fix.by_hand("give the start command: connexion-doctor -- gunicorn ... MODULE:APP"),),
    )


@rule("CXD061", "start-not-known", Severity.INFO)
def start_not_known(discovery: Discovery) -> Iterator[Finding]:
    """A start was seen whose command cannot be known from the project's files.

    What happens: this start is not checked.
    Why: the command comes from a base image, from a variable that is set elsewhere, or from a script that
        is not part of the project.
    Fix: check the real command by itself.
    Before:
        CMD exec $START_COMMAND
    After:
        CMD ["gunicorn", "-k", "uvicorn_worker.UvicornWorker", "app:app"]
    Sources:
        https://docs.docker.com/reference/dockerfile/#cmd
        test: tests/checkup/test_the_rest.py
    """
    for one in discovery.unresolved:
        yield finding(
            f"This start is not checked: {one.reason}",
            location=Location(one.path, one.line or 1),
            fixes=(Fix.by_hand("check the real command: connexion-doctor -- COMMAND"),),
        )


@rule("CXD062", "file-not-read", Severity.WARNING)
def file_not_read(discovery: Discovery) -> Iterator[Finding]:
    """A file that may say how the project is started could not be read, or not wholly.

    What happens: starts in this file are not checked; what reads it in production may fail as well.
    Why: it is not valid YAML, TOML or JSON, is not UTF-8, is very large, or is a link out of the project.
    Fix: what the message says; or leave it out with ``--exclude``.
    Before:
        services: {api: {command: gunicorn app:app}
    After:
        services: {api: {command: gunicorn app:app}}
    Sources:
        https://yaml.org/spec/1.2.2/
        test: tests/checkup/test_project.py
    """
    for problem in discovery.problems:
        yield finding(
            f"{problem.path}: {problem.message}",
            location=Location(problem.path, problem.line or 1),
            fixes=(Fix.by_hand("correct the file, or leave it out: --exclude"),),
        )
