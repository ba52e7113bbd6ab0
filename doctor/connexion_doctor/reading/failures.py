"""What is certain to raise while an app is loaded, in the words of Python or of the server."""

from __future__ import annotations

import ast
import difflib
import os
from dataclasses import replace
from pathlib import Path

from connexion_doctor.model import Frame, LaunchFacts, LoadFacts, Location, Raised
from connexion_doctor.reading.apis import Missing
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.targets import Target
from connexion_doctor.reading.unread import Raises, Unread

MOST_NAMES = 2000  # of a folder


def importing(facts: LaunchFacts, error: Raised) -> LaunchFacts:
    """The same launch, whose app is not loaded: importing it raises."""
    assert facts.load is not None
    return replace(facts, load=replace(facts.load, stage="import", error=error), app=None)


def frame(root: Path, place: Location, name: str = "<module>") -> Frame:
    """A place in the project as the line of a traceback."""
    return Frame(str(root / place.path), place.line, name)


def certain(root: Path, place: Location, what: str) -> Raised:
    """A statement that raises, with what: ``SystemExit('no key')``."""
    name, _, message = what.partition("(")
    text = unquoted(message.removesuffix(")"))
    return Raised(
        name if "." in name else f"builtins.{name}", text, (frame(root, place),), attributes={"code": text}
    )


def raising(root: Path, target: str, raised: Raises) -> LoadFacts:
    """A module on the way to the app that raises."""
    error = Raised(_whole(raised.error), str(raised), (frame(root, raised.location),))
    return LoadFacts(target, target.partition(":")[0], stage="import", error=error)


def _whole(error: str) -> str:
    """The dotted name of an exception."""
    return error if "." in error else f"builtins.{error}"


def no_specification(root: Path, missing: Missing) -> Raised:
    """A specification that is added and is not there."""
    at = missing.location
    message = f"[Errno 2] No such file or directory: {missing.path.name!r}"
    folder = missing.path.parent
    names = os.listdir(folder)[:MOST_NAMES] if os.path.isdir(folder) else []
    near = difflib.get_close_matches(missing.path.name, names, n=3, cutoff=0.8)
    known = {"file_wanted": str(missing.path), "file_near": "\n".join(near)}
    return Raised("builtins.FileNotFoundError", message, (frame(root, at),) if at else (), attributes=known)


def no_attribute(target: Target) -> Raised:
    """The module has no such name."""
    message = f"module {target.module!r} has no attribute {target.attribute!r}"
    return Raised("builtins.AttributeError", message)


def no_module(target: Target, modules: LaunchModules, *, certain: bool) -> LoadFacts:
    """No file of that name: the project's own module is missing, or it is somebody else's.

    :param certain: whether the project is where the module has to be
    :raises Unread: it may be an installed one
    """
    first = target.module.partition(".")[0]
    inside = modules.file(first) is not None or modules.is_folder(first)
    if not inside and not certain:
        raise Unread(f"the module {target.module} is not in this project")
    load = LoadFacts(target.text, target.module, target.attribute)
    if not target.readable:
        return replace(load, stage="grammar")
    similar = sorted({path.stem for folder in modules.folders for path in folder.glob("*.py")})
    error = Raised("builtins.ModuleNotFoundError", f"No module named {target.module!r}")
    return replace(load, stage="module", error=error, similar_modules=tuple(similar))


def no_python(target: Target, modules: LaunchModules) -> LoadFacts:
    """A file that cannot be parsed: it raises when it is imported, if it is Python of this time.

    :raises Unread: it may be of another
    """
    assert target.file is not None
    reason = modules.unparsed.get(str(target.file))
    if reason is None:
        raise Unread(f"{target.file.name} cannot be read as Python")
    line, message = reason
    error = Raised("builtins.SyntaxError", message, (Frame(str(target.file), line, "<module>"),))
    return LoadFacts(
        target.text, target.module, target.attribute, str(target.file), stage="import", error=error
    )


def unquoted(text: str) -> str:
    """The text that a literal stands for; what is none as it is."""
    try:
        return str(ast.literal_eval(text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
