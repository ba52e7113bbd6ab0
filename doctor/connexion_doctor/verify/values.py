"""Values for the parameters of an operation: one that its schema allows, one that it does not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connexion_doctor.foundation import late
from connexion_doctor.verify import patterns

Schema = Mapping[str, Any]

FORMATS = {
    "date": "2024-02-29",
    "date-time": "2024-02-29T12:00:00Z",
    "time": "12:00:00Z",
    "email": "someone@example.org",
    "uuid": "5f0c1d2e-3b4a-4c5d-8e6f-708192a3b4c5",
    "uri": "https://example.org/",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "YWJj",
}
MOST_LENGTH = 200
LONGEST = 4000  # characters of a value: what an address can hold
PATTERN_TRIES = 40


def valid(parameter: Mapping[str, Any]) -> str | None:
    """A value of a parameter as it stands in a URL: an example where the specification has one, else a
    generated one; None where none could be made."""
    schema = parameter.get("schema") or {}
    for candidate in (*_examples(parameter), *_examples(schema), *_plain(schema)):
        text = written(candidate)
        if text is not None and allows(schema, text):
            return text
    return None


def invalid(parameter: Mapping[str, Any]) -> str | None:
    """A value that the parameter's schema forbids; None where it allows every text."""
    schema = parameter.get("schema") or {}
    for text in _suspects(schema):
        if not allows(schema, text):
            return text
    return None


def _examples(holder: Mapping[str, Any]) -> Iterator[Any]:
    for name in ("example", "x-example", "default"):
        if name in holder:
            yield holder[name]
    several = holder.get("examples")
    if isinstance(several, Mapping):
        yield from (entry.get("value") for entry in several.values() if isinstance(entry, Mapping))
    elif isinstance(several, list):
        yield from several


def _plain(schema: Schema) -> Iterator[Any]:
    """Values of the schema's type that are likely to fit its limits."""
    yield from _enumerated(schema)
    kind = _type(schema)
    if kind in ("integer", "number"):
        yield from _numbers(schema)
    elif kind == "boolean":
        yield True
    elif kind == "array":
        item = valid({"schema": schema.get("items") or {}})
        if item is not None:
            yield [item] * min(max(int(schema.get("minItems") or 1), 1), MOST_LENGTH)
    elif kind in ("string", None):
        yield from _texts(schema)


def _enumerated(schema: Schema) -> list[Any]:
    if "const" in schema:
        return [schema["const"]]
    options = schema.get("enum")
    return [option for option in options if option is not None] if isinstance(options, list) else []


def _type(schema: Schema) -> str | None:
    """The type that a value is made of; of several the first that is not null."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), None)
    if kind is None:
        for combined in ("allOf", "oneOf", "anyOf"):
            parts = schema.get(combined)
            if isinstance(parts, list):
                return next((found for part in parts if (found := _type(part)) is not None), None)
    return str(kind) if kind is not None else None


def _numbers(schema: Schema) -> Iterator[float | int]:
    low, high = schema.get("minimum"), schema.get("maximum")
    exclusive = schema.get("exclusiveMinimum")
    if exclusive is True and low is not None:
        low += 1
    elif exclusive is not None and not isinstance(exclusive, bool):
        low = exclusive + 1
    step = schema.get("multipleOf")
    yield 1
    if step:
        yield step
        if low is not None:
            yield -(-low // step) * step
    if low is not None:
        yield low
        if high is not None:
            yield (low + high) // 2 if _type(schema) == "integer" else (low + high) / 2
    if high is not None:
        yield high
        yield high - 1


def _texts(schema: Schema) -> Iterator[str]:
    known = FORMATS.get(str(schema.get("format")))
    if known is not None:
        yield known
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        yield from matching(pattern)
    low = int(schema.get("minLength") or 0)
    high = int(schema.get("maxLength") or MOST_LENGTH)
    yield "example"[: max(high, 0)]
    if low <= LONGEST:
        yield ("example" * (low // 7 + 1))[: max(low, 1)]


def _suspects(schema: Schema) -> Iterator[str]:
    """Texts that a schema may well forbid, the plainest fault first."""
    kind = _type(schema)
    if kind in ("integer", "number", "boolean"):
        yield f"not-an-{kind}" if kind == "integer" else f"not-a-{kind}"
    if kind in ("string", None):
        low, high = schema.get("minLength"), schema.get("maxLength")
        if isinstance(low, int) and 1 < low <= MOST_LENGTH:
            yield "x" * (low - 1)
        if isinstance(high, int) and high < MOST_LENGTH:
            yield "x" * (high + 1)
        if "enum" in schema or "pattern" in schema or schema.get("format") in FORMATS:
            yield "~not~allowed~"
    for name, offset in (("minimum", -1), ("maximum", 1)):
        limit = schema.get(name)
        if isinstance(limit, (int, float)) and not isinstance(limit, bool):
            yield written(limit + offset) or ""


# Formats that both majors of Connexion check, whatever is installed (``FORMAT_CHECKER`` of jsonschema's
# Draft4Validator): not ``date`` and not ``uuid``, which no draft 4 knows.
CHECKED_FORMATS = {"email": late.pattern("@")}


def allows(schema: Schema, text: str) -> bool:
    """Whether a text, read as the schema's type, keeps to the schema; what is not understood is allowed."""
    kind = _type(schema)
    value: Any = text
    if kind in ("integer", "number"):
        try:
            value = int(text) if kind == "integer" else float(text)
        except ValueError:
            return False
        if not _within(schema, value):
            return False
    elif kind == "boolean":
        if text.lower() not in ("true", "false"):
            return False
        value = text.lower() == "true"
    elif kind in ("string", None) and not _text_fits(schema, text):
        return False
    options = _enumerated(schema)
    return not options or value in options or text in map(str, options)


def _within(schema: Schema, value: float) -> bool:
    low, high, step = schema.get("minimum"), schema.get("maximum"), schema.get("multipleOf")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    checks: list[Callable[[], bool]] = [
        lambda: low is None or (value > low if above is True else value >= low),
        lambda: high is None or (value < high if below is True else value <= high),
        lambda: above is None or isinstance(above, bool) or value > above,
        lambda: below is None or isinstance(below, bool) or value < below,
        lambda: not step or value % step == 0,
    ]
    return all(check() for check in checks)


def _text_fits(schema: Schema, text: str) -> bool:
    if len(text) < int(schema.get("minLength") or 0):
        return False
    if "maxLength" in schema and len(text) > int(schema["maxLength"]):
        return False
    form = CHECKED_FORMATS.get(str(schema.get("format")))
    if form is not None and not form.search(text):
        return False
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        return patterns.found_in(pattern, text) is not False
    return True


def written(value: Any) -> str | None:
    """A value as the text of a parameter in its default style; None for what has no plain text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, list):
        parts = [written(entry) for entry in value]
        return ",".join(part for part in parts if part is not None) if None not in parts else None
    return None


def matching(pattern: str) -> Iterator[str]:
    """Texts made from a regular expression; some may not match (lookarounds are not understood)."""
    try:
        parsed = patterns.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return
    chance = random.Random(0)  # the same requests every time
    for _ in range(PATTERN_TRIES):
        yield "".join(_pieces(parsed, chance, iter(range(LONGEST))))


def _pieces(parsed: Any, chance: random.Random, steps: Iterator[int]) -> Iterator[str]:
    """The parts of a text; they end with the steps, however often the expression repeats itself."""
    for operation, argument in parsed:
        if next(steps, None) is None:
            return
        name = str(operation)
        if name == "LITERAL":
            yield chr(argument)
        elif name == "NOT_LITERAL":
            yield "a" if argument != ord("a") else "b"
        elif name == "ANY":
            yield "a"
        elif name == "IN":
            yield _member(argument, chance)
        elif name == "BRANCH":
            yield from _pieces(chance.choice(argument[1]), chance, steps)
        elif name == "SUBPATTERN":
            yield from _pieces(argument[-1], chance, steps)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inside = argument
            for _ in range(min(chance.randint(low, min(int(high), low + 3)), LONGEST)):
                yield from _pieces(inside, chance, steps)


CATEGORIES = {"CATEGORY_DIGIT": "123", "CATEGORY_WORD": "abc", "CATEGORY_SPACE": " "}


def _member(choices: Any, chance: random.Random) -> str:
    """A character of a set; of a negated one some common character that is not in it."""
    negated = any(str(name) == "NEGATE" for name, _ in choices)
    members: list[str] = []
    for name, argument in choices:
        if str(name) == "LITERAL":
            members.append(chr(argument))
        elif str(name) == "RANGE":
            low, high = argument
            members.append(chr(chance.randint(low, high)))
            if negated:
                members += map(chr, range(low, min(high, low + 128) + 1))
        elif str(name) == "CATEGORY":
            members += CATEGORIES.get(str(argument), "-")
    if negated:
        return next((char for char in "ax1-_.Z" if char not in members), "")
    return chance.choice(members) if members else ""
