"""JSON as it was set up on the Flask app inside: the encoder, and the settings that Flask 2.3 took out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources, Use
from connexion_doctor.python.edits import (
    add_argument,
    add_import,
    delete_statement,
    indentation,
    insert,
    known,
    remove_arguments,
    replace,
)
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import (
    FLASK,
    INNER,
    constructors,
    fix,
    listed,
    named,
    passed,
    receiver,
)


@rule("CXD433", "json-encoder-on-inner-app", Severity.ERROR)
def json_encoder(sources: Sources) -> Iterator[Finding]:
    """`json_encoder` is set on the Flask app inside, where nothing reads it.

    What happens: The app starts; a response with a type that only the encoder knows answers 500:
        `TypeError: Object of type Price is not JSON serializable`.

    Why: Flask 2.3 removed `json_encoder`, and Connexion 3 writes responses with a jsonifier of its own. What
        Flask itself writes (`jsonify`, `flask.json.dumps`, also in tests) goes by Flask's JSON provider.

    Fix: `FlaskApp(..., jsonifier=Jsonifier(cls=Encoder))`, the encoder derived from
        `connexion.jsonifier.JSONEncoder`. Where the project has Flask write JSON, the provider gets the
        encoder as well: `app.app.json.default = Encoder().default`.

    Before:
        import json

        import connexion


        class Encoder(json.JSONEncoder):
            def default(self, o):
                return str(o)


        app = connexion.FlaskApp(__name__)
        app.app.json_encoder = Encoder
        app.add_api("openapi.yaml")

    After:
        import json

        import connexion
        from connexion.jsonifier import Jsonifier


        class Encoder(json.JSONEncoder):
            def default(self, o):
                return str(o)


        app = connexion.FlaskApp(__name__, jsonifier=Jsonifier(cls=Encoder))
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        https://github.com/swagger-api/swagger-codegen/issues/12278
        test: tests/rules/migration/scenarios.py
    """
    for use, base in sources.attributes:
        if base != INNER or use.guarded or not isinstance(use.node.ctx, ast.Store):
            continue
        if use.node.attr == "json_decoder":
            yield finding(
                "`json_decoder` of the Flask app is not read: bodies are decoded as plain JSON.",
                location=use.module.location(use.node),
                fixes=fix(
                    "Derive from `Jsonifier`, override `loads`, and pass it to the app as `jsonifier=`."
                ),
            )
        if use.node.attr != "json_encoder":
            continue
        yield finding(
            "`json_encoder` of the Flask app is not read: custom types raise TypeError.",
            location=use.module.location(use.node),
            fixes=fix("Pass `jsonifier=Jsonifier(cls=...)` to the app.", _encoder_edits(sources, use)),
        )


# What Flask writes by its own provider; of an attribute, what it is taken from.
_FLASK_WRITES = ("flask.jsonify", "flask.json.jsonify", "flask.json.dumps", "flask.json.dump")


def _flask_writes(sources: Sources) -> bool:
    """Whether the project has Flask write JSON, or asks it for its encoder."""
    return any(name in _FLASK_WRITES for _, name in sources.calls) or any(
        base in (INNER, "flask.current_app") and use.node.attr == "json_encoder" and _is_read(use)
        for use, base in sources.attributes
    )


def _is_read(use: Use[ast.Attribute]) -> bool:
    return isinstance(use.node.ctx, ast.Load)


def _encoder_edits(sources: Sources, use: Use[ast.Attribute]) -> tuple[Edit, ...]:
    statement = use.statement
    if not isinstance(statement, ast.Assign) or statement.targets != [use.node]:
        return ()
    if not isinstance(statement.value, ast.Name | ast.Attribute):
        return ()
    made = [
        call
        for call, name in constructors(sources)
        if name == FLASK and call.module is use.module and call.scope is use.scope
    ]
    if len(made) != 1 or named(sources, made[0], "jsonifier") is not None:
        return ()
    encoder = use.module.text(statement.value)
    root = statement.value
    while isinstance(root, ast.Attribute):
        root = root.value  # type: ignore[assignment]
    if isinstance(root, ast.Name):
        # It must be known where the app is made, which stands before.
        bindings = use.scope.bindings.get(root.id) or use.module.scope.bindings.get(root.id) or []
        where = (made[0].node.lineno, made[0].node.col_offset)
        if not bindings or (use.scope.is_module and any(b.position > where for b in bindings)):
            return ()
    added = add_argument(use.module, made[0].node, f"jsonifier=Jsonifier(cls={encoder})")
    flask_app = use.module.text(use.node.value)
    deleted = delete_statement(use.module, statement)
    if _flask_writes(sources):
        deleted = replace(use.module, statement, f"{flask_app}.json.default = {encoder}().default")
    if added is None or deleted is None:
        return ()
    return (added, deleted, *known([add_import(use.module, "Jsonifier", "connexion.jsonifier")]))


# Settings that Flask 2.3 took out, and the attribute of its JSON provider in their place.
_JSON_SETTINGS = {
    "JSON_AS_ASCII": "ensure_ascii",
    "JSON_SORT_KEYS": "sort_keys",
    "JSONIFY_MIMETYPE": "mimetype",
    "JSONIFY_PRETTYPRINT_REGULAR": "compact",
}


@rule("CXD438", "json-setting-ignored", Severity.WARNING)
def json_settings(sources: Sources) -> Iterator[Finding]:
    """A setting for JSON stands in the Flask configuration, where nothing reads it any more.

    What happens: Nothing is said; with `JSON_AS_ASCII = False` answers have escapes where they had letters,
        with `JSON_SORT_KEYS = False` their keys are in the order of the alphabet.

    Why: Flask 2.3, which Connexion 3 brings, took these settings out.

    Fix: Set it at Flask's JSON provider, `app.app.json`; with a `jsonifier` of one's own, there.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.app.config["JSON_AS_ASCII"] = False
        app.add_api("openapi.yaml")

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.app.json.ensure_ascii = False
        app.add_api("openapi.yaml")

    Sources:
        https://flask.palletsprojects.com/en/stable/changes/#version-2-3-0
        https://flask.palletsprojects.com/en/stable/api/#flask.json.provider.DefaultJSONProvider
        test: tests/rules/migration/scenarios.py
    """
    own = any(named(sources, use, "jsonifier") for use, _ in constructors(sources))
    own = own or any("json_encoder" in module.source.text for module in sources.modules)
    there = {
        use.node.attr
        for use, base in sources.attributes
        if base in _PROVIDERS and isinstance(use.node.ctx, ast.Store)
    }
    for module, node, names, edits in (*_assigned(sources), *_passed(sources), *_in_classes(sources)):
        lost = [name for name in names if _JSON_SETTINGS[name] not in there]
        if lost:
            yield finding(
                f"Flask no longer reads {listed(lost)}.",
                location=module.location(node),
                fixes=fix("Set it at Flask's JSON provider, or at the `jsonifier`.", () if own else edits),
            )


Given = tuple[Module, ast.AST, list[str], tuple[Edit, ...]]
_CONFIGS = (f"{INNER}.config", "flask.current_app.config")
_PROVIDERS = (f"{INNER}.json", "flask.current_app.json")


def _set(module: Module, config: ast.expr | None, name: str, value: str) -> str | None:
    """The assignment to the JSON provider; what is printed for people is the opposite of compact."""
    if not isinstance(config, ast.Attribute):
        return None
    attribute = _JSON_SETTINGS[name]
    if attribute == "compact":
        value = {"True": "False", "False": "True"}.get(value, f"not {value}")
    return f"{module.text(config.value)}.json.{attribute} = {value}"


def _behind(use: Use[ast.Call], lines: list[str | None]) -> tuple[Edit, ...]:
    """The assignments behind the statement of a call."""
    if None in lines or not isinstance(use.statement, ast.Expr) or use.statement.value is not use.node:
        return ()
    indent = indentation(use.module, use.statement)
    line, column = use.module.location(use.statement).end
    return (insert(use.module, line, column, "".join(f"\n{indent}{one}" for one in lines)),)


def _assigned(sources: Sources) -> Iterator[Given]:
    """``app.app.config["JSON_AS_ASCII"] = False``."""
    for use, base in sources.subscripts:
        key, statement = use.node.slice, use.statement
        if base not in _CONFIGS or use.guarded or not isinstance(use.node.ctx, ast.Store):
            continue
        if not isinstance(key, ast.Constant) or key.value not in _JSON_SETTINGS:
            continue
        text = None
        if isinstance(statement, ast.Assign) and statement.targets == [use.node]:
            value = use.module.text(statement.value)
            text = _set(use.module, use.node.value, str(key.value), value)
        edits = (replace(use.module, statement, text),) if text is not None else ()
        yield use.module, use.node, [str(key.value)], edits


def _passed(sources: Sources) -> Iterator[Given]:
    """``app.app.config.update(JSON_AS_ASCII=False)``: the assignment behind what is left of it."""
    for use, called in sources.calls:
        base, _, method = called.rpartition(".")
        if base not in _CONFIGS or method not in ("update", "from_mapping") or use.guarded:
            continue
        module, config = use.module, receiver(use)
        gone = [one for one in passed(sources, use) if one.name in _JSON_SETTINGS]
        written = [one.keyword for one in gone if one.keyword is not None]
        lines = [_set(module, config, one.name, module.text(one.value)) for one in gone]
        if gone:
            edits = _behind(use, lines) if len(written) == len(gone) else ()
            if edits and len(written) == len(use.node.keywords) and not use.node.args:
                text = edits[0].replacement.strip("\n").lstrip()
                edits = (replace(module, use.statement, text),)
            elif edits:
                edits = (*remove_arguments(module, use.node, written), *edits)
            yield module, gone[0].keyword or use.node, [one.name for one in gone], edits
        for given in use.node.args:
            entries = zip(given.keys, given.values, strict=True) if isinstance(given, ast.Dict) else ()
            found = {
                str(key.value): value
                for key, value in entries
                if isinstance(key, ast.Constant) and key.value in _JSON_SETTINGS
            }
            lines = [_set(module, config, name, module.text(value)) for name, value in found.items()]
            if found:
                yield module, given, list(found), _behind(use, lines)


def _in_classes(sources: Sources) -> Iterator[Given]:
    """``app.app.config.from_object(Config)``: what the class, and its own bases, set."""
    for use in sources.calls_of(*(f"{base}.from_object" for base in _CONFIGS)):
        first = use.node.args[0] if use.node.args and not use.guarded else None
        reference = sources.names.raw(first, use.module, use.scope) if first is not None else None
        config = receiver(use)
        for module, node in _class_and_bases(sources, reference):
            targets = [
                target
                for statement in node.body
                if isinstance(statement, ast.Assign)
                for target in statement.targets
                if isinstance(target, ast.Name) and target.id in _JSON_SETTINGS
            ]
            if targets and config is not None:
                names = [one.id for one in targets]
                text = use.module.text(config)
                lines = [_set(use.module, config, name, f'{text}["{name}"]') for name in names]
                yield module, targets[0], names, _behind(use, lines)


def _class_and_bases(
    sources: Sources, reference: str | None, depth: int = 0
) -> Iterator[tuple[Module, ast.ClassDef]]:
    found = sources.definition(reference)
    if found is None or not isinstance(found[1], ast.ClassDef) or depth > 5:
        return
    module, node, scope = found[0], found[1], found[2]
    yield module, node
    for base in node.bases:
        yield from _class_and_bases(sources, sources.names.raw(base, module, scope), depth + 1)
