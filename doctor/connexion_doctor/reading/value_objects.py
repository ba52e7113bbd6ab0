"""Attributes of the project's classes and of their objects, as values; what a loop goes through."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from connexion_doctor.python.module import Module, Scope
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.bindings import deciding
from connexion_doctor.reading.branches import taken
from connexion_doctor.reading.chains import Made, Where
from connexion_doctor.reading.value_calls import result
from connexion_doctor.reading.value_files import document
from connexion_doctor.reading.value_kinds import (
    Called,
    Class,
    Evaluator,
    Fails,
    Fields,
    Handle,
    Library,
    Member,
    Record,
    RecordType,
    Release,
    Unknown,
)

MOST = 500  # entries of what is gone through
PLAIN = frozenset(("enum.Enum", "enum.IntEnum", "enum.StrEnum", "str", "int"))
MAKING = frozenset(("__getattr__", "__getattribute__", "__new__", "__init_subclass__", "__slots__"))
DEEPEST = 8
PROPERTIES = ("property", "cached_property")


def entries(many: object, values: Evaluator) -> Iterator[object]:
    """What a loop over a value goes through.

    :raises Unknown: it cannot be known, or is too much
    """
    if isinstance(many, Class):
        found: list[object] = list(_members(many, values))
    elif isinstance(many, str | dict | set | frozenset | Sequence):
        found = list(many)
    else:
        raise Unknown
    if len(found) > MOST:
        raise Unknown
    yield from found


def bound(target: ast.expr, entry: object) -> Mapping[str, object]:
    """The names that a loop binds in one turn.

    :raises Unknown: they cannot be known
    """
    if isinstance(target, ast.Name):
        return {target.id: entry}
    if isinstance(target, ast.Tuple | ast.List) and isinstance(entry, list | tuple):
        found: dict[str, object] = {}
        if len(target.elts) != len(entry):
            raise Unknown
        for one, part in zip(target.elts, entry, strict=True):
            found.update(bound(one, part))
        return found
    raise Unknown


def field(owner: Made | Class, name: str, values: Evaluator) -> object:
    """An attribute of an object, or of a class.

    :raises Unknown: it cannot be known
    """
    if isinstance(owner, Made):
        given = owner.init.values.get(name) if owner.init is not None and owner.init.scope is None else None
        given = given or owner.field(name)
        if given is not None:
            return values.of(given.node, given.where)
        if name in owner.owner.fields.get(id(owner.node), {}):
            raise Unknown  # something else gives it too
        setting = _of_settings(owner, name, values)
        if setting is not None:
            return setting
    found = _in_class(owner.owner, owner.node, name, owner, values)
    if isinstance(owner, Class) and is_enumeration(owner, values):
        return Member(name, found)
    return found


def member(owner: Class, node: ast.Subscript, name: str, values: Evaluator) -> object:
    """``Enumeration["NAME"]``.

    :raises Fails: it has no such member
    """
    if not is_enumeration(owner, values):
        raise Unknown
    if lacks_member(owner, name, values):
        raise Fails(node, KeyError(name))
    return field(owner, name, values)


def lacks_member(one: Class, name: str, values: Evaluator) -> bool:
    """Whether a class is an enumeration that surely has nothing of a name."""
    return (
        _is_plain(one, values)
        and not hasattr(enum.IntFlag, name)
        and not hasattr(str, name)
        and (name not in one.owner.scopes[id(one.node)].bindings)
    )


def lacks_field(made: Made, name: str, values: Evaluator) -> bool:
    """Whether an object surely has no attribute of a name: its class, and those that it extends, are the
    project's, and neither they nor anything else gives it one."""
    classes = _lineage(Class(made.owner, made.node), values)
    if classes is None or name.startswith("__"):
        return False
    for one in classes:
        scope = one.owner.scopes[id(one.node)]
        if name in scope.bindings or MAKING.intersection(scope.bindings):
            return False
    return not any(
        isinstance(node, ast.Attribute)
        and (node.attr == name and not isinstance(node.ctx, ast.Load) or node.attr == "__dict__")
        or isinstance(node, ast.Name)
        and node.id in ("setattr", "vars")
        for module in values.modules.modules
        for node in ast.walk(module.tree)
    )


def _lineage(one: Class, values: Evaluator, depth: int = 0) -> list[Class] | None:
    """A class and those that it extends, where all of them are the project's."""
    if depth > DEEPEST or one.node.decorator_list or one.node.keywords:
        return None
    found = [one]
    for base in one.node.bases:
        try:
            above = values.of(base, Where(one.owner, _outside(one.owner.scopes[id(one.node)])))
        except Unknown:
            return None
        if isinstance(above, Library) and above.name in ("object", "abc.ABC"):
            continue
        more = _lineage(above, values, depth + 1) if isinstance(above, Class) else None
        if more is None:
            return None
        found += more
    return found


def with_value(one: Class, node: ast.Call, value: object, values: Evaluator) -> object:
    """``Enumeration(value)``.

    :raises Fails: none of its members has that value
    """
    found = list(_members(one, values))
    for each in found:
        if isinstance(each, Member) and each.value == value:
            return each
    if _is_plain(one, values) and "_missing_" not in one.owner.scopes[id(one.node)].bindings:
        raise Fails(node, ValueError(f"{value!r} is not a valid {one.node.name}"))
    raise Unknown


def _is_plain(one: Class, values: Evaluator) -> bool:
    """Whether a class is an enumeration by Python's own classes alone, and no set of flags."""
    above, node = list(_bases(one.owner, one.node, values)), one.node
    if len(above) != len(node.bases) or node.decorator_list or node.keywords:
        return False
    return is_enumeration(one, values) and PLAIN.issuperset(above)


def plain_attribute(owner: object, name: str) -> object:
    """An attribute of what is neither a path nor the project's.

    :raises Unknown: it cannot be known
    """
    if isinstance(owner, Member) and name in ("name", "value"):
        return getattr(owner, name)
    if isinstance(owner, Fields) and name in owner:
        return owner[name]
    if isinstance(owner, Record) and name in owner.fields:
        return owner[owner.fields.index(name)]
    if isinstance(owner, Release) and name in ("major", "minor"):
        return owner[name == "minor"]
    if isinstance(owner, Handle) and name == "name":
        return str(owner.path)
    if isinstance(owner, Handle) and name == "specification":  # prance.ResolvingParser
        return document(owner)
    raise Unknown


def _in_class(
    owner: Module, node: ast.ClassDef, name: str, itself: Made | Class, values: Evaluator
) -> object:
    """What the body of a class, or of one that it extends, gives a name."""
    scope = owner.scopes[id(node)]
    bindings = scope.bindings.get(name)
    if bindings:
        inside = Where(owner, scope)
        chosen = taken(deciding(bindings, scope), scope, lambda test: values.truth(test, inside))
        if len(chosen) != 1:
            raise Unknown
        made = chosen[0].node
        if isinstance(made, ast.FunctionDef):
            method = Called(owner, made, itself)
            if any(name_of(one).rpartition(".")[2] in PROPERTIES for one in made.decorator_list):
                return call_of(method, values)
            return method
        if chosen[0].value is None or chosen[0].index is not None:
            raise Unknown
        found = values.of(chosen[0].value, inside)
        if isinstance(found, list | dict | set) and any(
            f".{name}" in values.changed(module) for module in values.modules.modules
        ):
            raise Unknown
        return found
    for base in node.bases:
        above = values.of(base, Where(owner, _outside(scope)))
        if isinstance(above, Class):
            try:
                return _in_class(above.owner, above.node, name, itself, values)
            except Unknown:
                continue
    raise Unknown


def record_type(one: Class, values: Evaluator) -> RecordType | None:
    """The named tuple that a class is, if it is one."""
    if not any(name == "typing.NamedTuple" for name in _bases(one.owner, one.node, values)):
        return None
    fields = [node for node in one.node.body if isinstance(node, ast.AnnAssign)]
    names = tuple(node.target.id for node in fields if isinstance(node.target, ast.Name))
    where = Where(one.owner, one.owner.scopes[id(one.node)])
    defaults = tuple(values.of(node.value, where) for node in fields if node.value is not None)
    return RecordType(names, defaults)


def call_of(method: Called, values: Evaluator) -> object:
    """What a method without arguments returns."""
    return result(method, ast.Call(ast.Name(method.node.name, ast.Load()), [], []), None, values)


def _outside(scope: Scope) -> Scope:
    return scope.parent if scope.parent is not None else scope


def _bases(owner: Module, node: ast.ClassDef, values: Evaluator) -> Iterator[str]:
    """The dotted names of the libraries' classes that a class extends."""
    for base in node.bases:
        try:
            above = values.of(base, Where(owner, _outside(owner.scopes[id(node)])))
        except Unknown:
            continue
        if isinstance(above, Class):
            yield from _bases(above.owner, above.node, values)
        elif isinstance(above, Library):
            yield above.name


def is_enumeration(one: Class, values: Evaluator) -> bool:
    """Whether a class is an enumeration."""
    return any(name.startswith("enum.") for name in _bases(one.owner, one.node, values))


def _members(one: Class, values: Evaluator) -> Iterator[object]:
    if not is_enumeration(one, values):
        raise Unknown
    for name, bindings in one.owner.scopes[id(one.node)].bindings.items():
        if bindings[-1].kind == "value" and not name.startswith("_"):
            yield field(one, name, values)


def _of_settings(made: Made, name: str, values: Evaluator) -> object:
    """A field of pydantic's settings, where a variable gives it."""
    if not any(one.endswith(".BaseSettings") for one in _bases(made.owner, made.node, values)):
        return None
    given = {key.lower(): value for key, value in values.modules.environ.items()}.get(name.lower())
    annotation = next(
        (
            name_of(one.annotation)
            for one in made.node.body
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.target.id == name
        ),
        "",
    )
    return Path(given) if given is not None and annotation.endswith("Path") else given
