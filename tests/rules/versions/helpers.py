"""Projects that ask for packages, in memory, and what the version rules say of them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from connexion_doctor.model import Environment, Finding
from connexion_doctor.requirements.read import Declared, read
from connexion_doctor.rules.versions import RULES, Requirements, check_versions
from tests.rules.migration.project import apply, write

PAGES = {rule.code: rule for rule in RULES}


def declared(files: Mapping[str, str]) -> Declared:
    with tempfile.TemporaryDirectory() as folder:
        return read(Path(folder), write(files, Path(folder)))


def subject(
    files: Mapping[str, str] | str = "",
    installed: str = "",
    *,
    uses: str = "",
    python: str = "3.12.1",
    target: int | None = None,
) -> Requirements:
    """`installed` is `name==version` between blanks; without any there is no environment."""
    named = {"requirements.txt": files} if isinstance(files, str) else files
    packages = dict(word.split("==") for word in installed.split())
    environment = Environment("python", python, "test", packages) if packages else None
    return Requirements(environment, declared(named), frozenset(uses.split()), target)


def codes(*arguments: object, **options: object) -> list[str]:
    return [f.code for f in check_versions(subject(*arguments, **options))]  # type: ignore[arg-type]


def found(code: str, *arguments: object, **options: object) -> Finding:
    findings = check_versions(subject(*arguments, **options))  # type: ignore[arg-type]
    mine = [f for f in findings if f.code == code]
    assert mine, [f.code for f in findings]
    return mine[0]


def all_found(code: str, *arguments: object, **options: object) -> list[Finding]:
    findings = check_versions(subject(*arguments, **options))  # type: ignore[arg-type]
    return [f for f in findings if f.code == code]


def noop(*arguments: object, **options: object) -> None:
    assert codes(*arguments, **options) == []


def transformed(before: str, after: str, code: str, **options: object) -> None:
    """The recommended fix of a requirements.txt."""
    fixes = [fix for fix in found(code, before, **options).fixes if fix.recommended]
    assert apply(before, fixes[0].edits) == after
