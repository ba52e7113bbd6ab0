"""Rules about the checkup itself: a rule that failed, work that could not be done, no server to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Interface, Judgement, Severity
from connexion_doctor.rules.base import Rule, finding, rule


@rule("CXD000", "rule-failed", Severity.WARNING)
def rule_failed(crash: tuple[Case, Rule, Exception]) -> Iterator[Finding]:
    """A rule of the doctor itself failed; the other rules went on.

    What happens: this one rule says nothing about the launch.
    Why: a fault of connexion-doctor.
    Fix: report it, with the message.
    Before:
        connexion-doctor app:app
    After:
        connexion-doctor --ignore CXD000 app:app
    Sources:
        https://github.com/connexion-doctor/connexion-doctor/issues
        test: tests/checkup/test_the_rest.py
    """
    case, failed, exc = crash
    fix = Fix.by_hand("report this to connexion-doctor")
    yield finding(
        f"Rule {failed.code} failed on this launch: {type(exc).__name__}: {exc}",
        launch=case.launch.id,
        fixes=(fix,),
    )


@rule("CXD005", "no-server-installed", Severity.ERROR)
def no_server_installed(judgements: Sequence[Judgement]) -> Iterator[Finding]:
    """No server that the doctor knows is installed in the target environment.

    What happens: nothing can start the app; Connexion brings no server unless it is installed with its
        ``uvicorn`` extra.
    Why: servers are not among Connexion's requirements.
    Fix: install one.
    Before:
        pip install 'connexion[flask]'
    After:
        pip install 'connexion[flask]' gunicorn uvicorn-worker
    Sources:
        https://connexion.readthedocs.io/en/latest/quickstart.html
        test: tests/checkup/test_the_rest.py
    """
    app = judgements[0].facts.app if judgements else None
    wsgi = app is not None and app.interface is Interface.WSGI
    yield finding(
        "No server that the doctor knows is installed in the target environment.",
        fixes=(
            Fix(
                title="install a server",
                recommended=True,
                install=("gunicorn",) if wsgi else ("gunicorn", "uvicorn-worker"),
            ),
        ),
    )


@rule("CXD600", "checkup-not-done", Severity.ERROR)
def checkup_not_done(reason: str) -> Iterator[Finding]:
    """The doctor could not do its work: the target interpreter cannot be used, or the doctor itself failed.

    What happens: the exit code is 3, and nothing is said about the project: ``connexion-doctor: cannot
        start /srv/venv/bin/python: No such file or directory``.
    Why: the interpreter is not there, is older than Python 3.8, or does not answer; or a fault of
        connexion-doctor.
    Fix: name an interpreter that runs; report the message where it is a fault of the doctor.
    Before:
        connexion-doctor --python /usr/bin/python2 app:app
    After:
        connexion-doctor --python .venv app:app
    Sources:
        https://github.com/connexion-doctor/connexion-doctor/issues
        test: tests/cli/test_terminal.py
    """
    fix = Fix.by_hand("name the project's interpreter with --python")
    yield finding(reason, fixes=(fix,))
