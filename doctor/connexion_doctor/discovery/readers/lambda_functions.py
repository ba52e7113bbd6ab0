"""Functions of AWS Lambda whose handler hands its events to an app: the Serverless Framework, AWS SAM.

Sources: Serverless Framework "Functions", AWS SAM "AWS::Serverless::Function", AWS Lambda "Define Lambda
function handler in Python", and the READMEs of Mangum, serverless-wsgi, aws-wsgi and apig-wsgi.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from connexion_doctor.commands.directories import joined
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.modules import module_in
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.discovery.yaml_nodes import Node, documents
from connexion_doctor.model.source import Source
from connexion_doctor.python.module import Module
from connexion_doctor.python.nodes import argument, name_of
from connexion_doctor.python.reach import imports_of

# What makes a handler, or answers an event: the host that it is (``servers.wsgi_hosts``), the app's keyword.
ADAPTERS: Mapping[str, tuple[str, str]] = {
    "mangum.Mangum": ("mangum", "app"),
    "mangum.adapter.Mangum": ("mangum", "app"),
    "serverless_wsgi.handle_request": ("serverless-wsgi", "app"),
    "awsgi.response": ("aws-wsgi", "app"),
    "awsgi2.response": ("aws-wsgi", "app"),
    "apig_wsgi.make_lambda_handler": ("apig-wsgi", "wsgi_app"),
}
SERVERLESS = ("serverless.yml", "serverless.yaml")
FUNCTION = "AWS::Serverless::Function"


def _serverless(path: str, source: Source, context: Context) -> Iterator[Start]:
    for document in documents(source, template=True):
        functions = document.get("functions")
        for name, function in functions.items() if functions is not None else ():
            yield from _handled(context, path, "serverless", name, function.get("handler"))


def _sam(path: str, source: Source, context: Context) -> Iterator[Start]:
    for document in documents(source, template=True):
        resources = document.get("Resources")
        for name, resource in resources.items() if resources is not None else ():
            if resource.string("Type") == FUNCTION:
                handler, folder = (
                    resource.get("Properties", one) or document.get("Globals", "Function", one)
                    for one in ("Handler", "CodeUri")
                )
                inside = folder.value or "." if folder is not None else "."
                yield from _handled(context, path, "sam", name, handler, inside)


def _handled(
    context: Context, path: str, kind: str, name: str, handler: Node | None, folder: str = "."
) -> Iterator[Start]:
    """The start of a function, where its handler hands events to an app."""
    text = handler.value if handler is not None else None
    if handler is None or text is None or "." not in text:
        return
    file, _, attribute = text.rpartition(".")
    root = context.tree.relative(joined(path.rpartition("/")[0] or ".", folder)) or ""
    file = f"{file.removeprefix('./')}.py" if "/" in file else f"{file.replace('.', '/')}.py"
    code_at = f"{root}/{file}" if root not in ("", ".") else file
    code = context.tree.source(code_at) if code_at in context.tree.files else None
    module = module_in(code) if code is not None else None
    found = _app_of(module, attribute) if module is not None else None
    if found is None:
        return
    server, app = found
    if app is None:
        context.not_known(handler.location, f"which app {text} hands its events to cannot be read")
        return
    target = f"{file.removesuffix('.py').replace('/', '.')}:{app}"
    place = context.place(f"{root}/x" if root not in ("", ".") else "x")
    yield Start(kind, place, handler.location, None, name, server, target)


def _app_of(module: Module, attribute: str) -> tuple[str, str | None] | None:
    """The adapter of a handler, and the app as the module names it (None: it cannot be read); None where
    it is no handler of an app."""
    imports = imports_of(module)
    bindings = module.scope.bindings.get(attribute, [])
    made = bindings[-1].value if bindings and bindings[-1].kind == "value" else None
    function = bindings[-1].node if bindings and bindings[-1].kind == "def" else None
    body = made if made is not None else function
    if body is None:
        return None
    used = {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}
    handlers = (module.scope.bindings.get(name, []) for name in sorted(used))
    calls = [body, *(one[-1].value for one in handlers if one and one[-1].value is not None)]
    own = {
        node.id for node in ast.walk(body) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in (inner for one in calls for inner in ast.walk(one)):
        if not isinstance(node, ast.Call):
            continue
        head, dot, rest = name_of(node.func).partition(".")
        known = ADAPTERS.get(imports.get(head, head) + dot + rest)
        if known is not None:
            server, keyword = known
            app = argument(node, 0, keyword)
            name = _named(app) if app is not None else ""
            bound = name.partition(".")[0].removesuffix("()")
            return server, name if bound in module.scope.bindings and bound not in own else None
    return None


def _named(node: ast.expr) -> str:
    """``app``, ``made.app``, ``create_app()``; empty for what is no name."""
    if isinstance(node, ast.Call) and not node.args and not node.keywords and isinstance(node.func, ast.Name):
        return f"{node.func.id}()"
    return name_of(node)


READERS = (
    Reader("lambda", lambda name, path: name in SERVERLESS, _serverless, (b"handler",)),
    Reader(
        "sam", lambda name, path: name.endswith((".yaml", ".yml", ".template")), _sam, (FUNCTION.encode(),)
    ),
)
