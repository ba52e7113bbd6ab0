"""Every reader and every parser, on mutated inputs: it never raises what it does not announce, it comes to an end
within two seconds, and it needs no 500 MB.

A run is a batch: ``BATCH`` inputs, each made from a file of the sample projects.
"""

from __future__ import annotations

import json
import resource
import signal
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from random import Random
from types import FrameType

from connexion_doctor import configuration
from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run as checkup
from connexion_doctor.commands import argv
from connexion_doctor.discovery import gunicorn_conf
from connexion_doctor.discovery.readers import READERS
from connexion_doctor.environment import folder as environment
from connexion_doctor.facts import saved
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.question import Question
from connexion_doctor.model.source import Source
from connexion_doctor.python.specification import schema_body_names
from connexion_doctor.python.starts import starts_of
from connexion_doctor.python.walk import parse
from connexion_doctor.reporters import FORMATS, renderer
from connexion_doctor.requirements.read import read as read_requirements
from connexion_doctor.screening import baseline, comments
from tests.discovery import test_fuzz
from tests.endurance.runs import Part
from tests.running import APP, ROOT, SPECIFICATION

BATCH = 1000
LONGEST = 2.0  # seconds of processor time
MOST = 500 * 1024  # kilobytes, beyond what the imports take
PARTS = [
    *test_fuzz.PARTS, "connexion", "connexion.FlaskApp(__name__)", "app.add_api('openapi.yaml')", "paths:\n", "$ref: ",
    "connexion[flask]>=3,<4\n", "-r requirements.txt\n", "-e .\n", "[project]\ndependencies = [", "[tool.connexion-doctor]\n",
    "select = ", "\udcff", "\x00", "\ufeff", "\r", "\r\n", "{" * 50, "(" * 50, "- " * 50, "lambda: " * 20, "not " * 50,
    "from . import ", "from app import *\n", "import app\n", "def app(a, b): ", "class A(A): pass\n", "app = app\n",
    "0" * 5000, "\u202e", "'''", "f'{", "match x:\n case ", "async def ", "*" * 40, "9" * 400, "1e999", "&a [*a]",
]  # fmt: skip


def _folder_with(name: str, call: Callable[[Path], object], text: str, folder: Path) -> None:
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    call(folder)


def _project(text: str, folder: Path, name: str = "app.py") -> None:
    """A whole checkup that runs nothing, and every report on it."""
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    report = checkup(Options(Question(directory=str(folder)), do_import=False, environ={}))
    for format in FORMATS:
        renderer(format)(report)


def _python(text: str, folder: Path) -> None:
    made = parse(Source("app.py", text), ("app",), is_package=False)
    if not isinstance(made, str):
        starts_of(made)


def _requirements(name: str, text: str, folder: Path) -> None:
    _folder_with(name, lambda here: read_requirements(here, [here / name]), text, folder)


def _reader(index: int, text: str, folder: Path) -> None:
    test_fuzz.check(READERS[index], text)


# What is read, and by whom.
PARSERS: dict[str, Callable[[str, Path], object]] = {
    **{f"{reader.kind} {index}": partial(_reader, index) for index, reader in enumerate(READERS)},
    "words": lambda text, _: argv.read(argv.words_of(text.split(" "))),
    "python": _python,
    "specification": lambda text, _: schema_body_names("openapi.yaml", text),
    "comments": lambda text, _: [comments.comments(Source(name, text)) for name in ("a.py", "Dockerfile", "a.yaml")],
    "gunicorn.conf.py": lambda text, _: gunicorn_conf.settings(Source("gunicorn.conf.py", text)),
    **{
        f"requirements in {name}": partial(_requirements, name)
        for name in (
            "requirements.txt", "pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "Pipfile.lock", "poetry.lock",
            "uv.lock", "environment.yml", "runtime.txt", "Dockerfile",
        )
    },
    "configuration": partial(_folder_with, "pyproject.toml", lambda here: configuration.load(str(here))),
    "older configuration": partial(_folder_with, "setup.cfg", lambda here: configuration.load(str(here))),
    "baseline": partial(_folder_with, "base.json", lambda here: baseline.read(str(here / "base.json"))),
    "facts": partial(_folder_with, "facts.json", lambda here: saved.load(str(here / "facts.json"))),
    "an environment": partial(_folder_with, "pyvenv.cfg", lambda here: environment.of(str(here / "bin" / "python"))),
    "a project's app": _project,
    "a project's specification": partial(_project, name="openapi.yaml"),
    "a project's configuration of gunicorn": partial(_project, name="gunicorn.conf.py"),
}  # fmt: skip
NAMES = list(PARSERS)
ANNOUNCED = (UsageError, ValueError, RecursionError)
"""What a parser may raise: its caller expects it. Whole checkups raise none but ``UsageError``."""
SLOW = 40  # a whole checkup stands for so many inputs


class TooLong(BaseException):
    """An input took longer than it may."""


def run(number: int, random: Random, folder: Path) -> Iterator[str]:
    """One batch, of one parser."""
    name = NAMES[number % len(NAMES)]
    whole = name.startswith("a project's")
    if whole:
        (folder / "openapi.yaml").write_text(SPECIFICATION)
        (folder / "app.py").write_text(APP)
        (folder / "Procfile").write_text(
            "web: gunicorn app:app\nother: uvicorn app:app\nlast: python app.py\n"
        )
        (folder / "requirements.txt").write_text("connexion[flask]==3.3.0\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(BATCH // SLOW if whole else BATCH):
        text = mutated(random.choice(corpus(name)), random)
        fault = _tried(PARSERS[name], text, folder, (UsageError,) if whole else ANNOUNCED)
        if fault is not None:
            kept = Path(f"{folder}-input.txt")
            kept.write_bytes(text.encode("utf-8", "surrogateescape"))
            yield f"{fault}: {text[:300]!r} (kept as {kept})"
            return
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if grown > MOST:
        yield f"{grown // 1024} MB more memory"


def _tried(
    parser: Callable[[str, Path], object], text: str, folder: Path, allowed: tuple[type[Exception], ...]
) -> str | None:
    def late(number: int, frame: FrameType | None) -> None:
        raise TooLong

    kept = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        parser(text, folder)
    except allowed:
        pass
    except TooLong:
        return f"longer than {LONGEST:g} s"
    except Exception as exc:
        return f"{type(exc).__name__}: {str(exc)[:200]}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, kept)
    return None


def mutated(text: str, random: Random) -> str:
    """A text with one to six changes: cut, repeated, swapped with what such files are made of."""
    for _ in range(random.randrange(1, 7)):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.choice((0, 0, 1, 3, 10, 40, 200)))
        way = random.random()
        if way < 0.6:
            middle = "".join(random.choices(PARTS, k=random.choice((0, 1, 1, 2, 3))))
        elif way < 0.75:
            middle = text[start:end] * random.choice((2, 3, 20))
        elif way < 0.9:
            middle = random.choice(PARTS) * random.choice((5, 60))
        else:
            other = random.randrange(len(text) + 1)
            middle = text[other : other + random.choice((3, 30, 200))]
        text = text[:start] + middle + text[end:]
    return text[:20_000]


@cache
def corpus(name: str) -> tuple[str, ...]:
    """The texts that a parser's inputs are made from."""
    kind = name.partition(" ")[0]
    readers = {reader.kind: index for index, reader in enumerate(READERS)}
    if name.rpartition(" ")[2].isdigit() and kind in readers:
        found = [text for _, text in test_fuzz.examples(int(name.rpartition(" ")[2]))]
    else:
        found = [text for pattern in _patterns(name) for text in _texts(pattern)]
    return tuple(found) or ("",)


def _patterns(name: str) -> tuple[str, ...]:
    if name.startswith("requirements in "):
        return (name.rpartition(" ")[2], "requirements*.txt", "pyproject.toml")
    return {
        "words": ("Procfile", "*.sh"),
        "specification": ("openapi.y*ml",),
        "a project's specification": ("openapi.y*ml",),
        "comments": ("*.py", "Dockerfile", "*.y*ml"),
        "gunicorn.conf.py": ("gunicorn.conf.py",),
        "a project's configuration of gunicorn": ("gunicorn.conf.py",),
        "configuration": ("pyproject.toml",),
        "older configuration": ("setup.cfg", "pyproject.toml"),
        "baseline": ("*.json",),
        "facts": ("*.json",),
        "an environment": ("setup.cfg",),
    }.get(name, ("*.py",))


@cache
def _texts(pattern: str) -> tuple[str, ...]:
    """Files of that name in the sample projects, the truth suite's apps, and the tests' projects."""
    folders = (ROOT / "sample_projects", ROOT / "tests" / "truth" / "apps", ROOT / "tests" / "discovery")
    found = [path for folder in folders for path in sorted(folder.rglob(pattern)) if path.is_file()]
    texts = [path.read_text("utf-8", "surrogateescape")[:8000] for path in found[:80]]
    if pattern == "*.json":
        texts += [json.dumps({"facts_version": 1, "root": "/p", "cases": [], "findings": [], "sources": {}})]
        texts += ['{"version": 1, "findings": [{"code": "CXD101", "path": "a", "digest": "0", "count": 1}]}']
    return tuple(texts)


PART = Part("inputs", len(NAMES) // 4, 1000, run, lambda number: NAMES[number % len(NAMES)])
