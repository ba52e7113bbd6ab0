"""Errors of Connexion's own that are made with the arguments of Connexion 2."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.model.voice import counted
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import add_argument, add_import, insert, replace, span
from connexion_doctor.python.module import position_of
from connexion_doctor.python.spelling import canonical
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import fix, in_its_own_way, listed, passed

_PROBLEM = "connexion.ProblemException"
_OF_PROBLEM = ("status", "title", "detail", "type", "instance", "headers", "ext")


@dataclass(frozen=True)
class Taken:
    """What an error takes: on Connexion 2, in order; on Connexion 3, and how many of that by position.
    ``title`` is what both say, ``status`` what both answer."""

    two: tuple[str, ...]
    three: tuple[str, ...] = ("detail",)
    positions: int = 1
    status: int = 400
    title: str = ""


_OF_WERKZEUG = Taken(("description", "response", "www_authenticate"))
_TITLED = ("title", "detail")
ERRORS = {
    _PROBLEM: Taken(_OF_PROBLEM, _OF_PROBLEM, 0),
    "connexion.exceptions.BadRequestProblem": Taken(_TITLED, status=400, title="Bad Request"),
    "connexion.exceptions.UnsupportedMediaTypeProblem": Taken(
        _TITLED, status=415, title="Unsupported Media Type"
    ),
    "connexion.exceptions.Unauthorized": _OF_WERKZEUG,
    "connexion.exceptions.OAuthProblem": _OF_WERKZEUG,
    "connexion.exceptions.Forbidden": _OF_WERKZEUG,
    "connexion.exceptions.OAuthResponseProblem": Taken(("token_response", "description")),
    "connexion.exceptions.NonConformingResponse": Taken(("reason", "message")),
    "connexion.exceptions.NonConformingResponseBody": Taken(("message", "reason")),
    "connexion.exceptions.NonConformingResponseHeaders": Taken(("message", "reason")),
    "connexion.exceptions.ExtraParameterProblem": Taken(
        ("formdata_parameters", "query_parameters", "title", "detail"), ("param_type", "extra_params"), 0
    ),
}


@rule("CXD444", "error-with-arguments-of-2", Severity.ERROR)
def arguments(sources: Sources) -> Iterator[Finding]:
    """An error of Connexion's own is made with arguments that it no longer takes.

    What happens: The answer is 500 in place of the 400, 401 or 403 that was meant: `TypeError:
        ProblemException.__init__() takes 1 positional argument but 4 were given`, or `got an unexpected
        keyword argument 'description'`.

    Why: `ProblemException` takes keywords only in Connexion 3. `OAuthProblem`, `Unauthorized` and `Forbidden`
        were werkzeug's, with a `description`; they, and `BadRequestProblem`, take a `detail` alone.

    Fix: Give the arguments in the way that both versions take: by keyword to `ProblemException`, the one
        text by position to the others.

    Before:
        import connexion
        from connexion.exceptions import ProblemException


        def refuse():
            raise ProblemException(418, "Teapot", "short and stout")


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion.exceptions import ProblemException


        def refuse():
            raise ProblemException(status=418, title="Teapot", detail="short and stout")


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/exceptions.html
        test: tests/rules/migration/scenarios.py
    """
    for use, name, first in _made(sources):
        taken = ERRORS[name]
        given = [*use.node.args[first:]]
        gone = [one.name for one in passed(sources, use) if one.name not in taken.three]
        if any(isinstance(one, ast.Starred) for one in given) or (len(given) <= taken.positions and not gone):
            continue
        short = name.rpartition(".")[2]
        wrong = listed(gone) if gone else counted(len(given), "argument") + " by position"
        ways = "keywords only" if not taken.positions else f"{listed(taken.three)} alone"
        yield finding(
            f"`{short}` is given {wrong} and takes {ways} in Connexion 3: the answer is 500.",
            location=use.module.location(use.node),
            fixes=fix(*_cure(sources, use, name, first)),
        )


@rule("CXD445", "problem-without-status", Severity.WARNING)
def status(sources: Sources) -> Iterator[Finding]:
    """`ProblemException` is made without a status.

    What happens: The client is answered 500; with Connexion 2 it was 400.

    Why: The status that stands for none given is another.

    Fix: Give the status.

    Before:
        import connexion
        from connexion.exceptions import ProblemException


        def refuse():
            raise ProblemException(title="Wrong", detail="no such pet")


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion.exceptions import ProblemException


        def refuse():
            raise ProblemException(title="Wrong", detail="no such pet", status=400)


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/exceptions.html
        test: tests/rules/migration/scenarios.py
    """
    for use, name, first in _made(sources):
        unknown = any(one.arg is None for one in use.node.keywords)
        if name != _PROBLEM or use.node.args[first:] or unknown or "status" in _names(use):
            continue
        yield finding(
            "`ProblemException` without a status is answered 500 by Connexion 3; it was 400 by Connexion 2.",
            location=use.module.location(use.node),
            fixes=fix(
                "Give `status=400`.",
                [add_argument(use.module, use.node, "status=400")],
                unsafe=True,
                costs=("where 500 is meant, write `status=500`",),
            ),
        )


def _made(sources: Sources) -> Iterator[tuple[Use[ast.Call], str, int]]:
    """Where an error is made, or its subclass is: its name, and the place of the first argument."""
    for use, name in sources.calls:
        made = name.removesuffix("().__init__").removesuffix(".__init__")
        if made in ERRORS and not use.guarded and not in_its_own_way(sources, use):
            yield use, made, int(name == f"{made}.__init__")


def _names(use: Use[ast.Call]) -> set[str | None]:
    return {one.arg for one in use.node.keywords}


def _cure(sources: Sources, use: Use[ast.Call], name: str, first: int) -> tuple[str, tuple[Edit, ...]]:
    """What to do, and the edits where both versions then answer what Connexion 2 answered."""
    taken, module, call = ERRORS[name], use.module, use.node
    given = dict(zip(taken.two, call.args[first:], strict=False))
    given |= {one.arg: one.value for one in call.keywords if one.arg is not None}
    known = len(given) == len(call.args) - first + len(call.keywords) and set(given) <= set(taken.two)
    if name == _PROBLEM:
        return "Give the arguments by keyword.", _by_keyword(use, first) if known else ()
    if known and set(given) == {"description"}:
        text = module.text(given["description"])
        return "Give the text by position, which both versions take.", (
            (replace(module, call.keywords[0], text),) if call.keywords else ()
        )
    if not taken.title or not known:
        return f"Give {listed(taken.three)} alone.", ()
    detail = [f"detail={module.text(given['detail'])}"] if "detail" in given else []
    if isinstance(given["title"], ast.Constant) and given["title"].value == taken.title:
        text = f"{module.text(call.func)}({', '.join(detail)})"
        return "Leave the title out: it is the same.", (replace(module, call, text),)
    words = ", ".join([f"status={taken.status}", f"title={module.text(given['title'])}", *detail])
    raised = isinstance(use.statement, ast.Raise) and use.statement.exc is call
    there = sources.names.name("ProblemException", module, use.scope, position_of(call))
    edits = [replace(module, call, f"ProblemException({words})")]
    if there is None and (imported := add_import(module, "ProblemException", "connexion.exceptions")):
        edits.append(imported)
    apart = _told_apart(sources, name.rpartition(".")[2])
    certain = raised and not apart and (there is None or canonical(there) == _PROBLEM)
    return (
        f"Raise `ProblemException(status={taken.status}, ...)`, which takes a title.",
        tuple(edits) if certain else (),
    )


def _by_keyword(use: Use[ast.Call], first: int) -> tuple[Edit, ...]:
    """``(400, "T")`` -> ``(status=400, title="T")``; none where a value stands in parentheses of its own."""
    module, call = use.module, use.node
    edits = []
    end, opens = module.location(call.func).end, "("
    for place, value in enumerate(call.args):
        start = module.location(value)
        if place >= first:
            if span(module, end, (start.line, start.column)).strip() != opens:
                return ()
            edits.append(insert(module, start.line, start.column, f"{_OF_PROBLEM[place - first]}="))
        end, opens = start.end, ","
    return tuple(edits)


def _told_apart(sources: Sources, name: str) -> bool:
    """Whether the project has the class elsewhere than where it is made, so that another is not the same."""
    for module in sources.modules:
        if name in module.source.text:
            made = {id(one.node.func) for one in module.calls}
            for node in ast.walk(module.tree):
                here = getattr(node, "id", None) == name or getattr(node, "attr", None) == name
                if here and id(node) not in made:
                    return True
    return False
