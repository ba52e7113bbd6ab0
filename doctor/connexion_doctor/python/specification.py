"""What a specification says that decides about Python: names of bodies and of security functions."""

from __future__ import annotations

import re

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass

_LINE = late.pattern(r"^(?P<indent> *)(?:- +)?[\"']?(?P<key>[^\s\"'#:][^\"':]*)[\"']?:(?:\s|$)")
_NAME = late.pattern(r"^ *x-body-name: *[\"']?(?P<name>[\w-]+)[\"']? *(?:#.*)?$")


@dataclass(frozen=True)
class BodyName:
    """``x-body-name`` in a schema; ``body_line`` is the line of the ``requestBody:`` around it, if any."""

    path: str
    line: int
    column: int
    end_column: int
    name: str
    body_line: int | None
    body_indent: str


def schema_body_names(path: str, text: str) -> list[BodyName]:
    """The ``x-body-name`` lines of a block-style OpenAPI 3 document that stand in a schema."""
    if "x-body-name" not in text or re.search(r"^[\"']?openapi[\"']?: *[\"']?3", text, re.MULTILINE) is None:
        return []
    found = []
    above: list[tuple[int, str, int]] = []  # indentation, key, line
    lines = text.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        match = _LINE.match(line)
        if match is None:
            continue
        indent = len(match["indent"])
        while above and above[-1][0] >= indent:
            above.pop()
        name = _NAME.match(line)
        keys = [key for _, key, _ in above]
        if name is not None and _in_schema(keys):
            body = next((a for a in reversed(above) if a[1] == "requestBody"), None)
            inside = next((i for i, _, n in above if body is not None and n > body[2]), None)
            found.append(
                BodyName(
                    path,
                    number,
                    indent + 1,
                    len(line) + 1,
                    name["name"],
                    body[2] if body is not None and inside is not None else None,
                    " " * (inside or 0),
                )
            )
        above.append((indent, match["key"].strip(), number))
    return found


def _in_schema(keys: list[str]) -> bool:
    """A property that is called x-body-name is no extension; one in ``requestBody`` itself is right."""
    if not keys or keys[-1] in ("properties", "requestBody", "requestBodies"):
        return False
    if "requestBody" in keys:
        return "schema" in keys[len(keys) - 1 - keys[::-1].index("requestBody") :]
    return keys[:2] == ["components", "schemas"]
