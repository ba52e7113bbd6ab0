"""Hosts that call the app themselves: the app is loaded as the host's documentation says.

They cannot be asked: they are not installed beside the app. What each calls is told by the doctor's table.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from .. import describe, loading
from ..session import Prepared
from . import common
from .uwsgi import _found, load_file


def prepare(launch: dict[str, Any]) -> Prepared:
    """Load ``module:callable``, or a file whose ``application`` is called."""
    host = launch["host"]
    facts: dict[str, Any] = {
        "name": host["name"],
        "installed": True,
        "stage": "ready",
        "calls": host["calls"],
        "target": launch["target"],
    }
    if not launch["target"]:
        return Prepared(dict(facts, stage="no-target"))
    sys.path.pop(0)
    sys.path.insert(0, os.getcwd())
    return Prepared(facts, lambda: _load(str(launch["target"]), host), lambda app: _calls(app, host))


def _load(target: str, host: dict[str, Any]) -> loading.Loaded:
    if not target.endswith((".wsgi", ".py")):
        loaded = common.load_plainly(target)
        return loading.call_factory(loaded) if host.get("factory") else loaded
    loaded = loading.Loaded(target, target, "application")
    loaded.facts["module_file"] = os.path.abspath(target)
    if not os.path.isfile(target):
        return loaded.fail("module", FileNotFoundError("there is no %s" % target))
    try:
        loaded.namespace = load_file("_wsgi_script", target)
    except BaseException as exc:
        return loaded.fail("import", exc)
    return _found(loaded, "application")


def _calls(app: Any, host: dict[str, Any]) -> tuple[Any, str, str | None]:
    """By the host's setting; where it looks at the object, a coroutine function is ASGI."""
    if host["calls"] != "unknown":
        return app, host["calls"], "%s calls %s" % (host["name"], host["calls"].upper())
    calls = "asgi3" if describe.is_coroutine_callable(app) else "wsgi"
    return app, calls, "%s takes this object for %s" % (host["name"], calls.upper())
