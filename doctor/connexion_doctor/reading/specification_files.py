"""The files of specifications, parsed once a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from connexion_doctor.foundation import json_text, late, yaml_text
from connexion_doctor.model import Frame, Raised, overlay

MOST_BYTES = 2 * 1024 * 1024
FIELD = late.pattern(r"\{\{-?\s*(\w+)\s*-?\}\}")
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
    try:
        made = yaml_text.parsed(text)
    except Exception:
        error = yaml_text.refused(text)
        name = type(error).__name__
        if name not in ("ScannerError", "ParserError", "ComposerError"):  # a tag may be known to the app
            return None
        told = " ".join(str(one) for one in (error.context, error.problem) if one)
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        where = (Frame(str(path), line, "<module>"),)
        return Raised(f"yaml.{name.removesuffix('Error').lower()}.{name}", told, where)
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
        return yaml_text.parsed(text)
    except Exception:  # a template, another encoding, a construct of somebody's own
        return None
