"""An operation that leads to no function, found out while the app is loaded, as Connexion 2 does."""

from __future__ import annotations

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Raised


def unresolved(case: Case) -> Raised | None:
    """What was raised because an operationId of the specification leads to no function.

    A handler's module that is there, and raises while it is imported, is another fault.
    """
    load = case.facts.load
    error = load.error if load is not None and load.stage in ("import", "factory") else None
    looked_for = error.attributes.get("operation_looked_for") if error is not None else None
    if error is not None and "operation_without" in error.attributes:
        return error
    if error is None or not looked_for:
        return None
    if error.is_a("ModuleNotFoundError"):
        missing = error.attributes.get("name", "")
        return error if missing and f"{looked_for}.".startswith(f"{missing}.") else None
    nowhere = error.is_a("AttributeError") and "has no attribute" in error.message
    nowhere = nowhere or error.is_a("ValueError") and error.message == "Empty module name"
    return error if nowhere or error.is_a("ResolverError") else None
