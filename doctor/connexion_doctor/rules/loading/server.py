"""The server itself: is it there, can it be imported."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.imports import SETUPTOOLS
from connexion_doctor.rules.loading.usual import usual
from connexion_doctor.servers import ways

ERROR = Severity.ERROR


@rule("CXD003", "interpreter-not-usable", ERROR)
def interpreter_not_usable(case: Case) -> Iterator[Finding]:
    """The interpreter that is configured for a launch, or found for its service, cannot be used.

    What happens: nothing can be said about this launch; the others are checked all the same.
    Why: the virtual environment is not there, its Python is gone, or it is older than Python 3.8.
    Fix: make the environment again, or name another one for the launch.
    Before:
        [tool.connexion-doctor.launches.web]
        python = "old-venv"
    After:
        [tool.connexion-doctor.launches.web]
        python = ".venv"
    Sources:
        https://docs.python.org/3/library/venv.html
        test: tests/checkup/test_project.py
    """
    server = case.facts.server
    if server.stage != "interpreter":
        return
    yield finding(
        server.usage_error or "the interpreter cannot be used",
        word=case.command.program,
        fixes=(
            Fix.by_hand(
                "make the virtual environment again, or name an interpreter that runs (--python, or "
                "`python` of the launch in the configuration)"
            ),
        ),
    )


@rule("CXD001", "server-not-installed", ERROR, breaks=True)
def server_not_installed(case: Case) -> Iterator[Finding]:
    """The server of the start command is not installed in the target environment.

    What happens: the shell answers ``command not found``, ``python -m`` answers ``No module named``.
    Why: the start command was written for another environment, or the server is missing from the
        requirements.
    Fix: install it, or start the app with a server that is installed.
    Before:
        pip install 'connexion[flask]'
        gunicorn app:app
    After:
        pip install 'connexion[flask]' gunicorn uvicorn-worker
        gunicorn -k uvicorn_worker.UvicornWorker app:app
    Sources:
        https://packaging.python.org/en/latest/guides/installing-using-pip-and-virtual-environments/
        truth: c3nogunicorn/g-sync/app:app
    """
    if case.facts.server.stage != "missing":
        return
    fix = Fix(
        title=f"install {servers.of(case).package}",
        recommended=True,
        install=(servers.of(case).package,),
    )
    yield finding(
        f"{case.launch.server} is not installed in {case.environment.executable}",
        word=case.command.program,
        fixes=(fix,),
    )


@rule("CXD002", "server-does-not-import", ERROR, breaks=True)
def server_does_not_import(case: Case) -> Iterator[Finding]:
    """The server is installed, but importing it fails.

    What happens: the start command ends with a traceback before it reads the target.
    Why: one of the server's own requirements is missing or has a version that it cannot use.
    Fix: install the server again with its requirements.
    Before:
        pip install --no-deps uvicorn
    After:
        pip install uvicorn
    Sources:
        https://pip.pypa.io/en/stable/cli/pip_check/
        truth: g20newsetuptools/g-sync/app:app
    """
    error = case.facts.server.error
    if case.facts.server.stage != "import" or error is None:
        return
    fix = Fix(
        title=f"install {servers.of(case).package} again with its requirements",
        recommended=True,
        install=(f"{servers.of(case).package}",),
    )
    if error.attributes.get("name") == "pkg_resources":
        fix = Fix(
            title="install a setuptools that still has pkg_resources",
            recommended=True,
            install=(SETUPTOOLS,),
            costs=("an old setuptools; a newer release of the server does without",),
        )
    yield finding(
        f"Importing {case.launch.server} fails: {error.short}",
        word=case.command.program,
        fixes=(fix,),
    )


@rule("CXD004", "no-target", ERROR, breaks=True)
def no_target(case: Case) -> Iterator[Finding]:
    """The start command names no app object, and neither does the configuration.

    What happens: gunicorn ends with ``Error: No application module specified.``
    Why: the target is the positional argument, or ``wsgi_app`` in the configuration file.
    Fix: name the object.
    Before:
        gunicorn -c gunicorn.conf.py
    After:
        gunicorn -c gunicorn.conf.py app:app
    Sources:
        https://docs.gunicorn.org/en/stable/settings.html#wsgi-app
        truth: c3new/gunicorn -w 1 -b {bind} -k asgi
    """
    if case.facts.server.stage != "no-target":
        return
    yield finding(
        f"No app object is named for {case.launch.server} to serve.",
        word=case.command.program,
        fixes=(*ways.name_target(case), *usual(case)),
    )
