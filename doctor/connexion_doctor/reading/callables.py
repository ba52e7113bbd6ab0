"""How a function, or an object of a class of the project, is called, and what it hands the call on to."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Interface
from connexion_doctor.python.module import Function


@dataclass(frozen=True)
class Shape:
    """``interface``: by the parameters that have to be given; unknown where it takes any number.
    ``coroutine``: it is declared ``async``, which servers guess by."""

    interface: Interface
    coroutine: bool
    required: tuple[str, ...]
    most: int | None  # positional arguments that it takes; None: any number

    @property
    def signature(self) -> str:
        """As the facts show it."""
        return f"({', '.join(self.required)})"


def shape_of(node: Function, *, method: bool = False) -> Shape:
    """How a function is called; of a method without its first parameter."""
    positional = [one.arg for one in (*node.args.posonlyargs, *node.args.args)][int(method) :]
    required = tuple(positional[: max(0, len(positional) - len(node.args.defaults))])
    coroutine = isinstance(node, ast.AsyncFunctionDef)
    most = None if node.args.vararg is not None else len(positional)
    interface = Interface.UNKNOWN
    if most is not None and len(required) == 3:
        interface = Interface.ASGI3
    elif most is not None and len(required) == 2 and most == 2 and not coroutine:
        interface = Interface.WSGI
    return Shape(interface, coroutine, required, most)


def handed_on(node: Function, *, method: bool = False) -> ast.expr | None:
    """What a callable surely calls with the arguments that it is called with: an expression in its own
    scope. None where that cannot be seen."""
    arguments = node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)][int(method) :]
    star = arguments.vararg.arg if arguments.vararg is not None else None
    for statement in _straight(node.body):
        for call in _calls(statement):
            given = [one for one in call.args if isinstance(one, ast.Name)]
            if star is not None and not names:
                starred = [one.value for one in call.args if isinstance(one, ast.Starred)]
                if len(starred) == 1 and isinstance(starred[0], ast.Name) and starred[0].id == star:
                    return call.func
            elif len(call.args) == len(names) and given and given[0].id == names[0]:
                return call.func
    return None


def _straight(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run unless the function was left before."""
    for statement in body:
        if isinstance(statement, ast.Try | ast.With | ast.AsyncWith):
            yield from _straight(statement.body)
        elif isinstance(statement, ast.Return | ast.Expr | ast.Assign | ast.AnnAssign):
            yield statement


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """The calls of a statement, those of lambdas and the like left out."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            yield node
        stack.extend(ast.iter_child_nodes(node))


def missing_arguments(node: Function, call: ast.Call | None, *, method: bool = False) -> list[str]:
    """The parameters for which a call gives nothing."""
    shape = shape_of(node, method=method)
    given = len(call.args) if call is not None else 0
    named = {keyword.arg for keyword in call.keywords} if call is not None else set()
    if call is not None and (None in named or any(isinstance(one, ast.Starred) for one in call.args)):
        return []
    missing = [name for name in shape.required[given:] if name not in named]
    bare = [
        one.arg
        for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is None
    ]
    return missing + [name for name in bare if name not in named]


def misfit(node: Function, call: ast.Call, *, method: bool = False) -> str | None:
    """Why a call does not fit a function, in Python's words; None where it fits, or may."""
    arguments = node.args
    if any(isinstance(one, ast.Starred) for one in call.args) or None in [one.arg for one in call.keywords]:
        return None
    positional = [one.arg for one in (*arguments.posonlyargs, *arguments.args)][int(method) :]
    named = [str(one.arg) for one in call.keywords]
    taken = {one.arg for one in (*arguments.args, *arguments.kwonlyargs)}
    for name in named if arguments.kwarg is None else ():
        if name not in taken:
            return f"got an unexpected keyword argument {name!r}"
    for name in positional[: len(call.args)]:
        if name in named:
            return f"got multiple values for argument {name!r}"
    if arguments.vararg is None and len(call.args) > len(positional):
        most, given = len(positional) + int(method), len(call.args) + int(method)
        return f"takes {most} positional argument{'s' * (most != 1)} but {given} were given"
    missing = missing_arguments(node, call, method=method)
    if not missing:
        return None
    kind = "positional" if missing[0] in positional else "keyword-only"
    shown = " and ".join(map(repr, missing))
    return f"missing {len(missing)} required {kind} argument{'s' * (len(missing) > 1)}: {shown}"
