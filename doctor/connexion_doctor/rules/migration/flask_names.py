"""Names of Flask and Werkzeug that the versions under Connexion 3 do not have."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Finding, Severity
from connexion_doctor.python import Sources
from connexion_doctor.python.edits import replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import INNER, fix, names_used


@rule("CXD406", "flask-name-gone", Severity.ERROR)
def flask_name_gone(sources: Sources) -> Iterator[Finding]:
    """A name of Flask or Werkzeug is used that the versions under Connexion 3 do not have.

    What happens: `ImportError: cannot import name 'JSONEncoder' from 'flask.json'` and the like; of an app or
        a request `AttributeError: 'Request' object has no attribute 'charset'`.

    Why: Connexion 2.14 held Flask below 2.3. Connexion 3 brings the newest Flask, which removed the JSON
        encoders, the context stacks and `app.env` (2.3), `Markup` and `escape` (3.0), and Werkzeug 3, which
        removed most of `werkzeug.urls` and `request.charset`.

    Fix: Take JSON encoders from `json` (or `connexion.jsonifier`), `Markup` and `escape` from `markupsafe`,
        functions about addresses from `urllib.parse`, and use `flask.g` or `flask.has_request_context()` in
        place of the stacks.

    Before:
        import connexion
        from flask.json import JSONEncoder


        class Encoder(JSONEncoder):
            pass


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from json import JSONEncoder


        class Encoder(JSONEncoder):
            pass


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://flask.palletsprojects.com/en/stable/changes/
        https://werkzeug.palletsprojects.com/en/stable/changes/
        https://github.com/spec-first/connexion/issues/1699
        test: tests/rules/migration/scenarios.py
    """
    for use, node, name in names_used(sources, dict.fromkeys(_FLASK, "")):
        home, now = _FLASK[name]
        edits = []
        if home is not None and isinstance(node, ast.ImportFrom) and len(node.names) == 1:
            alias = node.names[0]
            bound = alias.asname or alias.name
            rest = now if now == bound else f"{now} as {bound}"
            edits.append(replace(use.module, node, f"from {home} import {rest}"))
        yield finding(
            f"`{name}` is gone from the Flask and Werkzeug that Connexion 3 uses.",
            location=use.module.location(node),
            fixes=fix(
                f"Import `{now}` from `{home}`." if home else now,
                edits,
                unsafe="JSON" in name or name.startswith("werkzeug."),
            ),
        )
    for attribute, base in sources.attributes:
        name = attribute.node.attr
        found = _ATTRIBUTES.get((base, name))
        reads = isinstance(attribute.node.ctx, ast.Load)
        if found is not None and reads and not attribute.guarded:
            yield finding(
                f"`{name}` is gone from the Flask and Werkzeug that Connexion 3 uses.",
                location=attribute.module.location(attribute.node),
                fixes=fix(found),
            )


_STACKS = "Use `flask.g` or `flask.has_request_context()`."
# What Flask 2.2 and Werkzeug 2.2 have and Flask 3.1 and Werkzeug 3.1 have not: where it is now, and its name
# there; without a place, what to do.
_FLASK: dict[str, tuple[str | None, str]] = {
    "flask.json.JSONEncoder": ("json", "JSONEncoder"),
    "flask.json.JSONDecoder": ("json", "JSONDecoder"),
    "flask.json.htmlsafe_dumps": ("jinja2.utils", "htmlsafe_json_dumps"),
    "flask.Markup": ("markupsafe", "Markup"),
    "flask.escape": ("markupsafe", "escape"),
    "flask._request_ctx_stack": (None, _STACKS),
    "flask._app_ctx_stack": (None, _STACKS),
    "flask.signals_available": (None, "Signals are always available."),
    "flask.helpers.get_env": (None, "Keep the name of the environment in a setting of your own."),
    "flask.helpers.locked_cached_property": ("werkzeug.utils", "cached_property"),
    "werkzeug.urls.url_quote": ("urllib.parse", "quote"),
    "werkzeug.urls.url_quote_plus": ("urllib.parse", "quote_plus"),
    "werkzeug.urls.url_unquote": ("urllib.parse", "unquote"),
    "werkzeug.urls.url_unquote_plus": ("urllib.parse", "unquote_plus"),
    "werkzeug.urls.url_encode": ("urllib.parse", "urlencode"),
    "werkzeug.urls.url_decode": (None, "Use `urllib.parse.parse_qs`."),
    "werkzeug.urls.url_join": ("urllib.parse", "urljoin"),
    "werkzeug.urls.url_parse": ("urllib.parse", "urlsplit"),
    "werkzeug.urls.url_unparse": ("urllib.parse", "urlunsplit"),
    "werkzeug.urls.url_fix": (None, "Use `urllib.parse.quote` with the characters to keep."),
}
_APP = {
    "env": "Keep the name of the environment in a setting of your own.",
    "got_first_request": "Keep it in a variable of your own.",
    "json_decoder": "Use `app.json`.",
    "json_encoder": "Use `app.json.dumps`, or the encoder's own class.",
    "propagate_exceptions": 'Use `app.config["PROPAGATE_EXCEPTIONS"]`.',
    "send_file_max_age_default": 'Use `app.config["SEND_FILE_MAX_AGE_DEFAULT"]`.',
    "session_cookie_name": 'Use `app.config["SESSION_COOKIE_NAME"]`.',
    "templates_auto_reload": 'Use `app.config["TEMPLATES_AUTO_RELOAD"]`.',
    "use_x_sendfile": 'Use `app.config["USE_X_SENDFILE"]`.',
}
_REQUEST = dict.fromkeys(
    ("charset", "encoding_errors", "url_charset"), "Text is UTF-8; there is nothing to ask."
)
_ATTRIBUTES = {
    **{(INNER, name): what for name, what in _APP.items()},
    **{("flask.current_app", name): what for name, what in _APP.items()},
    **{("flask.request", name): what for name, what in _REQUEST.items()},
}
