"""Error handlers of a Connexion app: which there are, and whether one can be made what Connexion 3 calls."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Collection, Iterator

from connexion_doctor.model import Edit
from connexion_doctor.python import Module, Sources, Use
from connexion_doctor.python.edits import add_import, insert, known, replace
from connexion_doctor.python.module import Function, Scope
from connexion_doctor.rules.migration.flask_answers import (
    as_response,
    imports,
    is_flask_answer,
    needs_flask,
)
from connexion_doctor.rules.migration.uses import app_calls, named, outer_app, receiver

PROBLEMS = ("connexion.problem()", "connexion.lifecycle.ConnexionResponse()")


def handlers(sources: Sources) -> Iterator[tuple[Use[ast.Call], ast.expr]]:
    """Each registration on a Connexion app, and what it is given as the handler."""
    for use, _ in app_calls(sources, "add_error_handler"):
        given = named(sources, use, "function")
        if len(use.node.args) > 1:
            yield use, use.node.args[1]
        elif given is not None:
            yield use, given.value


def caught(sources: Sources, use: Use[ast.Call]) -> ast.expr | None:
    """What a registration is for: a class, or a status."""
    given = named(sources, use, "code_or_exception")
    return use.node.args[0] if use.node.args else given.value if given is not None else None


def parameters(arguments: ast.arguments, bound: int) -> int | None:
    """How many arguments a function takes by position at most; None when any number."""
    if arguments.vararg is not None:
        return None
    return len(arguments.posonlyargs) + len(arguments.args) - bound


def is_method(module: Module, node: Function) -> bool:
    """Whether a function has an argument that its caller does not give: ``self``."""
    scope = module.scopes[id(node)]
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)
    return scope.owner is not None and not static


def two_arguments(
    sources: Sources, module: Module, node: Function, besides: Collection[ast.Call] = ()
) -> tuple[Edit, ...]:
    """Certain where the handler is nobody else's, has a plain head, and returns problems or what can be made
    a ConnexionResponse (by the rule about that)."""
    given = [*node.args.posonlyargs, *node.args.args]
    scope = module.scopes[id(node)]
    if "request" in scope.bindings or len(given) - int(is_method(module, node)) != 1:
        return ()
    if any(name.id == "request" for name in ast.walk(node) if isinstance(name, ast.Name)):
        return ()  # an imported request is used: the new parameter would hide it
    if not scope.returns or not is_only_a_handler(sources, module, node, besides):
        return ()
    edits: list[Edit] = []
    others: list[Edit] = []
    for expression in scope.returns:
        problem = _problem(sources, expression, module, scope)
        answer = as_response(sources, expression, module, scope) if problem is None else ()
        if problem is None and not answer:
            return ()
        others += answer
        if problem is not None and problem is not expression:
            edits.append(replace(module, expression, module.text(problem)))
    place = module.location(given[-1])
    edits.append(insert(module, place.line, place.column, "request, "))
    own = read_anew(sources, module, node, tuple(edits))
    return (*own, *read_anew(sources, module, node, (*edits, *others), rest=True))


def of_lambda(sources: Sources, handler: ast.Lambda, use: Use[ast.Call]) -> tuple[Edit, ...]:
    """A lambda takes the request too, where it gives a problem."""
    given = [*handler.args.posonlyargs, *handler.args.args]
    if _problem(sources, handler.body, use.module, use.scope) is not handler.body:
        return ()
    place = use.module.location(given[0])
    return (insert(use.module, place.line, place.column, "request, "),)


def _problem(sources: Sources, expression: ast.expr, module: Module, scope: Scope) -> ast.expr | None:
    """The problem, or the ConnexionResponse, that an expression gives, by itself or in ``get_response``."""
    value = sources.names.value(expression, module, scope)
    if value == "connexion.FlaskApi.get_response()" and isinstance(expression, ast.Call):
        plain = len(expression.args) == 1 and not expression.keywords
        return _problem(sources, expression.args[0], module, scope) if plain else None
    return expression if value in PROBLEMS else None


# What Werkzeug's HTTPException has, and the one of Starlette, which Connexion 3 raises in its place, has not.
_OF_WERKZEUG = frozenset(
    "code description name get_response get_body get_headers get_description original_exception".split()
)
_ANEW = {
    "code": "{}.status_code",
    "description": "{}.detail",
    "name": "HTTPStatus({}.status_code).phrase",
}
# Errors of Connexion that were Werkzeug's in Connexion 2.
_WERE_WERKZEUGS = tuple(
    f"connexion.exceptions.{name}"
    for name in ("OAuthProblem", "OAuthResponseProblem", "OAuthScopeProblem", "Unauthorized", "Forbidden")
)


def reads_of_werkzeug(node: Function) -> list[ast.Attribute]:
    """What a handler reads of its error that Werkzeug's have."""
    own = {one.arg for one in (*node.args.posonlyargs, *node.args.args)}
    return [
        one
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute)
        and isinstance(one.value, ast.Name)
        and one.value.id in own
        and one.attr in _OF_WERKZEUG
    ]


def _asked_for(node: Function) -> Iterator[object]:
    """What a handler asks for with ``getattr(error, "code", 500)``, or ``hasattr``."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and getattr(one.func, "id", "") in ("getattr", "hasattr"):
            yield from (each.value for each in one.args[1:2] if isinstance(each, ast.Constant))


def _reads_to_change(sources: Sources, module: Module, node: Function) -> list[ast.Attribute] | None:
    """What a handler reads of HTTP errors (404, ``NotFound``) that those of Connexion 3 call otherwise; None
    where that is not certain, or they have no such thing."""
    scope = module.scopes[id(node)]
    names = (one for one in ast.walk(node) if isinstance(one, ast.Name))
    if any((sources.names.value(one, module, scope) or "").startswith("werkzeug.") for one in names):
        return None
    if any(asked in _OF_WERKZEUG for asked in _asked_for(node)):
        return None
    reads = reads_of_werkzeug(node)
    kinds = {
        _is_http(sources, use) for use, handler in handlers(sources) if _names(sources, handler, use, node)
    }
    if not reads or kinds == {False}:
        return []
    return reads if kinds == {True} and all(one.attr in _ANEW for one in reads) else None


def _names(sources: Sources, handler: ast.expr, use: Use[ast.Call], node: Function) -> bool:
    found = sources.function(handler, use)
    return found is not None and found[1] is node


def _is_http(sources: Sources, use: Use[ast.Call]) -> bool | None:
    """Whether a registration is for errors that were Werkzeug's; None where it is not known what for."""
    given = caught(sources, use)
    if isinstance(given, ast.Constant):
        return isinstance(given.value, int)
    name = sources.of(given, use) if given is not None else None
    return name.startswith(("werkzeug.", *_WERE_WERKZEUGS)) if name is not None else None


def read_anew(
    sources: Sources, module: Module, node: Function, edits: tuple[Edit, ...], *, rest: bool = False
) -> tuple[Edit, ...]:
    """Edits of a handler, whose text reads the error as Connexion 3 has it.

    :param rest: with what they leave as it stands, and without themselves
    """
    reads = _reads_to_change(sources, module, node) or ()
    texts = {module.text(one): _ANEW[one.attr].format(module.text(one.value)) for one in reads}
    if not rest:
        for old, new in texts.items():
            pattern = re.compile(rf"\b{re.escape(old)}\b")
            edits = tuple(
                dataclasses.replace(one, replacement=pattern.sub(new, one.replacement)) for one in edits
            )
        return edits
    spans = [(one.location, one.location.end) for one in edits]
    places = [(one, module.location(one)) for one in reads]
    left = [
        replace(module, one, texts[module.text(one)])
        for one, at in places
        if not any((span.line, span.column) <= (at.line, at.column) < end for span, end in spans)
    ]
    imported = add_import(module, "HTTPStatus", "http") if any(one.attr == "name" for one in reads) else None
    return known([*left, imported])


def moved(sources: Sources, use: Use[ast.Call], besides: Collection[ast.Call]) -> tuple[Edit, ...]:
    """``app.app.register_error_handler(error, handler)`` on the Connexion app, with the handler as that calls
    it; empty where that is not certain.

    :param besides: all registrations that are moved
    """
    inner = receiver(use)
    outer = outer_app(sources, inner, use) if inner is not None else None
    if outer is None or len(use.node.args) != 2 or use.node.keywords:
        return ()
    found = sources.function(use.node.args[1], use)
    if found is None or reads_of_werkzeug(found[1]):
        return ()
    module, node = found
    taken = two_arguments(sources, module, node, besides)
    if not taken:
        return ()
    scope = module.scopes[id(node)]
    answers = (one for one in scope.returns if is_flask_answer(sources, one, module, scope))
    made = tuple(edit for one in answers for edit in as_response(sources, one, module, scope))
    there = replace(use.module, use.node.func, f"{outer}.add_error_handler")
    return (there, *taken, *made, *imports(module, made))


def is_only_a_handler(
    sources: Sources, module: Module, node: Function, besides: Collection[ast.Call] = ()
) -> bool:
    """Whether a function is called by nobody else, and uses nothing that only works inside of Flask.

    :param besides: registrations on the Flask app that do not count, because they are moved
    """
    name = f"@{module.path}:{node.name}"
    if _reads_to_change(sources, module, node) is None:
        return False
    if node.decorator_list or needs_flask(sources, module, node, module.scopes[id(node)]):
        return False
    for call, value in sources.calls:
        if sources.names.raw(call.node.func, call.module, call.scope) == name:
            return False
        if value.endswith(".register_error_handler") and call.node not in besides:
            given = [sources.names.raw(one, call.module, call.scope) for one in call.node.args]
            if name in given:
                return False
    return True
