"""Paths as Python writes them: texts, ``Path(__file__).parent / "spec"``, ``os.path.join(...)``, variables of
the environment, names of the project's other modules."""

from __future__ import annotations

import ast
from pathlib import Path

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.python.module import Binding, Module, Scope
from connexion_doctor.python.nodes import argument, name_of, text_in
from connexion_doctor.python.reach import looked_up
from connexion_doctor.reading.conditions import READS
from connexion_doctor.reading.modules import LaunchModules

DEEPEST = 20
TEXTS = ("Path", "PurePath", "str", "abspath", "realpath", "fspath", "expanduser", "normpath")


@dataclass(frozen=True)
class Place:
    """Where an expression stands."""

    module: Module
    scope: Scope


def path_of(node: ast.expr | None, place: Place, modules: LaunchModules) -> Path | None:
    """The path that an expression stands for, as the project has it; None where it cannot be known."""
    text = _text(node, place, modules, 0) if node is not None else None
    return Path(modules.here(text)) if text is not None else None


def _text(node: ast.expr, place: Place, modules: LaunchModules, depth: int) -> str | None:
    if depth > DEEPEST:
        return None

    def inner(one: ast.expr) -> str | None:
        return _text(one, place, modules, depth + 1)

    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id="__file__"):
            return str(modules.root / place.module.path)
        case ast.Name():
            return _named(node.id, place, modules, depth)
        case ast.BinOp(op=ast.Div(), left=left, right=right):
            base, more = inner(left), inner(right)
            return str(Path(base, more)) if base is not None and more is not None else None
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            base, more = inner(left), inner(right)
            return base + more if base is not None and more is not None else None
        case ast.JoinedStr(values=values):
            parts = [
                inner(one.value) if isinstance(one, ast.FormattedValue) else text_in(one) for one in values
            ]
            known = [one for one in parts if one is not None]
            return "".join(known) if len(known) == len(parts) else None
        case ast.BoolOp(op=ast.Or(), values=[first, second]):
            return inner(first) or inner(second) if _reads(first) else None
        case ast.Attribute(attr="parent"):
            base = inner(node.value)
            return str(Path(base).parent) if base is not None else None
        case ast.Subscript(
            value=ast.Attribute(attr="parents", value=base_node), slice=ast.Constant(value=int(n))
        ):
            base = inner(base_node)
            above = Path(base).parents if base is not None else ()
            return str(above[n]) if 0 <= n < len(above) else None
        case ast.Subscript(value=value) if name_of(value) in ("os.environ", "environ"):
            return modules.environ.get(text_in(node.slice) or "")
        case ast.Attribute():
            return _of_module(node, place, modules, depth)
        case ast.Call():
            return _of_call(node, place, modules, depth)
    return None


def _named(name: str, place: Place, modules: LaunchModules, depth: int) -> str | None:
    binding = looked_up(name, place.scope)
    if binding is None or binding.index is not None:
        return None
    if binding.kind != "import":
        return _text(binding.value, place, modules, depth + 1) if binding.value is not None else None
    base, _, last = (binding.dotted or "").rpartition(".")
    names = modules.names
    found = (
        names.relative(place.module, base, binding.level)
        if binding.level
        else names.absolute(base, place.module)
    )
    return _constant(found, last, modules, depth)


def _of_module(node: ast.Attribute, place: Place, modules: LaunchModules, depth: int) -> str | None:
    return _constant(modules.names.raw(node.value, place.module, place.scope), node.attr, modules, depth)


def _constant(found: str | None, name: str, modules: LaunchModules, depth: int) -> str | None:
    """A name of a module of the project that has one value."""
    module = modules.parsed(found[1:]) if found is not None and found.startswith("%") else None
    bindings: list[Binding] = module.scope.bindings.get(name, []) if module is not None else []
    if module is None or len(bindings) != 1 or bindings[0].value is None or bindings[0].index is not None:
        return None
    return _text(bindings[0].value, Place(module, module.scope), modules, depth + 1)


def _reads(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and name_of(node.func) in READS


def _of_call(node: ast.Call, place: Place, modules: LaunchModules, depth: int) -> str | None:
    name = name_of(node.func)
    last = name.rpartition(".")[2]
    if name in READS:
        value = modules.environ.get(text_in(argument(node, 0, "key")) or "")
        default = argument(node, 1, "default")
        return value if value is not None or default is None else _text(default, place, modules, depth + 1)
    if name in ("os.getcwd", "getcwd", "Path.cwd", "pathlib.Path.cwd") and not node.args:
        return str(modules.directory)
    if last in ("resource_filename", "files") and node.args:
        return _of_package(node, place, modules, depth)
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("resolve", "absolute", "as_posix"):
        return _text(node.func.value, place, modules, depth + 1)
    made = [_text(one, place, modules, depth + 1) for one in node.args]
    known = [one for one in made if one is not None]
    if isinstance(node.func, ast.Attribute) and node.func.attr == "joinpath":
        base = _text(node.func.value, place, modules, depth + 1)
        return str(Path(base, *known)) if base is not None and len(known) == len(made) else None
    if not known or len(known) < len(made):
        return None
    if last == "dirname":
        return str(Path(known[0]).parent)
    if last == "join" and name.endswith("path.join") or last in TEXTS or last == "join" and name == "join":
        return str(Path(*known)) if len(known) > 1 or last != "str" else known[0]
    return None


def _of_package(node: ast.Call, place: Place, modules: LaunchModules, depth: int) -> str | None:
    """``resource_filename(package, path)`` and ``files(package)``: beside the package's own files."""
    package = node.args[0]
    own = isinstance(package, ast.Name) and package.id in ("__name__", "__package__")
    name = text_in(package)
    file = modules.root / place.module.path if own else modules.file(name) if name else None
    if file is None:
        return None
    more = [_text(one, place, modules, depth + 1) for one in node.args[1:2]]
    if None in more:
        return None
    return str(Path(file.parent, *(one for one in more if one is not None)))
