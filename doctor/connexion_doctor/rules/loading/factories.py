"""What functions of the target's module do: those that return something, and those that fill a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix, Location
from connexion_doctor.python.nodes import is_none

Function = ast.FunctionDef | ast.AsyncFunctionDef
WAITING = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield, ast.YieldFrom)
INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def may_make_the_app(case: Case, name: str) -> bool:
    """Whether a function of the module returns something; true where its source is not at hand."""
    function = functions(case).get(name)
    if function is None:
        return True
    return any(isinstance(node, ast.Return) and not is_none(node.value) for node in _own(function))


def filled_in_later(case: Case, name: str) -> Fix | None:
    """Call the function that fills a name, once, at the end of the module; None where there is no one such
    function that can be called with nothing, or the module calls it already."""
    source = case.module
    fills = [
        function
        for function in functions(case).values()
        if isinstance(function, ast.FunctionDef) and takes_nothing(function) and _fills(function, name)
    ]
    if source is None or source.tree is None or len(fills) != 1:
        return None
    function = fills[0]
    if any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name
        for statement in source.tree.body
        for node in ast.walk(statement)
    ):
        return None
    edit = source.append("", "", f"{function.name}()")
    return Fix(
        title=f"call `{function.name}()` when the module is imported",
        applicability=Applicability.SAFE,
        recommended=True,
        edits=(edit,),
    )


def made_at_the_top(case: Case, name: str) -> Fix | None:
    """Call a factory at the end of its module and serve what it makes, for servers that call none; None where
    that is no function which can be called with nothing."""
    source, load, function = case.module, case.facts.load, functions(case).get(name)
    if source is None or load is None or load.module is None or not isinstance(function, ast.FunctionDef):
        return None
    if not takes_nothing(function) or function.decorator_list or not may_make_the_app(case, name):
        return None
    words = (
        {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)} if source.tree else set()
    )
    names = ("app", "application", "served_app")
    there = (one for one in names if f"{one} = {name}()" in source.lines)
    made = next(there, next((one for one in names if one not in words | {name}), None))
    if made is None:
        return None
    remedy = servers.of(case).remedy(case)
    remedy.set_target(f"{load.module}:{made}")
    remedy.edits += source.append_once("", "", f"{made} = {name}()")
    remedy.cost(f"importing {load.module} makes the app, for every program that imports it")
    return remedy.fix(
        f"make the app when the module is imported, as `{made}`, and serve that", recommended=True
    )


def returning(case: Case, name: str) -> Fix | None:
    """Return what a factory makes, where it returns nothing: the one app that it has, or that it is given in
    its last line; None where that is not certain."""
    source, function = case.module, functions(case).get(name)
    if source is None or function is None or any(isinstance(one, ast.Return) for one in _own(function)):
        return None
    last = function.body[-1]
    place = source.location(last)
    end = source.lines[(last.end_lineno or last.lineno) - 1]
    given = last.value if isinstance(last, ast.Expr) else None
    made = given.func.id if isinstance(given, ast.Call) and isinstance(given.func, ast.Name) else ""
    apps = _apps(function)
    if made in functions(case) and may_make_the_app(case, made):
        edit = Edit(Location(source.path, place.line, place.column, place.line, place.column), "return ")
    elif len(apps) == 1:
        at = Location(source.path, place.end[0], len(end) + 1, place.end[0], len(end) + 1)
        edit = Edit(at, f"\n{source.line(last.lineno)[: place.column - 1]}return {apps.pop()}")
    else:
        return None
    return Fix(f"let {name} return the app", Applicability.SAFE, True, edits=(edit,))


def plain(case: Case, name: str) -> Fix | None:
    """A coroutine function that awaits nothing, and that its module does not await, as a plain function."""
    source, function = case.module, functions(case).get(name)
    if source is None or source.tree is None or not isinstance(function, ast.AsyncFunctionDef):
        return None
    waits = any(isinstance(node, WAITING) or getattr(node, "is_async", 0) for node in _own(function))
    awaited = any(isinstance(node, ast.Await) and name in ast.unparse(node) for node in ast.walk(source.tree))
    place = source.location(function)
    if waits or awaited or not source.line(place.line)[place.column - 1 :].startswith("async def "):
        return None
    edit = Edit(Location(source.path, place.line, place.column, place.line, place.column + len("async ")), "")
    return Fix(f"make {name} a plain function: it awaits nothing", Applicability.SAFE, True, edits=(edit,))


def _apps(function: Function) -> set[str]:
    """The variables of a function that get the result of a call, and APIs with ``add_api``."""
    called = {
        one.func.value.id
        for one in _own(function)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr == "add_api"
        and isinstance(one.func.value, ast.Name)
    }
    return {
        one.targets[0].id
        for one in function.body
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Name)
        and isinstance(one.value, ast.Call)
    } & called


def functions(case: Case) -> dict[str, Function]:
    """The functions at the top level of the target's module, by name."""
    source = case.module
    body = source.tree.body if source is not None and source.tree is not None else []
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def _own(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, INNER):
            stack.extend(ast.iter_child_nodes(node))


def takes_nothing(function: Function) -> bool:
    """Whether a function can be called without arguments."""
    arguments = function.args
    needed = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return needed == 0 and all(default is not None for default in arguments.kw_defaults)


def _fills(function: Function, name: str) -> bool:
    """Whether it assigns a global name, and surely so: at the top of its body."""
    declared = any(isinstance(node, ast.Global) and name in node.names for node in _own(function))
    return declared and any(
        isinstance(statement, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)
        and not is_none(statement.value)
        for statement in function.body
    )
