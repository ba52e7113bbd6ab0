"""Settings that a configuration file, or a script, works out when it runs: what they come to here is not what
they come to where the app is deployed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from connexion_doctor.facts.case import Case
from connexion_doctor.servers import python_call

ASKS = ast.Call | ast.Attribute | ast.Subscript
DEEPEST = 5


def worked_out(case: Case) -> list[str]:
    """Their names, where the value of the doctor's run is known."""
    server = case.facts.server
    source = case.sources.get(server.config_file or "")
    given = _assigned(source.tree) if source is not None and source.tree is not None else {}
    found = [
        name
        for name, setting in server.settings.items()
        if setting.source == "file" and any(_asks(value, given) for value in given.get(name, ()))
    ]
    call = python_call.start_call(case) if case.launch.server == "python" else None
    if call is not None and call.source.tree is not None:
        given = _assigned(call.source.tree)
        keywords = ((entry.arg, entry.value) for entry in call.node.keywords)
        found += [name for name, value in keywords if name in ("host", "port") and _asks(value, given)]
    return found


def unread(case: Case) -> list[str]:
    """Their names, where nothing ran."""
    found = case.facts.server.details.get("unread_settings")
    return [str(name) for name in found if name != "config"] if isinstance(found, Mapping) else []


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for name, value in _assignments(tree):
        found.setdefault(name, []).append(value)
    return found


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else targets
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value, ast.expr):
                yield target.id, value


def _asks(value: ast.expr, given: Mapping[str, list[ast.expr]], depth: int = 0) -> bool:
    """Whether a value is asked of something else than the file."""
    for node in ast.walk(value):
        named = given.get(node.id, ()) if isinstance(node, ast.Name) and depth < DEEPEST else ()
        if isinstance(node, ASKS) or any(_asks(one, given, depth + 1) for one in named):
            return True
    return False
