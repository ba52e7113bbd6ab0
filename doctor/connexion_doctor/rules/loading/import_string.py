"""uvicorn with several processes, which needs the app by its name: each process imports it again."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Edit, Finding, Fix, Frame, Location, Severity
from connexion_doctor.model.source import Source
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.keyword_out import keyword_out

WORDS = "as an import string"  # of uvicorn's (``uvicorn/main.py``, ``run``)
SEVERAL = ("reload", "workers")
BY_HAND = 'give uvicorn the name of the app, "module:app", and keep the app at the top of its module'


@rule("CXD028", "import-string-needed", Severity.ERROR, breaks=True)
def import_string_needed(case: Case) -> Iterator[Finding]:
    """uvicorn is asked to reload or for several workers, and is given the app itself.

    What happens: ``WARNING:  You must pass the application as an import string to enable 'reload' or
        'workers'.``, and the process ends with code 3 (1 before uvicorn 0.50).
    Why: each of uvicorn's processes imports the app again, for which it needs the app's name.
    Fix: give the name, as ``"module:app"``; keep the call behind ``if __name__ == "__main__":``. Connexion's
        ``app.run("module:app")`` reloads unless it is told not to.
    Before:
        uvicorn.run(app, workers=4)
    After:
        uvicorn.run("service:app", workers=4)
    Sources:
        https://uvicorn.dev/deployment/
        https://connexion.readthedocs.io/en/latest/quickstart.html
        test: tests/checkup/test_import_string.py
    """
    frame = refused_at(case)
    if frame is None:
        return
    call = _call(case, frame)
    given = [one.arg for one in call.node.keywords if one.arg in SEVERAL] if call is not None else []
    yield finding(
        f"With `{given[0] if given else 'workers'}` uvicorn imports the app again, and it is given the app "
        "itself, not its name: the process ends at once.",
        location=call.source.location(call.node) if call is not None else case.at(frame),
        fixes=(_fix(case, call) or _single(case, frame, given) or Fix.by_hand(BY_HAND),),
    )


def refused_at(case: Case) -> Frame | None:
    """Where the project calls uvicorn, which ends the process for want of an import string."""
    load = case.facts.load
    error = load.error if load is not None else None
    if case.launch.server != "python" or error is None or not error.is_a("SystemExit"):
        return None
    in_uvicorn = any(one.path.replace("\\", "/").endswith("/uvicorn/main.py") for one in error.frames)
    said = WORDS in error.message or in_uvicorn and WORDS in case.facts.output
    return case.own_frame(error) if said else None


@dataclass(frozen=True)
class _Call:
    """``uvicorn.run(app, ...)``, or ``app.run(...)`` of Connexion: ``given`` is the app, where it is an
    argument."""

    source: Source
    node: ast.Call
    app: ast.expr
    given: bool


def _call(case: Case, frame: Frame) -> _Call | None:
    source = case.sources.get(frame.path)
    if source is None or source.tree is None:
        return None
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not node.lineno <= frame.line <= (
            node.end_lineno or node.lineno
        ):
            continue
        given = next((one.value for one in node.keywords if one.arg == "app"), None) or next(
            iter(node.args), None
        )
        function = node.func
        if given is not None and (function.attr if isinstance(function, ast.Attribute) else "run") == "run":
            return _Call(source, node, given, given=True)
        if isinstance(function, ast.Attribute) and function.attr == "run" and not node.args:
            return _Call(source, node, function.value, given=False)
    return None


def _single(case: Case, frame: Frame, given: Sequence[str]) -> Fix | None:
    """Without what needs the name, where that is one setting."""
    return keyword_out(case, frame, given[0]) if len(given) == 1 else None


def _fix(case: Case, call: _Call | None) -> Fix | None:
    module = _module(case, call.source) if call is not None else None
    if call is None or module is None or not isinstance(call.app, ast.Name):
        return None
    if not _is_at_the_top(call.source, call.app.id):
        return None
    name = f'"{module}:{call.app.id}"'
    if not call.given and not _opens_behind(call):
        return None
    if call.given:
        return Fix(
            f"Give uvicorn the name of the app, {name}.",
            recommended=True,
            edits=(Edit(call.source.location(call.app), name),),
        )
    edits = _first_argument(call, name)
    costs = ("Connexion reloads with an import string unless it is told not to: `reload=False` is written",)
    reloads = any(one.arg == "reload" for one in call.node.keywords)
    return Fix(
        f"Give `run` the name of the app, {name}.",
        recommended=True,
        edits=edits,
        costs=() if reloads else costs,
    )


def _opens_behind(call: _Call) -> bool:
    """Whether the bracket stands right behind what is called, and no keyword is taken from a dictionary."""
    place = call.source.location(call.node.func)
    line, column = place.end
    return call.source.line(line)[column - 1 : column] == "(" and all(one.arg for one in call.node.keywords)


def _first_argument(call: _Call, name: str) -> tuple[Edit, ...]:
    """The name in front of the keywords of ``app.run(...)``, and what keeps it from reloading behind them."""
    place, last = call.source.location(call.node.func), call.node.keywords[-1].value
    line, column = place.end
    column += 1  # the bracket
    edits = [Edit(Location(place.path, line, column, line, column), f"{name}, ")]
    if not any(one.arg == "reload" for one in call.node.keywords):
        line, column = call.source.location(last).end
        edits.append(Edit(Location(place.path, line, column, line, column), ", reload=False"))
    return tuple(edits)


def _module(case: Case, source: Source) -> str | None:
    """The name under which another process imports the script: Python puts its folder on the path."""
    at = servers.of(case).target_index(case.command, ())
    if at is None:
        return None
    text = case.command.words[at].text
    script = PurePosixPath(text)
    if at > 0 and case.command.words[at - 1].text == "-m":
        own = PurePosixPath(source.path).stem == text.rpartition(".")[2]
        return text if own else None
    if (
        script.suffix != ".py"
        or not script.stem.isidentifier()
        or script.name != PurePosixPath(source.path).name
    ):
        return None
    return script.stem


def _is_at_the_top(source: Source, name: str) -> bool:
    """Whether importing the module gives it the name: what stands in the guard is not there then."""
    body = source.tree.body if source.tree is not None else []
    return any(
        isinstance(target, ast.Name) and target.id == name
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
    )
