"""Keyword arguments that the call which starts a server does not take: written rightly, or taken out."""

from __future__ import annotations

import ast
import difflib
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


# What no default may stand for: encryption, where it listens, as whom and where it runs, files of settings.
KEPT = late.pattern(
    r"(insecure_|quic_)?(cert|key|ssl|tls|ca_|ciphers|bind|host|port|uds|fd|listen|unix|user|group|uid|gid|"
    r"umask|chdir|root_path|worker_class|interface|app|env_file|config$)"
)
# What all of them take, under these names.
COMMON = ("host", "port", "workers", "reload", "log_level", "ssl_certfile", "ssl_keyfile")


def keyword_out(case: Case, frame: Frame, name: str) -> Fix | None:
    """The keyword argument taken out of the one call of a line that starts a server, or under the name that
    was meant; None where there is no such call with it."""
    from connexion_doctor.python.edits import (  # not of healthy launches
        editable,
        remove_arguments,
        rename_keyword,
    )

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
    module = editable(source)
    call, keyword = found[0]
    given = {one.arg for one in call.keywords}
    near = [one for one in difflib.get_close_matches(name, COMMON, n=1, cutoff=0.75) if one not in given]
    if near:
        edit = rename_keyword(module, keyword, near[0])
        return Fix(f"write {near[0]}=", Applicability.UNSAFE, recommended=True, edits=(edit,))
    if KEPT.match(name):
        return None
    edits = remove_arguments(module, call, [keyword])
    costs = (f"what {name}={ast.unparse(keyword.value)} was meant for does not happen",)
    if not edits:
        return None
    return Fix(f"take {name}= out", Applicability.UNSAFE, recommended=True, edits=edits, costs=costs)
