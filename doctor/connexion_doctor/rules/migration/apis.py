"""Arguments of ``add_api``, and what belongs to an API, that Connexion 3 does not take as it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Location, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import remove_arguments, rename_keyword, replace
from connexion_doctor.python.module import Function, Module
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import app_calls, constructors, false, fix, named


@rule("CXD412", "pass-context-arg-name", Severity.ERROR)
def pass_context_arg_name(sources: Sources) -> Iterator[Finding]:
    """`pass_context_arg_name` is given, which Connexion 3 ignores.

    What happens: The app starts. Each request to a handler that has the parameter answers 500:
        `TypeError: greet() missing 1 required positional argument: 'ctx'`.

    Why: The option was removed; `add_api` swallows keywords that it does not know.

    Fix: Remove it, and name the parameter of the handlers `context_`, which Connexion 3 gives the context.
        `from connexion.context import context` is the same elsewhere.

    Before:
        import connexion


        def greet(ctx):
            return {"user": ctx["user"]}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", pass_context_arg_name="ctx")

    After:
        import connexion


        def greet(context_):
            return {"user": context_["user"]}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        test: tests/rules/migration/scenarios.py
    """
    for use, _ in app_calls(sources, "add_api"):
        argument = named(sources, use, "pass_context_arg_name")
        if argument is None or false(argument.value):
            continue
        given = sources.literal(argument.value, use)
        name = given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""
        shown = name or use.module.text(argument.value)
        yield finding(
            "`pass_context_arg_name` is ignored by Connexion 3: handlers no longer get the context passed.",
            location=use.module.location(argument.keyword or use.node),
            fixes=fix(
                f"Remove it, and name the parameter `{shown}` of the handlers `context_`.",
                _context_edits(sources, use, argument.keyword, name),
            ),
        )


def _context_edits(
    sources: Sources, use: Use[ast.Call], keyword: ast.keyword | None, name: str
) -> tuple[Edit, ...]:
    """The keyword taken out, and the parameter renamed in every handler and where somebody else gives it;
    empty where that is not certain."""
    if keyword is None or not name or not sources.specifications.operations:
        return ()
    handlers = [sources.handler(operation.handler) for operation in sources.specifications.operations]
    found = {f"@{one[0].path}:{one[1].name}": one for one in handlers if one is not None}
    if any(one is None for one in handlers):
        return ()
    edits = [*remove_arguments(use.module, use.node, [keyword])]
    taking = {}
    for reference, (module, function) in found.items():
        arguments = [*function.args.args, *function.args.kwonlyargs]
        parameter = next((one for one in arguments if one.arg == name), None)
        if parameter is None:
            continue
        if not _is_plain(function, name):
            return ()
        taking[reference] = function
        edits.append(_named(module, parameter, name))
        edits += [
            replace(module, node, "context_")
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and node.id == name
        ]
    for call, _ in sources.calls:
        given = next((one for one in call.node.keywords if one.arg == name), None)
        if given is not None and sources.names.raw(call.node.func, call.module, call.scope) in taking:
            edits.append(rename_keyword(call.module, given, "context_"))
    return tuple(edits)


def _named(module: Module, parameter: ast.arg, name: str) -> Edit:
    place = module.location(parameter)
    return Edit(
        Location(module.path, place.line, place.column, place.line, place.column + len(name)), "context_"
    )


def _is_plain(function: Function, name: str) -> bool:
    """Whether a name stands for the parameter all over the function, and its new name for nothing yet."""
    for node in ast.walk(function):
        inner = node.args if node is not function and isinstance(node, ast.Lambda | Function) else None
        if inner is not None and any(isinstance(one, ast.arg) and one.arg == name for one in ast.walk(inner)):
            return False
        if isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
            return False
        if "context_" in (getattr(node, "id", ""), getattr(node, "arg", "")):
            return False
    return True


@rule("CXD414", "validator-map-shape", Severity.ERROR)
def validator_map(sources: Sources) -> Iterator[Finding]:
    """`validator_map` has the shape of Connexion 2.

    What happens: The app starts; a request with a body answers 500:
        `TypeError: type 'BodyValidator' is not subscriptable`.

    Why: In Connexion 3 the entries `body` and `response` are dictionaries from content type to validator
        class, and the classes have another interface.

    Fix: `{"body": {"application/json": Validator}}`, the class derived from
        `connexion.validators.JSONRequestBodyValidator` (`JSONResponseBodyValidator` for `response`).

    Before:
        import connexion


        class Accepting:
            def __init__(self, *args, **kwargs):
                pass

            def __call__(self, function):
                return function


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", validator_map={"body": Accepting})

    After:
        import connexion
        from connexion.validators import JSONRequestBodyValidator


        class Accepting(JSONRequestBodyValidator):
            def _validate(self, body):
                pass


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml", validator_map={"body": {"application/json": Accepting}})

    Sources:
        https://connexion.readthedocs.io/en/latest/validation.html
        test: tests/rules/migration/scenarios.py
    """
    found = [use for use, _ in app_calls(sources, "add_api")] + [use for use, _ in constructors(sources)]
    for use in found:
        argument = named(sources, use, "validator_map")
        literal = sources.literal(argument.value, use) if argument is not None else None
        if argument is None or not isinstance(literal, ast.Dict):
            continue
        for key, value in zip(literal.keys, literal.values, strict=True):
            if not isinstance(key, ast.Constant) or key.value not in ("body", "response"):
                continue
            if not isinstance(value, ast.Name | ast.Attribute) or not _is_class(sources, value, use):
                continue
            text = str(key.value)
            yield finding(
                f'`validator_map["{text}"]` is a class; Connexion 3 wants a dictionary by content type.',
                location=use.module.location(value),
                fixes=fix(
                    f'Write `{{"{text}": {{"application/json": {use.module.text(value)}}}}}` and derive '
                    "the class from one of `connexion.validators`."
                ),
            )


def _is_class(sources: Sources, node: ast.expr, use: Use[ast.Call]) -> bool:
    name = sources.names.raw(node, use.module, use.scope)
    found = sources.definition(name)
    if found is not None:
        return isinstance(found[1], ast.ClassDef)
    return name is not None and name.rpartition(".")[2][:1].isupper() and "()" not in name


@rule("CXD415", "class-jsonifier-ignored", Severity.WARNING)
def class_jsonifier(sources: Sources) -> Iterator[Finding]:
    """The jsonifier is set on the class FlaskApi, where Connexion 3 does not look.

    What happens: Nothing is said; responses are written by the default jsonifier. Custom types answer 500.

    Why: In Connexion 3 the jsonifier belongs to each API and is given to it when it is made.

    Fix: `connexion.FlaskApp(..., jsonifier=...)`, or `add_api(..., jsonifier=...)`.

    Before:
        import connexion
        from connexion.jsonifier import Jsonifier


        class Loud(Jsonifier):
            def dumps(self, data, **kwargs):
                return super().dumps(data, **kwargs).upper()


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        connexion.FlaskApi.jsonifier = Loud()

    After:
        import connexion
        from connexion.jsonifier import Jsonifier


        class Loud(Jsonifier):
            def dumps(self, data, **kwargs):
                return super().dumps(data, **kwargs).upper()


        app = connexion.FlaskApp(__name__, jsonifier=Loud())
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        test: tests/rules/migration/scenarios.py
    """
    for use, base in sources.attributes:
        if base == "connexion.FlaskApi" and use.node.attr == "jsonifier" and not use.guarded:
            if not isinstance(use.node.ctx, ast.Store):
                continue
            yield finding(
                "`FlaskApi.jsonifier` is not read by Connexion 3.",
                location=use.module.location(use.node),
                fixes=fix("Pass it to the app: `connexion.FlaskApp(..., jsonifier=...)`."),
            )
