"""Handlers that leave it to Connexion which of several content types they answer in."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources
from connexion_doctor.python.edits import insert, replace
from connexion_doctor.python.module import Function
from connexion_doctor.python.nodes import last_name
from connexion_doctor.python.operations import Operation
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import fix, listed

# What gives a response object of a framework, or of Connexion, which has its type in it.
RESPONSES = frozenset(
    "jsonify make_response Response send_file send_from_directory redirect stream_with_context problem "
    "ConnexionResponse JSONResponse StreamingResponse FileResponse PlainTextResponse HTMLResponse "
    "RedirectResponse abort".split()
)
DATA = ast.Dict | ast.List | ast.Set | ast.ListComp | ast.DictComp | ast.Compare
DATA_CALLS = frozenset("dict list str int float sorted len to_dict asdict model_dump dumps".split())


@dataclass(frozen=True)
class _Return:
    """A ``return``: whether it is ``named`` (it says its type, or need not), ``data`` or ``unknown``."""

    node: ast.Return
    kind: str
    edits: tuple[Edit, ...] = ()


@rule("CXD455", "response-type-not-named", Severity.ERROR)
def response_type(sources: Sources) -> Iterator[Finding]:
    """An operation has responses of several content types, and its handler names none.

    What happens: `500 Internal Server Error`: `Multiple response content types are defined in the operation
        spec, but the handler response did not specify which one to return`; also where the types belong to
        different statuses, as `application/json` for 200 and `application/problem+json` for 400, and where
        nothing is returned (`return None, 204`).

    Why: Connexion 2 answered in the first type where all of them are JSON, else in `application/json`.
        Connexion 3 chooses only where there is one type, text for `text/plain`, or bytes for
        `application/octet-stream`.

    Fix: Name the type in the headers that the handler returns. That works in both versions.

    Before:
        import connexion


        def show(name):
            return {"name": name}, 200


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion


        def show(name):
            return {"name": name}, 200, {"Content-Type": "application/json"}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/decorators/response.py
        test: tests/rules/migration/test_response_types.py
    """
    for operation, module, function in handlers_of(sources, lambda types: len(types) > 1):
        yield from _unnamed(operation, module, function)


def handlers_of(
    sources: Sources, answers: Callable[[Sequence[str]], bool]
) -> Iterator[tuple[Operation, Module, Function]]:
    """The handlers of the operations whose content types are wanted, each with the first of its operations.

    :param answers: whether the types that an operation answers in are wanted
    """
    seen: set[tuple[str, int]] = set()
    for operation in sources.specifications.with_several_types:
        handler = sources.handler(operation.handler) if answers(operation.produces) else None
        if handler is None or (handler[0].path, handler[1].lineno) in seen:
            continue
        module, function = handler
        seen.add((module.path, function.lineno))
        yield operation, module, function


def _unnamed(operation: Operation, module: Module, function: Function) -> Iterator[Finding]:
    chosen = _chosen(operation.produces)
    returns = [_read(node, function, operation.produces, chosen, module) for node in returns_of(function)]
    data = [one for one in returns if one.kind == "data"]
    unknown = [one for one in returns if one.kind == "unknown"]
    told = data or unknown
    if not told:
        return
    edits = [edit for one in data for edit in one.edits]
    certain = bool(data) and chosen is not None and all(one.edits for one in data)
    said = f"`{operation.spoken}` answers in {listed(sorted(operation.produces))}, and `{function.name}`"
    yield finding(
        f"{said} names none of them: Connexion 3 answers 500."
        if data
        else f"{said} may name none of them: unless it returns a response object, Connexion 3 answers 500.",
        severity=Severity.ERROR if data else Severity.WARNING,
        evidence=[f"{operation.specification}: {operation.spoken}"],
        location=module.location(told[0].node),
        fixes=fix("Name the content type in the headers that are returned.", edits if certain else ()),
    )


def _chosen(produces: tuple[str, ...]) -> str | None:
    """What Connexion 2 answered in (``connexion/operations/abstract.py``, ``get_mimetype``)."""
    if all(one == "application/json" or one.endswith("+json") for one in produces):
        return produces[0]
    return "application/json" if "application/json" in produces else None


def returns_of(function: Function) -> Iterator[ast.Return]:
    """The returns of a function, not of those inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting[0:0] = list(ast.iter_child_nodes(node))


def _read(
    node: ast.Return, function: Function, produces: tuple[str, ...], chosen: str | None, module: Module
) -> _Return:
    header = f'{{"Content-Type": "{chosen}"}}'
    if node.value is None:
        return _Return(node, "data", (replace(module, node, f"return None, {header}"),))
    parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    kind = _kind(parts[0], function, produces) if parts else "unknown"
    if kind == "unknown" and _answers_for_it(parts, function, module, produces):
        kind = "named"
    if kind != "data":
        return _Return(node, kind)
    last = parts[-1]
    if len(parts) > 1 and isinstance(last, ast.Dict):
        return _with_headers(node, last, chosen, module)
    if len(parts) == 3 or len(parts) == 2 and not _is_status(parts[1]):
        return _Return(node, "unknown")
    end = module.location(last if isinstance(node.value, ast.Tuple) else node.value).end
    if isinstance(node.value, ast.Tuple) and module.text(node.value).rstrip(")").rstrip().endswith(","):
        return _Return(node, "data")
    return _Return(node, "data", (insert(module, *end, f", {header}"),))


def _answers_for_it(
    parts: Sequence[ast.expr], function: Function, module: Module, produces: tuple[str, ...]
) -> bool:
    """Whether another function of the module is called for the whole answer, and makes response objects;
    where its result has a name it may give None as well, which is looked at first."""
    first = parts[0] if len(parts) == 1 else None
    named = isinstance(first, ast.Name)
    calls = _given(first.id, function) if isinstance(first, ast.Name) else [first]
    return bool(calls) and all(_responds(one, module, produces, or_none=named) for one in calls)


def _responds(call: ast.expr | None, module: Module, produces: tuple[str, ...], *, or_none: bool) -> bool:
    name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
    found = [one.node for one in module.scope.bindings.get(name, [])]
    if len(found) != 1 or not isinstance(found[0], ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    own = [one.value for one in returns_of(found[0])]
    if or_none:
        own = [one for one in own if not (one is None or isinstance(one, ast.Constant) and one.value is None)]
    return bool(own) and all(one is not None and _kind(one, found[0], produces) == "named" for one in own)


def _with_headers(node: ast.Return, headers: ast.Dict, chosen: str | None, module: Module) -> _Return:
    names = [str(key.value).lower() for key in headers.keys if isinstance(key, ast.Constant)]
    if "content-type" in names:
        return _Return(node, "named")
    if len(names) < len(headers.keys):
        return _Return(node, "unknown")
    place = module.location(headers)
    added = f'"Content-Type": "{chosen}"' + (", " if names else "")
    return _Return(node, "data", (insert(module, place.line, place.column + 1, added),))


def _kind(value: ast.expr, function: Function, produces: tuple[str, ...], depth: int = 0) -> str:
    """What is returned as the body: a response object, for certain data, or nobody knows."""
    if isinstance(value, ast.Constant | ast.JoinedStr):
        text = isinstance(value, ast.JoinedStr) or isinstance(value.value, str)
        if text and any("text/plain" in one for one in produces):
            return "named"
        if isinstance(value, ast.Constant) and isinstance(value.value, bytes):
            return "unknown"
        return "data"
    if isinstance(value, DATA):
        return "data"
    if isinstance(value, ast.Attribute | ast.Name) and last_name(value) == "NoContent":
        return "data"
    if isinstance(value, ast.Call):
        name = last_name(value.func)
        return "named" if name in RESPONSES else "data" if name in DATA_CALLS else "unknown"
    if isinstance(value, ast.IfExp):
        kinds = {_kind(one, function, produces, depth) for one in (value.body, value.orelse)}
        return kinds.pop() if len(kinds) == 1 else "unknown"
    if isinstance(value, ast.Name) and depth < 3:
        kinds = {_kind(one, function, produces, depth + 1) for one in _given(value.id, function)}
        return kinds.pop() if len(kinds) == 1 else "unknown"
    return "unknown"


def _given(name: str, function: Function) -> list[ast.expr]:
    """What a function gives a name of its own; nothing where it gets it in another way too."""
    given, bound = [], 0
    for node in ast.walk(function):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.NamedExpr | ast.AnnAssign):
            targets = [node.target]
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr) and any(last_name(target) == name for target in targets):
            given.append(value)
        bound += isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name
    return given if bound <= len(given) else []


def _is_status(node: ast.expr) -> bool:
    """Whether an expression is a status: a number, or ``HTTPStatus.OK``."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    return isinstance(node, ast.Attribute) and (node.attr.isupper() or node.attr == "value")
