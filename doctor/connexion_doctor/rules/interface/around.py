"""A WSGI middleware around a FlaskApp, ``application = ProxyFix(app)``, given to the app instead."""

from __future__ import annotations

import ast
from dataclasses import replace

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix, Interface, Layer
from connexion_doctor.servers import ways

PROXY_FIX = ("x_for", "x_proto", "x_host", "x_port", "x_prefix")


def given_to_the_app(case: Case, outside: Layer, inside: Layer) -> tuple[Fix, ...]:
    """Fixes that hand the middleware to ``add_wsgi_middleware`` and serve the app as ASGI; none where it is
    not made in one plain statement of the target's module, or the app is no FlaskApp."""
    wsgi = outside.interface is Interface.WSGI and inside.type.endswith(".FlaskApp")
    edit = _edit(case, outside) if wsgi else None
    if edit is None:
        return ()
    title = "give the middleware to the app: add_wsgi_middleware"
    guessed = case.calls is Interface.ASGI2 and case.facts.server.settings.get("interface") is None
    if case.calls is Interface.ASGI3 or guessed:  # a guess that is another once the app is ASGI
        return (Fix(title, Applicability.SAFE, recommended=True, edits=(edit,), costs=(ways.IN_FLASK,)),)
    return tuple(
        fix
        if fix.applicability is Applicability.MANUAL
        else replace(
            fix,
            title=f"{title}, and {fix.title}",
            edits=(*fix.edits, edit),
            costs=(*fix.costs, ways.IN_FLASK),
        )
        for fix in ways.to_serve(case, Interface.ASGI3)
    )


def _edit(case: Case, outside: Layer) -> Edit | None:
    """``name = Middleware(app, option=1)`` as a call of ``app.add_wsgi_middleware`` and ``name = app``."""
    source, load = case.module, case.facts.load
    if source is None or source.tree is None or load is None:
        return None
    for node in reversed(source.tree.body):  # the last one is what is served
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        call = node.value
        if names != [load.attribute]:
            continue
        made = _first(call)
        arguments = _arguments(source.text, call, outside) if made is not None else None
        if made is None or arguments is None:
            return None
        app = made.id if isinstance(made, ast.Name) else names[0]
        lines = [f"{app}.add_wsgi_middleware({arguments})"]
        if not isinstance(made, ast.Name):
            lines.insert(0, f"{app} = {ast.get_source_segment(source.text, made)}")
        elif app != names[0]:
            lines.append(f"{names[0]} = {app}")
        return Edit(source.location(node), "\n".join(lines))
    return None


def _first(call: ast.Call) -> ast.Name | ast.Call | None:
    """What the middleware is put around: a name of the module, or what a call makes."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Name):
        return None if first.id.startswith("__") else first
    return first if isinstance(first, ast.Call) else None


def _arguments(text: str, call: ast.Call, outside: Layer) -> str | None:
    """The middleware and its options as keywords, which is all that ``add_wsgi_middleware`` takes."""
    function = ast.get_source_segment(text, call.func)
    more, keywords = call.args[1:], call.keywords
    if function is None or any(keyword.arg is None for keyword in keywords):
        return None
    named: list[str] = []
    if more:
        if not outside.type.endswith(".ProxyFix") or len(more) > len(PROXY_FIX):
            return None
        values = [ast.get_source_segment(text, argument) for argument in more]
        named = [f"{name}={value}" for name, value in zip(PROXY_FIX, values, strict=False)]
    named += [ast.get_source_segment(text, keyword) or ast.unparse(keyword) for keyword in keywords]
    return ", ".join([function, *named])
