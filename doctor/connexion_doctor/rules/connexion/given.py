"""What the Connexion app is given and cannot use: WSGI middleware, a parser for another specification."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Finding, Fix, Location, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.connexion.details import connexion_layer, details, handlers_source, texts
from connexion_doctor.rules.loading.calls import calls
from connexion_doctor.rules.loading.target import target_word
from connexion_doctor.servers import ways


@rule("CXD132", "wsgi-middleware-in-the-stack", Severity.ERROR, breaks=True)
def wsgi_middleware_in_the_stack(case: Case) -> Iterator[Finding]:
    """A WSGI middleware is given to ``add_middleware``, which takes ASGI middleware.

    What happens: it boots, and every request that gets there answers 500: ``TypeError: ProxyFix.__call__()
        takes 3 positional arguments but 4 were given``.
    Why: Connexion 3 is an ASGI app, and calls the parts of its stack with scope, receive and send.
    Fix: ``add_wsgi_middleware`` puts it around the Flask app inside of a ``FlaskApp``.
    Before:
        app.add_middleware(ProxyFix, x_proto=1)
    After:
        app.add_wsgi_middleware(ProxyFix, x_proto=1)
    Sources:
        https://connexion.readthedocs.io/en/latest/middleware.html
        truth: c3new/uvicorn --host 127.0.0.1 --port {port} given:wsgi_middleware
    """
    names = texts(details(case).get("wsgi_in_stack"))
    if not names or case.broken_link() is not None:
        return
    name = names[0].rpartition(".")[2]
    edits, location = _moved(case, name)
    title = "give it to the Flask app inside: add_wsgi_middleware"
    fix = Fix.by_hand(f"{title}, or take an ASGI middleware in its place")
    if edits:
        fix = Fix(title, Applicability.SAFE, recommended=True, edits=edits, costs=(ways.IN_FLASK,))
    yield finding(
        f"Requests will fail with 500: add_middleware takes ASGI middleware, and {names[0]} is WSGI.",
        location=location,
        word=target_word(case),
        fixes=(fix,),
    )


def _moved(case: Case, name: str) -> tuple[tuple[Edit, ...], Location | None]:
    """The edits that hand a class to ``add_wsgi_middleware`` where one call gives it to ``add_middleware``;
    an ``AsyncApp`` has no Flask app."""
    from connexion_doctor.python.edits import (  # healthy launches do without
        editable,
        remove_arguments,
        replace_name,
    )

    found = [
        (source, call)
        for source, call in calls(case, "add_middleware")
        if call.args and ast.unparse(call.args[0]).rpartition(".")[2] == name
    ]
    layer = connexion_layer(case)
    if len(found) != 1 or layer is None:
        return (), None
    source, call = found[0]
    module = editable(source)
    gone = [one for one in call.keywords if one.arg == "position"]
    edits = remove_arguments(module, call, gone)
    whole = not gone or edits
    plain = len(call.args) == 1 and all(one.arg for one in call.keywords)
    if (
        not layer.type.endswith(".FlaskApp")
        or not plain
        or not whole
        or not isinstance(call.func, ast.Attribute)
    ):
        return (), source.location(call)
    return (replace_name(module, call.func, "add_wsgi_middleware"), *edits), source.location(call)


@rule("CXD133", "parameters-misread", Severity.ERROR, breaks=True)
def parameters_misread(case: Case) -> Iterator[Finding]:
    """``uri_parser_class`` is one for Swagger 2, and the specification is OpenAPI 3.

    What happens: every request of an operation with parameters in its path or query answers 500:
        ``KeyError: 'type'``.
    Why: ``AlwaysMultiURIParser`` and ``FirstValueURIParser`` look for ``type`` and ``collectionFormat`` in
        the parameter itself, as Swagger 2 has them; OpenAPI 3 has the type in ``schema``, and ``style`` and
        ``explode``.
    Fix: leave it out: Connexion takes the one for OpenAPI 3 by itself.
    Before:
        app = connexion.FlaskApp(__name__, uri_parser_class=AlwaysMultiURIParser)
    After:
        app = connexion.FlaskApp(__name__)
    Sources:
        https://connexion.readthedocs.io/en/latest/request.html
        https://spec.openapis.org/oas/v3.0.3#style-values
        truth: c3new/uvicorn --host 127.0.0.1 --port {port} given:uri_parser
    """
    found = handlers_source(case, "misread")
    found = [one for one in found if isinstance(one, dict)] if isinstance(found, (list, tuple)) else []
    if not found or case.broken_link() is not None:
        return
    parser = str(found[0].get("parser")).rpartition(".")[2]
    edits, location = _without_parser(case)
    title = "leave uri_parser_class out: the parser for OpenAPI 3 is the default"
    costs = ("a parameter that is given several times is read as its style and explode say",)
    fix = Fix.by_hand(title)
    if edits:
        fix = Fix(title, Applicability.SAFE, recommended=True, edits=edits, costs=costs)
    operations = [str(one.get("operation")) for one in found]
    more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
    yield finding(
        f"{operations[0]}{more} will fail with 500: {parser} reads the parameters of Swagger 2, and the "
        "specification is OpenAPI 3.",
        location=location,
        word=target_word(case),
        fixes=(fix,),
    )


def _without_parser(case: Case) -> tuple[tuple[Edit, ...], Location | None]:
    from connexion_doctor.python.edits import editable, remove_arguments  # healthy launches do without it

    found = [
        (source, call, keyword)
        for source, call in calls(case)
        for keyword in call.keywords
        if keyword.arg == "uri_parser_class"
    ]
    if len(found) != 1:
        return (), None
    source, call, keyword = found[0]
    return remove_arguments(editable(source), call, [keyword]), source.location(call)
