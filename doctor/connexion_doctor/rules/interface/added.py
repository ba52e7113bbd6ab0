"""The calls of ``add_api`` in the project, and what is added to their arguments."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix
from connexion_doctor.model.source import Source
from connexion_doctor.rules.loading.calls import calls
from connexion_doctor.servers import connexion


def unwritten(case: Case, operation: str, specification: str | None) -> Fix | None:
    """Let Connexion answer operations that lead to no function with 501; None where the one call that adds
    their specification cannot be told.

    :param operation: what has no function
    :param specification: the file that the operation stands in
    """
    title = f"let Connexion answer 501 until {operation} is written"
    costs = (
        f"the operation of {operation} answers 501, whoever asks, and so does every other that leads to no "
        "function: the start no longer fails for it",
    )
    if case.launch.server == connexion.SERVER.name:
        remedy = connexion.SERVER.remedy(case)
        remedy.set_option("stub", "--stub", None)
        remedy.cost(*costs)
        return remedy.fix(title, recommended=True, applicability=Applicability.UNSAFE)
    found = list(calls(case, "add_api"))
    named = [one for one in found if specification and _file(one[1]) == PurePosixPath(specification).name]
    chosen = named or found
    edit = _with(*chosen[0], "resolver_error", "501") if len(chosen) == 1 else None
    if edit is None:
        return None
    return Fix(title, Applicability.UNSAFE, recommended=True, edits=(edit,), costs=costs)


def named(case: Case) -> Fix | None:
    """Give each API behind the first a name of its own; None where not every one has its own call."""
    found = list(calls(case, "add_api"))
    names: list[str] = []
    edits: list[Edit | None] = []
    for source, node in found[1:]:
        stem = re.sub(r"\W+", "_", (_file(node) or "api").partition(".")[0])
        names.append(stem if stem not in names else f"{stem}_{len(names) + 1}")
        if not any(one.arg == "name" for one in node.keywords):
            edits.append(_with(source, node, "name", f'"{names[-1]}"'))
    if not edits or None in edits:
        return None
    title = f"name the APIs that are added later: {', '.join(names)}"
    costs = ("a path that is in several of them is answered by the one that is added first",)
    made = tuple(edit for edit in edits if edit is not None)
    return Fix(title, Applicability.UNSAFE, recommended=True, edits=made, costs=costs)


def _file(call: ast.Call) -> str | None:
    """The name of the file that a call adds."""
    given = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "specification")]
    texts = [node.value for one in given for node in ast.walk(one) if isinstance(node, ast.Constant)]
    return PurePosixPath(texts[-1]).name if texts and isinstance(texts[-1], str) else None


def _with(source: Source, call: ast.Call, name: str, value: str) -> Edit | None:
    """A keyword argument more; None where the call has it, or may have."""
    from connexion_doctor.python.edits import add_argument, editable  # healthy launches do without it

    if source.tree is None or any(one.arg in (None, name) for one in call.keywords):
        return None
    return add_argument(editable(source), call, f"{name}={value}")
