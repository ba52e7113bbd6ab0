"""Real virtual environments to diagnose: what is named here is installed, once, from PyPI.

`environment("c3new")` gives the interpreter of an environment in which exactly that recipe is
installed. Environments live outside the repository, in `$CONNEXION_DOCTOR_ENVS` or else in the
user's cache folder, under a name that is made from what is in them: a changed recipe is a new
environment, an unchanged one is used again. `python -m tests.environments [NAME ...]` builds them
ahead of time.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bytecode import compile_packages

OWN = ""
"""Stands, in `Recipe.pythons`, for the interpreter that runs the tests."""

MARKER = "connexion-doctor-complete"
INSTALL_SECONDS = 600


class Unavailable(Exception):
    """An environment cannot be had on this machine; the message says why."""


@dataclass(frozen=True)
class Recipe:
    """What to install, and the Python versions that will do, best first.

    `forced` is installed afterwards and without its dependencies: what no resolver would put together.
    """

    requirements: tuple[str, ...]
    pythons: tuple[str, ...] = (OWN,)
    forced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """A built environment. `key` changes when anything that was asked for changes."""

    name: str
    key: str
    folder: Path

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def python(self) -> Path:
        return self.bin / "python"


_C3 = ("connexion[flask,uvicorn,swagger-ui]==3.3.0", "starlette==1.10.0", "flask==3.1.3")
_UVICORN = ("uvicorn==0.54.0", "uvicorn-worker==0.4.0")

RECIPES: dict[str, Recipe] = {
    # Connexion 3: newest, middle and old, each with the servers of its day.
    "c3new": Recipe(
        (
            *_C3,
            *_UVICORN,
            "werkzeug==3.1.9",
            "gunicorn==27.0.1",
            "a2wsgi==1.10.10",
            "asgiref",
            "daphne==4.2.3",
            "gevent",
            "granian==2.8.7",
            "hypercorn==0.18.0",
            "waitress==3.0.2",
        )
    ),
    "c3mid": Recipe(
        (
            "connexion[flask,uvicorn,swagger-ui]==3.1.0",
            "starlette==1.10.0",
            "gunicorn==23.0.0",
            "uvicorn==0.34.0",
            "uvicorn-worker==0.3.0",
            "daphne==4.1.2",
            "gevent",
            "granian==1.7.6",
            "hypercorn==0.17.3",
            "waitress",
        )
    ),
    "c3old": Recipe(
        (
            "connexion[flask,uvicorn,swagger-ui]==3.0.5",
            "starlette==0.32.0.post1",
            "gunicorn==21.2.0",
            "uvicorn==0.29.0",
            "daphne==4.0.0",
            "gevent",
            "granian==1.7.6",
            "hypercorn==0.16.0",
            "waitress",
        )
    ),
    # Connexion 2, with the servers that were current while it was.
    "c2new": Recipe(
        (
            "connexion[swagger-ui]==2.14.2",
            "gunicorn==23.0.0",
            "uvicorn",
            "daphne",
            "gevent",
            "granian",
            "hypercorn",
            "waitress",
        )
    ),
    "c2g21": Recipe(("connexion[swagger-ui]==2.14.2", "gunicorn==21.2.0", "gevent")),
    "c2g20": Recipe(
        ("connexion[swagger-ui]==2.14.2", "gunicorn==20.1.0", "gevent<25", "setuptools<80"),
        pythons=("3.9", OWN),
    ),
    "c2151": Recipe(
        (
            "connexion[swagger-ui]==2.15.1",
            *_UVICORN,
            "flask==3.1.3",
            "gunicorn==27.0.1",
            "a2wsgi",
            "asgiref",
            "daphne",
            "gevent",
            "granian",
            "hypercorn",
            "waitress",
        )
    ),
    # What wraps apps in production: tracing, error reports, monitoring.
    "c3wrapped": Recipe(
        (
            *_C3,
            *_UVICORN,
            "gunicorn==27.0.1",
            "a2wsgi==1.10.10",
            "asgiref",
            "elastic-apm",
            "flask-cors",
            "newrelic",
            "opentelemetry-instrumentation-asgi",
            "opentelemetry-instrumentation-wsgi",
            "sentry-sdk",
        )
    ),
    # Environments with one fault each.
    "c3noflask": Recipe(("connexion[uvicorn]==3.3.0", *_UVICORN, "gunicorn==27.0.1")),
    "c3nothing": Recipe(("connexion[flask]==3.3.0",)),
    "c3nogunicorn": Recipe(("connexion[flask]==3.3.0", "uvicorn==0.54.0")),
    "c3nouv": Recipe(("connexion[flask]==3.3.0", "gunicorn==27.0.1")),
    "c3g23nouv": Recipe(("connexion[flask]==3.3.0", "gunicorn==23.0.0")),
    "badworker": Recipe((*_C3, "uvicorn==0.54.0", "uvicorn-worker==0.3.0", "gunicorn==27.0.1")),
    # gunicorn 20.1 imports pkg_resources, which setuptools has no more.
    "g20newsetuptools": Recipe(
        ("connexion[swagger-ui]==2.14.2", "gunicorn==20.1.0", "setuptools>=82"), pythons=(OWN,)
    ),
    "g2410": Recipe((*_C3, *_UVICORN, "gunicorn==24.1.0")),
    # AWS Lambda without AWS: what the functions of serverless.yml and zappa_settings.json call.
    "c3lambda": Recipe(
        (*_C3, "a2wsgi==1.10.10", "apig-wsgi", "mangum", "serverless-wsgi", "werkzeug==3.1.9")
    ),
    # uWSGI is built from its sources, with a C compiler.
    "c3uwsgi": Recipe((*_C3, *_UVICORN, "a2wsgi==1.10.10", "uwsgi==2.0.31")),
    "c3miduwsgi": Recipe(
        ("connexion[flask,uvicorn]==3.1.0", "starlette<1", "a2wsgi==1.10.10", "uwsgi==2.0.31")
    ),
    "c3olduwsgi": Recipe(
        ("connexion[flask,uvicorn]==3.0.5", "starlette==0.32.0.post1", "a2wsgi==1.10.10", "uwsgi==2.0.31")
    ),
    "c2151uwsgi": Recipe(("connexion==2.15.1", "flask==3.1.3", "uwsgi==2.0.31")),
    "c2uwsgi": Recipe(("connexion[swagger-ui]==2.14.2", "uwsgi==2.0.31")),
    # The oldest and the newest Python of a target.
    "c3py38": Recipe(
        (
            "connexion[flask,uvicorn]==3.1.0",
            "gunicorn==23.0.0",
            "uvicorn==0.33.0",
            "uvicorn-worker==0.2.0",
        ),
        pythons=("3.8",),
    ),
    "c3py313": Recipe((*_C3, *_UVICORN, "gunicorn==27.0.1", "a2wsgi==1.10.10"), pythons=("3.13",)),
}


def cache_folder() -> Path:
    """Where everything that outlives a test run is kept."""
    named = os.environ.get("CONNEXION_DOCTOR_ENVS")
    if named:
        return Path(named)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "connexion-doctor" / "envs"


@functools.cache
def environment(name: str) -> Environment:
    """The environment of that recipe, built now if it never was. Raises `Unavailable`."""
    return built(name, RECIPES[name])


def built(name: str, recipe: Recipe) -> Environment:
    """The environment of a recipe that is not in the table."""
    python = _choose_python(recipe.pythons)
    key = _key(_describe_python(python), recipe)
    found = Environment(name, key, cache_folder() / f"{name}-{key}")
    with locked(found.folder.with_name(found.folder.name + ".lock")):
        # The interpreter is a link: it breaks when the Python it was made from is removed.
        if not (found.folder / MARKER).exists() or not found.python.exists():
            _build(found, python, recipe)
    return found


def find_uv() -> str | None:
    """The `uv` that belongs to this interpreter, else the one on PATH."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv")


@functools.cache
def find_python(version: str) -> str | None:
    """An interpreter of that version (`"3.9"`) that is already here, or None."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [str(path) for path in sorted(versions.glob(f"{version}.*/bin/python"))]
    candidates += filter(None, [shutil.which(f"python{version}")])
    for candidate in reversed(candidates):
        # pyenv puts a shim of every version on PATH, whether or not it can run.
        with contextlib.suppress(Unavailable):
            if f" {version}." in _describe_python(candidate):
                return candidate
    return None


def _choose_python(versions: tuple[str, ...]) -> str:
    for version in versions:
        found = sys.executable if version == OWN else find_python(version)
        if found:
            return found
    raise Unavailable(f"Python {' or '.join(versions)} is not on this machine")


@functools.cache
def _describe_python(python: str) -> str:
    """Implementation, version and machine: what a compiled wheel depends on."""
    script = (
        "import platform as p;print(p.python_implementation(), p.python_version(), p.system(), p.machine())"
    )
    try:
        answer = subprocess.run(
            [python, "-c", script], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"{python} does not run: {error}") from error
    return answer.stdout.strip()


def _key(python: str, recipe: Recipe) -> str:
    text = "\n".join([python, *sorted(recipe.requirements), *(f"forced {r}" for r in recipe.forced)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file for the time of the block; other processes wait for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield  # closing the file gives the lock back


def _build(wanted: Environment, python: str, recipe: Recipe) -> None:
    """Install the recipe in `wanted.folder`, which counts only once the marker is in it.

    It is built where it will stay, under the lock: the scripts of an environment name their own
    interpreter by its full path, so one that is built elsewhere and renamed has broken scripts.
    """
    uv = find_uv()
    if uv is None:
        raise Unavailable("uv is not installed; it builds the environments of the tests")
    shutil.rmtree(wanted.folder, ignore_errors=True)
    print(f"building environment {wanted.name} in {wanted.folder}", file=sys.stderr, flush=True)
    _run(uv, "venv", "--quiet", "--no-python-downloads", "-p", python, str(wanted.folder))
    _run(
        uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        str(wanted.python),
        *_wheels(recipe, python),
        *recipe.requirements,
    )
    if recipe.forced:
        _run(uv, "pip", "install", "--quiet", "--no-deps", "--python", str(wanted.python), *recipe.forced)
    compile_packages(wanted.python, cache_folder() / "bytecode" / _describe_python(python).replace(" ", "-"))
    (wanted.folder / MARKER).write_text("\n".join(sorted(recipe.requirements)) + "\n")


def _wheels(recipe: Recipe, python: str) -> list[str]:
    """Options to find the wheel of uWSGI, which comes as source: built once for all environments, where the
    interpreter that runs the tests is theirs, and has pip."""
    asked = [one for one in recipe.requirements if one.startswith("uwsgi==")]
    if not asked or python != sys.executable or importlib.util.find_spec("pip") is None:
        return []
    folder = cache_folder() / "wheels" / _describe_python(python).replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    with locked(cache_folder() / "wheels.lock"), contextlib.suppress(Unavailable):
        if not any(folder.glob("*.whl")):
            _run(python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), *asked)
    return ["--find-links", str(folder)]


def _run(*command: str) -> None:
    # The project around the tests has no say: not its virtual environment, and (by the working
    # directory) not its uv settings. Those of the user do: they may name the index to use.
    environ = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    try:
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            env=environ,
            cwd=cache_folder(),
        )
    except subprocess.CalledProcessError as error:
        raise Unavailable(re.sub(r"\s+", " ", f"uv failed: {error.stderr.strip()}")) from error
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"uv did not finish: {error}") from error


def main(names: list[str]) -> int:
    """Build the named environments, or all; how many could not be is the exit code."""
    missing = 0
    for name in names or RECIPES:
        try:
            built = environment(name)
        except Unavailable as reason:
            missing += 1
            print(f"{name}: skipped: {reason}", flush=True)
        else:
            print(f"{name}: {built.folder}", flush=True)
    return missing


if __name__ == "__main__":
    print(f"Python {platform.python_version()}, uv {find_uv()}")
    sys.exit(main(sys.argv[1:]))
