"""Objects as JavaScript, JSON with comments and HCL write them: keys, texts, lists, with their places.

What is no literal (a call, a name, a template) is passed over, and has no value. Nothing in here raises over
text, and what is read is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Text, part
from connexion_doctor.commands.plain import split
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Style
from connexion_doctor.model.source import Source

TOKEN = late.pattern(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?(?:\*/|\Z)|(?<![^\s])\#[^\n]*)"""
    r"""|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\\$]*`)"""
    r"""|(?P<unclosed>"(?:[^"\\\n]|\\.)*|'(?:[^'\\\n]|\\.)*)"""  # read once, not from each of its characters
    r"""|(?P<word>[A-Za-z_$][\w$.-]*)|(?P<mark>[{}\[\],:=()])|(?P<other>.)""",
    re.DOTALL,
)
MOST = 20_000  # tokens
DEEPEST = 40


@dataclass(eq=False)
class Object:
    """An object: what its keys have, and the objects inside of it, whatever their key."""

    texts: dict[str, tuple[int, int]] = field(default_factory=dict)  # between the quotes
    lists: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    objects: dict[str, Object] = field(default_factory=dict)
    inside: list[Object] = field(default_factory=list)
    open: set[str] = field(default_factory=set)  # keys whose value is no literal


def objects_of(source: Source) -> Iterator[Object]:
    """All objects of a file, those around others first."""
    pending = _Scanner(source.text).whole()
    while pending:
        one = pending.pop(0)
        yield one
        pending = one.inside + pending


def text_of(source: Source, one: Object, key: str) -> str | None:
    """The text of a key."""
    span = one.texts.get(key)
    return source.text[slice(*span)] if span is not None else None


def words_of(source: Source, one: Object, key: str) -> list[Built]:
    """The words of a key: a text as a command line, or a list with a word each."""
    if key in one.texts:
        return split(part(source, *one.texts[key]))
    return [
        Built(part(source, *span).pieces, source.span(span[0] - 1, span[1] + 1), Style.JSON)
        for span in one.lists.get(key, ())
    ]


def variables_of(source: Source, one: Object, key: str) -> dict[str, Text | str]:
    """The variables that the object of a key gives."""
    inner = one.objects.get(key)
    return {name: part(source, *span) for name, span in inner.texts.items()} if inner is not None else {}


class _Scanner:
    """Goes through a text once."""

    def __init__(self, text: str) -> None:
        self.found: list[tuple[str, int, int]] = []
        for match in TOKEN.finditer(text):
            if match.lastgroup != "skip" and match.lastgroup is not None:
                self.found.append((match.lastgroup, *match.span()))
            if len(self.found) > MOST:
                break
        self.text, self.at = text, 0

    def whole(self) -> list[Object]:
        """The objects that lie in no other."""
        around = Object()
        while self.at < len(self.found):
            self._value(around, "", 0)
        return around.inside

    def _mark(self) -> str:
        kind, begin, end = self.found[self.at]
        return self.text[begin:end] if kind == "mark" else ""

    def _value(self, into: Object, key: str, depth: int) -> None:
        """One value, and what makes it none (``"a" + b``, ``join(a)``): up to the next comma, or an end."""
        kind, begin, end = self.found[self.at]
        mark = self._mark()
        if mark == "{" and depth < DEEPEST:
            made = self._object(depth + 1)
            into.inside.append(made)
            if key:
                into.objects.setdefault(key, made)
        elif mark == "[" and depth < DEEPEST:
            self._list(into, key, depth + 1)
        else:
            self.at += 1
            if kind == "text" and key:
                following = self._mark() if self.at < len(self.found) else ""
                lone = self.at >= len(self.found) or self.found[self.at][0] != "other"
                if (lone or following) and "\\" not in self.text[begin:end]:
                    into.texts.setdefault(key, (begin + 1, end - 1))
                    return
            if key:
                into.open.add(key)

    def _object(self, depth: int) -> Object:
        made = Object()
        self.at += 1
        while self.at < len(self.found) and self._mark() != "}":
            kind, begin, end = self.found[self.at]
            name = self.text[begin:end].strip("\"'`")
            following = self.found[self.at + 1][1:] if self.at + 1 < len(self.found) else (0, 0)
            next_mark = self.text[slice(*following)]
            if kind in ("word", "text") and next_mark in (":", "="):
                self.at += 2
                if self.at < len(self.found):
                    self._value(made, name, depth)
            elif kind == "word" and next_mark == "{":  # HCL: a block
                self.at += 1
                self._value(made, name, depth)
            elif self._mark() in ("{", "["):
                self._value(made, "", depth)
            else:
                self.at += 1
        self.at += 1
        return made

    def _list(self, into: Object, key: str, depth: int) -> None:
        self.at += 1
        texts: list[tuple[int, int]] = []
        whole = True
        while self.at < len(self.found) and self._mark() != "]":
            kind, begin, end = self.found[self.at]
            if self._mark() in ("{", "["):
                self._value(into, "", depth)
                continue
            if kind == "text" and "\\" not in self.text[begin:end]:
                texts.append((begin + 1, end - 1))
            elif self._mark() != ",":
                whole = False
            self.at += 1
        self.at += 1
        if key and whole:
            into.lists.setdefault(key, texts)
        elif key:
            into.open.add(key)
