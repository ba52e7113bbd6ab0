"""How the doctor speaks: a message is a sentence, with a capital and a full stop."""

from __future__ import annotations

import re

from connexion_doctor.foundation import late

# A word of the language, as against a name of somebody's code (app.py, worker_class, --reload, `run`).
PLAIN = late.pattern(r"[a-z]+(?:-[a-z]+)*(?:'s|n't)?(?=[\s,;?!]|[.:](?:\s|$)|$)")
OWN_SPELLING = {"uwsgi": "uWSGI", "a2wsgi": "a2wsgi", "uvloop": "uvloop", "pip": "pip"}
ENDS = (".", "!", "?", "…", ";")  # what ends in ; is a line to copy


def sentence(text: str) -> str:
    """The text with a capital, where it begins with a word, and a full stop."""
    said = text.strip()
    first = PLAIN.match(said)
    if first is not None:
        word = first[0]
        said = OWN_SPELLING.get(word, word[0].upper() + word[1:]) + said[first.end() :]
    to_copy = "\n" in said or said.endswith(ENDS)  # a second line is a command
    return said if not said or to_copy else f"{said}."


def clause(text: str) -> str:
    """A sentence as a part of another one: without its capital and its full stop."""
    said = text.rstrip(".")
    begins_plain = re.match(r"[A-Z][a-z]+(?=[\s,:;]|$)", said)
    return said[0].lower() + said[1:] if begins_plain else said


def counted(count: int, word: str) -> str:
    """``1 request``, ``2 requests``."""
    return f"{count} {word}{'' if count == 1 else 's'}"
