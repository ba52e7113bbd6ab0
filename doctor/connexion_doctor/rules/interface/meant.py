"""What an operationId that leads to no function was meant to be."""

from __future__ import annotations

import re
from difflib import get_close_matches

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation import late
from connexion_doctor.model import Applicability, Edit, Fix, Location, Raised
from connexion_doctor.model.source import Source

# ``operationId: name`` in YAML's block and flow style, and in JSON.
OPERATION_ID = late.pattern(r"""["']?operationId["']?\s*:\s*["']?([\w.\-]+)""")
# ``x-apikeyInfoFunc: name`` and its kin.
FUNCTION = late.pattern(r"""["']?x-\w+Func["']?\s*:\s*["']?([\w.\-]+)""")
SWAGGER = late.pattern(r"""^[\s{]*["']?swagger["']?\s*:""")
CONTROLLER = late.pattern(r"""x-(openapi|swagger)-router-controller(?=["']?\s*:)""")


def meant(case: Case, error: Raised, wrote: str | None, place: Location | None) -> Fix | None:
    """The edit of the specification, where it tells what was meant.

    :param wrote: the operationId as it stands there, at ``place``
    """
    source = next((one for one in case.sources.values() if place and one.path == place.path), None)
    if wrote is None or place is None or source is None:
        return None
    return _controllers(source) or _nearest(error, wrote, place, source)


def _controllers(source: Source) -> Fix | None:
    """The module of the functions under the name that this kind of specification has for it
    (connexion/operations: ``Swagger2Operation``, ``OpenAPIOperation``)."""
    kind = "swagger" if any(SWAGGER.match(line) for line in source.lines) else "openapi"
    edits = [
        Edit(_span(source, number, match), kind)
        for number, line in enumerate(source.lines, 1)
        for match in CONTROLLER.finditer(line)
        if match[1] != kind
    ]
    spoken = "Swagger 2" if kind == "swagger" else "OpenAPI 3"
    title = f"Write x-{kind}-router-controller, which is what {spoken} has."
    return Fix(title, recommended=True, edits=tuple(edits)) if edits else None


def _nearest(error: Raised, wrote: str, place: Location, source: Source) -> Fix | None:
    """The one function that no other operation leads to, of nearly that name, or of those parameters, in the
    place of the name."""
    taken = {match[1].rpartition(".")[2] for line in source.lines for match in OPERATION_ID.finditer(line)}
    known = {**(error.cause.attributes if error.cause is not None else {}), **error.attributes}
    homes = known.get("operation_homes", "").split()
    if (
        len(homes) == 1
        and _alike(wrote.rpartition(".")[0], homes[0])
        and wrote in (known.get("operation_looked_for"), known.get("operation_written"))
    ):
        return _at_home(homes[0], wrote, place, source)
    for by in ("name", "parameters"):
        names = known.get("operation_near" if by == "name" else "operation_fitting", "").split()
        free = [name for name in names if name not in taken]
        if len(free) == 1:
            whole = ".".join([*wrote.split(".")[:-1], free[0]])
            return _guessed(whole, place, by)
    return None


def _alike(before: str, home: str) -> bool:
    """Whether a module may have been meant by what stands in front of a function: not one of another name."""
    nested = f".{before}".endswith(f".{home}") or f".{home}".endswith(f".{before}")
    return not before or nested or bool(get_close_matches(before, [home], cutoff=0.75))


def _span(source: Source, number: int, match: re.Match[str]) -> Location:
    return Location(source.path, number, match.start(1) + 1, number, match.end(1) + 1)


def _at_home(home: str, wrote: str, place: Location, source: Source) -> Fix:
    """The module that has the function, in all operations that are written as this one is."""
    before, _, name = wrote.rpartition(".")
    edits = [Edit(place, f"{home}.{name}")]
    if not any(CONTROLLER.search(line) for line in source.lines):  # they bring modules too
        edits = [
            Edit(_span(source, number, match), f"{home}.{match[1].rpartition('.')[2]}")
            for number, line in enumerate(source.lines, 1)
            for match in (*OPERATION_ID.finditer(line), *(FUNCTION.finditer(line) if before else ()))
            if match[1].rpartition(".")[0] == before
        ]
    if len(edits) < 2:
        return _guessed(f"{home}.{name}", place, "name")
    return Fix(
        f"Write the module of the functions: {home}.{name}.",
        Applicability.UNSAFE,
        recommended=True,
        edits=tuple(edits),
        costs=("that this module is the one that was meant is a guess from the name of its function",),
    )


def _guessed(whole: str, place: Location, by: str) -> Fix:
    costs = (f"that this function is the one that was meant is a guess from its {by}",)
    edits = (Edit(place, whole),)
    return Fix(f"Write {whole}.", Applicability.UNSAFE, recommended=True, edits=edits, costs=costs)
