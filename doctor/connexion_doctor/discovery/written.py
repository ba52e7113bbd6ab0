"""Words that Python writes down, as words of a command with their places."""

from __future__ import annotations

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Piece
from connexion_doctor.model import Style
from connexion_doctor.model.source import Source
from connexion_doctor.python.starts import ProgramWord


def built(word: ProgramWord, source: Source) -> Built:
    """The word, to be edited where its text stands as it is."""
    piece = Piece(word.text, known=word.known)
    if word.inner is not None:
        start = source.offset(word.inner.line - 1, word.inner.column - 1)
        piece = Piece(word.text, source, range(start, start + len(word.text)))
    return Built((piece,), word.location, Style.JSON)
