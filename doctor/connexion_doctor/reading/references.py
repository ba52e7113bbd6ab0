"""What ``$ref`` in a specification leads to (``connexion/json_schema.py``, ``resolve_refs``)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from connexion_doctor.reading.specification_files import content_of
from connexion_doctor.reading.unread import Unread

DEEPEST = 60


def broken(document: Mapping[str, object]) -> str | None:
    """The first reference inside the document that leads nowhere."""
    for reference in _references(document, 0):
        if reference.startswith("#/") and _inside(document, reference[1:]) is None:
            return reference
    return None


def in_file(document: Mapping[str, object]) -> str | None:
    """The first reference to another file by its path, which Connexion 2 takes for an address."""
    return next((one for one in _references(document, 0) if one[:1] != "#" and ":" not in one), None)


def missing(document: Mapping[str, object], folder: Path) -> Path | None:
    """The first file that the document refers to and that is not there."""
    for reference in _references(document, 0):
        file = reference.partition("#")[0]
        if file and ":" not in file and not os.path.exists(folder / file):
            return folder / file
    return None


def remote(document: Mapping[str, object]) -> str | None:
    """The first reference to what another machine has to tell."""
    addresses = ("http://", "https://")
    return next((one for one in _references(document, 0) if one.lower().startswith(addresses)), None)


def with_paths(document: Mapping[str, object], folder: Path | None) -> Mapping[str, object]:
    """The document, its path items in the place of the references to them.

    :param folder: from which files are named; None: they cannot be
    :raises Unread: one leads to what cannot be read
    """
    paths = document["paths"]
    assert isinstance(paths, dict)
    if not any(isinstance(item, dict) and "$ref" in item for item in paths.values()):
        return document
    made = {path: _followed(path, item, document, folder) for path, item in paths.items()}
    return {**document, "paths": made}


def is_circular(document: Mapping[str, object], path: Path) -> bool:
    """Whether following the references comes to no end in Connexion 3: those inside the document are put in
    their places one behind the other; what stands in another file, or behind a name with ``~``, is gone into
    at once, and comes to itself again.

    :param path: the file that the document stands in
    """
    seen: set[str] = set()

    def inside(node: object, file: Path, content: object, way: tuple[str, ...]) -> bool:
        if len(way) > DEEPEST:
            return False
        if isinstance(node, list):
            return any(inside(one, file, content, way) for one in node)
        if not isinstance(node, Mapping):
            return False
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return any(inside(one, file, content, way) for one in node.values())
        found = _plainly(document, reference)
        if found is not None:
            target, entered = f"{path}#{reference[1:]}", isinstance(found, Mapping) and "$ref" in found
        else:
            named, _, pointer = reference.partition("#")
            if ":" in named:
                return False
            if named:
                file = Path(os.path.normpath(file.parent / named))
                content = content_of(file)
            found, entered = _inside(content, pointer), True
            target = f"{file}#{pointer}"
        if target in way:
            return True
        if not entered or target in seen:
            return False
        seen.add(target)
        return inside(found, file, content, (*way, target))

    return inside(document, path, document, ())


def _plainly(document: object, reference: str) -> object:
    """What Connexion finds by the names between the strokes, as they are written (``deep_get``)."""
    found = document
    for part in reference[2:].split("/"):
        if isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        elif isinstance(found, Mapping):
            found = next((found[key] for key in found if str(key) == part), None)
        else:
            return None
    return found


def _followed(path: object, item: object, document: object, folder: Path | None) -> object:
    for _ in range(5):
        if not isinstance(item, dict) or not isinstance(item.get("$ref"), str):
            return item
        file, _, pointer = item["$ref"].partition("#")
        if file:
            document = content_of(folder / file) if folder is not None and "://" not in file else None
            folder = (folder / file).parent if folder is not None else None
        found = _inside(document, pointer)
        if not isinstance(found, dict):
            break
        item = {**{key: one for key, one in item.items() if key != "$ref"}, **found}
    raise Unread(f"the path {path} of the specification cannot be read")


def _inside(document: object, pointer: str) -> object:
    found = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, dict):
            found = next((found[key] for key in found if str(key) in (name, part)), None)
        else:
            return None
    return found


def _references(node: object, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    if isinstance(node, dict):
        found = node.get("$ref")
        if isinstance(found, str):
            yield found
            return
        for one in node.values():
            yield from _references(one, depth + 1)
    elif isinstance(node, list):
        for one in node:
            yield from _references(one, depth + 1)
