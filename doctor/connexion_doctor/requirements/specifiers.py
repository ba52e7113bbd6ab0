"""Versions in the words of Poetry and Pipenv, said in those of PEP 440."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


def poetry_specifier(text: str) -> str | None:
    """``^2.14``, ``~2.14``, ``2.14.*``, ``*`` in the words of PEP 440; None when it is something else."""
    if text.strip() in ("", "*"):
        return ""
    if "||" in text:
        return None
    parts = []
    for part in re.split(r"\s*,\s*|\s+(?=[<>=!~^])", text.strip()):
        made = _one_specifier(part.strip())
        if made is None:
            return None
        parts.append(made)
    return ",".join(parts)


def _one_specifier(part: str) -> str | None:
    match = re.fullmatch(r"(\^|~(?!=)|~=|==?=?|!=|<=?|>=?)?\s*v?([\w.*+!-]+)", part)
    if match is None:
        return None
    sign, version = match.groups()
    if sign == "^":
        return _caret(version)
    if sign == "~":
        numbers = version.split(".")
        upper = numbers[:1] if len(numbers) == 1 else numbers[:2]
        return f">={version},<{_bump(upper)}"
    if sign in (None, "="):
        return f"=={version}"
    return f"{sign}{version}"


def _caret(version: str) -> str:
    numbers = version.split(".")
    for index, number in enumerate(numbers):
        if number.isdigit() and (int(number) > 0 or index == len(numbers) - 1):
            return f">={version},<{_bump(numbers[: index + 1])}"
    return f">={version}"


def _bump(numbers: list[str]) -> str:
    head, last = numbers[:-1], numbers[-1]
    return ".".join([*head, str(int(re.sub(r"\D.*", "", last) or 0) + 1)])


def python_marker(text: str) -> str | None:
    """The marker for a range of Python versions."""
    specifier = poetry_specifier(text)
    if not specifier:
        return None
    parts = [re.match(r"(\D+)(.+)", part) for part in specifier.split(",")]
    return " and ".join(f'python_version {m.group(1)} "{m.group(2)}"' for m in parts if m)
