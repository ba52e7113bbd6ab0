"""Words of a command that stand side by side in a file, where they can be replaced together.

A command may stand in several places (``ENTRYPOINT`` and ``CMD``, ``command:`` and ``args:``), and parts of
it in variables; what stands between its places is not its own and must stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location, Style, Word
from connexion_doctor.model.source import Source

# What may stand between two words of one row.
BETWEEN = {
    Style.SHELL: late.pattern(r"(?:[ \t\n]|\\\n)+"),
    Style.SYSTEMD: late.pattern(r"(?:[ \t\n]|\\\n)+"),
    Style.JSON: late.pattern(r"(?:[ \t\n]|\\\n)*,(?:[ \t\n]|\\\n)*"),
    Style.YAML: late.pattern(r"[ \t]*\n[ \t\n]*-[ \t]+"),
}


@dataclass(frozen=True)
class Row:
    """Words ``start`` to ``stop`` (exclusive) of a command, and the span of characters they take."""

    start: int
    stop: int
    place: Location
    style: Style


def rows(words: Sequence[Word], style: Style, sources: Mapping[str, Source]) -> list[Row] | None:
    """The rows of a command's words; empty where they stand in no file, None where a word has no place of
    its own among others that have.

    :param sources: texts by the path that locations give
    """
    places = [word.location for word in words]
    if not any(places):
        return []
    found: list[Row] = []
    for index, (word, place) in enumerate(zip(words, places, strict=True)):
        if place is None:
            return None
        own = word.style or style
        last = found[-1] if found else None
        if last is not None and last.style is own and _beside(last.place, place, own, sources):
            end_line, end_column = place.end
            span = Location(place.path, last.place.line, last.place.column, end_line, end_column)
            found[-1] = Row(last.start, index + 1, span, own)
        else:
            found.append(Row(index, index + 1, place, own))
    return found


def _beside(before: Location, after: Location, style: Style, sources: Mapping[str, Source]) -> bool:
    source = sources.get(before.path)
    if source is None or after.path != before.path or before.end >= (after.line, after.column):
        return False
    line, column = before.end
    gap = Location(before.path, line, column, after.line, after.column)
    return BETWEEN[style].fullmatch(between(source, gap)) is not None


def between(source: Source, place: Location) -> str:
    """The characters of a span, as they stand in the file."""
    end_line, end_column = place.end
    if place.line == end_line:
        return source.line(place.line)[place.column - 1 : end_column - 1]
    lines = [source.line(number) for number in range(place.line, end_line + 1)]
    return "\n".join([lines[0][place.column - 1 :], *lines[1:-1], lines[-1][: end_column - 1]])
