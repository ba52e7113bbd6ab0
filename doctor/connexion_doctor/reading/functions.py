"""Whether a dotted name leads to a function of the project, as Connexion looks for it.

Source: ``get_function_from_name`` in ``connexion/utils.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from connexion_doctor.model import Location
from connexion_doctor.python.ignored import git_ignores
from connexion_doctor.python.module import Module
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.chains import Made, Where
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.value_kinds import Called, Class, Library, Namespace, Unknown
from connexion_doctor.reading.values import Values


def module_with(dotted: str, values: Values) -> Module | None:
    """The module of the project that has a function of that name.

    :raises Unread: it may be somewhere else
    """
    parts, modules = dotted.split("."), values.modules
    for length in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:length])
        path = modules.file(name)
        if path is None:
            continue
        module = modules.module(path, name)
        if module is None:
            raise Unread(f"{path.name} cannot be read")
        return module if _leads(module, parts[length:], values) else None
    if len(parts) > 1 and may_be_elsewhere(parts[0], modules):
        raise Unread(f"the module of operationId {dotted} is not in this project")
    return None


def may_be_elsewhere(top: str, modules: LaunchModules) -> bool:
    """Whether a module that is not the project's may be there nevertheless: installed, or made later."""
    if modules.file(top) is not None or modules.is_folder(top) or modules.is_off_path(top):
        return False
    return not modules.is_nowhere(top) or git_ignores(modules.root, modules.directory, top)


def _leads(module: Module, parts: Sequence[str], values: Values) -> bool:
    """Whether a module has the name, and what it stands for the rest of the names behind it."""
    first, *rest = parts
    if not has(module, first, values):
        return False
    if not rest:
        return True
    try:
        found = values.exported(module, first)
    except Unknown:
        found = None
    if isinstance(found, Namespace):
        return _leads(found.module, rest, values)
    if isinstance(found, Class):
        return _in_class(found.owner, found.node, rest[0], values)
    if isinstance(found, Made):
        given = rest[0] in found.owner.fields.get(id(found.node), {})
        return given or _in_class(found.owner, found.node, rest[0], values)
    if isinstance(found, Called) and not found.node.decorator_list and not _is_given(rest[0], values):
        return False  # a function has no attributes but those that it is given
    name = module.names[0] if module.names else module.path
    raise Unread(f"whether {name}.{first} has {rest[0]} cannot be read")


def _is_given(name: str, values: Values) -> bool:
    """Whether something of that name is set on an object anywhere, or may be, for its name is computed."""
    return (
        name.startswith("__")
        or any(
            use.node.attr == name and isinstance(use.node.ctx, ast.Store)
            for module in values.modules.modules
            for use in module.attributes
        )
        or any(
            name_of(use.node.func).rpartition(".")[2] in ("setattr", "update_wrapper")
            for module in values.modules.modules
            for use in module.calls
        )
    )


def has(module: Module, name: str, values: Values) -> bool:
    """Whether a module has a name when it is loaded.

    :raises Unread: that cannot be known
    """
    bindings = module.scope.bindings
    if name in bindings:
        return True
    if starred(module, name, values) is not None:
        return True
    if "__getattr__" in bindings:
        raise _whether(module, name)
    return False


def starred(module: Module, name: str, values: Values) -> Module | None:
    """The module of the project from which ``import *`` takes a name, the last one that has it.

    :raises Unread: that cannot be known
    """
    for star in reversed(module.scope.bindings.get("*", [])):
        inside = values.module((star.dotted or "").rpartition(".")[0], star.level, module)
        if inside is None:
            raise _whether(module, name, module.location(star.node))
        if inside is not module and has(inside, name, values) and _is_listed(inside, name, values):
            return inside
    return None


def _is_listed(module: Module, name: str, values: Values) -> bool:
    """Whether ``import *`` takes a name of a module: one of its ``__all__``, else one that is public."""
    if "__all__" not in module.scope.bindings:
        return not name.startswith("_")
    try:
        listed = values.exported(module, "__all__")
    except Unknown:
        raise _whether(module, name) from None
    if not isinstance(listed, list | tuple):
        raise _whether(module, name)
    return name in listed


def _whether(module: Module, name: str, place: Location | None = None) -> Unread:
    shown = module.names[0] if module.names else module.path
    return Unread(f"whether {shown} has {name} cannot be read", place)


def _in_class(owner: Module, node: ast.ClassDef, name: str, values: Values) -> bool:
    """Whether a class, or one that it extends, has an attribute."""
    scope = owner.scopes[id(node)]
    if name in scope.bindings:
        return True
    for base in node.bases:
        try:
            above = values.of(base, Where(owner, scope.parent or scope))
        except Unknown:
            above = None
        if isinstance(above, Class):
            if _in_class(above.owner, above.node, name, values):
                return True
        elif not isinstance(above, Library) or above.name not in ("object", "abc.ABC", "typing.Protocol"):
            raise Unread(f"whether {node.name} has {name} cannot be read", owner.location(node))
    return False
