"""What an app wants of the machine it runs on, and does not find where the doctor runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Finding, Fix, Raised, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.target import target_word

# Libraries that read settings from the environment, by the class of what they raise for one that is not
# set (environs, python-decouple, pydantic-settings), and where the message has its name.
UNSET = (
    ("EnvError", late.pattern(r'"(?P<name>\w+)"')),
    ("UndefinedValueError", late.pattern(r"^(?P<name>\w+) not found")),
    ("ImproperlyConfigured", late.pattern(r"Set the (?P<name>\w+) environment variable")),
)
# How code reads a variable, and what it raises where it gives up for want of one.
READ = late.pattern(r"""(?:environ(?:\.get\(|\[)|getenv\()\s*["'](\w+)["']""")
NEEDED = late.pattern(r"""environ\[\s*["'](\w+)["']\s*\](?!\s*=[^=])""")
# One that is made a number at once, and one that the file gives up for want of.
COUNTED = late.pattern(r"""(?:int|float)\(\s*(?:os\.)?(?:environ\.get|getenv)\(\s*["'](\w+)["']\s*\)\s*\)""")
KEPT = late.pattern(
    r"""^(\w+)\s*=\s*(?:os\.)?(?:environ\.get|getenv)\(\s*["'](\w+)["']\s*\)\s*$""", re.MULTILINE
)
GUARD = r"^if (?:not {name}|{name} is None):\s*\n\s+raise\b"
# One of several, by a name that a loop has; and how the names of variables stand in a list.
BY_NAME = late.pattern(r"(?:environ\.get|getenv)\(\s*[A-Za-z_]|environ\[\s*[A-Za-z_]|\bin (?:os\.)?environ\b")
LISTED = late.pattern(r"""["']([A-Z][A-Z0-9_]{2,})["']""")
OF_CODE = ("ImportError", "NameError", "AttributeError", "SyntaxError")  # what no variable is the reason of
# What the standard library raises for a machine that does not answer; drivers wrap it or derive from it.
UNREACHED = ("ConnectionError", "gaierror", "TimeoutError", "OperationalError", "ConnectionFailure")


@rule("CXD017", "surroundings-missing", Severity.ERROR, breaks=True)
def surroundings_missing(case: Case) -> Iterator[Finding]:
    """Loading the app needs something of its surroundings that is not here: a variable, a service, a file.

    What happens: started here, the server prints ``KeyError: 'SHOP_TOKEN'`` and ends. Where the app is
        deployed the variable may be set, so a start that was read in a file is not called broken for it:
        its verdict is ``unknown``, and this a warning.
    Why: the module reads a variable of the environment, asks a database or opens a file of the machine
        when it is imported.
    Fix: give the doctor what the deployment gives the app, or let the import do without.
    Before:
        connexion-doctor
    After:
        SHOP_TOKEN=anything connexion-doctor
    Sources:
        https://docs.python.org/3/library/os.html#os.environ
        https://12factor.net/config
        truth: c3new/uvicorn/wants_variable:app
        truth: c3new/uvicorn/wants_service:app
    """
    load = case.facts.load
    missing = what_is_missing(case)
    if load is None or load.error is None or missing is None:
        return
    frame = case.own_frame(load.error)
    elsewhere = case.launch.origin.path is not None
    yield finding(
        f"Loading {load.module or load.target} needs {missing.what}, {missing.here}",
        severity=Severity.WARNING if elsewhere else Severity.ERROR,
        evidence=(
            *((f"{case.relative(frame.path)}:{frame.line} in {frame.name}",) if frame is not None else ()),
            load.error.short,
            *_others(case, load.error, missing),
        ),
        location=case.at(frame),
        word=target_word(case),
        fixes=(Fix.by_hand(missing.cure),),
    )


@dataclass(frozen=True)
class Missing:
    """What is missing, in the words of the finding: "needs <what>, <here>", and what cures it."""

    what: str
    here: str
    cure: str


def what_is_missing(case: Case) -> Missing | None:
    """The thing outside of the project for want of which loading the app failed; None where the failure
    is of another kind."""
    load = case.facts.load
    if load is None or load.stage not in ("import", "factory"):
        return None
    return missing_for(case, load.error)


def missing_for(case: Case, error: Raised | None) -> Missing | None:
    """The thing outside of the project for want of which an exception was raised."""
    while error is not None:
        found = _variable(case, error) or _service(error) or _file(case, error)
        if found is not None:
            return found
        error = error.cause
    return None


def _variable(case: Case, error: Raised) -> Missing | None:
    name = _unset(error) or _given_up_for(case, error)
    if name is None:
        return None
    return Missing(
        f"the environment variable {name}",
        "which is not set here",
        f"give the doctor the variable ({name}=... connexion-doctor), or read it with a default "
        f"(os.environ.get)",
    )


def _others(case: Case, error: Raised, missing: Missing) -> list[str]:
    """The variables that the same file needs besides: an import ends with the first one that it misses."""
    frame = case.own_frame(error)
    source = case.sources.get(frame.path) if frame is not None else None
    if source is None or not missing.what.startswith("the environment variable"):
        return []
    guarded = [
        wanted
        for name, wanted in KEPT.findall(source.text)
        if re.search(GUARD.format(name=name), source.text, re.MULTILINE)
    ]
    names = dict.fromkeys([*NEEDED.findall(source.text), *COUNTED.findall(source.text), *guarded])
    more = [one for one in names if not missing.what.endswith(f" {one}") and one not in case.launch.environ]
    return [f"{source.path} needs {', '.join(more)} too"] if more else []


def _given_up_for(case: Case, error: Raised) -> str | None:
    """The variable for want of which code of the project's own gave up: the line that raises reads it
    (``int(os.environ.get("LIMIT"))``), or the message names one that the file reads."""
    frame = error.frames[-1] if error.frames else None
    if frame is None or not case.own(frame.path) or error.is_a(*OF_CODE):
        return None
    source = case.sources.get(frame.path)
    read = READ.findall(source.text) if source is not None else []
    if source is not None and BY_NAME.search(source.text):
        read += LISTED.findall(source.text)
    named = [name for name in read if re.search(rf"\b{name}\b", error.message)]
    if source is not None and error.is_a("TypeError", "ValueError") and "None" in error.message:
        named += READ.findall(source.line(frame.line))
    return next((name for name in named if name not in case.launch.environ), None)


def _unset(error: Raised) -> str | None:
    """The name of the variable that an exception misses."""
    last = error.frames[-1] if error.frames else None
    if error.is_a("ValidationError") and any("/pydantic_settings/" in frame.path for frame in error.frames):
        match = re.search(r"\n(?P<name>\w+)\n[^\n]*type=missing", error.message)
        return match["name"].upper() if match is not None else None
    if error.is_a("KeyError") and last is not None and last.name == "__getitem__":
        if last.path == "<frozen os>" or last.path.replace("\\", "/").endswith("/os.py"):
            return error.message.strip("'\"")
        return None
    for cls, pattern in UNSET:
        match = pattern.search(error.message) if error.is_a(cls) else None
        if match is not None:
            return match["name"]
    return None


def _service(error: Raised) -> Missing | None:
    if not error.is_a(*UNREACHED) or "sqlite3." in f"{error.type} {error.message}":
        return None  # SQLite is no service: what it misses is a file or a table of the project
    return Missing(
        "a service that it connects to",
        "which does not answer here",
        "run the doctor where that service answers, or connect at the first request (or in a lifespan "
        "handler) in place of the import",
    )


def _file(case: Case, error: Raised) -> Missing | None:
    """A file named by an absolute path outside of the project: a mounted secret, a configuration."""
    path = error.attributes.get("filename", "")
    if error.is_a("FileNotFoundError") and case.made_elsewhere is not None:
        return Missing(
            f"the file {case.relative(path)}",
            f"which is not here{case.made_elsewhere}",
            f"run the doctor where {case.relative(path)} is, or name the file by a path that holds here too",
        )
    if not error.is_a("FileNotFoundError", "PermissionError") or not path.startswith("/") or case.own(path):
        return None
    return Missing(
        f"the file {path}",
        "which cannot be read here",
        f"run the doctor where {path} is, or name the file by a variable that has a default",
    )
