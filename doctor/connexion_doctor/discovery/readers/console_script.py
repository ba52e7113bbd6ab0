"""Console scripts that start a server: the start of a project that has no other.

Source: the entry points specification of packaging.python.org.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connexion_doctor.commands.shell import Simple
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.entry_points import FILES, scripts
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.model import Word
from connexion_doctor.model.source import Source


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """One start for each script; which of them serve is known once their Python is read."""
    for name, value in dict(scripts(source)).items():
        written = re.search(rf"(?<![\w.-]){re.escape(name)}[\"']?\s*=", source.text)
        at = written.start() if written is not None else max(source.text.find(value), 0)
        location = source.span(at, at + len(name))
        yield Start("console-script", context.place(path), location, Simple((Word(name),)), service=name)


def matches(name: str, path: str) -> bool:
    """``pyproject.toml``, ``setup.cfg``, ``setup.py``."""
    return name in FILES


READER = Reader("console-script", matches, read, (b"scripts",), fallback=True)
