"""Values that a configuration file of Python gives its names, read: literals, variables of the environment
with their defaults, imported names, and plain expressions of these."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import field

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.source import Source

CASTS: Mapping[str, type] = {"int": int, "str": str, "float": float, "bool": bool}
READS = ("os.environ.get", "environ.get", "os.getenv", "getenv")
LONGEST = 100_000  # characters of a text that is put together
BLOCKS = (ast.If, ast.Try, ast.With, ast.For, ast.While, ast.Match)


class Unknown(Exception):
    """A value that cannot be known from the text; the message names the expression."""


@dataclass
class Names:
    """The names of a file that was read: ``values``, and ``unknown`` ones with the line of their value."""

    values: dict[str, object] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    raises: int | None = None  # the line of a ``raise`` that surely runs


def names_of(source: Source, environ: Mapping[str, str]) -> Names:
    """What the top level of a file gives its names."""
    found = Names()
    for statement in source.tree.body if source.tree is not None else ():
        _statement(statement, found, environ)
    return found


def _statement(statement: ast.stmt, found: Names, environ: Mapping[str, str]) -> None:
    match statement:
        case ast.ImportFrom(module=str(module), names=aliases):
            found.imported |= {one.asname or one.name: f"{module}.{one.name}" for one in aliases}
        case ast.Import(names=aliases):
            found.imported |= {(one.asname or one.name): one.name for one in aliases}
        case ast.Raise():
            found.raises = found.raises or statement.lineno
        case ast.Assign(targets=targets, value=value):
            _assign(targets, value, found, environ)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            _assign([target], value, found, environ)
        case ast.If(test=test):
            try:
                chosen = statement.body if value_of(test, found, environ) else statement.orelse
            except Unknown:
                _forget(statement, found)
                return
            for one in chosen:
                _statement(one, found, environ)
        case _ if isinstance(statement, BLOCKS):
            _forget(statement, found)
        case ast.AugAssign(target=ast.Name(id=name)):
            _unknown(name, statement.lineno, found)


def _assign(targets: list[ast.expr], value: ast.expr, found: Names, environ: Mapping[str, str]) -> None:
    for target in targets:
        for name in _names_in(target):
            if not isinstance(target, ast.Name):
                _unknown(name, value.lineno, found)
                continue
            found.unknown.pop(name, None)
            try:
                found.values[name] = value_of(value, found, environ)
            except Unknown:
                _unknown(name, value.lineno, found)


def _names_in(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id


def _forget(statement: ast.stmt, found: Names) -> None:
    for name in _names_in(statement):
        _unknown(name, statement.lineno, found)


def _unknown(name: str, line: int, found: Names) -> None:
    found.values.pop(name, None)
    found.unknown[name] = line


def value_of(node: ast.expr, names: Names, environ: Mapping[str, str]) -> object:
    """The value of an expression; of an imported name its dotted name.

    :raises Unknown: it cannot be known
    """
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        pass
    match node:
        case ast.Name(id=name) if name in names.values:
            return names.values[name]
        case ast.Name(id=name) if name in names.imported:
            return names.imported[name]
        case ast.Attribute():
            head, dot, rest = ast.unparse(node).partition(".")
            if head in names.imported and head not in ("os", "sys"):
                return names.imported[head] + dot + rest
        case ast.IfExp(test=test, body=body, orelse=other):
            return value_of(body if value_of(test, names, environ) else other, names, environ)
        case ast.BoolOp(op=operator, values=parts):
            last: object = None
            for part in parts:
                last = value_of(part, names, environ)
                if bool(last) is isinstance(operator, ast.Or):
                    break
            return last
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not value_of(operand, names, environ)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as operator], comparators=[right]):
            same = value_of(left, names, environ) == value_of(right, names, environ)
            return same is isinstance(operator, ast.Eq)
        case ast.Subscript(value=inside, slice=ast.Constant(value=str(name))) if name in environ:
            if ast.unparse(inside) in ("os.environ", "environ"):
                return environ[name]
        case ast.JoinedStr(values=parts):
            return _joined(parts, names, environ)
        case ast.Call(func=function, args=arguments, keywords=[]):
            return _called(ast.unparse(function), arguments, names, environ)
    raise Unknown(ast.unparse(node)[:80])


def _joined(parts: list[ast.expr], names: Names, environ: Mapping[str, str]) -> str:
    """The text of an f-string; a name that is joined with itself again and again grows without end."""
    made, room = [], LONGEST
    for part in parts:
        try:
            text = str(value_of(part.value if isinstance(part, ast.FormattedValue) else part, names, environ))
        except ValueError as exc:  # a number of too many digits
            raise Unknown("a number") from exc
        made.append(text)
        room -= len(text)
        if room < 0:
            raise Unknown("a long text")
    return "".join(made)


def _called(name: str, arguments: list[ast.expr], names: Names, environ: Mapping[str, str]) -> object:
    if name in READS and arguments:
        variable = value_of(arguments[0], names, environ)
        if isinstance(variable, str) and variable in environ:
            return environ[variable]
        return value_of(arguments[1], names, environ) if len(arguments) > 1 else None
    if name in CASTS and len(arguments) == 1:
        value = value_of(arguments[0], names, environ)
        try:
            return CASTS[name](value)
        except (TypeError, ValueError, OverflowError):
            pass
    raise Unknown(name)
