"""What a view of Flask may return, said as a ``ConnexionResponse``: error handlers of Connexion 3 return one.

Flask's own defaults are written out: ``text/html`` for text, JSON for what is data; JSON is written by
Connexion's ``Jsonifier``, which knows dates and the like as Flask's ``jsonify`` does.
"""

from __future__ import annotations

import ast

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Edit
from connexion_doctor.python import Module, Sources
from connexion_doctor.python.edits import add_import, replace
from connexion_doctor.python.module import Scope

ANSWERS = (
    "flask.jsonify()", "flask.make_response()", "flask.Response()", "flask.redirect()",
    "flask.wrappers.Response()",
)  # fmt: skip
RESPONSE = ("response", "status", "headers", "mimetype", "content_type")  # parameters of Flask's Response
# What the code may go on to set on an answer that it has made: a ConnexionResponse has it too.
KEPT = ("status_code", "headers", "mimetype")
DATA = (ast.Dict, ast.List, ast.DictComp, ast.ListComp)
WIDTH = 100
JSON, HTML = '"application/json"', '"text/html"'


@dataclass(frozen=True)
class Answer:
    """The arguments of a ConnexionResponse, as text."""

    body: str
    mimetype: str = ""
    status: str = ""
    headers: str = ""
    content_type: str = ""

    @property
    def arguments(self) -> list[str]:
        """As they are written."""
        given = {
            "status_code": self.status, "mimetype": self.mimetype, "content_type": self.content_type,
            "body": self.body, "headers": self.headers,
        }  # fmt: skip
        return [f"{name}={value}" for name, value in given.items() if value]


def is_flask_answer(sources: Sources, expression: ast.expr, module: Module, scope: Scope) -> bool:
    """Whether an expression is what Flask understands, and Connexion's error handling does not."""
    plain = isinstance(expression, ast.Tuple | ast.Dict | ast.List | ast.JoinedStr)
    text = isinstance(expression, ast.Constant) and isinstance(expression.value, str)
    named = isinstance(expression, ast.Name) and _held(expression, scope) is not None
    return plain or text or named or sources.names.value(expression, module, scope) in ANSWERS


def needs_flask(sources: Sources, module: Module, function: ast.AST, scope: Scope) -> bool:
    """Whether a function uses what works inside of Flask only: ``current_app``, ``request``, ``url_for``."""
    known = {name.removesuffix("()") for name in ANSWERS}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            value = sources.names.value(node, module, scope) or ""
            if value.startswith("flask.") and value not in known and value.removesuffix("()") not in known:
                return True
    return False


def as_response(sources: Sources, expression: ast.expr, module: Module, scope: Scope) -> tuple[Edit, ...]:
    """The edits that make a ConnexionResponse of what a function returns, without the imports; empty where
    that is not certain."""
    name = expression.elts[0] if isinstance(expression, ast.Tuple) and expression.elts else expression
    if not isinstance(name, ast.Name) or _held(name, scope) is not None:
        answer = _answer(sources, expression, module, scope)
        return (_edit(answer, expression, module),) if answer is not None else ()
    made = _made(name, scope)
    if made is None:
        return ()
    if expression is name:
        answer = _answer(sources, made, module, scope)
        return (_edit(answer, made, module),) if answer is not None else ()
    rest = expression.elts[1:] if isinstance(expression, ast.Tuple) else []
    if any(isinstance(one, ast.Name) for one in rest):
        return ()  # it may be given its value behind the answer
    answer = _of_parts(sources, [made, *rest], module, scope)
    whole = replace(module, expression, name.id)
    return (_edit(answer, made, module), whole) if answer is not None else ()


def imports(module: Module, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """What the edits need imported."""
    text = "".join(edit.replacement for edit in edits)
    wanted = (("Jsonifier", "connexion.jsonifier"), ("ConnexionResponse", "connexion.lifecycle"))
    found = [add_import(module, name, source) for name, source in wanted if f"{name}(" in text]
    new = [edit for edit in found if edit is not None]
    if len(new) == 2 and new[0].location == new[1].location:
        both = new[0].replacement + new[1].replacement
        return (Edit(new[0].location, both),)
    return tuple(new)


def _edit(answer: Answer, node: ast.expr, module: Module) -> Edit:
    """The call, on lines of its own where it is too long for one."""
    return replace(module, node, _written(answer.arguments, node, module))


def _written(arguments: list[str], node: ast.expr, module: Module) -> str:
    flat = f"ConnexionResponse({', '.join(arguments)})"
    if module.location(node).column + len(flat) <= WIDTH and "\n" not in flat:
        return flat
    line = module.source.line(node.lineno)
    blanks = line[: len(line) - len(line.lstrip())]
    return "ConnexionResponse(\n" + "".join(f"{blanks}    {one},\n" for one in arguments) + f"{blanks})"


def _made(name: ast.Name, scope: Scope) -> ast.expr | None:
    """The answer that a name was given, where nothing is done with it that a ConnexionResponse does not
    take: ``response.status_code = 404``."""
    function = scope.function
    bindings = scope.bindings.get(name.id, [])
    if function is None or len(bindings) != 1 or bindings[0].kind != "value" or bindings[0].index is not None:
        return None
    fine = {id(bindings[0].node)}
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            fine |= {id(one) for one in node.value.elts[:1]}
        elif isinstance(node, ast.Return) or (isinstance(node, ast.Attribute) and node.attr in KEPT):
            fine.add(id(node.value))
    uses = (node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name.id)
    plain = all(id(use) in fine or isinstance(use.ctx, ast.Store) for use in uses)
    return bindings[0].value if plain and isinstance(bindings[0].value, ast.Call) else None


def _held(name: ast.Name, scope: Scope) -> ast.expr | None:
    """What a name of the function holds whenever it is read: data or text, all of one kind."""
    bindings = scope.bindings.get(name.id, []) if scope.function is not None else []
    values = [one.value for one in bindings if one.kind == "value" and one.index is None]
    found = [one for one in values if one is not None]
    if not found or len(found) < len(bindings):
        return None
    alike = all(isinstance(one, DATA) for one in found) or all(_is_text(one) for one in found)
    return found[0] if alike else None


def _answer(sources: Sources, node: ast.expr, module: Module, scope: Scope) -> Answer | None:
    if isinstance(node, ast.Tuple):
        return _of_parts(sources, node.elts, module, scope)
    held = _held(node, scope) if isinstance(node, ast.Name) else node
    if isinstance(held, DATA):
        return Answer(f"Jsonifier().dumps({module.text(node)})", JSON)
    if held is not None and _is_text(held):
        return Answer(module.text(node), HTML)
    made = sources.names.value(node, module, scope)
    if not isinstance(node, ast.Call) or made not in ANSWERS:
        return None
    if any(isinstance(one, ast.Starred) for one in node.args):
        return None
    if made == "flask.jsonify()":
        return _jsonified(node, module)
    if made == "flask.make_response()":
        return _of_parts(sources, node.args, module, scope) if not node.keywords else None
    if made == "flask.redirect()":
        return _redirect(node, module)
    return _response(node, module, scope)


def _jsonified(call: ast.Call, module: Module) -> Answer | None:
    """As ``jsonify`` has it: one value, a list of several, a dictionary of those given by name."""
    if call.args and call.keywords:
        return None
    texts = [module.text(one) for one in call.args]
    named = ", ".join(module.text(one) for one in call.keywords)
    data = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]" if texts else f"dict({named})"
    return Answer(f"Jsonifier().dumps({data})", JSON)


def _of_parts(sources: Sources, parts: list[ast.expr], module: Module, scope: Scope) -> Answer | None:
    """``body, status``, ``body, headers`` or ``body, status, headers``."""
    if not 1 <= len(parts) <= 3:
        return None
    inner = _answer(sources, parts[0], module, scope)
    status = next((one for one in parts[1:2] if not isinstance(one, ast.Dict)), None)
    headers = next((one for one in parts[1:] if one is not status), None)
    if inner is None or (status is not None and not _is_status(status, module, scope)):
        return None
    if headers is not None and (not isinstance(headers, ast.Dict) or inner.headers):
        return None
    told = module.text(status) if status is not None else inner.status
    more = module.text(headers) if headers is not None else inner.headers
    typed = headers is not None and _names_a_type(headers)
    return Answer(
        inner.body, "" if typed else inner.mimetype, told, more, "" if typed else inner.content_type
    )


def _redirect(call: ast.Call, module: Module) -> Answer | None:
    given = dict(zip(("location", "code"), call.args, strict=False))
    given |= {one.arg: one.value for one in call.keywords if one.arg is not None}
    if set(given) - {"location", "code"} or "location" not in given:
        return None
    status = module.text(given["code"]) if "code" in given else "302"
    return Answer("", "", status, f'{{"Location": {module.text(given["location"])}}}')


def _response(call: ast.Call, module: Module, scope: Scope) -> Answer | None:
    """``flask.Response``, where the body is text or bytes."""
    given = dict(zip(RESPONSE, call.args, strict=False))
    given |= {one.arg or "": one.value for one in call.keywords}
    body, status, headers = (given.get(name) for name in RESPONSE[:3])
    held = _held(body, scope) if isinstance(body, ast.Name) else body
    if set(given) - set(RESPONSE) or not (body is None or held is not None and _is_text(held)):
        return None
    if not (status is None or _is_status(status, module, scope)) or not (
        headers is None or isinstance(headers, ast.Dict)
    ):
        return None
    text = {name: module.text(value) for name, value in given.items()}
    typed = "content_type" in given or (headers is not None and _names_a_type(headers))
    mimetype = text.get("mimetype", "" if typed else HTML)
    return Answer(
        text.get("response", ""), mimetype, text.get("status", ""), text.get("headers", ""),
        text.get("content_type", ""),
    )  # fmt: skip


def _is_text(node: ast.expr) -> bool:
    """Whether an expression gives text or bytes for certain."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod | ast.Add) and _is_text(node.left)
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return called in ("str", "dumps", "format", "encode", "escape")
    return isinstance(node, ast.JoinedStr)


def _is_status(node: ast.expr, module: Module, scope: Scope) -> bool:
    """Whether an expression is the number of a status: 404, ``HTTPStatus.NOT_FOUND``, ``e.code``, a name that
    is given one."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    if isinstance(node, ast.Attribute):
        return node.attr in ("code", "status_code") or "HTTPStatus" in ast.dump(node.value)
    if not isinstance(node, ast.Name):
        return False
    given = scope.bindings.get(node.id) or module.scope.bindings.get(node.id) or []
    numbers = [one.value for one in given if isinstance(one.value, ast.Constant) and one.index is None]
    known = bool(given) and len(numbers) == len(given) and all(type(one.value) is int for one in numbers)
    return known or node.id in ("code", "status_code")


def _names_a_type(headers: ast.expr) -> bool:
    return isinstance(headers, ast.Dict) and any(
        isinstance(key, ast.Constant) and str(key.value).lower() == "content-type" for key in headers.keys
    )
