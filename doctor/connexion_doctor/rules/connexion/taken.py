"""Edits of what a handler takes: a parameter that it lacks, a default for one that it may not be given."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping, Sequence

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix, Location
from connexion_doctor.model.source import Source
from connexion_doctor.rules.connexion.details import own_frame, texts

Function = ast.FunctionDef | ast.AsyncFunctionDef
INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def by_machine(case: Case, entry: Mapping[str, object]) -> Fix | None:
    """The fix of one operation's handler; None where only a person knows what the handler is to do."""
    frame, name = own_frame(case, entry), str(entry.get("function")).rpartition(".")[2]
    source = case.sources.get(frame.path) if frame is not None else None
    function = _function(source, name, frame.line) if source is not None and frame is not None else None
    if source is None or function is None:
        return None
    missing, refused = texts(entry.get("missing")), texts(entry.get("refused"))
    optional = texts(entry.get("optional"))
    near = (
        difflib.get_close_matches(missing[0], texts(entry.get("given")), n=1, cutoff=0.6) if missing else []
    )
    if near:
        cost = f"code that calls {name} with {missing[0]}= has to say {near[0]}= as well"
        edits = _renamed(source, function, missing[0], near[0]) if len(missing) == 1 else None
        return _fix(f"name the argument {near[0]}, as it is passed", edits, Applicability.UNSAFE, (cost,))
    if missing:
        nodes = (node for statement in function.body for node in ast.walk(statement))
        used = {node.id for node in nodes if isinstance(node, ast.Name)}
        edits = _defaults(source, function, missing) if not used & set(missing) else None
        title = f"give {_listed(missing)} of {name} a default: nothing gives it, and {name} does not use it"
        return _fix(title, edits, Applicability.SAFE, ())
    if refused:
        edits = _added(source, function, refused)
        cost = f"{name} is given {_listed(refused)}, and does nothing with it yet"
        return _fix(f"add {_listed(refused)} to what {name} takes", edits, Applicability.SAFE, (cost,))
    cost = f"{name} gets None where a request leaves {_listed(optional)} out: see that it can do with that"
    title = f"give {_listed(optional)} of {name} a default"
    return _fix(title, _defaults(source, function, optional), Applicability.UNSAFE, (cost,))


def _fix(
    title: str, edits: Sequence[Edit] | None, applicability: Applicability, costs: tuple[str, ...]
) -> Fix | None:
    if not edits:
        return None
    return Fix(title, applicability, recommended=True, edits=tuple(edits), costs=costs)


def _function(source: Source, name: str, line: int) -> Function | None:
    """The function of that name which stands at a line, with its decorators."""
    for node in ast.walk(source.tree) if source.tree is not None else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if first <= line <= node.lineno:
                return node
    return None


def _renamed(source: Source, function: Function, name: str, new: str) -> list[Edit] | None:
    """A parameter under another name, in the function's body as well."""
    parameters = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    inside = any(isinstance(node, (*INNER, ast.Global, ast.Nonlocal)) for node in nodes)
    if (
        inside
        or not new.isidentifier()
        or new in {*(one.id for one in names), *(one.arg for one in parameters)}
    ):
        return None
    same: list[ast.arg | ast.Name] = [one for one in parameters if one.arg == name]
    same += [one for one in names if one.id == name]
    return [Edit(_first(source, node, len(name)), new) for node in same]


def _first(source: Source, node: ast.arg | ast.Name, length: int) -> Location:
    column = source.column(node.lineno, node.col_offset)
    return Location(source.path, node.lineno, column, node.lineno, column + length)


def _defaults(source: Source, function: Function, names: Sequence[str]) -> list[Edit] | None:
    """``name`` as ``name=None``; None where a parameter behind it would have to have one as well."""
    positional = [*function.args.posonlyargs, *function.args.args]
    have = len(positional) - len(function.args.defaults)  # those in front of it have none
    edits: list[Edit] = []
    for at, parameter in enumerate(positional[:have]):
        if parameter.arg in names:
            if any(behind.arg not in names for behind in positional[at:have]):
                return None
            edits.append(_default(source, parameter))
    for parameter, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if default is None and parameter.arg in names:
            edits.append(_default(source, parameter))
    return edits if len(edits) == len(names) else None


def _default(source: Source, parameter: ast.arg) -> Edit:
    end_line = parameter.end_lineno or parameter.lineno
    column = source.column(end_line, parameter.end_col_offset or parameter.col_offset)
    text = " = None" if parameter.annotation else "=None"
    return Edit(Location(source.path, end_line, column, end_line, column), text)


def _added(source: Source, function: Function, names: Sequence[str]) -> list[Edit] | None:
    """The names as the last parameters."""
    given = function.args
    if given.kwarg is not None or not all(name.isidentifier() for name in names):
        return None
    text = ", ".join(f"{name}=None" for name in names)
    nodes: list[ast.AST] = [*given.posonlyargs, *given.args, *given.kwonlyargs, *given.defaults]
    nodes += [one for one in (given.vararg, *given.kw_defaults) if one is not None]
    ends = [(node.end_lineno, node.end_col_offset) for node in nodes if isinstance(node, ast.arg | ast.expr)]
    if ends:
        line, offset = max((line or 0, offset or 0) for line, offset in ends)
        column = source.column(line, offset)
        if not source.line(line)[column - 1 :].lstrip().startswith((")", ",")):
            return None  # something else stands around the last value
        return [Edit(Location(source.path, line, column, line, column), f", {text}")]
    opens = source.line(function.lineno).find(f"{function.name}()")
    if opens < 0:
        return None
    column = opens + len(function.name) + 2
    return [Edit(Location(source.path, function.lineno, column, function.lineno, column), text)]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)
