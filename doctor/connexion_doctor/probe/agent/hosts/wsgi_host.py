"""Hosts that call the app themselves: the app is loaded as the host's documentation says.

They cannot be asked: they are not installed beside the app. What each calls is told by the doctor's table.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from .. import describe, loading
from ..prepared import Prepared
from . import host
from .uwsgi import _found, load_file


def prepare(launch: dict[str, Any]) -> Prepared:
    """Load ``module:callable``, or ``file[:callable]`` (without one, ``application`` is called)."""
    served_by = launch["host"]
    facts: dict[str, Any] = {
        "name": served_by["name"],
        "installed": True,
        "stage": "ready",
        "calls": served_by["calls"],
        "target": launch["target"],
    }
    if not launch["target"]:
        return Prepared(dict(facts, stage="no-target"))
    sys.path.pop(0)
    sys.path.insert(0, os.getcwd())
    return Prepared(
        facts, lambda: _load(str(launch["target"]), served_by), lambda app: _calls(app, served_by)
    )


def _load(target: str, served_by: dict[str, Any]) -> loading.Loaded:
    file, _, name = target.partition(":")
    script = served_by["name"] == "mod_wsgi" or os.path.isfile(
        file
    )  # package.wsgi is a module, site.wsgi a file
    if not file.endswith(".py") and not (script and file.endswith(".wsgi")):
        loaded = host.load_plainly(target)
        return loading.call_factory(loaded) if served_by.get("factory") else loaded
    name = name or "application"
    loaded = loading.Loaded(target, file, name)
    loaded.facts["module_file"] = os.path.abspath(file)
    if not os.path.isfile(file):
        return loaded.fail("module", FileNotFoundError("there is no %s" % file))
    try:
        loaded.namespace = load_file("_wsgi_script", file)
    except BaseException as exc:
        return loaded.fail("import", exc)
    return _found(loaded, name)


def _calls(app: Any, served_by: dict[str, Any]) -> tuple[Any, str, str | None]:
    """By the host's setting; where it looks at the object, a coroutine function is ASGI."""
    if served_by["calls"] != "unknown":
        return app, served_by["calls"], "%s calls %s" % (served_by["name"], served_by["calls"].upper())
    calls = "asgi3" if describe.is_coroutine_callable(app) else "wsgi"
    return app, calls, "%s takes this object for %s" % (served_by["name"], calls.upper())
