"""The app that is likely meant where a start names none that is there: that of a module with a usual name."""

from __future__ import annotations

import ast
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Fix
from connexion_doctor.model.source import Source
from connexion_doctor.servers.uwsgi_options import LONG_FLAGS

MODULES = ("wsgi", "app", "asgi", "main", "application")
NAMES = ("app", "application")


def usual(case: Case, attribute: str | None = None) -> tuple[Fix, ...]:
    """The fix that serves it, behind what a person is told: it is taken where it ends in an app that serves;
    none where not exactly one module of the folder that the server runs in is called so and has an app.

    :param attribute: what the target names in the module that is not there
    """
    found: list[str] = []
    for module in MODULES:
        source = case.sources.get(str(Path(case.launch.directory, f"{module}.py")))
        there = _names(source) if source is not None else set()
        name = next((one for one in (attribute, *NAMES) if one in there), None)
        found += [f"{module}:{name}"] if name is not None else []
    if len(found) != 1 or case.launch.server == "python" or _has_other_words(case):
        return ()
    remedy = servers.of(case).remedy(case)
    remedy.set_target(found[0])
    remedy.cost(f"that {found[0]} was meant is a guess from its name")
    return (remedy.fix(f"serve {found[0]}", applicability=Applicability.UNSAFE),)


def _has_other_words(case: Case) -> bool:
    """Whether uWSGI is given a Python file by no option: it takes that for a file of settings, and ends."""
    words = [word.text for word in case.command.words]
    behind = zip(words, words[1:], strict=False)
    return case.launch.server == "uwsgi" and any(
        one.endswith(".py") and (not before.startswith("-") or before.lstrip("-") in LONG_FLAGS)
        for before, one in behind
    )


def _names(source: Source) -> set[str]:
    """What a module makes, or imports, at its top level."""
    imported = (node for node in source.tree.body if isinstance(node, ast.ImportFrom)) if source.tree else ()
    return {*source.assignments, *(one.asname or one.name for node in imported for one in node.names)}
