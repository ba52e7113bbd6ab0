"""A command as a line to read or to paste; values of environment variables stay out of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from connexion_doctor.commands.argv import ASSIGNMENT
from connexion_doctor.model import Command

# Variables that are configuration of a server, not secrets of the app: shown, because fixes edit them.
SHOWN_VARIABLES = ("GUNICORN_CMD_ARGS", "WEB_CONCURRENCY", "PORT", "PYTHONPATH", "FLASK_APP")
SHOWN_PREFIXES = ("UVICORN_", "GRANIAN_")
SET = re.compile(r"^(?P<option>--env=)?(?P<name>[A-Za-z_]\w*)=")


def shown(command: Command) -> str:
    """The whole command as a shell line; what stands in an assignment's value is hidden."""
    known = [word.known for word in command.words]
    return join([word.text for word in command.words], up_to=command.program, known=known)


def join(texts: Sequence[str], up_to: int = 0, known: Sequence[bool] = ()) -> str:
    """Words as a shell line; of the first ``up_to``, assignments hide their values. What is not known
    before it runs stays as it is written: in single quotes it would never become known."""
    parts = []
    for index, text in enumerate(texts):
        name = _set_by_option(texts, index) if index >= up_to else None
        if name is not None:
            parts.append(f"{name}=***")
        elif index < up_to and ASSIGNMENT.match(text):
            name, _, value = text.partition("=")
            if name in SHOWN_VARIABLES or name.startswith(SHOWN_PREFIXES):
                parts.append(f"{name}={shlex.quote(value)}")
            else:
                parts.append(f"{name}=***")
        elif text == "$@" or (known and not known[index] and " " in text and '"' not in text):
            parts.append(f'"{text}"')
        else:
            parts.append(shlex.quote(text) if not known or known[index] else text)
    return " ".join(parts)


def _set_by_option(texts: Sequence[str], index: int) -> str | None:
    """What stands before the value of gunicorn's ``--env NAME=value``, where a word is that."""
    match = SET.match(texts[index])
    if match is None or not (match["option"] or (index and texts[index - 1] in ("-e", "--env"))):
        return None
    return match[0].removesuffix("=")
