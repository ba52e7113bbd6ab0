"""One server's command in place of another's: where the new words go, and how they are written there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from connexion_doctor.commands import word_edits
from connexion_doctor.commands.argv import read
from connexion_doctor.commands.wrappers import PYTHON
from connexion_doctor.fixes.rows import Row, rows
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Command, Edit, Word
from connexion_doctor.model.source import Source
from connexion_doctor.servers.expansions import Carried, written
from connexion_doctor.servers.shared_settings import has_token
from connexion_doctor.writing.languages import CannotBeWritten


@dataclass(frozen=True)
class Replaced:
    """A command after the change, the edits that make it, and what has to be done by hand instead."""

    command: Command
    edits: tuple[Edit, ...] = ()
    by_hand: tuple[str, ...] = ()


def replaced(
    command: Command,
    words: Sequence[str],
    module: str,
    carried: Carried,
    sources: Mapping[str, Source],
    target: str | None = None,
) -> Replaced:
    """Start something else, behind the same wrappers, from the same folder or by the same interpreter.

    :param words: the program, then its arguments
    :param module: what ``python -m`` calls the program
    :param target: the one of ``words`` that may stand last, where the old one has a place of its own
    """
    start = program(command, words[0], module, carried)
    new = [*start, *words[1:]]
    after = read((*command.words[: command.program], *_as_words(new, carried)), command.style)
    old = command.words[command.program :]
    found = rows(old, command.style, sources)
    if found == []:
        return Replaced(after)
    shares = _shares(found, new, len(start), command, target) if found is not None else None
    if found is None or shares is None:
        return Replaced(after, by_hand=("the words of the command, which stand in several places",))
    try:
        edits = tuple(_edit(row, share, carried, sources) for row, share in zip(found, shares, strict=True))
    except CannotBeWritten as exc:
        return Replaced(after, by_hand=(f"{carried.shown(str(exc))}, which nothing can write in that place",))
    return Replaced(after, edits)


def program(command: Command, name: str, module: str, carried: Carried) -> list[str]:
    """The words that start a program where another one was started: in the same folder, or with the same
    interpreter."""
    old = carried.words[command.program : command.arguments]
    if not old:
        return [name]
    if command.server == "python":
        interpreter = PYTHON.match(old[0].rpartition("/")[2]) is not None
        return (
            [old[0], "-m", module] if interpreter and "/" in old[0] else [_beside(old[0], name, interpreter)]
        )
    if len(old) == 1:
        return [_beside(old[0], name)]
    if old[-2] == "-m":
        return [*old[:-1], module]
    if old[-1].startswith("-m"):
        return [*old[:-1], f"-m{module}"]
    return [*old[:-1], _beside(old[-1], name)]


def _beside(old: str, name: str, bare: bool = False) -> str:
    """A program in the folder of another; ``hatch run ENVIRONMENT:program`` has a name in front."""
    return name if bare else re.sub(r"[^/:]*$", lambda match: name, old, count=1)


def _as_words(texts: Sequence[str], carried: Carried) -> tuple[Word, ...]:
    return tuple(Word(carried.shown(text), known=not has_token(text)) for text in texts)


def _shares(
    found: Sequence[Row], new: Sequence[str], start: int, command: Command, target: str | None
) -> list[list[str]] | None:
    """The new words for each row: all for one; of two, the program and its arguments, or all and the
    target. None where the command is taken apart elsewhere."""
    if len(found) == 1:
        return [list(new)]
    if len(found) == 2 and found[1].start == command.arguments - command.program:
        return [list(new[:start]), list(new[start:])]
    last = found[-1]
    if (
        len(found) == 2
        and last.stop - last.start == 1
        and target in new
        and "-" not in (command.words[command.program + last.start].text[:1])
    ):
        return [[text for text in new if text != target], [str(target)]]
    return None


def _edit(row: Row, texts: Sequence[str], carried: Carried, sources: Mapping[str, Source]) -> Edit:
    quoted = [written(text, carried, row.style, row.place, sources) for text in texts]
    return Edit(row.place, word_edits.joined(quoted, row.style, row.place))
