"""Code of the other Connexion that raises while it is loaded."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location, Severity
from connexion_doctor.python import Sources, read_project
from connexion_doctor.rules.migration import (
    constructor,
    flask_attributes,
    flask_inner,
    flask_names,
    imports,
    newer,
    swagger,
)

# Rules about code that raises where it stands, and what it raises.
RAISING = {
    imports.module_gone: "ModuleNotFoundError",
    imports.name_gone: "ImportError",
    imports.flask_json_encoder: "ImportError",
    flask_names.flask_name_gone: "ImportError",
    constructor.constructor_keyword: "TypeError",
    constructor.positional_arguments: "TypeError",
    swagger.constructor_options: "TypeError",
    flask_inner.before_first_request: "AttributeError",
    flask_attributes.attribute_of_flask: "AttributeError",
}
RAISING_UNDER_TWO = {
    newer.code_of_three: "",  # its message says what
    flask_attributes.attribute_of_flask: "AttributeError",
}


@dataclass(frozen=True)
class Raising:
    """A statement that raises: where, what (a builtin exception), and why. ``at_top``: it runs whenever its
    file is loaded. ``begins``: the line on which it begins."""

    place: Location
    error: str
    message: str
    at_top: bool
    begins: int


def raising(root: Path, paths: Sequence[str], major: int) -> Iterator[Raising]:
    """What raises in some files of a project.

    :param paths: relative to ``root``
    :param major: that of the Connexion that loads them
    """
    sources = read_project(root, [root / path for path in paths])
    for one, error in (RAISING if major == 3 else RAISING_UNDER_TWO).items():
        for found in one.rule.run(sources):  # type: ignore[attr-defined]
            if found.location is not None and found.severity is Severity.ERROR:
                error = error or found.message.rpartition(" ")[2].rstrip(".")
                at_top, begins = _statement(found.location, sources)
                message = found.message.partition(": this raises ")[0]
                yield Raising(found.location, error, message, at_top, begins)


def _statement(place: Location, sources: Sources) -> tuple[bool, int]:
    """Whether a place is in a plain statement at the top of its module; and the line on which the innermost
    statement around it begins."""
    module = next((one for one in sources.modules if one.path == place.path), None)
    if module is None:
        return False, place.line
    plain = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr, ast.With)
    at_top = any(isinstance(one, plain) and _holds(one, place.line) for one in module.tree.body)
    around = [one for one in ast.walk(module.tree) if isinstance(one, ast.stmt) and _holds(one, place.line)]
    return at_top, max((one.lineno for one in around), default=place.line)


def _holds(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
