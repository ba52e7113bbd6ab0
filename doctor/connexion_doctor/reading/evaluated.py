"""Which expressions a statement surely evaluates when it is come to, innermost first."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

Decide = Callable[[ast.expr], bool | None]


def evaluated(node: ast.stmt, decide: Decide, *, annotations: bool) -> Iterator[ast.expr]:
    """The expressions of one statement; of a block only those of its first line.

    :param decide: whether a condition holds; None where that is not known
    :param annotations: whether annotations are evaluated where they stand
    """
    for one in _first(node, annotations):
        yield from _parts(one, decide)


def _first(node: ast.stmt, annotations: bool) -> Iterator[ast.expr]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            arguments = node.args
            yield from (*node.decorator_list, *arguments.defaults, *filter(None, arguments.kw_defaults))
            if annotations and not getattr(node, "type_params", ()):
                many = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
                many += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
                yield from (one.annotation for one in many if one.annotation is not None)
                yield from [node.returns] if node.returns is not None else []
        case ast.ClassDef():
            yield from node.decorator_list
            if not getattr(node, "type_params", ()):
                yield from (*node.bases, *(one.value for one in node.keywords))
        case ast.Assign():
            yield from (node.value, *node.targets)
        case ast.AnnAssign():
            yield from [node.value] if node.value is not None else []
            yield from [node.annotation] if annotations else []
        case ast.With() | ast.AsyncWith():
            yield from (item.context_expr for item in node.items)
        case ast.For() | ast.AsyncFor():
            yield node.iter
        case ast.If() | ast.While() | ast.Assert():
            yield node.test
        case ast.Match():
            yield node.subject
        case ast.Try() | ast.Global() | ast.Nonlocal() | ast.Import() | ast.ImportFrom():
            pass
        case ast.Raise() | ast.Return() | ast.Expr() | ast.AugAssign() | ast.Delete():
            yield from (one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr))


def _parts(node: ast.expr, decide: Decide) -> Iterator[ast.expr]:
    inner: list[ast.expr] = []
    match node:
        case ast.Lambda():
            inner = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            inner = [node.generators[0].iter]
        case ast.BoolOp():
            for one in node.values:
                yield from _parts(one, decide)
                if decide(one) is not isinstance(node.op, ast.And):
                    break
        case ast.IfExp():
            yield from _parts(node.test, decide)
            holds = decide(node.test)
            inner = [node.body if holds else node.orelse] if holds is not None else []
        case ast.Compare():
            inner = [node.left, node.comparators[0]]
        case ast.Call():
            inner = [node.func, *node.args, *(one.value for one in node.keywords)]
        case ast.Dict():
            inner = [one for one in (*node.keys, *node.values) if one is not None]
        case ast.Constant():
            pass
        case _:
            inner = [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)]
    for one in inner:
        yield from _parts(one, decide)
    yield node
