"""YAML with the place of every scalar, on PyYAML's node graph; templates' ``{{ }}`` become holes.

Nodes are composed, never constructed: an alias is the same node again, so that aliases of aliases cost
nothing. Walks are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import HOLE, Piece, Text, changed_between
from connexion_doctor.foundation import yaml_text
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location, Style
from connexion_doctor.model.source import Source

LARGEST = 400_000  # characters; what starts programs is far smaller
MOST_MERGES = 50
DEEPEST = 100


class YamlError(ValueError):
    """A file that is not YAML, with the line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, eq=False)
class Node:
    """A node of a YAML file: a mapping, a sequence or a scalar."""

    source: Source
    raw: Any  # PyYAML's node, whose attributes have no types

    @property
    def kind(self) -> str:
        """``mapping``, ``sequence`` or ``scalar``."""
        return str(self.raw.id)

    @property
    def value(self) -> str | None:
        """A scalar's text; None for what is no scalar, or null."""
        if (
            self.kind != "scalar"
            or self.raw.tag == "tag:yaml.org,2002:null"
            or str(self.raw.value) in ("", "~")
        ):
            return None
        return str(self.raw.value)

    @property
    def span(self) -> tuple[int, int]:
        """The offsets of the node's first character and the one behind its last."""
        start, end = self.raw.start_mark.index, self.raw.end_mark.index
        text = self.source.text
        while end > start and text[end - 1] in " \t\r\n":
            end -= 1
        return start, end

    @property
    def location(self) -> Location:
        """Where the node stands."""
        return self.source.span(*self.span)

    @property
    def flow(self) -> bool:
        """Whether a sequence is written ``[a, b]``."""
        return bool(self.raw.flow_style)

    def items(self, depth: int = 0) -> Iterator[tuple[str, Node]]:
        """Keys and values of a mapping, ``<<`` merged in; the first of a key stands."""
        if self.kind != "mapping" or depth > MOST_MERGES:
            return
        seen = set()
        merged: list[Node] = []
        for key, value in self.raw.value:
            if key.id != "scalar":
                continue
            name = str(key.value)
            node = Node(self.source, value)
            if name == "<<":
                merged.extend([node] if node.kind == "mapping" else list(node.elements()))
            elif name not in seen:
                seen.add(name)
                yield name, node
        for node in merged[:MOST_MERGES]:
            for name, value_node in node.items(depth + 10):
                if name not in seen:
                    seen.add(name)
                    yield name, value_node

    def get(self, *path: str) -> Node | None:
        """The node under keys; None where there is none."""
        node: Node = self
        for name in path:
            found = next((value for key, value in node.items() if key == name), None)
            if found is None:
                return None
            node = found
        return node

    def string(self, *path: str) -> str | None:
        """The text under keys."""
        node = self.get(*path)
        return node.value if node is not None else None

    def elements(self) -> Iterator[Node]:
        """The elements of a sequence."""
        if self.kind == "sequence":
            for value in self.raw.value[:5000]:
                yield Node(self.source, value)

    def text(self) -> Text:
        """A scalar's text, each character with its place; no text for what is no scalar."""
        return _aligned(self) if self.kind == "scalar" else Text(())

    def words(self) -> list[Built]:
        """The elements of a sequence as words of a command."""
        style = Style.JSON if self.flow else Style.YAML
        return [
            Built(node.text().pieces, node.location, style)
            for node in self.elements()
            if node.kind == "scalar"
        ]


def documents(source: Source, template: bool = False) -> list[Node]:
    """The documents of a file.

    :param template: ``{{ }}`` is a template's
    :raises YamlError: it is not YAML, or very large
    """
    from yaml import YAMLError

    text = source.text
    if len(text) > LARGEST:
        raise YamlError(f"is larger than {LARGEST // 1000} kB: not read")
    if template or "{{" in text:
        text = with_holes(text)
    if yaml_text.depth(text, DEEPEST) > DEEPEST:
        raise YamlError("is nested too deeply to be read")
    try:
        return [Node(source, node) for node in yaml_text.nodes(text)]
    except YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).strip().splitlines()[0]
        raise YamlError(f"is not YAML: {problem}", mark.line + 1 if mark is not None else None) from None
    except RecursionError:
        raise YamlError("is nested too deeply to be read") from None
    except (
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        IndexError,
        AssertionError,
        NotImplementedError,
    ) as error:
        raise YamlError(f"is not YAML: {type(error).__name__}: {error}") from None


def with_holes(text: str) -> str:
    """Template expressions replaced by as many holes; lines that are nothing else become blank."""

    return re.sub(rf"(?m)^[ \t]*{HOLE}[{HOLE} \t]*(?=\r?$)", lambda match: " " * len(match[0]), _holes(text))


def _holes(text: str) -> str:
    return changed_between(text, "{{", "}}", lambda hole: re.sub(r"[^\n]", HOLE, hole))


def _aligned(node: Node) -> Text:
    """Align a scalar's value with its source: each character of the value comes from one there.

    Escapes and folded lines make the two differ; where they cannot be aligned the text has no places.
    """
    value, (start, end), text = str(node.raw.value), node.span, node.source.text
    written = _holes(text[start:end]) if "{{" in text[start:end] else text[start:end]
    if written == value:
        return Text((Piece(value, node.source, range(start, end)),))
    spots, at, style = [], 0, node.raw.style
    if style in ("'", '"'):
        at, written = 1, written[:-1]
    elif style in ("|", ">"):
        at = written.find("\n") + 1
    for char in value:
        if char in " \n":
            if at < len(written) and written[at] == char:
                spots.append(start + at)
                at += 1
                continue
            if at < len(written) and written[at] == "\\" and style == '"':
                spots.append(start + at)
                at += 2
                continue
            spots.append(start + min(at, len(written) - 1))
            if at < len(written) and written[at] in "\r\n":
                at += 1
            continue
        while at < len(written) and written[at] in " \t\r\n" and written[at] != char:
            at += 1
        if style == '"' and written[at : at + 1] == "\\" and at + 1 < len(written):
            if written[at + 1] in "\r\n":
                at += 1
                while at < len(written) and written[at] in " \t\r\n":
                    at += 1
            else:
                spots.append(start + at)
                at += {"x": 4, "u": 6, "U": 10}.get(written[at + 1], 2)
                continue
        if at >= len(written) or written[at] != char:
            return Text((Piece(value),))
        spots.append(start + at)
        at += 2 if style == "'" and char == "'" else 1
    return Text((Piece(value, node.source, spots),))
