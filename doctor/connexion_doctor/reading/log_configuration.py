"""What ``logging.config.dictConfig`` surely refuses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

# What a handler, a logger and the root name, which has to be among the entries of that table.
NAMED = {"formatter": "formatters", "handlers": "handlers", "filters": "filters"}
LEVELS = frozenset("CRITICAL FATAL ERROR WARN WARNING INFO DEBUG NOTSET".split())


def refused(made: Mapping[object, object], lacks: Callable[[str], bool]) -> str | None:
    """Why a configuration is refused, in Python's words; None where nothing is known to be wrong.

    :param lacks: whether a module surely is not there
    """
    if "version" not in made:
        return "dictionary doesn't specify a version"
    if made["version"] != 1:
        return f"Unsupported version: {made['version']}"
    return next(_faults(made, lacks), None)


def _faults(made: Mapping[object, object], lacks: Callable[[str], bool]) -> Iterator[str]:
    custom = made.get("incremental") or "logging.addLevelName" in made
    for table in ("handlers", "loggers", "root"):
        entries = {None: made[table]} if table == "root" and table in made else made.get(table)
        for name, entry in entries.items() if isinstance(entries, dict) and not custom else ():
            if isinstance(entry, dict) and "()" not in entry and not _fits(entry, made, lacks):
                shown = "root logger" if name is None else f"{table[:-1]} {name!r}"
                yield f"Unable to configure {shown}"


def _fits(
    entry: Mapping[object, object], made: Mapping[object, object], lacks: Callable[[str], bool]
) -> bool:
    for key, table in NAMED.items():
        given, known = entry.get(key), made.get(table) or {}
        many = given if isinstance(given, list | tuple) else [given] if isinstance(given, str) else []
        if isinstance(known, dict) and any(isinstance(one, str) and one not in known for one in many):
            return False
    kind = entry.get("class")
    if isinstance(kind, str) and kind.startswith("logging.") and kind.count(".") == 1:
        return hasattr(logging, kind.partition(".")[2])
    return not (isinstance(kind, str) and "." in kind and lacks(kind.partition(".")[0]))
