"""What serves in place of a class, or a factory that cannot be called with nothing: what its module says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Fix
from connexion_doctor.model.source import Source
from connexion_doctor.rules.loading.factories import functions, takes_nothing
from connexion_doctor.rules.loading.target import objects_instead, retarget

MANUAL, UNSAFE = Applicability.MANUAL, Applicability.UNSAFE


def instead(case: Case) -> tuple[Fix, ...]:
    """The fixes, the best first: what the module makes of it itself, else the app that it has."""
    load, source = case.facts.load, case.module
    if load is None or source is None or source.tree is None or not load.attribute:
        return ()
    name = load.attribute.partition("(")[0]
    classes = {node.name: node for node in source.tree.body if isinstance(node, ast.ClassDef)}
    found = [*_in_one_step(case, source, classes.get(name)), *_made_of_it(case, source, name)]
    if not found and name not in functions(case):
        others = (one for one in objects_instead(case, load, None) if one.applicability is not MANUAL)
        found = [replace(one, applicability=UNSAFE, costs=(*one.costs, _lost(name))) for one in others]
    return tuple(replace(one, recommended=one is found[0]) for one in found)


def _lost(name: str) -> str:
    return f"what {name} was to do around it is not done"


def _made_of_it(case: Case, source: Source, name: str) -> Iterator[Fix]:
    """The objects that the module makes with it, and the functions that need nothing and return what it
    makes."""
    load, server = case.facts.load, servers.of(case)
    assert load is not None
    cost = "that this one was meant is a guess: nothing else in the module gives it its arguments"
    for one, assigned in _assigned(source):
        if _calls(assigned, name):
            yield replace(
                retarget(case, f"{load.module}:{one}", f"serve {load.module}:{one}, which it makes"),
                applicability=UNSAFE,
                costs=(cost,),
            )
    for one, function in functions(case).items():
        returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
        if not takes_nothing(function) or len(returned) != 1 or not _calls(returned[0], name):
            continue
        remedy = server.remedy(case)
        if server.factory(remedy, f"{load.module}:{one}"):
            remedy.cost(cost)
            yield remedy.fix(f"call {one}(), which gives {name} its arguments", applicability=UNSAFE)


def _assigned(source: Source) -> Iterator[tuple[str, ast.expr]]:
    """The names that the module gives a value at its top level."""
    for node in source.tree.body if source.tree is not None else ():
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _calls(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _in_one_step(case: Case, source: Source, made: ast.ClassDef | None) -> Iterator[Fix]:
    """A class as ASGI was before version 3, which is made of the scope and then called, as one function."""
    takes = {
        one.name: [given.arg for given in one.args.args[1:]]
        for one in (made.body if made is not None else ())
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    if made is None or takes.get("__init__") != ["scope"] or len(takes.get("__call__", ())) != 2:
        return
    load, remedy = case.facts.load, servers.of(case).remedy(case)
    assert load is not None and source.tree is not None
    words = {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)}
    function = next(one for one in (f"call_{made.name.lower()}", f"_call_{made.name}") if one not in words)
    head, body = (
        f"async def {function}(scope, receive, send):",
        f"    await {made.name}(scope)(receive, send)",
    )
    remedy.edits += source.append_once("", "", head, body)
    remedy.set_target(f"{load.module}:{function}")
    yield remedy.fix(f"call {made.name} in its two steps from one function, and serve that")
