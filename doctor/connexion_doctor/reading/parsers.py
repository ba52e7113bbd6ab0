"""The class that reads parameters, where it is Connexion's own for Swagger 2 and the specification is not."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from connexion_doctor.python.nodes import argument, text_in
from connexion_doctor.reading.handler_arguments import Operation

# ``connexion/uri_parsing.py``; ``connexion/decorators/uri_parsing.py`` of Connexion 2.
OF_SWAGGER = ("AlwaysMultiURIParser", "FirstValueURIParser", "Swagger2URIParser")


def parser_in(call: ast.Call) -> ast.expr | None:
    """What a call gives as ``uri_parser_class``: a keyword, in Connexion 2 one of the ``options``."""
    given, options = argument(call, 99, "uri_parser_class"), argument(call, 99, "options")
    if given is None and isinstance(options, ast.Dict):
        named = zip(options.keys, options.values, strict=True)
        given = next(
            (value for key, value in named if key is not None and text_in(key) == "uri_parser_class"), None
        )
    return given


def misread(parser: str, operations: Iterable[Operation]) -> Iterator[dict[str, object]]:
    """The operations of an OpenAPI 3 specification with parameters that this class cannot read."""
    if not parser.startswith("connexion.") or not parser.endswith(OF_SWAGGER):
        return
    for one in operations:
        if any(each.get("in") in ("query", "path") for each in one.parameters or ()):
            yield {"operation": f"{one.method.upper()} {one.path}", "parser": parser}
