"""What is read, and by whom: the parsers, each with the files that its inputs are made from."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from connexion_doctor import configuration
from connexion_doctor.checkup import earlier_bench
from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run as checkup
from connexion_doctor.commands import argv
from connexion_doctor.compare.asked import Answer, Request
from connexion_doctor.compare.changes import changes
from connexion_doctor.compare.known import explained
from connexion_doctor.discovery import gunicorn_conf
from connexion_doctor.discovery.readers import READERS
from connexion_doctor.environment import folder as environment
from connexion_doctor.facts import saved
from connexion_doctor.facts.redaction import Redaction
from connexion_doctor.facts.secret_text import FORMS, PLACES
from connexion_doctor.model import Location
from connexion_doctor.model.question import Question
from connexion_doctor.model.secrets import without_logins
from connexion_doctor.model.source import Source
from connexion_doctor.python.operations import has_several_types, operations_of
from connexion_doctor.python.specification import schema_body_names
from connexion_doctor.python.starts import starts_of
from connexion_doctor.python.walk import parse
from connexion_doctor.reporters import FORMATS, renderer
from connexion_doctor.requirements import installers, markers, specifiers
from connexion_doctor.requirements.files import RequirementFiles
from connexion_doctor.requirements.gathering import Gathering
from connexion_doctor.requirements.installs import nearest
from connexion_doctor.requirements.read import read as read_requirements
from connexion_doctor.screening import baseline, comments
from connexion_doctor.servers import conf_values, uwsgi_options
from connexion_doctor.upgrade import pins, suite
from connexion_doctor.verify import log, raised
from tests.discovery import test_fuzz
from tests.running import APP, ROOT, SPECIFICATION, doctor, project

FOLDERS = (
    "sample_projects",
    "tests/truth/apps",
    "tests/discovery",
    "tests/upgrade/projects",
    "tests/compare/apps",
)
LOCK_FILES = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
FILES = (
    *LOCK_FILES, "requirements.txt", "pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "environment.yml",
    "runtime.txt", "Dockerfile",
)  # fmt: skip
STARTS = """\
web: gunicorn app:app
other: uvicorn app:app
last: python app.py
made: hypercorn 'app:create_app()'
flask: flask --app app run
run: connexion run openapi.yaml
inner: waitress-serve app:app.app
"""
IMAGE = "FROM python:3.12\nCOPY . .\nRUN pip install -r requirements.txt gunicorn\nCMD gunicorn app:app\n"
LOCKS = (
    '[[package]]\nname = "connexion"\nversion = "3.0.6"\ndependencies = [{ name = "flask", extra = ["async"], marker = '
    '"python_version < \'3.12\'" }]\n[package.optional-dependencies]\nflask = [{ name = "a2wsgi" }]\n',
    '[[package]]\nname = "connexion"\nversion = "2.14.2"\ngroups = ["main"]\noptional = false\n[package.dependencies]\n'
    'flask = {version = ">=1,<3", extras = ["async"], optional = true}\n[package.extras]\nflask = ["flask (>=1)"]\n',
    '{"_meta": {"requires": {"python_version": "3.11"}}, "default": {"connexion": {"version": "==3.0.6", "extras": '
    '["flask"], "markers": "python_version >= \'3.8\'"}}, "develop": {}}',
    'lock-version = "1.0"\n[[packages]]\nname = "connexion"\nversion = "3.1.0"\nmarker = "extra == \'web\'"\n',
)
LOGS = (
    'Traceback (most recent call last):\n  File "/x/site-packages/connexion/decorators/main.py", line 3, in f\n'
    '  File "/p/app.py", line 9, in get\nValueError: postgres://u:secret@h/x API_TOKEN=abcdef123456\n[ERROR] no\n',
    "===== 3 failed, 1 passed, 2 errors in 0.1s =====\nRan 7 tests in 0.2s\nFAILED (failures=1, errors=2)\n",
)  # fmt: skip


CUT = "\n--\n"
ANSWERS = (
    CUT.join(('{"a": [1, 2, {"b": null}], "c": "x"}', '{"a": [2, 1, {"b": null}], "d": 1.0}')),
    CUT.join(("[" * 150 + "]" * 150, "[" * 150 + "1" + "]" * 150)),
    CUT.join(('{"detail": "no", "status": 400, "title": "Bad"}', "<html><body>no</body></html>")),
)


@dataclass(frozen=True)
class Parser:
    """Who reads; the names of the files whose texts it is given, changed, and texts beside them.

    One of a file that was ``given`` may raise nothing but what the command line shows; nor may a ``whole``
    one, which is a checkup.
    """

    call: Callable[[str, Path], object]
    patterns: tuple[str, ...] = ("*.py",)
    texts: tuple[str, ...] = ()
    whole: bool = False
    given: bool = False
    corpus: Callable[[], list[str]] | None = field(default=None)


def _file(name: str, call: Callable[[Path], object], text: str, folder: Path) -> None:
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    call(folder)


def around(folder: Path) -> None:
    """A whole project, of which one file is changed."""
    texts = {
        "openapi.yaml": SPECIFICATION,
        "app.py": APP,
        "Procfile": STARTS,
        "requirements.txt": "connexion[flask]==3.3.0\n",
        "Dockerfile": IMAGE,
    }
    for name, text in texts.items():
        (folder / name).write_text(text)


def _checkup(text: str, folder: Path, name: str) -> None:
    """A whole checkup that runs nothing, and every report on it."""
    around(folder)
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    report = checkup(Options(Question(directory=str(folder)), do_import=False, environ={}))
    for format in FORMATS:
        renderer(format)(report)


def _python(text: str, folder: Path) -> None:
    made = parse(Source("app.py", text), ("app",), is_package=False)
    if not isinstance(made, str):
        starts_of(made)


def _installation(name: str, folder: Path) -> None:
    """What such a file installs, for several Pythons."""
    files = RequirementFiles(folder, [folder / name])
    nearest([""], files)
    for python in ("3.8", "3.13", None):
        gathering = Gathering(files, python)
        if name in LOCK_FILES:
            gathering.lock(name)
        else:
            gathering.listed(name, Location(name, 1))
        gathering.installation("lock", name, None)


def _conf_values(text: str, folder: Path) -> None:
    source = Source("gunicorn.conf.py", text)
    conf_values.names_of(source, {"PORT": "8000"})
    gunicorn_conf.settings(source)


def _log(text: str, folder: Path) -> None:
    lines = text.splitlines()
    log.telling(lines)
    log.redacted(text, {"API_TOKEN": "abcdef123456"})
    raised.own_fault(lines, "/p")
    suite.counts(text)


def _secrets(text: str, folder: Path) -> None:
    without_logins(text)
    for name in ("app.py", "compose.yml"):
        redaction = Redaction(str(folder), {"HOME": "/home/me"}, [])
        assert len(redaction.source(Source(name, text)).text) == len(text)
    for form in (*FORMS, *PLACES):
        form.sub("", text)


def _pins(text: str, folder: Path) -> None:
    pins.versions(text)
    path = folder / "requirements.txt"
    path.write_text(text, encoding="utf-8", errors="replace")
    declared = RequirementFiles(folder, [path]).declared.requirements
    pins.loosened(declared)
    list(pins.to_raise(declared, {one.name: "4.17.3" for one in declared}))


def _words(text: str, folder: Path) -> None:
    words = argv.words_of(text.split(" "))
    argv.read(words)
    install = installers.read(words)
    if install is not None:
        list(installers.brought_by_system(list(install.unknown)))


def _versions(text: str, folder: Path) -> None:
    for line in text.splitlines():
        markers.holds(line, "3.8")
        specifiers.poetry_specifier(line)
        specifiers.python_marker(line)
        specifiers.repaired(line)


def _facts() -> list[str]:
    """What is saved of a start."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "facts.json")
        doctor(
            "--no-import", "--save-facts", str(path), "--", "uvicorn", "app:app", cwd=project(Path(name, "p"))
        )
        return [path.read_text("utf-8")]


def _answers(text: str, folder: Path) -> None:
    """Two answers, cut from one text."""
    request = Request("GET /x", "valid", "", "GET", "/x")
    bodies = text.partition(CUT)[::2]
    for kind in ("application/json", "application/problem+json", "text/html"):
        headers = (("Content-Type", kind), ("Set-Cookie", text[:80]), ("Allow", text[-80:]))
        for statuses in ((200, 200), (200, 500), (400, 400)):
            before, after = (
                Answer(status, headers, body.encode("utf-8", "surrogateescape"))
                for status, body in zip(statuses, bodies, strict=True)
            )
            for change in changes(request, before, after):
                explained(request, change, before, after)


def _specification(text: str, folder: Path) -> None:
    schema_body_names("openapi.yaml", text)
    has_several_types(text)
    operations_of("openapi.yaml", text)


def _reader(index: int) -> Parser:
    def corpus() -> list[str]:
        return [text for _, text in test_fuzz.examples(index)]

    return Parser(lambda text, _: test_fuzz.check(READERS[index], text), corpus=corpus)


def _of_file(
    name: str,
    call: Callable[[Path], object],
    *patterns: str,
    texts: tuple[str, ...] = (),
    given: bool = False,
) -> Parser:
    return Parser(partial(_file, name, call), patterns or (name,), texts, given=given)


def _project(name: str, *patterns: str, texts: tuple[str, ...] = ()) -> Parser:
    return Parser(partial(_checkup, name=name), patterns or (name,), texts, whole=True)


PARSERS: dict[str, Parser] = {
    **{f"{reader.kind} {index}": _reader(index) for index, reader in enumerate(READERS)},
    "words": Parser(_words, ("Procfile", "*.sh", "Dockerfile"), ("pip install -r a.txt -c b.txt 'x[y]>=1; z' .[dev]",)),
    "python": Parser(_python),
    "specification": Parser(_specification, ("openapi.y*ml", "swagger.y*ml")),
    "comments": Parser(
        lambda text, _: [comments.comments(Source(name, text)) for name in ("a.py", "Dockerfile", "a.yaml")],
        ("*.py", "Dockerfile", "*.y*ml"),
    ),
    "values of a configuration": Parser(_conf_values, ("gunicorn.conf.py",), ("a = 'x'\n" + 'b = f"{a}{a}"\na = b\n' * 3,)),
    "uwsgi": Parser(
        lambda text, _: [uwsgi_options.known(Source(f"uwsgi.{kind}", text)) for kind in ("ini", "yaml", "json", "xml")],
        ("*.ini", "uwsgi*"),
        ("[uwsgi]\nmodule = app:app\nini = other.ini:x\nfor = 1 2\nhttp = :%(port)\nendfor =\n",),
    ),
    "versions": Parser(_versions, ("requirements*.txt", "pyproject.toml"), (">=3.8,<4.0 || ^2.7\nextra == 'a' and (b or c)\n",)),
    "pins": Parser(_pins, ("requirements*.txt",)),
    "logs": Parser(_log, (), LOGS),
    "secrets": Parser(_secrets, ("*.y*ml", "*.py", "Dockerfile", "*.sh"), LOGS),
    **{
        f"requirements in {name}": _of_file(
            name, lambda here, name=name: read_requirements(here, [here / name]),  # type: ignore[misc]
            name, "requirements*.txt", "pyproject.toml", texts=LOCKS,
        )
        for name in FILES
    },
    **{
        f"what {name} installs": _of_file(
            name, partial(_installation, name), name, "requirements*.txt", "pyproject.toml", texts=LOCKS
        )
        for name in FILES
    },
    "configuration": _of_file("pyproject.toml", lambda here: configuration.load(str(here)), given=True),
    "older configuration": _of_file(
        "setup.cfg", lambda here: configuration.load(str(here)), "setup.cfg", "pyproject.toml", given=True
    ),
    "baseline": _of_file(
        "base.json", lambda here: baseline.read(str(here / "base.json")), "*.json",
        texts=('{"baseline_version": 1, "findings": [{"code": "CXD101", "path": "a", "digest": "0", "what": "x"}]}',),
        given=True,
    ),
    "facts": Parser(
        partial(_file, "facts.json", lambda here: saved.load(str(here / "facts.json"))), given=True, corpus=_facts
    ),
    "an earlier bench": _of_file(
        "b.json", lambda here: earlier_bench.shown(here / "b.json"), "*.json",
        texts=('{"of": "web", "value": 0.71, "low": 0.7, "high": 0.72, "concurrency": 1, "date": "2026-01-31"}',),
        given=True,
    ),
    "answers": Parser(_answers, ("openapi.json", "*.html"), ANSWERS, given=True),
    "an environment": _of_file("pyvenv.cfg", lambda here: environment.of(str(here / "bin" / "python")), "setup.cfg"),
    "a project's app": _project("app.py", "*.py"),
    "a project's specification": _project("openapi.yaml", "openapi.y*ml", "swagger.y*ml"),
    "a project's configuration of gunicorn": _project("gunicorn.conf.py"),
    "a project's image": _project("Dockerfile", texts=(IMAGE,)),
    "a project's starts": _project("Procfile", texts=(STARTS,)),
    "a project's lock file": _project("uv.lock", texts=LOCKS),
    "a project's requirements": _project("requirements.txt", "requirements*.txt"),
    "a project's metadata": _project("pyproject.toml"),
}  # fmt: skip
NAMES = list(PARSERS)


@cache
def corpus(name: str) -> tuple[str, ...]:
    """The texts that a parser's inputs are made from."""
    parser = PARSERS[name]
    if parser.corpus is not None:
        return tuple(parser.corpus()) or ("",)
    return (*parser.texts, *(text for pattern in parser.patterns for text in _texts(pattern))) or ("",)


@cache
def _texts(pattern: str) -> tuple[str, ...]:
    """Files of that name in the sample projects, the truth suite's apps, and the tests' projects."""
    found = [path for name in FOLDERS for path in sorted((ROOT / name).rglob(pattern)) if path.is_file()]
    return tuple(path.read_text("utf-8", "surrogateescape")[:8000] for path in found[:80])
