"""Run the doctor as anyone would: a process, its exit code, its output. Every JSON is validated."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.environments import Environment, Unavailable, environment
from tests.forks import Forks, steering
from tests.watch import begin

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "doctor"  # the folder to put on a path
PACKAGE = PACKAGES / "connexion_doctor"
SCHEMA = PACKAGE / "schema" / "report-1.0.json"
SECONDS = 120
SHARED = "CONNEXION_DOCTOR_TESTS_SHARED"
"""The variable with the folder that all processes of a test run (``-n``) share."""
PATIENCE = 60.0  # seconds for a process to end that was told to: only one that hangs takes so long


@dataclass(frozen=True)
class Done:
    """What a run of the doctor left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report, validated against the schema."""
        document: dict[str, Any] = json.loads(self.stdout)
        _validator().validate(document)
        return document

    @property
    def complaints(self) -> str:
        """What stands on standard error, but for the line that tells on a busy machine what takes so long."""
        lines = self.stderr.splitlines(keepends=True)
        return "".join(line for line in lines if ", still at work after " not in line)

    @property
    def codes(self) -> list[str]:
        return [finding["code"] for finding in self.report["findings"]]

    @property
    def verdicts(self) -> list[str]:
        return [launch["verdict"] for launch in self.report["launches"]]

    def finding(self, code: str) -> dict[str, Any]:
        """The first finding of that rule."""
        return next(finding for finding in self.report["findings"] if finding["code"] == code)

    def fix(self, code: str) -> dict[str, Any]:
        """The recommended fix of the first finding of that rule."""
        found: dict[str, Any] = next(fix for fix in self.finding(code)["fixes"] if fix["recommended"])
        return found


@cache
def _validator() -> Any:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def environ(**changes: str) -> dict[str, str]:
    """This process's environment without what steers Python, servers or the doctor."""
    dropped = ("PYTHON", "GUNICORN", "UVICORN", "GRANIAN", "FLASK_", "WEB_CONCURRENCY", "PORT", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "COLUMNS": "88", **changes}


def take_signals() -> None:
    """Have what is started from here on be told to stop by signals, wherever the tests run.

    A shell starts what runs in the background with SIGINT ignored, and ``nohup`` with SIGHUP, which every
    process below would inherit. This process goes on ignoring them; what it starts has the default.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            with contextlib.suppress(ValueError):  # not in the main thread
                signal.signal(number, lambda number, frame: None)


_watches: list[subprocess.Popen[bytes]] = []  # each goes to work where its standard input is closed


def campaign() -> None:
    """What a program begins with that boots servers, and is no test: what it starts is told to stop by
    signals, and what it leaves is ended, also when it is killed itself."""
    take_signals()
    _watches.append(begin(SHARED, tempfile.mkdtemp(prefix="connexion-doctor-tests-")))


def uv_cache() -> str:
    """Where uv keeps what it fetched: for tests that move the cache folder of the user."""
    return os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv"))


def doctor(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None, afresh: bool = False) -> Done:
    """Run ``connexion-doctor ARGUMENTS`` in a folder.

    :param afresh: from the start of Python, by the command; else it is forked where its imports end
    """
    whole = dict(env) if env is not None else environ()
    if not afresh and steering(whole) == steering(forks().env) and not _measured(whole):
        code, out, err = forks().run(arguments, cwd, whole, SECONDS)
        return Done(code, *(_text(one) for one in (out, err)))
    program = Path(sys.executable).with_name("connexion-doctor")
    words = [str(program)] if program.is_file() else [sys.executable, "-m", "connexion_doctor"]
    done = subprocess.run(
        [*words, *arguments],
        cwd=cwd,
        env=whole,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    return Done(done.returncode, _text(done.stdout), _text(done.stderr))


@cache
def forks() -> Forks:
    """What forks doctors for this process of the tests."""
    return Forks(environ())


def _measured(env: Mapping[str, str]) -> bool:
    return any(name.startswith("COV") for name in env)  # what is forked is not measured


def _text(data: bytes) -> str:
    text = data.decode("utf-8", "surrogateescape")  # a diff has names as they are
    return text.replace("\r\n", "\n").replace("\r", "\n")


def diagnose(name: str, *arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Done:
    """Run the doctor against an environment of the tests, with a JSON report."""
    return doctor("--python", str(target(name).python), "--format", "json", *arguments, cwd=cwd, env=env)


def target(name: str) -> Environment:
    """An environment of the tests; the test that needs it is skipped where it cannot be had."""
    try:
        return environment(name)
    except Unavailable as reason:
        pytest.skip(f"environment {name}: {reason}")


SPECIFICATION = """\
openapi: "3.0.3"
info: {title: Greetings, version: "1"}
servers: [{url: /v1}]
paths:
  /hello:
    get:
      operationId: app.hello
      parameters:
        - {name: name, in: query, required: true, schema: {type: string, minLength: 2}}
      responses: {"200": {description: A greeting}}
"""

APP = """\
import connexion


def hello(name):
    return {"hello": name}


app = connexion.FlaskApp(__name__, specification_dir=".")
app.add_api("openapi.yaml")
"""


def project(folder: Path, **files: str) -> Path:
    """A small Connexion project; ``files`` adds to it or replaces (``__`` in a name is its dot)."""
    contents = {"app.py": APP, "openapi.yaml": SPECIFICATION}
    contents.update({name.replace("__", "."): text for name, text in files.items()})
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@contextlib.contextmanager
def running(
    words: Sequence[str], *, cwd: Path, log: Path, env: Mapping[str, str] | None = None, **popen: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a process group of its own, which is ended with all that is in it: the process that was
    started may be gone before what it started is.

    :param log: what the server prints; printed when the block fails
    """
    with log.open("wb") as out:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=dict(env) if env is not None else environ(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **popen,
        )
    try:
        yield process
    except BaseException:
        print(log.read_text("utf-8", "replace"))
        raise
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def listing(folder: Path) -> set[str]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}
