"""A Dockerfile's text -> its instructions, each with the places of its characters.

The format is one of lines (Dockerfile reference, "Format"): an instruction to a line, joined with the next
by the escape character, whole-line comments and empty lines left out inside of it, here-documents behind
RUN, COPY and ADD. It is read line by line as the builder does it, so that one odd line spoils nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Piece, Text, lines_of, listed, part, unescaped
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location, Style
from connexion_doctor.model.source import Source

HEREDOC = late.pattern(r"<<(-?)\s*([\"']?)([A-Za-z_][\w.]*)\2")
KEYWORDS = listed(
    "FROM ARG ENV WORKDIR COPY ADD RUN CMD ENTRYPOINT SHELL HEALTHCHECK ONBUILD USER EXPOSE LABEL VOLUME "
    "STOPSIGNAL MAINTAINER"
)
VARIABLE = late.pattern(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+?])([^{}]*))?\})")


@dataclass(frozen=True)
class Instruction:
    """One instruction; ``text`` is what stands behind its keyword, continuations joined.

    ``documents`` are the here-documents behind it, by their names.
    """

    keyword: str
    text: Text
    location: Location
    documents: Mapping[str, Text] = field(default_factory=dict)

    def words(self) -> list[Built] | None:
        """The exec form's words; None if it is the shell form (or no valid JSON, which is the same)."""
        return json_words(self.text)


def instructions(source: Source) -> Iterator[Instruction]:
    """The instructions of a Dockerfile, in order."""
    lines = lines_of(source.text)
    escape = _escape(lines)
    at, index = 0, 0
    while index < len(lines):
        line = lines[index]
        if not line.strip() or line.lstrip().startswith("#"):
            at += len(line)
            index += 1
            continue
        start, joins = at, True
        pieces: list[Piece] = []
        while joins and index < len(lines):
            line = lines[index]
            if pieces and (not line.strip() or line.lstrip().startswith("#")):
                at += len(line)
                index += 1
                continue
            content = line.rstrip("\r\n")
            joins = content.rstrip().endswith(escape)
            if joins:
                content = content.rstrip()[: -len(escape)]
            pieces.append(Piece(content, source, range(at, at + len(content))))
            at += len(line)
            index += 1
        whole = Text(tuple(pieces))
        match = re.match(r"\s*([A-Za-z]+)\s*", whole.value)
        keyword = match[1].upper() if match else ""
        if keyword not in KEYWORDS or match is None:
            continue
        skip = HEREDOC.findall(whole.value) if keyword in ("RUN", "COPY", "ADD") else []
        documents = {}
        for dash, _, word in skip:
            first = at
            while index < len(lines):
                content = lines[index].rstrip("\r\n")
                documents[word] = part(source, first, at)
                at += len(lines[index])
                index += 1
                if (content.lstrip("\t") if dash else content) == word:
                    break
        low, high = match.end(), len(whole.value.rstrip())
        offset = start + len(whole.value) - len(whole.value.lstrip())
        yield Instruction(
            keyword,
            Text(whole.part(low, max(low, high))),
            source.span(offset, offset + len(keyword)),
            documents,
        )


def _escape(lines: list[str]) -> str:
    for line in lines:
        match = re.match(r"#\s*(\w+)\s*=\s*(\S+)\s*$", line)
        if match is None:
            break
        if match[1].lower() == "escape" and match[2] == "`":
            return "`"
    return "\\"


def json_words(text: Text) -> list[Built] | None:
    """The words of a JSON list of strings, with their places (quotes included)."""
    if not text.value.lstrip().startswith("["):
        return None
    try:
        data = json.loads(text.value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
        return None
    words = []
    for match, value in zip(re.finditer(r'"(?:[^"\\]|\\.)*"?', text.value), data, strict=False):
        start, end = match.span()
        inner = unescaped(Text(text.part(start + 1, end - 1)))
        pieces = inner.pieces if inner.value == value else (Piece(value),)
        words.append(Built(pieces, text.location(start, end), Style.JSON))
    return words


def fields(text: Text, variables: Mapping[str, Text]) -> list[Text]:
    """Words of an instruction's arguments: blanks separate, quotes keep together, variables are put in."""
    found, at, value = [], 0, text.value
    while at < len(value):
        if value[at].isspace():
            at += 1
            continue
        start, quote = at, ""
        while at < len(value) and (quote or not value[at].isspace()):
            if value[at] == "\\" and quote != "'" and at + 1 < len(value):
                at += 1
            elif value[at] == quote:
                quote = ""
            elif not quote and value[at] in "'\"":
                quote = value[at]
            at += 1
        found.append(expanded(Text(text.part(start, at)), variables))
    return found


def expanded(text: Text, variables: Mapping[str, Text]) -> Text:
    """Quotes undone and variables put in (Dockerfile reference, "Environment replacement")."""
    pieces: list[Piece] = []
    value, at, low, quote = text.value, 0, 0, ""

    def flush(end: int) -> None:
        pieces.extend(text.part(low, end))

    while at < len(value):
        char = value[at]
        if char == "\\" and quote != "'" and at + 1 < len(value):
            flush(at)
            low, at = at + 1, at + 2
        elif char == quote or (not quote and char in "'\""):
            flush(at)
            quote = "" if quote else char
            low = at = at + 1
        elif char == "$" and quote != "'" and (match := VARIABLE.match(value, at)):
            flush(at)
            pieces.extend(_value(text, match, variables))
            low = at = match.end()
        else:
            at += 1
    flush(len(value))
    return Text(tuple(pieces))


def _value(text: Text, match: re.Match[str], variables: Mapping[str, Text]) -> tuple[Piece, ...]:
    known = variables.get(match[1] or match[2])
    operator = match[3] or ""
    if known is not None and (known.value or not operator.startswith(":")):
        return known.pieces if "+" not in operator else text.part(*match.span(4))
    if "-" in operator:
        return text.part(*match.span(4))
    if "+" in operator:
        return ()
    return tuple(Piece(one.value, one.source, one.spots, known=False) for one in text.part(*match.span()))
