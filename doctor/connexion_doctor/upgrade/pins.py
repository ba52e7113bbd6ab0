"""Versions that do not go with Connexion 3: raised as far as it takes, and no further, where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from packaging.specifiers import InvalidSpecifier, Specifier

from connexion_doctor.foundation import late
from connexion_doctor.model import Applicability, Finding, Fix, Severity
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.declarations import Declaration
from connexion_doctor.requirements.gathering import requirement_text
from connexion_doctor.requirements.rewriting import rewritten

CODE = "pin"
LOWEST = ("==", "===", "~=", ">=", ">")
UNBUILT = late.pattern(r"Failed to (?:download and )?build `([\w.-]+)==")  # uv
PINNED = late.pattern(r"^([A-Za-z0-9][\w.-]*)==(\S+)")


def loosened(declarations: Iterable[Declaration]) -> str:
    """A list of them without upper bounds, every pin as the lowest version that will do: a resolver that
    takes the lowest keeps to the pins where it can."""
    lines = [
        requirement_text(replace(one, specifier=_loosened(one.specifier)))
        for one in declarations
        if not one.constraint
    ]
    return "".join(f"{line}\n" for line in dict.fromkeys(lines))


def _loosened(specifier: str) -> str:
    given = _parts(specifier)
    if given is None:
        return specifier
    kept = [
        f">={one.version.removesuffix('.*')}" if one.operator in LOWEST else str(one)
        for one in given
        if not one.operator.startswith("<")
    ]
    return ",".join(kept)


def versions(text: str) -> dict[str, str]:
    """Normalised name -> version of the pins of a list."""
    found = [match for match in map(PINNED.match, text.splitlines()) if match is not None]
    return {canonical(match[1]): match[2] for match in found}


def to_raise(declarations: Iterable[Declaration], wanted: Mapping[str, str]) -> Iterator[Finding]:
    """A finding for each requirement that does not allow the version that will do, with the fix.

    :param wanted: normalised name -> version
    """
    for one in dict.fromkeys(declarations):
        version, given = wanted.get(one.name), _parts(one.specifier)
        if version is None or not given or one.versions.contains(version):
            continue
        pinned = any(each.operator.startswith("==") for each in given)
        new = f"{'==' if pinned else '>='}{version}"
        edit = rewritten(one, new)
        if edit is None:
            continue
        yield Finding(
            CODE,
            "version-too-old",
            Severity.ERROR,
            f"`{one.name}{one.specifier}` does not go with what Connexion 3 needs.",
            location=one.location,
            fixes=(Fix(f"Ask for `{one.name}{new}`.", Applicability.SAFE, True, edits=(edit,)),),
        )


def _parts(specifier: str) -> list[Specifier] | None:
    """The parts of ``>=2,<3``, in order; None for what nobody can read."""
    try:
        return [Specifier(part.strip()) for part in specifier.split(",") if part.strip()]
    except InvalidSpecifier:
        return None
