"""What operations give to their handlers, against what the handlers take, as far as both are written down.

Source: ``connexion/decorators/parameter.py`` of Connexion 2.14 and 3.3; the probe tells the same of an app
that is loaded (``probe/agent/arguments.py``).
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.python.module import Function, Module
from connexion_doctor.python.nodes import argument, text_in
from connexion_doctor.reading.modules import LaunchModules

IN_PATH = late.pattern(r"{([^}:]+)")
WITH_BODY = ("patch", "post", "put")  # the methods whose body Connexion 2 passes on
Parameters = list[Mapping[str, object]]


@dataclass(frozen=True)
class Operation:
    """One operation: its method and path, the handler's dotted name, the parameters of the specification
    (None: they are not all known), the names that its body may be passed under (None: not all known),
    whether it is secured."""

    method: str
    path: str
    function: str
    parameters: Parameters | None
    body: frozenset[str] | None
    secured: bool


@dataclass(frozen=True)
class Way:
    """How names are passed: made Pythonic first, and the context's name among them."""

    pythonic: bool
    context: str
    major: int


def way_of(calls: tuple[ast.Call, ...], major: int) -> Way | None:
    """How an app passes names on; None where it is not known."""
    context = "context_" if major == 3 else ""
    named = [node for one in calls if (node := argument(one, 99, "pass_context_arg_name")) is not None]
    if named:
        context = text_in(named[0]) or ""
        if not context:
            return None
    nodes = (argument(one, 99, "pythonic_params") for one in calls)
    given = next((node for node in nodes if node is not None), ast.Constant(False))
    return Way(bool(given.value), context, major) if isinstance(given, ast.Constant) else None


def mismatches(
    operations: Iterable[Operation], way: Way, modules: LaunchModules
) -> Iterator[dict[str, object]]:
    """The operations whose handlers can never be called as they are, as the probe tells them."""
    foreign = any(
        isinstance(use.node.func, ast.Attribute) and use.node.func.attr == "add_middleware"
        for module in modules.modules
        for use in module.calls
    )
    for one in operations:
        found = _handler(one.function, modules)
        if found is None or one.parameters is None:
            continue
        module, node = found
        takes = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        in_path = {_changed(name, way.pythonic) for name in IN_PATH.findall(one.path)}
        given = in_path | set(_given(one, way))
        known = one.body is not None and not foreign
        missing = [name for name in _required(node) if name not in given] if known else []
        refused = sorted(in_path - set(takes)) if node.args.kwarg is None else []
        if refused or missing:
            yield {
                "missing": missing,
                "optional": [],
                "refused": refused,
                "operation": f"{one.method.upper()} {one.path}",
                "function": one.function,
                "given": sorted(given - set(takes)),
                "unpassed": [str(each["name"]) for each in one.parameters if not _passed(each)],
                "path": str(modules.root / module.path),
                "line": node.lineno,
            }


def _given(operation: Operation, way: Way) -> Iterator[str]:
    """The names of arguments that an operation's requests may have."""
    yield way.context
    yield from (
        _changed(str(each["name"]), way.pythonic) for each in operation.parameters or () if _passed(each)
    )
    if way.major == 3 or operation.method in WITH_BODY:
        yield from (_changed(name, way.pythonic) for name in operation.body or ())
    if operation.secured:
        yield from ("user", "token_info")


def _handler(dotted: str, modules: LaunchModules) -> tuple[Module, Function] | None:
    """The function of that name, where it is one as it stands."""
    name, _, attribute = dotted.rpartition(".")
    path = modules.file(name)
    module = modules.module(path, name) if path is not None else None
    bound = module.scope.bindings.get(attribute, []) if module is not None else []
    node = bound[0].node if len(bound) == 1 else None
    if module is None or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.decorator_list:
        return None
    return module, node


def _required(node: Function) -> list[str]:
    positional = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    bare = [
        one.arg
        for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if not default
    ]
    return positional[: len(positional) - len(node.args.defaults)] + bare


def _passed(parameter: Mapping[str, object]) -> bool:
    return parameter.get("in") not in ("header", "cookie")


def _changed(name: str, to_pythonic: bool) -> str:
    """``pythonic`` and ``sanitized``."""
    if to_pythonic:
        name = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z\d])(?=[A-Z])", "_", name).replace("-", "_").lower()
        name += "_" if hasattr(builtins, name) or keyword.iskeyword(name) else ""
    return re.sub("^[^a-zA-Z_]+", "", re.sub("[^0-9a-zA-Z_]", "", re.sub(r"\[(?!])", "_", name)))
