"""The files of specifications, parsed once a run."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from connexion_doctor.foundation import json_text, late, yaml_text
from connexion_doctor.model import Frame, Raised, overlay

MOST_BYTES = 2 * 1024 * 1024
# More words for true and false, which PyYAML knows (``yaml/resolver.py``), and with it Connexion.
WORDS = late.pattern("^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$")


FIELD = late.pattern(r"\{\{-?\s*(\w+)\s*-?\}\}")
MERGE = "tag:yaml.org,2002:merge"
UNFILLED = "filled_in_when_it_runs"


def document_of(path: Path, arguments: Mapping[str, str] | None = None) -> Mapping[str, object] | None:
    """A specification; None where it is none that can be read.

    :param arguments: what its fields are filled in with; those of others with what stands
        under no name, or ``UNFILLED``
    """
    made = content_of(path, tuple(sorted((arguments or {}).items())))
    known = isinstance(made, dict) and ("openapi" in made or "swagger" in made)
    return made if known and isinstance(made, dict) and isinstance(made.get("paths"), dict) else None


NO_VERSION = """Unable to get the spec version.
You are missing either '"swagger": "2.0"' or '"openapi": "3.0.0"' from the top level of your spec."""


def refusal(path: Path) -> Raised | None:
    """What Connexion raises over a file that is no specification, where that is certain: one that is no YAML
    in anybody's reading, or that says no version. A template may be anything once it is filled in."""
    try:
        text = overlay.read(path).decode("utf-8")
    except (OSError, ValueError):
        return None
    if len(text) > MOST_BYTES or re.search(r"\{[{%#]", text):
        return None
    from ruamel.yaml.parser import ParserError
    from ruamel.yaml.scanner import ScannerError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = yaml_text.parsed(text)
    except (ParserError, ScannerError) as error:
        name = type(error).__name__
        told = " ".join(str(one) for one in (error.context, error.problem) if one)
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        where = (Frame(str(path), line, "<module>"),)
        return Raised(f"yaml.{name.removesuffix('Error').lower()}.{name}", told, where)
    except Exception:
        return None
    if isinstance(made, dict) and {"openapi", "swagger"} & set(map(str, made)):
        return None
    return Raised("connexion.exceptions.InvalidSpecification", NO_VERSION)


def content_of(path: Path, arguments: tuple[tuple[str, str], ...] | None = None) -> object:
    """What stands in a file of YAML or JSON; None where it cannot be read.

    :param arguments: names and texts that a template is filled in with
    """
    try:
        found = path.stat()
        if overlay.size(path) > MOST_BYTES:
            return None
    except OSError:
        return None
    return _content(path, found.st_mtime_ns, overlay.given(path), arguments)


@lru_cache(32)
def _content(
    path: Path, changed: int, given: bytes | None, arguments: tuple[tuple[str, str], ...] | None
) -> object:
    """A file, parsed once for all launches; ``changed`` is when it was written, ``given`` what an overlay
    gives it."""
    try:
        text = (overlay.read(path) if given is None else given).decode("utf-8")
        if arguments is not None and "{{" in text and "{%" not in text:
            known = dict(arguments)
            text = FIELD.sub(lambda field: known.get(field[1], known.get("", UNFILLED)), text)
        if path.suffix == ".json":
            return json_text.parsed(text)
        from ruamel.yaml import YAML
        from ruamel.yaml.error import ReusedAnchorWarning

        reader = YAML(typ="safe", pure=True)
        rules = reader.resolver
        _ = rules.versioned_resolver  # those of YAML 1.2, to which the rule is added
        rules.add_version_implicit_resolver((1, 2), "tag:yaml.org,2002:bool", WORDS, list("yYnNoO"))
        with warnings.catch_warnings():
            warnings.simplefilter("error", ReusedAnchorWarning)  # PyYAML refuses it
            node = reader.compose(yaml_text.bounded(text))
        _as_pyyaml(node, set())
        return reader.constructor.construct_document(node) if node is not None else None
    except Exception:  # a template, another encoding, a construct of somebody's own
        return None


def _as_pyyaml(node: Any, seen: set[int]) -> None:
    """The keys of mappings as PyYAML takes them, where ruamel.yaml refuses them: of several that are one
    the last counts, several ``<<`` are one with a list."""
    if id(node) in seen or node is None or isinstance(node.value, str):
        return
    seen.add(id(node))
    pairs = [one for one in node.value if isinstance(one, tuple)]
    for one in pairs or node.value:
        for inner in one if isinstance(one, tuple) else (one,):
            _as_pyyaml(inner, seen)
    merged = [one for one in pairs if one[0].tag == MERGE]
    if len(merged) > 1:
        from ruamel.yaml.nodes import SequenceNode

        parts = [part for _, one in merged for part in (one.value if one.id == "sequence" else [one])]
        key, first = merged[0]
        whole = SequenceNode("tag:yaml.org,2002:seq", parts, first.start_mark, first.end_mark)
        pairs = [(key, whole), *(one for one in pairs if one[0].tag != MERGE)]
    if pairs:
        last = {
            (one[0].tag, one[0].value) if isinstance(one[0].value, str) else id(one): one for one in pairs
        }
        node.value = list(last.values())
