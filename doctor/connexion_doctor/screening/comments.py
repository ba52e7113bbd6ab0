"""Comments that silence a rule: ``connexion-doctor: ignore[CXD203] reason``.

A comment counts for its own line, and where it stands alone on a line, for the next line that is none, with
the lines that a backslash joins to it; in YAML, above a key whose value is a text or a list of texts, for
the whole value.
What a comment is depends on the kind of file; text in a string is none.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from connexion_doctor.foundation import late
from connexion_doctor.model import Location
from connexion_doctor.model.quiet import MARK, Comment
from connexion_doctor.model.source import Source

DIRECTIVE = late.pattern(
    r"connexion-doctor:[ \t]*(?P<verb>[\w-]+)(?:[ \t]*\[(?P<codes>[^\]\n]*)\])?(?P<rest>[^\n]*)"
)

# What begins a comment, by the ending of the file's name. All that is not listed has ``#`` comments.
SLASHES, SEMICOLONS, TAGS, NONE = ("//", "/*"), ("#", ";"), ("<!--",), ()
MARKERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((".js", ".mjs", ".cjs", ".ts", ".jsonc", ".json5", ".groovy", ".go", ".bicep"), SLASHES),
    **dict.fromkeys((".ini", ".cfg", ".conf", ".service", ".socket"), SEMICOLONS),
    **dict.fromkeys((".md", ".html", ".xml"), TAGS),
    **dict.fromkeys((".tf", ".hcl", ".nomad"), ("#", *SLASHES)),
    **dict.fromkeys((".json", ".webmanifest"), NONE),
}
# Comments take a whole line there; behind something else, the marker is part of it.
WHOLE_LINES = (".service", ".socket")


# A key whose value stands below it, and a line of a list of texts there.
YAML_KEY = late.pattern(r"^(?P<indent> *)(?:- )?[\w.-]+:\s*(?:(?P<block>[|>][-+\d]*)\s*)?(?:#.*)?$")
YAML_TEXT = late.pattern(r"^\s*(#.*|\[.*|\]|- (?![\w.-]+:(\s|$)).*|[\"'].*)?$")


def comments(source: Source) -> list[Comment]:
    """The comments of a file that are addressed to the doctor, in their order."""
    if MARK not in source.text:
        return []
    found = _python(source) if PurePath(source.path).suffix == ".py" else _by_markers(source)
    made = (_comment(source, line, column, text) for line, column, text in found)
    return [comment for comment in made if comment is not None]


def _python(source: Source) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of the comments; those before the place at which Python cannot be read on."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.COMMENT and MARK in token.string:
                yield token.start[0], token.start[1] + 1, token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _by_markers(source: Source) -> Iterator[tuple[int, int, str]]:
    markers, whole = _syntax(source.path)
    for number, line in enumerate(source.lines, 1):
        if MARK not in line:
            continue
        start = _comment_start(line, markers, whole)
        if start is not None and start <= line.index(MARK):
            yield number, start + 1, line[start:]


def _syntax(path: str) -> tuple[tuple[str, ...], bool]:
    """The markers of comments of a file, and whether a comment is a whole line there."""
    pure = PurePath(path)
    if pure.name == "Jenkinsfile":
        return SLASHES, False
    docker = pure.name.startswith(("Dockerfile", "Containerfile")) or pure.suffix in (
        ".dockerfile",
        ".Dockerfile",
    )
    return MARKERS.get(pure.suffix, ("#",)), docker or pure.suffix in WHOLE_LINES


def _comment_start(line: str, markers: tuple[str, ...], whole: bool) -> int | None:
    """Where the comment of a line begins: not inside quotes, and ``#`` only at a word's beginning."""
    if whole:
        start = len(line) - len(line.lstrip())
        return start if line.startswith(markers, start) else None
    quote = ""
    for index, character in enumerate(line):
        if quote:
            quote = "" if character == quote and line[index - 1] != "\\" else quote
        elif line.startswith(markers, index) and (index == 0 or line[index - 1].isspace()):
            return index
        elif character in "\"'" and (index == 0 or not line[index - 1].isalnum()):
            quote = character  # an apostrophe inside a word opens nothing
    return None


def _comment(source: Source, line: int, column: int, text: str) -> Comment | None:
    """What a comment says to the doctor; None where it only names it, as an example of a job does."""
    match = DIRECTIVE.search(text)
    if match is None:
        return None
    begin = column + match.start()
    end = column + len(text.rstrip())
    codes = match["codes"]
    return Comment(
        location=Location(source.path, line, begin, line, end),
        lines=_lines(source, line, column),
        verb=match["verb"],
        codes=None if codes is None else tuple(part.strip() for part in codes.split(",") if part.strip()),
        reason=re.sub(r"(-->|\*/)$", "", match["rest"].rstrip()).strip(" \t:-"),
    )


def _lines(source: Source, line: int, column: int) -> tuple[int, ...]:
    """The comment's line, or where it stands alone, the next one that is no comment."""
    if source.line(line)[: column - 1].strip():
        return (line,)
    markers, _ = _syntax(source.path)
    following = line + 1
    while following <= len(source.lines) and (
        not source.line(following).strip() or source.line(following).lstrip().startswith(markers or ("#",))
    ):
        following += 1
    lines = [line, following]
    while source.line(lines[-1]).rstrip().endswith("\\"):  # a command that goes on in the next line
        lines.append(lines[-1] + 1)
    if PurePath(source.path).suffix in (".yml", ".yaml"):
        lines += _yaml_value(source, following)
    return tuple(lines)


def _yaml_value(source: Source, line: int) -> list[int]:
    """The lines of a key's value that stands below it: a block of text, or a list of texts; of none that has
    keys of its own, for a comment above a whole service would hide too much."""
    key = YAML_KEY.match(source.line(line))
    if key is None:
        return []
    lines: list[int] = []
    for number in range(line + 1, len(source.lines) + 1):
        text = source.line(number)
        depth = len(text) - len(text.lstrip(" "))
        inside = depth > len(key["indent"]) or (depth == len(key["indent"]) and text.startswith("- ", depth))
        if text.strip() and not inside:
            break
        if not key["block"] and not YAML_TEXT.match(text):
            return []
        lines.append(number)
    while lines and not source.line(lines[-1]).strip():
        lines.pop()
    return lines
