"""Words taken out of a command, with what separates them from the others where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connexion_doctor.commands.word_edits import Changed
from connexion_doctor.fixes.rows import Row, rows
from connexion_doctor.model import Command, Edit, Location, Style
from connexion_doctor.model.source import Source


def dropped(command: Command, first: int, count: int, sources: Mapping[str, Source]) -> Changed | None:
    """The command without some of its words; None where they cannot be taken out of their file.

    What stands between them and the word in front is taken out too, where that stands beside them. A
    command may have its words in several places (``ENTRYPOINT`` and ``CMD``, the arguments of a shell
    function): what stands between those stays.

    :param sources: texts by the path that locations give
    """
    words = (*command.words[:first], *command.words[first + count :])
    after = replace(command, words=words)
    found = rows(command.words[first : first + count], command.style, sources)
    if found is None:
        return None
    edits = []
    for row in found:
        place = _with_separator(command, first + row.start, first + row.stop, row, sources)
        if place is None:
            return None
        edits.append(Edit(place, ""))
    return Changed(after, tuple(edits))


def _with_separator(
    command: Command, start: int, stop: int, row: Row, sources: Mapping[str, Source]
) -> Location | None:
    """The words' span, from the end of the word in front, or up to the beginning of the one behind."""
    place = row.place
    end_line, end_column = place.end
    if start > 0 and (before := command.words[start - 1].location) is not None:
        beside = rows(command.words[start - 1 : stop], command.style, sources)
        if beside is not None and len(beside) == 1:
            line, column = before.end
            return Location(place.path, line, column, end_line, end_column)
    if stop < len(command.words) and (behind := command.words[stop].location) is not None:
        beside = rows(command.words[start : stop + 1], command.style, sources)
        if beside is not None and len(beside) == 1:
            return Location(place.path, place.line, place.column, behind.line, behind.column)
    if row.style is Style.YAML:
        return None
    if row.style is Style.JSON:
        return place  # the only words of their list
    line_text = sources[place.path].line(place.line)
    blank = line_text[place.column - 2 : place.column - 1] == " " if place.column > 2 else False
    return Location(place.path, place.line, place.column - blank, end_line, end_column)
