"""What a start gets installed against what it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.requirements.bringing import ALONE, brings
from connexion_doctor.rules.base import finding, rule

# The module or the short name of a worker class -> the package that brings it.
WORKERS = {
    "uvicorn_worker": "uvicorn-worker", "uvicorn": "uvicorn", "ggevent": "gevent", "gevent": "gevent",
    "gevent_wsgi": "gevent", "gevent_pywsgi": "gevent", "geventlet": "eventlet", "eventlet": "eventlet",
    "gtornado": "tornado", "tornado": "tornado", "meinheld": "meinheld", "aiohttp": "aiohttp",
}  # fmt: skip
# Python itself is there; uWSGI is compiled, or comes with packages of other names.
ASSURED = {"python", "uwsgi"}


@rule("CXD536", "image-does-not-install-what-it-runs", Severity.ERROR, breaks=True)
def not_in_image(case: Case) -> Iterator[Finding]:
    """An image starts a server, or a worker, that it does not install.

    What happens: the container ends at once: ``exec: "gunicorn": executable file not found in $PATH``, or
        ``ModuleNotFoundError: No module named 'uvicorn_worker'``, whatever is installed on the machine of a
        developer.

    Why: the package is in no file that a ``RUN`` line of the Dockerfile installs.

    Fix: ask for it in the file that the image installs.

    Before:
        # requirements.txt, which the image installs
        connexion[flask]==3.3.0
        # Dockerfile
        CMD ["gunicorn", "-k", "uvicorn_worker.UvicornWorker", "app:app"]

    After:
        # requirements.txt, which the image installs
        connexion[flask]==3.3.0
        gunicorn
        uvicorn-worker
        # Dockerfile
        CMD ["gunicorn", "-k", "uvicorn_worker.UvicornWorker", "app:app"]

    Sources:
        https://docs.docker.com/reference/dockerfile/#run
        test: tests/requirements/test_image_rule.py
    """
    made = case.installation
    if made is None or case.launch.stage is None or made.by != "image" or made.gaps or not made.packages:
        return
    missing = [name for name in _runs(case) if not brings(made, name)]
    missing += _library(case) if "connexion" not in made.packages and set(made.packages) <= ALONE else []
    if not missing:
        return
    named = " and ".join(missing)
    yield finding(
        f"The image does not install {named}, which its start needs.",
        evidence=[f"{made.path} installs {', '.join(made.files) or 'no file'}"],
        word=case.command.program,
        fixes=[Fix(f"Install {named} in the image.", recommended=True, install=tuple(missing))],
    )


@rule("CXD538", "nothing-asks-for-what-runs", Severity.WARNING)
def not_asked_for(case: Case) -> Iterator[Finding]:
    """A Procfile starts a server, or a worker, that no requirement asks for.

    What happens: the release ends at once: ``gunicorn: command not found``, or
        ``ModuleNotFoundError: No module named 'uvicorn_worker'``, whatever is installed on the machine of a
        developer.

    Why: a platform that reads a Procfile installs what the project's requirements ask for, and nothing else.

    Fix: ask for it.

    Before:
        # Procfile
        web: gunicorn -k uvicorn_worker.UvicornWorker app:app
        # requirements.txt
        connexion[flask]
        gunicorn

    After:
        # Procfile
        web: gunicorn -k uvicorn_worker.UvicornWorker app:app
        # requirements.txt
        connexion[flask]
        gunicorn
        uvicorn-worker

    Sources:
        https://devcenter.heroku.com/articles/python-pip
        test: tests/requirements/test_image_rule.py
    """
    made = case.installation
    if made is None or case.launch.origin.kind != "procfile" or made.by in ("", "image"):
        return
    there, known = case.environment.packages, bool(case.environment.executable)
    missing = [] if made.gaps else [name for name in _runs(case) if not brings(made, name)]
    missing = [name for name in missing if name in there or not known]  # else it is missing here, and said so
    if not missing:
        return
    named = " and ".join(missing)
    yield finding(
        f"No requirement asks for {named}, which this start needs.",
        severity=Severity.WARNING,
        evidence=[f"{', '.join(made.files) or made.path} is what gets installed"],
        word=case.command.program,
        fixes=[
            Fix(
                f"Ask for {named}.",
                recommended=True,
                install=tuple(name for name in missing if name not in there),
                needs=tuple(f"{name}=={there[name]}" for name in missing if name in there),
            )
        ],
    )


def _library(case: Case) -> list[str]:
    """What the app is made of, where it is one of Connexion."""
    layers = case.facts.app.layers if case.facts.app is not None else ()
    flask = any(layer.type.endswith(".FlaskApp") for layer in layers)
    of_connexion = any(layer.role == "connexion" for layer in layers)
    return ["connexion[flask]" if flask else "connexion"] if of_connexion else []


def _runs(case: Case) -> list[str]:
    """The packages that the command needs: its server, and the module of its worker class."""
    found = []
    package = servers.of(case).package
    if package and case.launch.server not in ASSURED and case.launch.command.words:
        found.append(package)
    given = case.facts.server.settings.get("worker_class")
    worker = str(given.value) if given is not None else ""
    if case.launch.server == "gunicorn" and re.fullmatch(r"[\w.]+", worker):
        module = worker.removeprefix("gunicorn.workers.").partition(".")[0]
        if module in WORKERS:
            found.append(WORKERS[module])
    return found
