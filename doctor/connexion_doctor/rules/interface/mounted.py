"""A Connexion 3 app among the mounts of a WSGI dispatcher: the adapter goes around it, where it is put."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix, Interface, Layer
from connexion_doctor.servers.base import ADAPTER_SLOWER, installed
from connexion_doctor.servers.ways import needs_asgi

DISPATCHER = "DispatcherMiddleware"
TITLE = "put a2wsgi's ASGIMiddleware around the app where it is mounted"


def is_mounted(outside: Layer) -> bool:
    """Whether a layer hands a part of the paths to the app inside, and the others to another app."""
    return outside.type.endswith(f".{DISPATCHER}") and bool(outside.detail.get("mounted"))


def adapted(case: Case, outside: Layer, title: str = TITLE) -> Fix:
    """The adapter put around the app in the call of the dispatcher, the Connexion app where its Flask app is
    mounted; in words where that is not found."""
    edits = tuple(_edits(case, str(outside.detail["mounted"]))) if case.calls is Interface.WSGI else ()
    install = () if installed(case.environment, "a2wsgi") else ("a2wsgi>=1.10.4",)
    if not edits:
        return Fix.by_hand(f"{title}: ASGIMiddleware(app)", install=install)
    needs = needs_asgi(case)
    costs = [f"the app needs ASGI for {', '.join(needs)}: this is no way to stay"] if needs else []
    costs += ["lifespan handlers never run", ADAPTER_SLOWER]
    safety = Applicability.UNSAFE if needs else Applicability.SAFE
    return Fix(title, safety, recommended=True, install=install, edits=edits, costs=tuple(costs))


def whole(case: Case) -> Fix | None:
    """The Connexion app in place of the Flask app in it where Starlette's routes mount that, without the
    adapter around it; None where no one such place is found."""
    source = case.module
    found = [
        mounted
        for node in (ast.walk(source.tree) if source is not None and source.tree is not None else ())
        if isinstance(node, ast.Call) and _called(node) in ("Mount", "mount")
        for mounted in [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "app")]
        if _inner(mounted) is not None
    ]
    inner = _inner(found[0]) if len(found) == 1 else None
    text = ast.get_source_segment(source.text, inner.value) if source is not None and inner else None
    if source is None or text is None:
        return None
    edits = (Edit(source.location(found[0]), text),)
    return Fix(f"mount {text}, not the Flask app in it", recommended=True, edits=edits)


def _inner(mounted: ast.expr) -> ast.Attribute | None:
    """``app.app``, as it is or in the one argument of an adapter."""
    if isinstance(mounted, ast.Call) and len(mounted.args) == 1 and not mounted.keywords:
        mounted = mounted.args[0]
    return mounted if isinstance(mounted, ast.Attribute) and mounted.attr == "app" else None


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _edits(case: Case, place: str) -> Iterator[Edit]:
    from connexion_doctor.python import edits  # a launch that is right does without it
    from connexion_doctor.python.walk import parse

    source = case.module
    path = Path(source.path) if source is not None else Path()
    module = parse(source, (path.stem,), is_package=path.name == "__init__.py") if source is not None else ""
    if isinstance(module, str):
        return
    found = [app for use in module.calls for app in _mounted(module.tree, use.node, place)]
    if len(found) != 1:
        return
    inner = _inner(found[0]) if any(one.role == "inner" for one in case.layers()) else None
    text = ast.get_source_segment(module.source.text, inner.value if inner is not None else found[0])
    if text is None:
        return
    name = "ASGIMiddleware"
    added = edits.add_import(module, name, "a2wsgi")
    if added is not None:
        yield added
    yield edits.replace(module, found[0], f"{name}({text})")


def _mounted(tree: ast.Module, call: ast.Call, place: str) -> Iterator[ast.expr]:
    """What a call of the dispatcher mounts there, as it stands in its dictionary."""
    if _called(call) != DISPATCHER:
        return
    given = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "mounts")]
    for mounts in given:
        written = _assigned(tree, mounts.id) if isinstance(mounts, ast.Name) else mounts
        if not isinstance(written, ast.Dict):
            continue
        for key, value in zip(written.keys, written.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == place:
                yield value


def _assigned(tree: ast.Module, name: str) -> ast.expr | None:
    """The value that a plain statement of the module gives a name, where there is one such statement."""
    found = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    ]
    return found[0] if len(found) == 1 else None
