"""The Python that a project names, and what its packages need."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.foundation import late
from connexion_doctor.model import Applicability, Edit, Finding, Fix, Location, Severity
from connexion_doctor.requirements.declarations import PythonDeclaration
from connexion_doctor.requirements.specifiers import meet
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.versions.subject import Requirements, development, within

# package -> (range of its versions, the Pythons that it needs). Requires-Python of the releases.
_PYTHONS: tuple[tuple[str, str, str], ...] = (
    ("connexion", ">=3.2,<4", ">=3.9"),
    ("connexion", ">=3.0,<3.2", ">=3.8"),
    ("connexion", ">=2.15,<3", ">=3.9"),
    ("connexion", ">=2.13,<2.15", ">=3.6"),
    ("gunicorn", ">=24", ">=3.10"),
)


NEWEST = "3.13"  # taken where nothing says which Python is used here
# Debian's releases that images of today's Pythons still have are kept; ``-buster`` and older ones are not.
TAG = late.pattern(
    r"python:\d+\.\d+(?:\.\d+)?(?P<kept>(?:-slim|-alpine)?(?:-bookworm|-trixie)?)"
    r"(?:-jessie|-stretch|-buster|-bullseye|\d+\.\d+)?"
)


@rule("CXD533", "python-not-supported", Severity.ERROR)
def python(subject: Requirements) -> Iterator[Finding]:
    """A package does not support the Python that the project names.

    What happens: pip refuses: `Could not find a version that satisfies the requirement`, or takes an older
        release where the requirement allows one.

    Why: Connexion 3.3 and 2.15 need Python 3.9, 3.0 and 3.1 Python 3.8, gunicorn from 24 on Python 3.10.

    Fix: Take a newer Python, or a release that supports it. Of an image from `python` the tag is changed, to
        the Python that the doctor looked at where that will do.

    Before:
        # Dockerfile: FROM python:3.7
        connexion==3.3.0

    After:
        # Dockerfile: FROM python:3.12
        connexion==3.3.0

    Sources:
        https://pypi.org/project/connexion/
        https://pypi.org/project/gunicorn/
        test: tests/rules/versions/test_rules.py
    """
    for name, versions, needed in _PYTHONS:
        for spoken, folder in _wanted(subject, name, versions):
            for wanted in subject.declared.pythons:
                if folder is not None and wanted.path.rpartition("/")[0] != folder:
                    continue
                if wanted.kind == "pyproject.toml" and wanted.specifier.startswith(">"):
                    continue  # a range that reaches up to a Python that will do
                if not meet(wanted.specifier, needed):
                    yield finding(
                        f"{name} {spoken} needs Python {needed.removeprefix('>=')} or newer.",
                        evidence=[f"{wanted.path}: Python {wanted.specifier}"],
                        location=wanted.location,
                        fixes=[_newer(subject, wanted, needed)],
                    )


def _wanted(subject: Requirements, name: str, versions: str) -> Iterator[tuple[str, str | None]]:
    """Versions of a package in a range: known ones, and requirements that let no others in; with the folder
    that they hold for."""
    for known in subject.versions(name):
        if within(known.version, versions) and not _moves(subject, name):
            place = known.location
            yield known.spoken, place.path.rpartition("/")[0] if place else ""
    for one in subject.declared.of(name):
        if one.pinned is not None or development(one) or one.constraint:
            continue
        low, high = versions.split(",") if "," in versions else (versions, "")
        below = low.replace(">=", "<")
        above = high.replace("<", ">=")
        alone = one.specifier and not meet(one.specifier, below)
        if alone and (not above or not meet(one.specifier, above)) and meet(one.specifier, versions):
            yield f"{one.specifier} ({one.path})", one.path.rpartition("/")[0]
    if _moves(subject, name) and meet(versions, "==3.3.0") and subject.declared.of(name):
        yield "3.3.0", None


def _moves(subject: Requirements, name: str) -> bool:
    """Whether the package is Connexion, and the project is taken from 2 to 3: what files ask for today is
    not what will be installed."""
    return name == "connexion" and subject.target_version == 3 and not _of_three(subject)


def _of_three(subject: Requirements) -> bool:
    asked = [one for one in subject.declared.of("connexion") if one.specifier and not development(one)]
    return bool(asked) and all(not meet(one.specifier, "<3") for one in asked)


def _newer(subject: Requirements, wanted: PythonDeclaration, needed: str) -> Fix:
    """Another Python: the image's tag, where it is one that every Python has."""
    known = subject.environment.version if subject.environment is not None else ""
    here = ".".join(known.split(".")[:2]) or NEWEST
    if not meet(f"=={here}.*", needed):
        here = NEWEST
    title, place = f"Take Python {here}.", wanted.location
    match = TAG.fullmatch(wanted.text) if wanted.text else None
    if match is None or place is None:
        return Fix.by_hand(title)
    edit = Edit(Location(place.path, place.line, place.column, *place.end), f"python:{here}{match['kept']}")
    return Fix(title, Applicability.UNSAFE, True, (), (edit,), None, ("packages of the system may differ",))
