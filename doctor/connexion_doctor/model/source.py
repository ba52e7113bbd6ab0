"""The text of a file with its positions: lines from 1, columns in characters from 1.

``ast`` counts columns in UTF-8 bytes from 0; the conversion lives here and nowhere else.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import overlay
from connexion_doctor.model.finding import Edit
from connexion_doctor.model.words import Location

MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Assignment:
    """A top-level ``name = value``; ``literal`` is the value where it is a plain literal."""

    name: str
    target: Location
    value: Location
    literal: object = None
    is_literal: bool = False


@dataclass(frozen=True)
class Source:
    """A text file of the project. ``path`` is as reports show it."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """Lines without their ends, split where Python and editors split them."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def line(self, number: int) -> str:
        """One line, empty where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    @cached_property
    def tree(self) -> ast.Module | None:
        """The parsed module; None when it is not Python that we can parse."""
        try:
            return parsed(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def column(self, line: int, offset: int) -> int:
        """A column of ours from one of ``ast``."""
        return len(self.line(line).encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore")) + 1

    def location(self, node: ast.expr | ast.stmt) -> Location:
        """The span of a node."""
        end_line = node.end_lineno or node.lineno
        return Location(
            self.path,
            node.lineno,
            self.column(node.lineno, node.col_offset),
            end_line,
            self.column(end_line, node.end_col_offset or node.col_offset),
        )

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of a character of the text, counted from 0."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The character at a line and a column counted from 0, as YAML marks count them."""
        return self._starts[min(line, len(self._starts) - 1)] + column

    def span(self, start: int, end: int) -> Location:
        """The place of the characters from ``start`` up to ``end``."""
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return Location(self.path, line, column, end_line, end_column)

    @cached_property
    def assignments(self) -> Mapping[str, Assignment]:
        """Top-level assignments to simple names; of several to one name, the last."""
        found: dict[str, Assignment] = {}
        for node in self.tree.body if self.tree is not None else ():
            if isinstance(node, ast.Assign):
                targets, value = node.targets, node.value
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                targets, value = [node.target], node.value
            else:
                continue
            for target in targets:
                if isinstance(target, ast.Name):
                    found[target.id] = self._assignment(target, value)
        for name in found.keys() & self._bound_inside:
            found[name] = replace(found[name], literal=None, is_literal=False)
        return found

    @cached_property
    def _bound_inside(self) -> frozenset[str]:
        """Names that are bound inside a block of the module (``if``, ``try`` ...): which binding is in
        force is not known from the text."""
        blocks = (ast.If, ast.Try, ast.With, ast.For, ast.While)
        body = self.tree.body if self.tree is not None else []
        nodes = (node for block in body if isinstance(block, blocks) for node in ast.walk(block))
        return frozenset(
            node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )

    def _assignment(self, target: ast.Name, value: ast.expr) -> Assignment:
        try:
            literal, is_literal = ast.literal_eval(value), True
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            literal, is_literal = None, False
        return Assignment(target.id, self.location(target), self.location(value), literal, is_literal)

    @cached_property
    def names_read(self) -> frozenset[str]:
        """Names that the module reads anywhere."""
        try:
            parsed(self.text, newer=False)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return frozenset(re.findall(r"\w+", self.text))  # not all of it is seen
        nodes = ast.walk(self.tree) if self.tree is not None else iter(())
        return frozenset(
            node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        )

    def without(self, name: str) -> Edit | None:
        """An edit that takes an assignment out with its lines; None where more stands in them, or the name is
        read."""
        assigned = self.assignments[name]
        start, (last, end) = assigned.target, assigned.value.end
        rest = self.line(last)[end - 1 :].strip()
        alone = start.column == 1 and (not rest or rest.startswith("#")) and last < len(self.lines)
        if not alone or name in self.names_read:
            return None
        return Edit(Location(start.path, start.line, 1, last + 1, 1), "")

    def append(self, *lines: str) -> Edit:
        """An edit that adds lines at the end of the file, on lines of their own."""
        last = len(self.lines)
        column = len(self.lines[-1]) + 1
        start = "" if self.lines[-1] == "" else "\n"
        spot = Location(self.path, last, column, last, column)
        return Edit(spot, start + "\n".join(lines) + "\n")

    def append_once(self, *lines: str) -> tuple[Edit, ...]:
        """The same; none where the last of the lines is in the file already: a fix whose command stands in
        no file is made again by every run."""
        return () if lines[-1] in self.lines else (self.append(*lines),)


def parsed(text: str, *, newer: bool = True) -> ast.Module:
    """The syntax tree; warnings about the text (odd escapes) are the project's business, not ours.

    :param newer: whether the grammar of later versions is read too, as far as ``newer_grammar`` goes
    :raises SyntaxError: it is not Python; ``ast.parse`` raises other errors too
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError:
            from connexion_doctor.model.newer_grammar import as_older  # hardly ever

            older = as_older(text) if newer else None
            if older is None:
                raise
            with suppress(SyntaxError):
                return ast.parse(older)
            raise  # as it is told of the text that stands there


def read_source(path: Path, shown: str) -> Source | None:
    """A file as text: Python's own encoding rules, then UTF-8; None when it cannot be read."""
    try:
        if overlay.size(path) > MOST_BYTES:
            return None
        data = overlay.read(path)
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return Source(shown, data.decode(encoding))
    except (OSError, SyntaxError, UnicodeDecodeError, LookupError):
        return None
