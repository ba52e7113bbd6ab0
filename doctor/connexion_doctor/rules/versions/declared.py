"""What the files ask for: too little, not what is installed, or each file something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from connexion_doctor.model import Applicability, Finding, Fix, Severity
from connexion_doctor.requirements.read import Declaration
from connexion_doctor.requirements.rewriting import rewritten
from connexion_doctor.requirements.specifiers import meet
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.versions.releases import as_asked
from connexion_doctor.rules.versions.repairs import of_one_file, one_major, settled, upgrade
from connexion_doctor.rules.versions.subject import Requirements, applies, development, together

_OURS = (
    "connexion", "flask", "werkzeug", "starlette", "a2wsgi", "uvicorn", "uvicorn-worker", "gunicorn",
    "hypercorn", "daphne", "granian", "httpx",
)  # fmt: skip


@rule("CXD530", "connexion-unpinned", Severity.WARNING)
def unpinned(subject: Requirements) -> Iterator[Finding]:
    """Connexion is asked for without saying which major version.

    What happens: A rebuild installs another major version than yesterday's, and the deployment breaks: 2 is
        WSGI, 3 is ASGI.

    Why: Nothing in the requirement tells 2 from 3, and no lock file does.

    Fix: `connexion>=2.14.2,<3`, or `connexion>=3.3,<4`: what is installed, and what the code is written for.

    Before:
        connexion

    After:
        connexion>=3.3,<4

    Sources:
        https://github.com/apache/airflow/issues/35234
        test: tests/rules/versions/test_pairs_are_real.py
    """
    declarations = subject.declared.of("connexion")
    limits = [d for d in declarations if d.locked or d.constraint]
    if any(one_major(d) for d in limits):
        return
    own = [one for one in declarations if not development(one)]
    if any(one_major(one) for one in own):
        return
    for declaration, *more in of_one_file(one for one in own if not one.constraint and not one.locked):
        installed, held = subject.installed("connexion"), subject.held_below_3()
        major = subject.target_version or (installed.major if installed is not None else None)
        major = major or (2 if held else None)
        specifier = {2: ">=2.14.2,<3", 3: ">=3.3,<4"}.get(major or 0)
        edits = [settled(subject, one) for one in (declaration, *more)] if specifier is not None else []
        name = f"connexion{specifier}"
        fixes = []
        if any(edits):
            fixes = [Fix(f"Ask for `{name}`.", Applicability.SAFE, True, (name,), tuple(filter(None, edits)))]
        if not fixes:
            fixes = [
                upgrade(subject, "connexion>=3.3,<4", title="Connexion 3: `connexion>=3.3,<4`.",
                        recommended=False),
                upgrade(subject, "connexion>=2.14.2,<3", title="Connexion 2: `connexion>=2.14.2,<3`.",
                        recommended=False),
            ]  # fmt: skip
        asked = declaration.specifier or "any version"
        yield finding(
            f"`connexion` is asked for in {asked}: only {held} keeps 3 (ASGI) out."
            if held
            else f"`connexion` is asked for in {asked}: 2 (WSGI) and 3 (ASGI) both fit.",
            evidence=map(_where, more),
            location=declaration.location,
            fixes=fixes,
        )


@rule("CXD534", "connexion-held-below-3", Severity.ERROR)
def held(subject: Requirements) -> Iterator[Finding]:
    """The project shall run on Connexion 3, and a requirement holds it below.

    What happens: Connexion 2 is installed, whatever the code says.

    Why: The requirement, a constraint or the lock file excludes version 3.

    Fix: Ask for `connexion>=3.3,<4` with the extras that the code needs, and make the lock file anew.

    Before:
        connexion[swagger-ui]>=2.14.2,<3

    After:
        connexion[flask,swagger-ui]>=3.3,<4

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        test: tests/rules/versions/test_rules.py
    """
    if subject.target_version != 3:
        return
    extras = sorted(subject.uses & {"flask", "uvicorn", "swagger-ui"})
    also = (one for one in subject.beside if one.name == "connexion")  # what a list is compiled from
    below = (one for one in (*subject.declared.of("connexion"), *also) if _holds(one))
    for declaration, *more in of_one_file(below):
        asked = as_asked(subject, declaration, ">=3.3,<4")
        edits = [rewritten(declaration, asked, extras)]
        edits += [rewritten(one, as_asked(subject, one, ">=3.3,<4")) for one in more]
        name = f"connexion[{','.join(extras)}]" if extras else "connexion"
        yield finding(
            f"`connexion{declaration.specifier}` holds Connexion below 3.",
            evidence=map(_where, more),
            location=declaration.location,
            fixes=[
                Fix(
                    f"Ask for `{name}{asked}`.",
                    Applicability.UNSAFE,
                    True,
                    (f"{name}{asked}",),
                    tuple(filter(None, edits)),
                    None,
                    ("the code changes with it, as the other findings say, and a lock file is made anew",),
                )
            ],
        )


def _holds(declaration: Declaration) -> bool:
    """Whether a requirement keeps Connexion below 3, and is no lock's."""
    if declaration.versions.contains("3.3.0") or declaration.locked:
        return False
    return re.search(r"(^|,)\s*(==|>=|~=|>)\s*[3-9]", declaration.specifier) is None


@rule("CXD531", "files-disagree", Severity.ERROR)
def disagree(subject: Requirements) -> Iterator[Finding]:
    """Two files ask for versions of one package that exclude each other.

    What happens: What is installed depends on which file is used: the tests run on one version and the
        deployment on another, or pip refuses: `ResolutionImpossible`.

    Why: One of the files was changed and the other was not.

    Fix: Make them agree; keep the version in one file and refer to it from the others.

    Before:
        # requirements.txt
        connexion==2.14.2
        # constraints.txt
        connexion>=3

    After:
        # requirements.txt
        connexion>=3
        # constraints.txt
        connexion>=3

    Sources:
        https://pip.pypa.io/en/stable/topics/dependency-resolution/
        test: tests/rules/versions/test_rules.py
    """
    for name in _OURS:
        declarations = [d for d in subject.declared.of(name) if not development(d) and d.specifier]
        seen: set[tuple[str, str]] = set()
        for one, other in combinations(declarations, 2):
            key = (one.path, other.path)
            if one.path == other.path and one.kind != "requirements":
                continue
            if key in seen or not _related(one, other) or not _exclude(one, other):
                continue
            seen.add(key)
            stale = [d for d in (one, other) if d.locked]
            if stale:
                lock, manifest = stale[0], other if stale[0] is one else one
                yield _stale(name, lock, manifest)
                continue
            # Connexion's majors are two frameworks; elsewhere a stale file is likely and rarely fatal.
            severity = Severity.ERROR if name == "connexion" else Severity.WARNING
            yield _excluding(name, one, other, severity)
        for other in subject.beside:
            own = next((d for d in declarations if _exclude(d, other)), None)
            if other.name == name and own is not None and (own.path, other.path) not in seen:
                seen.add((own.path, other.path))
                yield _excluding(name, own, other, Severity.WARNING)


def _exclude(one: Declaration, other: Declaration) -> bool:
    return together(one.marker, other.marker) and not meet(one.specifier, other.specifier)


def _stale(name: str, lock: Declaration, manifest: Declaration) -> Finding:
    return finding(
        f"{lock.path} holds `{name}{lock.specifier}`, and `{name}{manifest.specifier}` is asked for: the "
        "lock file is stale.",
        severity=Severity.WARNING,
        evidence=[_where(manifest), _where(lock)],
        location=manifest.location,
        fixes=[Fix.by_hand("Make the lock file anew.")],
    )


def _excluding(name: str, one: Declaration, other: Declaration, severity: Severity) -> Finding:
    return finding(
        f"`{name}{one.specifier}` and `{name}{other.specifier}` exclude each other.",
        severity=severity,
        evidence=[_where(one), _where(other)],
        location=one.location,
        fixes=[],
    )


def _where(declaration: Declaration) -> str:
    line = f":{declaration.location.line}" if declaration.location is not None else ""
    return f"{declaration.path}{line}: {declaration.name}{declaration.specifier}"


def _related(one: Declaration, other: Declaration) -> bool:
    """Files of one folder, or one below the other, are of one application; two services may differ."""
    folders = [d.path.rpartition("/")[0] for d in (one, other)]
    folders = [re.sub(r"(^|/)(requirements|requires|reqs|deploy|docker)$", "", folder) for folder in folders]
    return folders[0] == folders[1]


@rule("CXD532", "installed-is-not-what-is-asked-for", Severity.WARNING)
def differs(subject: Requirements) -> Iterator[Finding]:
    """The installed version is not one that the project asks for.

    What happens: What is looked at here is not what a fresh installation gets.

    Why: The environment was not brought up to date, or a package was installed by hand.

    Fix: Install from the project's files again.

    Before:
        # installed: connexion 3.3.0
        connexion>=2.14,<3

    After:
        # installed: connexion 3.3.0
        connexion>=3.3,<4

    Sources:
        https://packaging.python.org/en/latest/specifications/version-specifiers/
        test: tests/rules/versions/test_rules.py
    """
    if subject.environment is None or subject.is_upgraded:
        return
    for name in _OURS:
        installed = subject.installed(name)
        upgrading = name == "connexion" and subject.target_version not in (
            None,
            getattr(installed, "major", 0),
        )
        if installed is None or upgrading:
            continue
        for declaration in subject.declared.of(name):
            if development(declaration) or not applies(declaration.marker, subject.environment):
                continue
            if declaration.versions.contains(installed) or "/" in declaration.path:
                continue
            yield finding(
                f"`{name}{declaration.specifier}` is asked for, but {installed} is installed.",
                evidence=[_where(declaration)],
                location=declaration.location,
                fixes=[upgrade_to(declaration)],
            )
            break


def upgrade_to(declaration: Declaration) -> Fix:
    """Install what the file says."""
    requirement = f"{declaration.name}{declaration.specifier}"
    return Fix(f"Install `{requirement}`.", Applicability.UNSAFE, True, (requirement,))
