"""Fixes that serve what the probe saw answer: an object of the chain by its name, or what stands around it
taken off where it is put on."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix, Interface, Tried
from connexion_doctor.python.edits import delete_statement, editable
from connexion_doctor.servers import ways


def serving(case: Case, least: int = 0) -> tuple[Fix, ...]:
    """Fixes that serve what was seen to answer, the recommended one first; none where nothing was, or no
    machine can serve it.

    Objects with a name come first, then what keeps the most of the chain, then what the server calls already.

    :param least: how many of the outer layers have to go
    """
    most = _deepest(case)
    seen = [one for one in case.facts.tried if least <= one.depth <= most]
    for one in sorted(seen, key=lambda one: (not one.named, one.depth, one.calls is not case.calls)):
        fixes = _serving(case, one)
        if fixes and fixes[0].applicability is not Applicability.MANUAL:
            return left_out(case, one.depth, fixes)
    return ()


def is_mounted(case: Case) -> bool:
    """Whether the app stands under a path of its own, which something around it gives it."""
    return _deepest(case) < len(case.layers())


def _deepest(case: Case) -> int:
    """How many of the outer layers may be left out: not what mounts the app under a path of its own, or its
    paths would be others, and the apps beside it gone."""
    layers = case.layers()
    mounting = (at for at, layer in enumerate(layers) if layer.detail.get("mounted"))
    return next(mounting, len(layers))


def served_as(case: Case, interface: Interface) -> tuple[Fix, ...]:
    """Fixes that serve the same object as ``interface``, the recommended one first; where the probe saw that
    it does not answer so, those that serve what does."""
    seen = case.facts.tried
    in_vain = seen and not any(one.depth == 0 and one.calls is interface for one in seen)
    return (serving(case) if in_vain else ()) or ways.to_serve(case, interface)


def calls_already(case: Case, interface: Interface) -> bool:
    """Whether this launch calls an object of that interface rightly as it is: because it calls every object
    so, or because its guess follows the object."""
    if interface is not Interface.ASGI3:
        return interface is case.calls
    worker = case.facts.server.worker
    guesses = case.launch.server == "uvicorn" and "interface" not in case.facts.server.settings
    guesses = guesses or (worker is not None and worker.guesses)
    return guesses or case.calls is Interface.ASGI3 or case.launch.server in ("hypercorn", "daphne")


def _serving(case: Case, one: Tried) -> tuple[Fix, ...]:
    load = case.facts.load
    if load is None or load.module is None:
        return ()
    if one.depth == 0:
        return ways.to_serve(case, one.calls)
    if one.named:
        target = f"{load.module}:{one.name}"
        if not calls_already(case, one.calls):
            return ways.to_serve(case, one.calls, target)
        remedy = servers.of(case).remedy(case)
        remedy.set_target(target)
        return (remedy.fix(f"serve `{target}`, which answered a test request", recommended=True),)
    edit = _taken_off(case, one.depth)
    if edit is None:
        return ()
    title = f"take off what stands around {edit.replacement or one.name}"
    if calls_already(case, one.calls):
        return (Fix(title, recommended=True, edits=(edit,)),)
    return tuple(
        fix
        if fix.applicability is Applicability.MANUAL
        else replace(fix, title=f"{title}, and {fix.title}", edits=(*fix.edits, edit))
        for fix in ways.to_serve(case, one.calls)
    )


def left_out(case: Case, depth: int, fixes: Sequence[Fix]) -> tuple[Fix, ...]:
    """Fixes that leave outer layers out, which may have done something; an adapter does nothing but adapt.

    :param depth: how many
    """
    gone = [layer.type for layer in case.layers()[:depth] if layer.role != "adapter"]
    if not gone:
        return tuple(fixes)
    cost = f"what {' and '.join(gone)} does around the app is left out"
    return tuple(
        fix
        if fix.applicability is Applicability.MANUAL
        else replace(fix, applicability=Applicability.UNSAFE, costs=tuple(dict.fromkeys((cost, *fix.costs))))
        for fix in fixes
    )


def _taken_off(case: Case, depth: int) -> Edit | None:
    """``name = Outer(Inner(made))`` of the target's module without the outer calls; without the statement,
    where that would leave ``name = name``."""
    source, statement = case.module, _assigned(case)
    if source is None or statement is None:
        return None
    inside = statement.value
    for _ in range(depth):
        if not isinstance(inside, ast.Call) or not inside.args or isinstance(inside.args[0], ast.Starred):
            return None
        inside = inside.args[0]
    text = ast.get_source_segment(source.text, inside)
    if [ast.unparse(target) for target in statement.targets] == [text]:
        return delete_statement(editable(source), statement)
    return Edit(source.location(statement.value), text) if text is not None else None


def assigned(case: Case) -> ast.expr | None:
    """The value that what the target names has in the end, where a plain statement of the module gives it."""
    statement = _assigned(case)
    return statement.value if statement is not None else None


def _assigned(case: Case) -> ast.Assign | None:
    source, load = case.module, case.facts.load
    found = None
    for node in source.tree.body if source is not None and source.tree is not None else ():
        targets = node.targets if isinstance(node, ast.Assign) else []
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if isinstance(node, ast.Assign) and load is not None and load.attribute in names:
            found = node
    return found
