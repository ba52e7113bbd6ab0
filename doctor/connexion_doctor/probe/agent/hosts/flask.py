"""``flask run``: Flask's own command line and loader; the development server calls WSGI.

Source: ``flask/cli.py`` (``FlaskGroup.make_context`` loads ``.env`` and ``.flaskenv``, ``ScriptInfo``
loads the app and refuses what is no Flask app) of Flask 2.2 to 3.1; before 2.2 ``FLASK_APP`` alone names
the app.
"""

from __future__ import annotations

import importlib
import inspect
import os
import re
from typing import Any

from .. import describe, loading
from ..prepared import Prepared
from . import host

REFUSED = ("A valid Flask application was not obtained", "Failed to find Flask application")
FACTORIES = ("create_app", "make_app")  # which it calls where no app is named, and none stands there


def prepare(launch: dict[str, Any]) -> Prepared:
    """Parse as ``flask ARGV`` would; subcommands other than ``run`` serve nothing."""
    absent = host.missing(launch, "flask.cli")
    if absent is not None:
        return absent
    facts: dict[str, Any] = {
        "name": "flask",
        "installed": True,
        "version": host.version_of("flask"),
        "stage": "ready",
        "calls": "wsgi",
    }
    cli = importlib.import_module("flask.cli")
    try:
        context = host.click_context(cli.cli, launch["argv"])
        words = [*(getattr(context, "_protected_args", None) or context.protected_args), *context.args]
        if words[:1] != ["run"]:
            raise host.OnlyPrints("flask %s" % " ".join(words[:2]))
        run = cli.run_command.make_context("run", list(words[1:]), parent=context)
    except BaseException as exc:
        if describe.is_a(exc, "click.exceptions.UsageError"):
            exc = host.UsageError(str(exc))
        return host.faulty(facts, exc)
    facts["options"] = host.options_of_click(cli.run_command)
    facts["settings"] = host.click_settings(run)
    info = _info(cli, context)
    path = info.app_import_path or _default()
    if path is None:
        return Prepared(dict(facts, stage="no-target"))
    facts["target"] = path
    facts["details"] = {"debug": bool(os.environ.get("FLASK_DEBUG", "") not in ("", "0", "false"))}
    return Prepared(facts, lambda: _load(cli, info, path), lambda app: (app, "wsgi", "flask run calls WSGI"))


def _info(cli: Any, context: Any) -> Any:
    """What holds the app's import path; older versions read it when it is made."""
    if isinstance(context.obj, cli.ScriptInfo):
        return context.obj
    cli.load_dotenv()
    return cli.ScriptInfo()


def _default() -> str | None:
    """Without a name, ``wsgi.py`` and ``app.py`` are tried."""
    return next((name for name in ("wsgi.py", "app.py") if os.path.isfile(name)), None)


def _load(cli: Any, info: Any, path: str) -> loading.Loaded:
    parts = re.split(r":(?![\\/])", path, maxsplit=1)
    where, name = parts[0], (parts[1] if len(parts) > 1 else None)
    os.environ["FLASK_RUN_FROM_CLI"] = "true"
    try:
        module = cli.prepare_import(where)
    except BaseException as exc:
        return loading.Loaded(path, where, name).fail("module", exc)
    loaded = loading.load(path, module, name, info.load_app)
    message = str((loaded.facts["error"] or {}).get("message", ""))
    if not loaded.ok and message.startswith(REFUSED):
        loaded.facts["stage"] = "refused"  # no Flask app: the rules say what it is
    if name is None:
        held = [key for key, value in loaded.namespace.items() if loaded.ok and value is loaded.object]
        called = [one for one in FACTORIES if inspect.isfunction(loaded.namespace.get(one))]
        name = next(iter(held + called), None)
        loaded.facts["attribute"] = name
    made_by = loaded.namespace.get((name or "").split("(")[0])
    if inspect.isfunction(made_by):  # Flask calls every function
        loaded.facts.update(factory_called=True, factory=describe.shown_signature(made_by))
    return loaded
