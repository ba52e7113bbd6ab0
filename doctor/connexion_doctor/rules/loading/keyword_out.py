"""Keyword arguments that the call which starts a server does not take, taken out of it."""

from __future__ import annotations

import ast
import re

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation import late
from connexion_doctor.model import Applicability, Fix, Frame, Raised

# What Python, waitress and Connexion 2 (which names the value alone) say of an argument.
REFUSED = late.pattern(
    r"unexpected keyword argument '(\w+)'|Unknown adjustment '(\w+)'|(Server) .* not recognized$"
)
ABSENT = late.pattern(
    r"^(tornado|gevent) library not installed$"
)  # connexion/apps/flask_app.py of Connexion 2
STARTS = ("run", "serve", "run_simple", "Config", "Granian", "WSGIServer")


def argument_refused(case: Case, error: Raised) -> Fix | None:
    """The fix of a call that starts a server and raises for one of its arguments; None for other errors."""
    frame, said, absent = case.own_frame(error), REFUSED.search(error.message), ABSENT.match(error.message)
    if absent is not None:
        return Fix(f"install {absent[1]}", install=(absent[1],), recommended=True)
    if frame is None or said is None:
        return None
    return keyword_out(case, frame, next(one for one in said.groups() if one).lower())


def keyword_out(case: Case, frame: Frame, name: str) -> Fix | None:
    """The keyword argument taken out of the one call of a line that starts a server; None where there is no
    such call with it."""
    from connexion_doctor.python.edits import remove_arguments  # healthy launches do without it
    from connexion_doctor.python.module import Module, Scope

    source = case.sources.get(frame.path)
    if source is None or source.tree is None:
        return None
    found = [
        (node, keyword)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and node.lineno <= frame.line <= (node.end_lineno or node.lineno)
        for keyword in node.keywords
        if keyword.arg == name and re.split(r"\W", ast.unparse(node.func))[-1] in STARTS
    ]
    if len(found) != 1:
        return None
    module = Module(source, source.tree, (), Scope(source.tree))
    edits = remove_arguments(module, found[0][0], [found[0][1]])
    costs = (f"what {name}={ast.unparse(found[0][1].value)} was meant for does not happen",)
    if not edits:
        return None
    return Fix(f"take {name}= out", Applicability.UNSAFE, recommended=True, edits=edits, costs=costs)
