"""Python in the grammar of a later version than ours, as text that ours reads, every character in place.

What later versions added says little of what is served: type parameters and ``type`` (3.12) are left out,
quotes that f-strings use again inside (3.12) are changed; f-strings that cannot be had so, and templates
(3.14), become f-strings of ``...``, whose value nobody knows; of ``except A, B`` (3.14) is made
``except A| B``.
"""

from __future__ import annotations

import re

from connexion_doctor.foundation import late

OPENS = (
    r"(?P<prefix>(?<!\w)(?:[rR]?[fFtT][rR]?|[bB][rR]?|[rR][bB]?|[uU])|)"
    r"(?P<quote>'''|\"\"\"|'|\")"
)
STRING = late.pattern(OPENS)
TOKEN = late.pattern(
    rf"(?P<comment>\#[^\n]*)|{OPENS}"
    r"|(?P<generic>^[ \t]*(?:async[ \t]+def|def|class|type)[ \t]+\w+[ \t]*)\["
    r"|(?P<alias>^[ \t]*type[ \t]+\w+)(?=[ \t]*=[^=])"
    r"|(?P<several>^[ \t]*except[ \t]+)(?=[^\n:()]*,[^\n:()]*:)",
    re.MULTILINE,
)
BRACKETS = late.pattern(r"[\[\]()]")
UNKNOWN = "{...}"


class _Unreadable(Exception):
    """It is not Python, of whatever version."""


def as_older(text: str) -> str | None:
    """The text as an older version reads it, of as many bytes; None where nothing of it is newer."""
    made, at = [], 0
    try:
        while (token := TOKEN.search(text, at)) is not None:
            end, written = _written(text, token)
            made += [text[at : token.start()], written]
            at = end
    except (_Unreadable, RecursionError):
        return None
    changed = "".join([*made, text[at:]])
    return changed if changed != text else None


def _written(text: str, token: re.Match[str]) -> tuple[int, str]:
    """Where a piece of the text ends, and what is written in its place."""
    start = token.start()
    if token["quote"]:
        found = _String(text, token)
        return found.end, found.older
    if token["generic"]:
        end = _closing(text, token.end())
        head = token["generic"]
        if head.lstrip().startswith("type"):
            head = _without_type(head)
        return end, head + _continued(_blank(text[token.end() - 1 : end]))
    if token["alias"] is not None:
        return token.end(), _without_type(token["alias"])
    if token["several"]:
        end = text.index(":", token.end())
        return end, token["several"] + text[token.end() : end].replace(",", "|")
    return token.end(), text[start : token.end()]


def _without_type(head: str) -> str:
    """``  X`` padded behind, for ``type  X``: the name stands where a statement begins."""
    indent = head[: len(head) - len(head.lstrip())]
    return (indent + head.lstrip().removeprefix("type").lstrip()).ljust(len(head))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", lambda one: " " * len(one[0].encode("utf-8", "surrogatepass")), text)


def _continued(blank: str) -> str:
    """Lines that end in blanks as one line of Python."""
    *lines, last = blank.split("\n")
    if any(not line.endswith(" ") for line in lines):
        raise _Unreadable
    return "\n".join([*(f"{line[:-1]}\\" for line in lines), last])


def _closing(text: str, at: int) -> int:
    """Behind the bracket that closes one."""
    depth = 1
    while depth:
        found = BRACKETS.search(text, at)
        if found is None:
            raise _Unreadable
        depth += 1 if found[0] in "[(" else -1
        at = found.end()
    return at


class _String:
    """A string: where it ends, and what is written in its place."""

    def __init__(self, text: str, token: re.Match[str]) -> None:
        self.text, self.start, self.quote = text, token.start(), token["quote"]
        self.prefix = token["prefix"]
        self.is_format = bool(set(self.prefix) & set("fFtT"))
        self.is_template = bool(set(self.prefix) & set("tT"))
        self.hard = self.is_template  # its fields cannot be had in the older grammar
        self.swaps: list[int] = []  # quotes inside of it that are changed
        self.end = self._literal(token.end(), self.quote) + len(self.quote)

    def _literal(self, at: int, stop: str) -> int:
        """The place where the text outside of fields ends."""
        text = self.text
        while not text.startswith(stop, at):
            if at >= len(text) or text[at] == "\n" and len(self.quote) == 1:
                raise _Unreadable
            if text[at] == "\\" or self.is_format and text.startswith("{{", at) and stop != "}":
                at += 2
            elif self.is_format and text[at] == "{":
                at = self._field(at + 1)
            else:
                at += 1
        return at

    def _field(self, at: int) -> int:
        """Behind the field that begins here."""
        text, depth = self.text, 0
        while True:
            if at >= len(text):
                raise _Unreadable
            nested = STRING.match(text, at)
            one = text[at]
            if nested is not None and not (at and (text[at - 1].isalnum() and nested["prefix"])):
                at = self._nested(_String(text, nested))
                continue
            if one in "#\\" or one == "\n" and len(self.quote) == 1:
                self.hard = True
            if one == "#":
                at = text.find("\n", at)
                if at < 0:
                    raise _Unreadable
            elif one in "([{":
                depth += 1
            elif depth and one in ")]}":
                depth -= 1
            elif one == "}":
                return at + 1
            elif one == ":" and not depth:
                return self._literal(at + 1, "}") + 1
            at += 1

    def _nested(self, inner: _String) -> int:
        """Behind a string in a field: its quotes are changed where they are those around it."""
        content = self.text[inner.start + len(inner.prefix) + len(inner.quote) : inner.end - len(inner.quote)]
        if self.quote in self.text[inner.start : inner.end] or "\\" in content:
            other = "'" if inner.quote == '"' else '"'
            easy = len(inner.quote) == 1 and not inner.is_format and len(self.quote) == 1
            if easy and not {other, self.quote, "\\"} & set(content):
                self.swaps += [inner.start + len(inner.prefix), inner.end - 1]
            else:
                self.hard = True
        self.hard = self.hard or inner.hard or bool(inner.swaps)
        return inner.end

    @property
    def older(self) -> str:
        """What is written in its place, as long as it is.

        :raises _Unreadable: it cannot be
        """
        whole = self.text[self.start : self.end]
        if not self.hard:
            made = list(whole)
            for at in self.swaps:
                made[at - self.start] = "'" if made[at - self.start] == '"' else '"'
            return "".join(made)
        opening = re.sub("[tT]", "f", self.prefix) + self.quote
        if len(self.quote) == 3:
            inside = _blank(whole[len(opening) + 1 : -4])
            return f"{opening}{{{_put('...', inside)}}}{self.quote}"
        return _continued(_put(f"{opening}{UNKNOWN}{self.quote}", _blank(whole)))


def _put(text: str, blank: str) -> str:
    """A text in the place of the first blanks that it fits in."""
    room = " " * len(text)
    found = re.search(rf"{room}(?=[ ]|\Z)|{room}", blank)
    if found is None:
        raise _Unreadable
    return blank[: found.start()] + text + blank[found.end() :]
