"""What operations give to their handlers, against what the handlers take."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.connexion.details import handlers_source, own_frame, texts
from connexion_doctor.rules.connexion.taken import by_machine


@rule("CXD131", "handler-arguments", Severity.WARNING, breaks=True)
def handler_arguments(case: Case) -> Iterator[Finding]:
    """A handler requires an argument that its operation does not give, or does not take one that it gives.

    What happens: each request of the operation answers 500: ``TypeError: show() missing 1 required positional
        argument: 'request'``, or ``TypeError: show() got an unexpected keyword argument 'name'``. Where the
        argument is a query parameter that is not required, each request without it.
    Why: Connexion passes the path's parameters always, those of the query as they come (or with their
        default), a body where one is defined, ``user`` and ``token_info`` where the operation is secured;
        never headers and cookies, and since Connexion 3 no context under the name that
        ``pass_context_arg_name`` gave.
    Fix: take what is given; headers are in ``connexion.request.headers``, the context in an argument
        ``context_``. A parameter that the handler lacks, or that it may not be given, is written with the
        default None; one that it uses and nothing gives is left to a person. An error where no operation
        of the app can be called.
    Before:
        def show(name, request):    # GET /pets/{name}
            return {"name": name, "agent": request.headers["user-agent"]}
    After:
        def show(name):
            return {"name": name, "agent": connexion.request.headers["user-agent"]}
    Sources:
        https://github.com/spec-first/connexion/blob/main/connexion/decorators/parameter.py
        https://connexion.readthedocs.io/en/latest/request.html
        test: tests/probe/test_arguments.py
    """
    found, looked = (handlers_source(case, name) for name in ("arguments", "operations_looked_at"))
    nothing_works = bool(looked) and handlers_source(case, "operations_never_called") == looked
    for entry in found if isinstance(found, (list, tuple)) else ():
        if not isinstance(entry, dict):
            continue
        message, fix = _told(entry)
        never = bool(entry.get("missing") or entry.get("refused"))
        yield finding(
            message,
            severity=Severity.ERROR if never and nothing_works else Severity.WARNING,
            location=case.at(own_frame(case, entry)),
            fixes=(by_machine(case, entry) or Fix.by_hand(fix),),
        )


def _told(entry: Mapping[str, object]) -> tuple[str, str]:
    """What is wrong with one operation, and what to do."""
    operation, function = str(entry.get("operation")), str(entry.get("function"))
    name = function.rpartition(".")[2]
    missing, refused = texts(entry.get("missing")), texts(entry.get("refused"))
    optional, given = texts(entry.get("optional")), texts(entry.get("given"))
    if missing:
        message = f"{function} requires {_listed(missing)}, which {operation} does not give: it answers 500."
        unpassed = [one for one in missing if one in {_plain(name) for name in texts(entry.get("unpassed"))}]
        near = difflib.get_close_matches(missing[0], given, n=1, cutoff=0.6)
        if near:
            return message, f"Name the argument {near[0]}, as it is passed."
        if unpassed:
            return message, "Read it from connexion.request: headers and cookies are not passed."
        return message, f"Take {_listed(missing)} out of the arguments of {name}, or give it a default."
    if refused:
        message = f"{function} takes no {_listed(refused)}, which {operation} always gives: it answers 500."
        return message, f"Add {_listed(refused)} to the arguments of {name}."
    message = f"{function} requires {_listed(optional)}, which a request of {operation} may leave out: "
    message += "it then answers 500."
    return message, f"Give {_listed(optional)} a default, or make it required in the specification."


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _listed(names: list[str]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
