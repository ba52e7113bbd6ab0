"""What to paste into a bug report: the doctor, this machine, the target environment, the configuration."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from connexion_doctor import __version__
from connexion_doctor.checkup.examine import installed
from connexion_doctor.checkup.options import Options
from connexion_doctor.environment.interpreters import NoInterpreter, installed_packages
from connexion_doctor.model import Environment
from connexion_doctor.model.question import Question
from connexion_doctor.probe import head_start
from connexion_doctor.probe.client import ProbeError

# What bears on a verdict: servers, adapters, and what Connexion stands on.
PACKAGES = (
    "connexion flask werkzeug starlette a2wsgi asgiref httpx jsonschema openapi-spec-validator "
    "swagger-ui-bundle gunicorn uvicorn uvicorn-worker uvloop httptools hypercorn granian daphne waitress "
    "uwsgi pyuwsgi gevent eventlet setproctitle"
).split()
OWN = "click pathspec importlib-metadata libcst packaging tomli pyyaml".split()


def lines(python: str | None, directory: str) -> Iterator[str]:
    """One fact a line; homes are ``~``, and no value of a variable is told.

    :param python: ``--python``
    :param directory: the project's folder
    """
    own = installed_packages(sys.path)
    yield f"connexion-doctor {__version__} at {_home(str(Path(__file__).parents[1]))}"
    runs_on = f"{platform.python_implementation()} {platform.python_version()}"
    yield f"  runs on {runs_on} at {_home(sys.executable)}"
    yield f"  with {_versions(own, OWN)}"
    yield f"system {platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} processors"
    yield f"  container: {'yes' if _in_container() else 'no'}, continuous integration: {_yes('CI')}"
    yield (
        f"terminal {os.environ.get('TERM', 'not named')}, output in {getattr(sys.stdout, 'encoding', None)}, "
        f"NO_COLOR: {_yes('NO_COLOR')}"
    )
    yield from _target(python, directory)


def _target(python: str | None, directory: str) -> Iterator[str]:
    head = head_start.start(python, directory)
    try:
        if head.error is not None:
            raise head.error
        environment = installed(head, Options(question=Question(directory=directory, python=python)))
    except (NoInterpreter, ProbeError) as exc:
        yield f"target environment: {_home(str(exc))}"
        return
    finally:
        head.close()
    yield from _environment(environment)


def _environment(environment: Environment) -> Iterator[str]:
    if not environment.executable:
        yield "target environment: none was found (--python PATH names one, --build-env builds one)"
        return
    yield f"target Python {environment.version} at {_home(environment.executable)} ({environment.how})"
    yield f"  with {_versions(environment.packages, PACKAGES)}"


def _versions(versions: Mapping[str, str], names: Sequence[str]) -> str:
    found = [f"{name} {versions[name]}" for name in names if name in versions]
    return ", ".join(found) or "none of the packages that matter"


def _home(text: str) -> str:
    home = os.path.expanduser("~").rstrip("/")
    return text.replace(f"{home}/", "~/") if home else text


def _yes(name: str) -> str:
    return "yes" if os.environ.get(name) else "no"


def _in_container() -> bool:
    return os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv")
