"""Findings about versions, and the fixes that change what is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from connexion_doctor.model import Applicability, Edit, Finding, Fix, Severity
from connexion_doctor.requirements.bringing import EXTRAS
from connexion_doctor.requirements.connexion import NEEDED, majors_of
from connexion_doctor.requirements.read import Declaration
from connexion_doctor.requirements.rewriting import rewritten
from connexion_doctor.requirements.specifiers import meet
from connexion_doctor.rules.base import finding
from connexion_doctor.rules.versions.releases import as_asked
from connexion_doctor.rules.versions.subject import Known, Requirements, together

# What releases ask for of packages that a project may pin beside them: Requires-Dist of their wheels.
NEEDS: dict[str, dict[str, str]] = {
    "connexion>=2.15.1,<3": {"flask": ">=2.3.3", "packaging": ">=25", "werkzeug": ">=3.1.3"},
    "flask==2.3.3": {
        "blinker": ">=1.6.2",
        "click": ">=8.1.3",
        "itsdangerous": ">=2.1.2",
        "jinja2": ">=3.1.2",
        "werkzeug": ">=2.3.7",
    },
}


def upgrade(
    subject: Requirements,
    requirement: str,
    *,
    title: str | None = None,
    unsafe: bool = True,
    recommended: bool = True,
    costs: Iterable[str] = (),
) -> Fix:
    """Install ``name[extras]specifier`` and write it where the package is asked for: a pin for a pin.

    What that release asks for is written, too, where the files hold it below.
    """
    name, extras, specifier = split(requirement)
    inside = f"[{','.join(extras)}]" if extras else ""
    edits = []
    for declaration in subject.declared.of(name):
        asked = as_asked(subject, declaration, specifier)
        edit = rewritten(declaration, asked, extras)
        if edit is not None:
            edits.append(edit)
            requirement = requirement if asked == specifier else f"{name}{inside}{asked}"
    for declaration, needed, _ in below(subject, name, specifier):
        edit = rewritten(declaration, needed)
        if edit is not None:
            edits.append(edit)
    kind = Applicability.UNSAFE if unsafe else Applicability.SAFE
    return Fix(
        title or f"Install `{requirement}`.",
        kind,
        recommended,
        (requirement,),
        tuple(edits),
        None,
        tuple(costs),
    )


def below(subject: Requirements, name: str, specifier: str) -> list[tuple[Declaration, str, str]]:
    """The requirements that exclude what a release asks for, what to ask for, and what needs what."""
    found: list[tuple[Declaration, str, str]] = []
    needs = NEEDS.get(name + specifier) or (_of_3_3(subject) if specifier == ">=3.3,<4" else {})
    asking = {other: (needed, "Connexion 3.3") for other, needed in needs.items()}
    names = sorted(asking, key="flask".__ne__)  # first, for a pin of it asks for more
    for other in names:
        needed, by = asking[other]
        for declaration in subject.declared.of(other):
            if declaration.locked or meet(declaration.specifier, needed):
                continue
            asked = as_asked(subject, declaration, needed)
            found.append((declaration, asked, f"{by} needs: `{other}{needed}`"))
            more = NEEDS.get(other + asked, {})
            names += (one for one in more if one not in asking)
            asking |= {one: (least, f"Flask {asked[2:]}") for one, least in more.items()}
    return found


def _of_3_3(subject: Requirements) -> dict[str, str]:
    """What Connexion 3.3 needs, with the extras that the code or the files ask for."""
    extras = subject.uses.union(*(one.extras for one in subject.declared.of("connexion")))
    return {other: f">={least}" for other, _, least, extra in NEEDED if not extra or extra in extras}


def extras_wanted(subject: Requirements) -> list[str]:
    """The extras of Connexion 3 that the code needs and that no file asks for."""
    asked = [d for d in subject.declared.of("connexion") if not d.locked and not d.constraint]
    return [
        extra
        for extra, packages in EXTRAS.items()
        if extra in subject.uses
        and not any(extra in d.extras for d in asked)
        and not all(subject.declared.of(package) for package in packages)
    ]


def settled(subject: Requirements, declaration: Declaration) -> Edit | None:
    """One edit for all that a requirement of Connexion lacks, so that several findings share it."""
    installed = subject.installed("connexion")
    major = subject.target_version or (installed.major if installed is not None else None)
    major = major or (2 if subject.held_below_3() else None)
    one = one_major(declaration) or any(
        one_major(d) for d in subject.declared.of("connexion") if d.locked or d.constraint
    )
    specifier = None if one else {2: ">=2.14.2,<3", 3: ">=3.3,<4"}.get(major or 0)
    three = (major or subject.connexion_major()) == 3
    near = next(group for group in of_one_file(subject.declared.of("connexion")) if declaration in group)
    first = next(one for one in near if not one.locked and not one.constraint) is declaration
    return rewritten(declaration, specifier, extras_wanted(subject) if three and first else ())


def of_one_file(declarations: Iterable[Declaration]) -> list[list[Declaration]]:
    """Requirements with those together that one file asks for in one environment: they are met by one
    version, and have their extras together."""
    found: list[list[Declaration]] = []
    for one in declarations:
        near = (group for group in found if group[0].path == one.path and _with(group[0], one))
        group = next(near, None)
        if group is None:
            found.append([one])
        else:
            group.append(one)
    return found


def _with(one: Declaration, other: Declaration) -> bool:
    return one.group == other.group and together(one.marker, other.marker)


def lets_3_in(declaration: Declaration) -> bool:
    """Whether a requirement can be met by Connexion 3."""
    pinned = declaration.pinned
    known = ("3.0.0", "3.1.0", "3.3.0")
    return (pinned or "").startswith("3") or any(declaration.versions.contains(one) for one in known)


def one_major(declaration: Declaration) -> bool:
    """Whether a requirement tells Connexion 2 from 3."""
    return declaration.pinned is not None or len(majors_of([declaration])) == 1


def split(requirement: str) -> tuple[str, tuple[str, ...], str]:
    """``name[extra]>=1`` in its parts."""
    from packaging.requirements import Requirement

    parsed = Requirement(requirement)
    return (
        parsed.name,
        tuple(sorted(parsed.extras)),
        ",".join(sorted((str(part) for part in parsed.specifier), reverse=True)),
    )


def clash(
    message: str, severity: Severity, one: Known, other: Known | None, fixes: Iterable[Fix], *evidence: str
) -> Finding:
    """A finding about versions that do not fit together."""
    location = one.location or (other.location if other is not None else None)
    return finding(message, severity=severity, evidence=evidence, location=location, fixes=fixes)
