"""The options of Flask-CORS as those of Starlette's CORSMiddleware, where they mean the same.

Sources: ``flask_cors/core.py``, ``starlette/middleware/cors.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.operations import base_paths_of
from connexion_doctor.rules.migration.uses import app_calls, named

LISTS = {
    "origins": "allow_origins",
    "methods": "allow_methods",
    "allow_headers": "allow_headers",
    "expose_headers": "expose_headers",
}
OTHERS = {"supports_credentials": "allow_credentials", "max_age": "max_age"}
DEFAULTS = dict.fromkeys(("allow_origins", "allow_methods", "allow_headers"), '["*"]')
EVERYWHERE = ("*", "/*", ".*", "/.*", "^/.*", "^.*$")
PATTERN = frozenset("*\\[]?$^()")
CONFIGURED = late.pattern(r"\bCORS_[A-Z_]+\b|\.config\.from_\w+\(")


@dataclass(frozen=True)
class Options:
    """The arguments of CORSMiddleware as text, and the paths that alone had CORS before: none where all."""

    arguments: Mapping[str, str]
    paths: tuple[str, ...] = ()


def read(sources: Sources, use: Use[ast.Call]) -> Options | None:
    """What a call of ``CORS`` gives; None where that is not known, or CORSMiddleware has no such thing."""
    if any(CONFIGURED.search("\n".join(one.source.lines)) for one in sources.modules):
        return None  # the configuration of the app counts as well
    given: dict[str, ast.expr] = {}
    paths: tuple[str, ...] = ()
    for keyword in use.node.keywords:
        if keyword.arg is None:
            return None
        if keyword.arg != "resources":
            given[keyword.arg] = keyword.value
    resources = next((one.value for one in use.node.keywords if one.arg == "resources"), None)
    if resources is not None:
        told = _resources(use, resources)
        if told is None:
            return None
        more, paths = told
        given |= more
    made = {name: _argument(sources, use, name, value) for name, value in given.items()}
    paths = () if any(one in EVERYWHERE for one in paths) else paths
    if None in made.values() or paths and not _have_all_operations(sources, paths):
        return None
    arguments = DEFAULTS | {LISTS.get(name) or OTHERS[name]: text for name, text in made.items() if text}
    return Options(arguments, paths)


def _resources(use: Use[ast.Call], resources: ast.expr) -> tuple[dict[str, ast.expr], tuple[str, ...]] | None:
    """The options and the patterns of resources that have the same options each."""
    if isinstance(resources, ast.Dict):
        paths, values = [_word(one) for one in resources.keys], resources.values
        if len({use.module.text(one) for one in values}) != 1 or None in paths:
            return None
        options = _options(values[0])
        return (options, tuple(filter(None, paths))) if options is not None else None
    patterns = resources.elts if isinstance(resources, ast.List | ast.Tuple) else [resources]
    words = [_word(one) for one in patterns]
    return ({}, tuple(filter(None, words))) if words and None not in words else None


def _have_all_operations(sources: Sources, paths: Sequence[str]) -> bool:
    """Whether the operations of all specifications lie below these patterns: nothing that a browser was kept
    from is open to it where all paths have CORS."""
    bases: list[str | None] = []
    for path, text in sources.specifications.items():
        bases += base_paths_of(path, text) or [None]
    for use, _ in app_calls(sources, "add_api"):
        given = named(sources, use, "base_path")
        bases += [_word(given.value)] if given is not None else []
    below = tuple(one.rstrip("*").rstrip("./") for one in paths)
    plain = all(one and not PATTERN & set(one) for one in below)
    return plain and bool(bases) and all(one is not None and one.startswith(below) for one in bases)


def _options(node: ast.expr) -> dict[str, ast.expr] | None:
    if not isinstance(node, ast.Dict):
        return None
    named = {_word(key): value for key, value in zip(node.keys, node.values, strict=True)}
    return {name: value for name, value in named.items() if name is not None} if None not in named else None


def _word(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _argument(sources: Sources, use: Use[ast.Call], name: str, value: ast.expr) -> str | None:
    """The text of one argument; None where it is not certain."""
    text, literal = use.module.text(value), sources.literal(value, use)
    if name == "supports_credentials":
        return text
    if name == "max_age":
        number = isinstance(literal, ast.Constant) and isinstance(literal.value, int)
        return text if number else None
    if name not in LISTS:
        return None
    many = isinstance(literal, ast.List | ast.Tuple)
    each = literal.elts if isinstance(literal, ast.List | ast.Tuple) else [literal]
    if any(_may_be_a_pattern(one) for one in each) or not many and _word(literal) is None:
        return None
    if not many and name != "origins" and "," in (_word(literal) or ""):
        return None  # one header's text, with several names
    return text if many else f"[{text}]"


def _may_be_a_pattern(one: ast.AST | None) -> bool:
    """Whether Flask-CORS takes a text for a regular expression, which CORSMiddleware does not."""
    if isinstance(one, ast.Constant) and isinstance(one.value, str):
        return one.value != "*" and bool(PATTERN & set(one.value))
    return isinstance(one, ast.Call)
