"""The files of specifications, parsed once a run."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from connexion_doctor.foundation import json_text, late, yaml_text
from connexion_doctor.model import Frame, Raised, overlay

MOST_BYTES = 2 * 1024 * 1024
# More words for true and false, which PyYAML knows (``yaml/resolver.py``), and with it Connexion.
WORDS = late.pattern("^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$")


def document_of(path: Path) -> Mapping[str, object] | None:
    """A specification; None where it is none that can be read."""
    made = content_of(path)
    known = isinstance(made, dict) and ("openapi" in made or "swagger" in made)
    return made if known and isinstance(made, dict) and isinstance(made.get("paths"), dict) else None


NO_VERSION = """Unable to get the spec version.
You are missing either '"swagger": "2.0"' or '"openapi": "3.0.0"' from the top level of your spec."""


def refusal(path: Path) -> Raised | None:
    """What Connexion raises over a file that is no specification, where that is certain: one that is no YAML
    in anybody's reading, or that says no version. A template may be anything once it is filled in."""
    try:
        text = path.read_bytes().decode("utf-8")
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


def content_of(path: Path) -> object:
    """What stands in a file of YAML or JSON; None where it cannot be read."""
    try:
        found = path.stat()
        if overlay.size(path) > MOST_BYTES:
            return None
    except OSError:
        return None
    return _content(path, found.st_mtime_ns, overlay.given(path))


@lru_cache(32)
def _content(path: Path, changed: int, given: bytes | None) -> object:
    """A file, parsed once for all launches; ``changed`` is when it was written, ``given`` what an overlay
    gives it."""
    try:
        text = (path.read_bytes() if given is None else given).decode("utf-8")
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
            return reader.load(yaml_text.bounded(text))
    except Exception:  # a template, another encoding, a construct of somebody's own
        return None
