"""Calls as values: Python's own functions on texts, paths and containers, and functions of the project."""

from __future__ import annotations

import ast
import fnmatch
import itertools
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import Any

from connexion_doctor.foundation import late
from connexion_doctor.python.module import Function
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.branches import Ended, returned
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.project_objects import object_of, passed, with_itself
from connexion_doctor.reading.value_files import is_there, look_into, no_json, of_files, of_package
from connexion_doctor.reading.value_kinds import (
    Called,
    Class,
    Closure,
    Entry,
    Evaluator,
    Fails,
    Fields,
    Handle,
    Hidden,
    Library,
    Namespace,
    Operation,
    RecordType,
    Release,
    Sections,
    Unknown,
    Unset,
)  # fmt: skip

# Methods that change nothing and ask nobody, by the type of their object.
METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset(
        "format join replace lower upper strip lstrip rstrip split rsplit partition rpartition startswith "
        "endswith removeprefix removesuffix title capitalize splitlines casefold swapcase isdigit isupper "
        "islower isalpha isalnum isidentifier isspace isnumeric isdecimal istitle count find".split()
    ),
    PurePath: frozenset(
        "joinpath with_name with_suffix with_stem as_posix relative_to is_absolute match".split()
    ),
    dict: frozenset("get items keys values copy".split()),
    list: frozenset("copy index count".split()),
    tuple: frozenset("index count".split()),
    re.Match: frozenset("group groups start end".split()),
}
# Functions of Python that only make values of values.
PURE: Mapping[str, Callable[..., Any]] = {
    "os.path.join": os.path.join, "os.path.dirname": os.path.dirname, "os.path.basename": os.path.basename,
    "os.path.normpath": os.path.normpath, "os.path.split": os.path.split, "os.path.isabs": os.path.isabs,
    "os.path.splitext": os.path.splitext, "os.fspath": os.fspath, "str": str, "list": list, "tuple": tuple,
    "sorted": sorted, "set": set, "frozenset": frozenset, "len": len, "bool": bool, "int": int,
    "reversed": lambda many: list(reversed(many)), "enumerate": lambda *a, **k: list(enumerate(*a, **k)),
    "zip": lambda *many: list(zip(*many, strict=False)), "min": min, "max": max,
    "range": lambda *a: list(range(*a)[:500]), "fnmatch.fnmatch": fnmatch.fnmatch,
    "fnmatch.filter": fnmatch.filter, "itertools.chain": lambda *many: list(itertools.chain(*many)),
    "itertools.product": lambda *many: list(itertools.islice(itertools.product(*many), 501)),
    "any": any, "all": all, "copy.copy": lambda one: one, "copy.deepcopy": lambda one: one,
    "importlib.resources.as_file": lambda one: one, "types.MappingProxyType": lambda one: one,
    "typing.cast": lambda kind, one: one,
    "os.path.expanduser": lambda path: path, "os.path.expandvars": os.path.expandvars,
}  # fmt: skip
ABSOLUTE = ("os.path.abspath", "os.path.realpath")
ASKED = {"os.path.exists": os.path.exists, "os.path.isfile": os.path.isfile, "os.path.isdir": os.path.isdir}
PATTERNS = frozenset(
    f"re.{one}" for one in "compile match search fullmatch sub subn split findall finditer".split()
)
REPEATS = late.pattern(r"[*+{]")
GROUPS = late.pattern(r"\)[*+{?]")  # repeated as a whole
LONGEST = 200  # characters of a text that a pattern is tried on
VARIABLES = ("os.environ.get", "os.getenv")
VERSION = late.pattern(r"\d+\.\d+")
PADDED = late.pattern(r"\{[^{}]*[:!]")  # a format that pads what it is given
FIELDS = ("dataclasses.field", "pydantic.Field", "pydantic.fields.Field", "attr.ib", "attrs.field")
SAME = ("cache", "lru_cache", "staticmethod", "classmethod", "property", "cached_property")  # decorators
RESOLVES = "resolve_operation_id"
CONSTANTS = {
    "sys.platform": sys.platform,
    "os.name": os.name,
    "os.sep": os.sep,
    "os.pardir": os.pardir,
    "os.curdir": os.curdir,
    "os.path.sep": os.sep,
}


def of_library(name: str, python: str = "") -> object:
    """A name of a library as a value.

    :param python: the version of Python, where that is known
    """
    if name == "sys.version_info" and VERSION.match(python):
        return Release(int(one) for one in python.split(".")[:2])
    name = name.replace("posixpath.", "os.path.")
    return CONSTANTS.get(name, Library(name))


def variable(values: Evaluator, name: object, *default: object) -> object:
    """A variable of the environment.

    :raises Unset: it is not set here
    """
    found = values.modules.environ.get(str(name))
    if found is not None:
        return found
    if name in values.modules.given:
        raise Unknown
    if not default or default[0] is None:
        raise Unset
    return default[0]


def called(values: Evaluator, node: ast.Call, where: Where) -> object:
    """What a call gives.

    :raises Unknown: it cannot be known
    """
    if isinstance(node.func, ast.Attribute):
        if node.func.attr == RESOLVES and _is_librarys(node.func.value, where, values):
            return _resolved(values, node, where)
        owner = values.of(node.func.value, where)
        if isinstance(owner, PurePath | str | dict | list | tuple | Handle | Entry | re.Match):
            return _method(values, owner, node.func.attr, node, where)
    function = values.of(node.func, where)
    if isinstance(function, Class):
        one_of = values.enumerated(function, node, where)
        return one_of if one_of is not None else object_of(function.owner, function.node, node, where)
    if isinstance(function, RecordType):
        return function.made(*_arguments(values, node, where))
    if isinstance(function, Closure):
        return applied(values, function, where, *_arguments(values, node, where)[0])
    if isinstance(function, Called):
        return result(function, node, where, values)
    if isinstance(function, Library):
        return _of_library(values, function.name, node, where)
    raise Unknown


def _is_librarys(owner: ast.expr, where: Where, values: Evaluator) -> bool:
    above = isinstance(owner, ast.Call) and name_of(owner.func) == "super"
    return above or isinstance(values.of(owner, where), Library)


def _resolved(values: Evaluator, node: ast.Call, where: Where) -> str:
    """What the library's resolver makes of an operation, asked by a class that extends it."""
    operation = values.of(node.args[-1], where)
    if not isinstance(operation, Operation):
        raise Unknown
    return operation.resolved


def _arguments(values: Evaluator, node: ast.Call, where: Where) -> tuple[list[Any], dict[str, Any]]:
    keywords: dict[str, Any] = {}
    for one in node.keywords:
        found = values.of(one.value, where)
        if one.arg is not None:
            keywords[one.arg] = found
        elif isinstance(found, dict):
            keywords.update({str(name): value for name, value in found.items()})
        else:
            raise Unknown
    given = list(values.several(node.args, where))
    if any(isinstance(one, Hidden) for one in (*given, *keywords.values())):
        raise Unknown
    return given, keywords


def hides(many: Mapping[Any, object]) -> bool:
    """Whether a dictionary has a key or a value that is not known."""
    return any(isinstance(one, Hidden) for item in many.items() for one in item)


def result(function: Called, node: ast.Call, where: Where | None, values: Evaluator) -> object:
    """What a function of the project returns.

    :raises Unknown: it cannot be known
    """
    module, definition = function.module, function.node
    decorators = [
        name_of(one.func if isinstance(one, ast.Call) else one) for one in definition.decorator_list
    ]
    if any(one.rpartition(".")[2] not in SAME for one in decorators) or isinstance(
        definition, ast.AsyncFunctionDef
    ):
        raise Unknown
    static = any(one.rpartition(".")[2] == "staticmethod" for one in decorators)
    method = function.itself is not None and not static
    at = where or Where(module, module.scope)
    given = passed(module, definition, node, at, method=method)
    inside = Where(
        module,
        module.scopes[id(definition)],
        with_itself(given, _first(definition) if method else "", function.itself),
    )
    try:
        found = returned(definition, lambda test: _decided(values, test, inside))
    except Ended:
        raise Unknown from None
    made = [values.of(one, inside) if one is not None else None for one in found]
    if any(one != made[0] for one in made[1:]):
        raise Unknown
    return made[0]


def _decided(values: Evaluator, test: ast.expr, where: Where) -> bool | None:
    try:
        return values.decided(test, where)
    except Unknown:
        return None


def _first(node: Function) -> str:
    arguments = node.args
    return next((one.arg for one in (*arguments.posonlyargs, *arguments.args)), "")


def applied(values: Evaluator, function: object, where: Where, *given: object) -> object:
    """What a function of the project, or a ``lambda``, gives for values."""
    if isinstance(function, Closure):
        arguments = function.node.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        if len(names) != len(given) or arguments.defaults or arguments.vararg or arguments.kwarg:
            raise Unknown
        return values.of(function.node.body, function.where.knowing(dict(zip(names, given, strict=True))))
    names = [f"argument {number}" for number in range(len(given))]  # none that a file can have
    call = ast.Call(ast.Name("function"), [ast.Name(one, ast.Load()) for one in names], [])
    inside = where.knowing(dict(zip(names, given, strict=True)))
    if isinstance(function, Called):
        return result(function, call, inside, values)
    if isinstance(function, Library):
        return _of_library(values, function.name, call, inside)
    raise Unknown


def _each(values: Evaluator, name: str, where: Where, function: object, many: Any) -> list[object]:
    """``map`` and ``filter``."""
    if name == "map":
        return [applied(values, function, where, one) for one in many]
    return [one for one in many if (one if function is None else applied(values, function, where, one))]


def _record_type(fields: Any, *, defaults: Any = ()) -> RecordType:
    if isinstance(fields, str):
        fields = fields.replace(",", " ").split()
    names = tuple(one[0] if isinstance(one, tuple) else one for one in fields)
    return RecordType(names, tuple(defaults or ()))


def _method(values: Evaluator, owner: Any, name: str, node: ast.Call, where: Where) -> object:
    arguments, keywords = _arguments(values, node, where)
    directory = values.modules.directory
    if isinstance(owner, Handle):
        if name in ("read", "parse", "close"):
            return owner
        raise Unknown
    if isinstance(owner, Entry):
        if name in ("is_file", "is_dir"):
            return bool(getattr(Path(values.modules.here(str(owner["path"]))), name)())
        raise Unknown
    if isinstance(owner, PurePath):
        here = Path(values.modules.here(str(Path(directory, owner))))
        if name in ("resolve", "absolute", "expanduser"):
            return Path(os.path.normpath(Path(directory, owner)))
        if name in ("exists", "is_file", "is_dir"):
            return is_there(values, str(here), bool(getattr(here, name)()))
        if name in ("glob", "rglob", "iterdir"):
            look_into(values, str(here))
            found = sorted(getattr(here, name)(*arguments))
            return [Path(owner, one.relative_to(here)) for one in found]
        if name in ("open", "read_text", "read_bytes"):
            return Handle(here)
    if isinstance(owner, Sections) and name == "get" and len(arguments) == 2:
        section, option = arguments
        return owner[section].get(option.lower(), keywords.get("fallback")) or owner[section][option.lower()]
    kind = next((one for one in METHODS if isinstance(owner, one)), None)
    if kind is None or name not in METHODS[kind]:
        raise Unknown
    missed = isinstance(owner, dict) and name == "get" and arguments[0] not in owner
    if missed and any(isinstance(one, Hidden) for one in owner):
        raise Unknown
    if name == "format" and PADDED.search(owner):
        raise Unknown
    try:
        found = getattr(owner, name)(*arguments, **keywords)
    except (LookupError, ValueError) as error:
        if isinstance(owner, str | tuple):
            raise Fails(node, error) from error
        raise
    return found if not isinstance(owner, dict) or name in ("get", "copy") else list(found)


def _of_library(values: Evaluator, name: str, node: ast.Call, where: Where) -> object:
    if name == "getattr" and len(node.args) > 1:
        attribute = ast.Attribute(node.args[0], values.text(node.args[1], where) or "", ast.Load())
        return values.of(attribute, where)
    last = name.rpartition(".")[2]
    typed = name.startswith("typing.") and last not in ("cast", "NamedTuple")
    if typed or name in ("super", "vars", "globals", "locals"):
        raise Unknown
    arguments, keywords = _arguments(values, node, where)
    directory = values.modules.directory
    if name in ("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath"):
        return Path(*arguments)
    if name in VARIABLES:
        return variable(values, arguments[0], *arguments[1:], *keywords.values())
    if name in ("os.getcwd", "pathlib.Path.cwd"):
        return str(directory) if name == "os.getcwd" else directory
    if name in ABSOLUTE:
        return os.path.normpath(Path(directory, arguments[0]))
    if name == "sorted" and keywords.get("key") is not None:
        keys: list[Any] = [applied(values, keywords["key"], where, one) for one in arguments[0]]
        order = sorted(range(len(keys)), key=keys.__getitem__, reverse=bool(keywords.get("reverse")))
        return [list(arguments[0])[at] for at in order]
    if name in PATTERNS and arguments and type(arguments[0]) is str:
        try:
            re.compile(arguments[0])
        except re.error as error:
            raise Fails(node, error) from error
        return _matched(values, name, where, *arguments, **keywords)
    if name in ("json.load", "json.loads") and arguments and isinstance(arguments[0], Handle):
        broken = no_json(arguments[0])
        if broken is not None:
            raise Fails(node, broken)
    if name in PURE:
        try:
            return PURE[name](*arguments, **keywords)
        except ValueError as error:
            if name != "int" or not all(type(one) in (str, int) for one in arguments):
                raise
            raise Fails(node, error) from error
    if name == "dict":
        return dict(*arguments, **keywords)
    if name in ("types.SimpleNamespace", "argparse.Namespace"):
        return Fields(keywords)
    if name in ("collections.namedtuple", "typing.NamedTuple"):
        return _record_type(*arguments[1:], **keywords)
    if name in ("map", "filter"):
        return _each(values, name, where, *arguments)
    if name == "importlib.import_module" and isinstance(arguments[0], str):
        return _imported(values, where, *arguments)
    if name in FIELDS:
        return _default(values, where, arguments, keywords)
    if name in ASKED:
        path = values.modules.here(str(Path(directory, arguments[0])))
        return is_there(values, path, ASKED[name](path))
    if last in ("files", "resource_filename") and name.startswith(("importlib", "pkg_resources")):
        return of_package(values, last, node, arguments, where.module)
    return of_files(values, name, arguments, keywords)


def _imported(values: Evaluator, where: Where, name: str, package: str = "") -> Namespace:
    """A module of the project that is imported by its name."""
    dots = len(name) - len(name.lstrip("."))
    base = package.rsplit(".", dots - 1)[0] if dots else ""
    found = values.module(f"{base}.{name.lstrip('.')}" if dots else name, 0, where.module)
    if found is None:
        raise Unknown
    return Namespace(found)


def _matched(
    values: Evaluator, name: str, where: Where, pattern: str, repl: object = None, text: object = None
) -> object:
    """``re.sub`` on a short text, by a pattern that repeats one character at most: it takes no time."""
    if name != "re.sub" or not isinstance(text, str) or len(text) > LONGEST:
        raise Unknown
    if len(REPEATS.findall(pattern)) > 1 or GROUPS.search(pattern):
        raise Unknown
    if isinstance(repl, str):
        return re.sub(pattern, repl, text)
    return re.sub(pattern, lambda match: str(applied(values, repl, where, match)), text)


def _default(values: Evaluator, where: Where, arguments: list[Any], keywords: dict[str, Any]) -> object:
    """What a field is where nothing is given."""
    if keywords.get("default_factory") is not None:
        return applied(values, keywords["default_factory"], where)
    given = keywords.get("default", arguments[0] if arguments else Unknown)
    if given is Unknown or given is Ellipsis:
        raise Unknown
    return given
