"""A command as a line to read or to paste; values of environment variables stay out of it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from doctor.commands.argv import ASSIGNMENT
from doctor.model import Command

# Variables that are configuration of a server, not secrets of the app: shown, because fixes edit them.
SHOWN_VARIABLES = ("GUNICORN_CMD_ARGS", "WEB_CONCURRENCY", "PORT", "PYTHONPATH", "FLASK_APP")
SHOWN_PREFIXES = ("UVICORN_", "GRANIAN_")


def shown(command: Command) -> str:
    """The whole command as a shell line; what stands in an assignment's value is hidden."""
    return join([word.text for word in command.words], up_to=command.program)


def join(texts: Sequence[str], up_to: int = 0) -> str:
    """Words as a shell line; of the first ``up_to``, assignments hide their values."""
    parts = []
    for index, text in enumerate(texts):
        if index < up_to and ASSIGNMENT.match(text):
            name, _, value = text.partition("=")
            if name in SHOWN_VARIABLES or name.startswith(SHOWN_PREFIXES):
                parts.append(f"{name}={shlex.quote(value)}")
            else:
                parts.append(f"{name}=***")
        else:
            parts.append(shlex.quote(text) if text != "$@" else '"$@"')
    return " ".join(parts)
