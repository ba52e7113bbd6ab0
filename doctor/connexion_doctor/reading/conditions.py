"""Conditions on variables of the environment, decided where the variables are set."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.numbers import whole_number
from connexion_doctor.python.nodes import argument, name_of, text_in

ENVIRON = ("os.environ", "environ")
READS = ("os.environ.get", "os.getenv", "environ.get", "getenv")
COMPARED: Mapping[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Is: operator.is_, ast.IsNot: operator.is_not,
}  # fmt: skip
CHANGED: Mapping[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper, "strip": str.strip}


@dataclass(frozen=True)
class Known:
    """A value that is known."""

    value: object


def truth(node: ast.expr, environ: Mapping[str, str], names: Mapping[str, ast.expr]) -> bool | None:
    """Whether a condition holds; None where that cannot be known, as for a variable that is not set here.

    :param names: what the names around it were given
    """
    found = _value(node, environ, names, 0)
    return bool(found.value) if found is not None else None


def variables(node: ast.expr, names: Mapping[str, ast.expr]) -> Iterator[str]:
    """The variables of the environment that an expression reads, by way of the names around it too."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in names:
            others = {name: value for name, value in names.items() if name != one.id}
            yield from variables(names[one.id], others)
        if isinstance(one, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            yield from _of_each(one, names)
        name = _variable(one)
        if name is not None:
            yield name


def _of_each(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp, names: Mapping[str, ast.expr]
) -> Iterator[str]:
    """Those of a list that a comprehension goes through: ``[one for one in NAMES if not os.getenv(one)]``."""
    first = node.generators[0]
    listed = names.get(first.iter.id) if isinstance(first.iter, ast.Name) else first.iter
    read = {
        text.id
        for one in ast.walk(node)
        for text in (
            argument(one, 0, "key") if isinstance(one, ast.Call) and name_of(one.func) in READS else None,
            one.slice if isinstance(one, ast.Subscript) and name_of(one.value) in ENVIRON else None,
            one.left if isinstance(one, ast.Compare) and name_of(one.comparators[0]) in ENVIRON else None,
        )
        if isinstance(text, ast.Name)
    }
    if isinstance(listed, ast.List | ast.Tuple | ast.Set) and name_of(first.target) in read:
        yield from (text for text in map(text_in, listed.elts) if text is not None)


def _variable(node: ast.AST) -> str | None:
    if isinstance(node, ast.Subscript) and name_of(node.value) in ENVIRON:
        return text_in(node.slice)
    if isinstance(node, ast.Call) and name_of(node.func) in READS:
        return text_in(argument(node, 0, "key"))
    return None


def _value(
    node: ast.expr, environ: Mapping[str, str], names: Mapping[str, ast.expr], depth: int
) -> Known | None:
    if depth > 20:
        return None

    def inner(one: ast.expr) -> Known | None:
        return _value(one, environ, names, depth + 1)

    name = _variable(node)
    if name is not None:
        return Known(environ[name]) if name in environ else None
    match node:
        case ast.Constant():
            return Known(node.value)
        case ast.Name() if node.id in names:
            return inner(names[node.id])
        case ast.UnaryOp(op=ast.Not()):
            found = inner(node.operand)
            return Known(not found.value) if found is not None else None
        case ast.BoolOp():
            return _bool(node, [inner(one) for one in node.values])
        case ast.Compare(ops=[op], comparators=[right]):
            return _compared(op, inner(node.left), right, inner)
        case ast.Call(func=ast.Attribute(attr=attr, value=base)) if attr in CHANGED and not node.args:
            found = inner(base)
            text = found.value if found is not None else None
            return Known(CHANGED[attr](text)) if isinstance(text, str) else None
        case ast.Call(func=ast.Name(id="int"), args=[given]):
            found = inner(given)
            number = whole_number(str(found.value)) if found is not None else None
            return Known(number) if number is not None else None
    return None


def _bool(node: ast.BoolOp, found: list[Known | None]) -> Known | None:
    deciding = isinstance(node.op, ast.Or)
    for one in found:
        if one is not None and bool(one.value) is deciding:
            return Known(deciding)
    return Known(not deciding) if all(one is not None for one in found) else None


def _compared(
    op: ast.cmpop, left: Known | None, right: ast.expr, inner: Callable[[ast.expr], Known | None]
) -> Known | None:
    if left is None:
        return None
    if isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List | ast.Set):
        made = [inner(one) for one in right.elts]
        known = [one.value for one in made if one is not None]
        holds = left.value in known
        return Known(holds is isinstance(op, ast.In)) if holds or len(known) == len(made) else None
    other, compare = inner(right), COMPARED.get(type(op))
    return Known(compare(left.value, other.value)) if other is not None and compare is not None else None
