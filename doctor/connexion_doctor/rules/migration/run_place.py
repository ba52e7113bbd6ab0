"""Where ``app.run()`` stands and where it listens."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from connexion_doctor.model import Finding, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import add_argument, guard, known
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import app_calls, constructors, fix, named, passed


@rule("CXD425", "run-binds-loopback", Severity.WARNING)
def run_loopback(sources: Sources) -> Iterator[Finding]:
    """`app.run()` without a host listens on 127.0.0.1 in Connexion 3: a container is not reached.

    What happens: The server starts, and nobody outside of the container or machine gets an answer:
        connection refused. Without a port it is 8000 in place of 5000.

    Why: Connexion 2 listened on 0.0.0.0:5000 by default, uvicorn listens on 127.0.0.1:8000.

    Fix: Give the host and the port, if the server shall be reached from outside.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(port=8080)

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

        if __name__ == "__main__":
            app.run(port=8080, host="0.0.0.0")

    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/middleware/main.py
        https://uvicorn.dev/settings/
        test: tests/rules/migration/scenarios.py
    """
    made = {use.module.path for use, _ in constructors(sources) if named(sources, use, "host")}
    for use, kind in app_calls(sources, "run"):
        names = {argument.name for argument in passed(sources, use)}
        spread = any(keyword.arg is None for keyword in use.node.keywords)
        if names & {"host", "uds", "fd"} or spread or use.node.args or made or kind == "connexion.AsyncApp":
            continue
        started = _started_by(sources, use)
        if not started:
            continue
        added = ['host="0.0.0.0"'] + ([] if "port" in names else ["port=5000"])
        yield finding(
            "`run` without a host listens on 127.0.0.1 in Connexion 3: outside of the container "
            "nobody reaches it.",
            evidence=[f"{path} starts {use.module.path}" for path in started],
            location=use.module.location(use.node),
            fixes=fix(
                f"Add `{', '.join(added)}`.",
                [add_argument(use.module, use.node, ", ".join(added))],
                unsafe=True,
                costs=["the server listens on all addresses"],
            ),
        )


def _started_by(sources: Sources, use: Use[ast.Call]) -> list[str]:
    """The container files that start this module with Python."""
    found = []
    file = use.module.path.rpartition("/")[2]
    spelt = [name for name in use.module.names if name]
    if use.module.path.endswith("__main__.py"):
        spelt += [name.removesuffix(".__main__") for name in use.module.names]
    for path, text in sources.containers.items():
        if file not in text and not any(name in text for name in spelt):  # most are of other services
            continue
        if _script(file).search(text) or (spelt and _module(tuple(spelt)).search(text)):
            found.append(path)
    return found


@cache
def _script(file: str) -> re.Pattern[str]:
    return re.compile(rf"python[\w.]*[\"',\s](?:(?!python)[^\n#])*\b{re.escape(file)}\b")


@cache
def _module(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"-m[\"',\s]+(?:{'|'.join(map(re.escape, names))})(?![\w.])")


@rule("CXD426", "run-at-import", Severity.WARNING)
def run_at_import(sources: Sources) -> Iterator[Finding]:
    """`app.run()` stands outside of `if __name__ == "__main__"`.

    What happens: A server that imports the module runs into it: a second server starts inside, on another
        port, and the one that was asked for never answers.

    Why: `run` blocks until its own server ends.

    Fix: Put it under `if __name__ == "__main__":`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.run(host="127.0.0.1", port=8080)

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        if __name__ == "__main__":
            app.run(host="127.0.0.1", port=8080)

    Sources:
        https://github.com/spec-first/connexion/issues/1784
        test: tests/rules/migration/scenarios.py
    """
    for use in _at_import(sources):
        yield finding(
            "`run` is called when the module is imported: a server that imports it never answers.",
            location=use.module.location(use.statement),
            fixes=fix(
                'Put it under `if __name__ == "__main__":`.', known([guard(use.module.source, use.statement)])
            ),
        )


def _at_import(sources: Sources) -> Iterator[Use[ast.Call]]:
    """The calls at the top of a module that run the app, or a function of the module that does."""
    for use, _ in app_calls(sources, "run"):
        if use.module.path.endswith("__main__.py") or use.main:
            continue
        function = use.scope.function
        if use.scope.is_module:
            yield use
        elif function is not None and use.scope.parent is not None and use.scope.parent.is_module:
            wanted = f"@{use.module.path}:{function.name}"
            for call in use.module.calls:
                top = call.scope.is_module and not call.main and not call.guarded
                if top and sources.names.raw(call.node.func, call.module, call.scope) == wanted:
                    yield call
