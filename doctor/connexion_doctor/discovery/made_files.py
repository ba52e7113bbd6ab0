"""Configuration files that a start makes for its server: by ``echo``, a here-document, a RUN line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connexion_doctor.commands.directories import joined
from connexion_doctor.commands.placed_text import Text
from connexion_doctor.discovery.starts import Start
from connexion_doctor.model import Written
from connexion_doctor.model.source import Source


def written_for(start: Start) -> Mapping[str, Text | None]:
    """The files that are made before a start's server runs, by their paths inside."""
    made = start.command.written if start.command is not None else {}
    return {**start.place.paths.written, **made}


def of_names(start: Start, names: Iterable[str], inside: str) -> dict[str, Written]:
    """Those of the named files that are made, by the names.

    :param names: as the server is given them, seen from the folder ``inside``
    """
    made = written_for(start)
    return {name: _written(made[path]) for name in names if (path := joined(inside, name)) in made}


def source_of(name: str, written: Written) -> Source | None:
    """The file as text; None where what it holds is not known."""
    return Source(name, written.text) if written.text is not None else None


def _written(text: Text | None) -> Written:
    if text is None:
        return Written(None)
    places, at = [], 0
    for line in text.value.splitlines(keepends=True):
        places.append(text.location(at, at + max(len(line.rstrip("\n")), 1)))
        at += len(line)
    return Written(text.value, tuple(places))
