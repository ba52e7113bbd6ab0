"""The project's files as values: what is in a folder, documents, resources of packages."""

from __future__ import annotations

import ast
import configparser
import glob
import json
import os
import re
from itertools import islice
from pathlib import Path
from typing import Any

from connexion_doctor.foundation import toml_text
from connexion_doctor.model import overlay
from connexion_doctor.python.module import Module
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.specification_files import content_of
from connexion_doctor.reading.value_kinds import (
    Entry,
    Evaluator,
    Handle,
    Loaded,
    Namespace,
    Sections,
    Unknown,
)

MOST = 500  # entries of a folder, or folders
LOADS = frozenset(
    "yaml.safe_load yaml.load yaml.full_load yaml.unsafe_load json.load json.loads tomllib.load "
    "tomllib.loads tomli.load tomli.loads toml.load toml.loads".split()
)

PARSERS = ("configparser.ConfigParser", "configparser.RawConfigParser")


def of_files(values: Evaluator, name: str, arguments: list[Any], keywords: dict[str, Any]) -> object:
    """What reads the project's files."""
    directory = values.modules.directory
    if name == "os.listdir":
        folder = values.modules.here(str(Path(directory, *arguments)))
        look_into(values, folder)
        return sorted(os.listdir(folder))
    if name in ("glob.glob", "glob.iglob"):
        return _globbed(values, str(arguments[0]), **keywords)
    if name in ("os.walk", "os.scandir"):
        top = str(Path(directory, arguments[0]))
        look_into(values, values.modules.here(top))
        return _walked(values, top, str(arguments[0])) if name == "os.walk" else _scanned(values, top)
    if name in ("open", "io.open", "codecs.open"):
        return Handle(Path(values.modules.here(str(Path(directory, arguments[0])))))
    if name.rpartition(".")[2] in ("ResolvingParser", "BaseParser") and name.startswith("prance."):
        return Handle(Path(values.modules.here(str(Path(directory, str(arguments[0]))))))
    if name in PARSERS:
        return Sections()
    if name in LOADS and isinstance(arguments[0], Handle):
        return document(arguments[0])
    raise Unknown


def _globbed(
    values: Evaluator, pattern: str, *, root_dir: object = None, recursive: bool = False
) -> list[str]:
    start = Path(values.modules.directory, str(root_dir or ""))
    base = values.modules.here(str(Path(start, pattern)))
    look_into(values, re.split(r"[*?[]", base)[0].rpartition("/")[0])
    found = sorted(islice(glob.iglob(base, recursive=recursive), MOST + 1))
    return found if os.path.isabs(pattern) else [os.path.relpath(one, start) for one in found]


def _walked(values: Evaluator, top: str, written: str) -> list[tuple[str, list[str], list[str]]]:
    """What ``os.walk`` gives; the folders as the start was written."""
    here = values.modules.here(top)
    found = []
    for folder, folders, files in os.walk(here):
        inside = os.path.relpath(folder, here)
        shown = written if inside == "." else os.path.join(written, inside)
        found.append((shown, sorted(folders), sorted(files)))
        if len(found) > MOST:
            raise Unknown
    return found


def _scanned(values: Evaluator, top: str) -> list[Entry]:
    """What ``os.scandir`` gives: entries with a name and a path."""
    here = values.modules.here(top)
    return [Entry({"name": name, "path": os.path.join(top, name)}) for name in sorted(os.listdir(here))]


def look_into(values: Evaluator, folder: str) -> None:
    """:raises Unknown: a folder is none of the project, or may be there only where the app runs"""
    inside = Path(os.path.normpath(folder)).is_relative_to(values.modules.root)
    if not inside or not os.path.isdir(folder):
        raise Unknown


def is_there(values: Evaluator, path: str, there: bool) -> bool:
    """Whether a file is there: one of the project's, or one that is here."""
    if not there and not Path(os.path.normpath(path)).is_relative_to(values.modules.root):
        raise Unknown
    return there


def document(handle: Handle) -> Loaded:
    """The document in a file.

    :raises Unknown: it is none
    """
    if handle.path.suffix == ".toml":
        return Loaded(dict(toml_text.parsed(overlay.read_text(handle.path)).items()), handle.path)
    found = content_of(handle.path)
    if not isinstance(found, dict):
        raise Unknown
    return Loaded(found, handle.path)


def sections_of(name: str, where: Where, values: Evaluator) -> Sections:
    """What ``configparser`` has read from the project's files, by the calls in the file that makes it.

    :raises Unknown: one of them cannot be known
    """
    parser = configparser.ConfigParser()
    for use in where.module.calls:
        function = use.node.func
        if not isinstance(function, ast.Attribute) or name_of(function.value) != name:
            continue
        if function.attr == "read" and use.node.args:
            given = values.of(use.node.args[0], Where(where.module, use.scope))
            for one in given if isinstance(given, list | tuple) else [given]:
                file = values.modules.here(str(Path(values.modules.directory, str(one))))
                if not is_there(values, file, os.path.isfile(file)):
                    raise Unknown
                parser.read_string(overlay.read_text(Path(file)))
        elif function.attr.startswith(("read", "set", "add", "remove")):
            raise Unknown
    return Sections({section: dict(parser[section]) for section in parser})


def no_json(handle: Handle) -> ValueError | None:
    """What ``json.load`` raises over a file; None where it is JSON, or may be."""
    try:
        text = overlay.read_text(handle.path)
        json.loads(text)
    except json.JSONDecodeError as error:
        return error if "{{" not in text and "{%" not in text else None
    except (OSError, ValueError):
        pass
    return None


def of_package(values: Evaluator, last: str, node: ast.Call, arguments: list[Any], module: Module) -> object:
    """``resource_filename(package, path)`` and ``files(package)``: beside the package's own files."""
    package, *more = arguments or [None]
    file: Path | None = None
    if isinstance(package, Namespace):
        file = values.modules.root / package.module.path
    elif isinstance(package, str):
        own = bool(module.names) and package in (module.names[0], module.names[0].rpartition(".")[0])
        file = values.modules.root / module.path if own else values.modules.file(package)
    if file is None:
        raise Unknown
    found = Path(file.parent, *more)
    return found if last == "files" else str(found)
