"""A command as a line to read or to paste; secrets stay out of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from connexion_doctor.foundation import late
from connexion_doctor.model import Command
from connexion_doctor.model.secrets import HIDDEN, looks_secret

SET = late.pattern(r"^(?P<option>--env=)?(?P<name>[A-Za-z_]\w*)=")


def shown(command: Command) -> str:
    """The whole command as a shell line; a secret in it is named by its variable."""
    known = [word.known for word in command.words]
    return join([word.text for word in command.words], up_to=command.program, known=known)


def join(texts: Sequence[str], up_to: int = 0, known: Sequence[bool] = ()) -> str:
    """Words as a shell line; of the first ``up_to``, assignments set variables. What is not known before it
    runs stays as it is written: in single quotes it would never become known."""
    parts = []
    for index, text in enumerate(texts):
        match = _set(texts, index, up_to)
        if match is not None:
            value = text[match.end() :]
            is_known = not known or known[index]
            parts.append(match[0] + _value(match["name"], value, known=is_known))
        elif text == "$@" or (known and not known[index] and " " in text and '"' not in text):
            parts.append(f'"{text}"')
        else:
            parts.append(shlex.quote(text) if not known or known[index] else text)
    return " ".join(parts)


def _set(texts: Sequence[str], index: int, up_to: int) -> re.Match[str] | None:
    """A word that sets a variable: in front of the program, or as gunicorn's ``--env NAME=value``."""
    match = SET.match(texts[index])
    if match is None or index < up_to:
        return match if match is not None and not match["option"] else None
    return match if match["option"] or (index and texts[index - 1] in ("-e", "--env")) else None


def _value(name: str, value: str, *, known: bool) -> str:
    """A value, for a shell; a secret is named by its variable, so that the line can be pasted."""
    if value == HIDDEN or looks_secret(name, value):
        return f'"${name}"'
    return shlex.quote(value) if known else value
