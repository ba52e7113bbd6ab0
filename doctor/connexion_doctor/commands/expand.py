"""Words of shell syntax -> words as the program receives them: quotes undone, variables put in.

Follows POSIX.1-2017 XCU 2.2 (quoting), 2.6 (expansions) and bash's arrays, over tree-sitter-bash nodes.
What cannot be known without running something stays as it is written, marked as not known.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING

from connexion_doctor.commands.directories import standing
from connexion_doctor.commands.pieces import (
    plain,
    quoted_pieces,
    split_fields,
    trimmed,
    undo_ansi,
    undo_in_double,
    undo_plain,
    unknown,
    with_holes,
)
from connexion_doctor.commands.placed_text import Piece, Text, contiguous, place_of
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location, Style, Word
from connexion_doctor.model.numbers import whole_number

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

EXPANSIONS = frozenset({"simple_expansion", "expansion", "command_substitution", "arithmetic_expansion"})
DEEPEST = 60  # nesting that people write stays far below
MOST_PIECES = 300  # of a value, and words of an array: `a=$a$a` doubles it
MOST_CHARACTERS = 100_000  # of a value
LONGEST = 0.5  # seconds of processor time to parse a text, and to run it: a hundred lines take a millisecond
CHUNK = 512  # bytes of a text between two looks at the clock
# Characters that mean nothing in a shell. The parser looks some up outside of its tables, and may crash
# (https://github.com/tree-sitter/tree-sitter-bash/issues/337): it is given another that means nothing.
WIDE = late.pattern("[^\\x00-\\xff]")


@dataclass(frozen=True, eq=False)
class Built:
    """A word under way: its pieces, and where it stands as written."""

    pieces: tuple[Piece, ...]
    location: Location | None = None
    style: Style = Style.SHELL

    @functools.cached_property
    def text(self) -> str:
        """The word as the program receives it."""
        return "".join(piece.value for piece in self.pieces)

    @property
    def known(self) -> bool:
        """Whether all of it is known."""
        return all(piece.known for piece in self.pieces)

    def word(self) -> Word:
        """The finished word."""
        pieces = tuple(with_holes(self.pieces))
        text = "".join(piece.value for piece in pieces)
        style = self.style if self.style in (Style.JSON, Style.YAML) else None
        return Word(text, self.location, all(piece.known for piece in pieces), style)


@dataclass
class State:
    """What a shell knows at one moment. ``ended`` is ``exit`` or ``return`` once nothing more runs;
    ``written`` are files that were written, by their paths (None: with what is not known); ``output`` is what
    is printed while that goes into a file, a chunk a command; ``until`` is the processor time after which
    nothing more is looked at: text that nobody wrote can make work without end."""

    variables: dict[str, tuple[Piece, ...]] = field(default_factory=dict)
    arrays: dict[str, tuple[Built, ...]] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    arguments: tuple[Built, ...] | None = None
    zero: str = ""
    directory: str = "."
    functions: dict[str, tuple[Script, Node]] = field(default_factory=dict)
    ended: str | None = None
    written: dict[str, Text | None] = field(default_factory=dict)
    output: list[tuple[Piece, ...] | None] | None = None
    until: float = field(default_factory=lambda: time.thread_time() + LONGEST)

    @property
    def late(self) -> bool:
        """Whether its time is up."""
        return time.thread_time() > self.until

    def assign(self, name: str, pieces: tuple[Piece, ...]) -> None:
        """Set a variable; a value that is too long is not known."""
        self.variables[name] = pieces if _bounded(pieces) else (Piece("$" + name, known=False),)

    def assign_array(self, name: str, words: tuple[Built, ...]) -> None:
        """Set an array, as ``assign`` does."""
        unknown = Built((Piece(f"${{{name}[@]}}", known=False),))
        self.arrays[name] = words if len(words) <= MOST_PIECES else (unknown,)

    def give(self, arguments: Sequence[Built]) -> None:
        """Set the positional arguments."""
        known = len(arguments) <= MOST_PIECES and all(word.text != "$@" for word in arguments)
        self.arguments = tuple(arguments) if known else None

    def copy(self) -> State:
        """A state that can go another way."""
        return replace(
            self,
            variables=dict(self.variables),
            arrays=dict(self.arrays),
            exported=set(self.exported),
            functions=dict(self.functions),
            written=dict(self.written),
        )

    def value(self, name: str) -> str | None:
        """The text of a variable, where all of it is known."""
        pieces = self.variables.get(name)
        if pieces is None or not all(piece.known for piece in pieces):
            return None
        return "".join(piece.value for piece in pieces)


class Script:
    """Shell text with its syntax tree; byte offsets of the tree become character offsets."""

    def __init__(self, text: Text) -> None:
        self.text = text
        parsed = WIDE.sub("\xff", text.value)
        data = parsed.encode()
        self._chars: list[int] | None = None
        if len(data) != len(parsed):
            self._chars = []
            for index, char in enumerate(parsed):
                self._chars.extend([index] * len(char.encode()))
            self._chars.append(len(parsed))
        self.root = _tree(data).root_node

    def span(self, node: Node) -> tuple[int, int]:
        """The characters of a node."""
        if self._chars is None:
            return node.start_byte, node.end_byte
        return self._chars[node.start_byte], self._chars[node.end_byte]

    def source(self, node: Node) -> str:
        """A node as it is written."""
        start, end = self.span(node)
        return self.text.value[start:end]

    def written(self, node: Node) -> tuple[Piece, ...]:
        """A node's characters as they are written."""
        return self.text.part(*self.span(node))

    def location(self, node: Node) -> Location | None:
        """Where a node stands."""
        return self.text.location(*self.span(node))


@functools.lru_cache(maxsize=8)
def _tree(data: bytes) -> Tree:
    """The syntax tree of a text; that of nothing where it would take too long: of some texts, all of them
    garbage, the parser needs the square of their length.

    It is given the text in chunks, and none any more once its time is up: it ends soon after.
    """
    until, late = time.thread_time() + LONGEST, False

    def chunk(offset: int, _: object) -> bytes:
        nonlocal late
        late = late or time.thread_time() > until
        return b"" if late else data[offset : offset + CHUNK]

    tree = _parser().parse(chunk)
    return _parser().parse(b"") if late else tree


@functools.cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


Substitute = Callable[[Script, "Node", State], "tuple[Piece, ...] | None"]


class Expander:
    """Expands nodes in a state; ``substitute`` evaluates what it can of ``$(...)``."""

    def __init__(
        self, script: Script, state: State, substitute: Substitute | None = None, depth: int = 0
    ) -> None:
        self.script = script
        self.state = state
        self.substitute = substitute
        self.depth = depth

    def fields(self, node: Node) -> list[Built]:
        """The words that one word of syntax becomes: none, one or several."""
        location = self.script.location(node)
        several = self._all_of(node)
        if several is not None:
            return several
        pieces = self.pieces(node)
        if node.type in EXPANSIONS and not "".join(piece.value for piece in pieces):
            return []
        fields = split_fields(pieces)
        if len(fields) == 1:
            return [Built(plain(fields[0]), location)]
        return [Built(plain(one), place_of(one) if contiguous(one) else None) for one in fields]

    def text(self, node: Node) -> str | None:
        """The text of a word, where it is known."""
        pieces = self.pieces(node)
        return "".join(piece.value for piece in pieces) if all(piece.known for piece in pieces) else None

    def pieces(self, node: Node, quoted: bool = False) -> tuple[Piece, ...]:
        """A node's text, expanded but not split."""
        if self.depth > DEEPEST or self.state.late:
            return unknown(self.script.written(node))
        self.depth += 1
        try:
            pieces = self._pieces(node, quoted)
        finally:
            self.depth -= 1
        return pieces if _bounded(pieces) else unknown(self.script.written(node))

    def _pieces(self, node: Node, quoted: bool) -> tuple[Piece, ...]:
        start, end = self.script.span(node)
        kind = node.type
        if kind in ("string", "translated_string"):
            begin = start + (2 if kind == "translated_string" else 1)
            if kind == "translated_string" and node.named_children:
                return self.pieces(node.named_children[0], quoted)
            close = end - 1 if end - 1 >= begin and self.script.text.value[end - 1] == '"' else end
            return quoted_pieces(self.mixed(node, begin, close, undo_in_double, True))
        if kind == "raw_string":
            return quoted_pieces(self.script.text.part(start + 1, end - 1))
        if kind == "ansi_c_string":
            return tuple(undo_ansi(self.script.text.part(start + 2, end - 1)))
        if kind == "concatenation":
            return tuple(self.mixed(node, start, end, undo_plain, quoted, every=True))
        if kind in EXPANSIONS:
            found = self._expansion(node)
            return found if quoted else tuple(replace(piece, split=not piece.quoted) for piece in found)
        if kind == "command_name" and node.named_children:
            return tuple(self.mixed(node, start, end, undo_plain, quoted, every=True))
        if kind == "process_substitution":
            return unknown(self.script.written(node))
        return tuple(undo_plain(self.script.text.part(start, end)))

    def mixed(
        self,
        node: Node,
        start: int,
        end: int,
        undo: Callable[[Iterable[Piece]], Iterator[Piece]],
        quoted: bool,
        every: bool = False,
    ) -> Iterator[Piece]:
        """Text with expansions in it: what stands between them goes through ``undo``."""
        at = start
        for child in node.children:
            low, high = self.script.span(child)
            if low < at or high > end or not (every and child.is_named or child.type in EXPANSIONS):
                continue
            yield from undo(self.script.text.part(at, low))
            yield from self.pieces(child, quoted)
            at = high
        yield from undo(self.script.text.part(at, end))

    def _all_of(self, node: Node) -> list[Built] | None:
        """``"$@"``, ``$@``, ``$*`` and ``"${array[@]}"`` as words of their own."""
        inner = node
        while inner.type in ("string", "command_name", "concatenation") and inner.named_child_count == 1:
            child = inner.named_children[0]
            if inner.type == "string" and self.script.span(inner)[1] - self.script.span(inner)[0] != (
                self.script.span(child)[1] - self.script.span(child)[0] + 2
            ):
                return None
            inner = child
        if inner.type not in ("simple_expansion", "expansion"):
            return None
        name = self._name(inner)
        if any(not child.is_named and child.type not in ("$", "${", "}") for child in inner.children):
            return None
        if name in ("@", "*"):
            if self.state.arguments is None:
                return [Built((Piece("$@", known=False),), self.script.location(node))]
            return list(self.state.arguments)
        subscript = next((child for child in inner.named_children if child.type == "subscript"), None)
        if subscript is not None and self.script.source(subscript).endswith(("[@]", "[*]")):
            array = self.state.arrays.get(self.script.source(subscript)[:-3])
            if array is not None:
                return list(array)
        return None

    def _name(self, node: Node) -> str:
        for child in node.named_children:
            if child.type in ("variable_name", "special_variable_name"):
                return self.script.source(child)
            if child.type == "subscript":
                return self.script.source(child).partition("[")[0]
        return ""

    def _expansion(self, node: Node) -> tuple[Piece, ...]:
        written = self.script.written(node)
        if node.type == "command_substitution":
            found = self.substitute(self.script, node, self.state) if self.substitute else None
            return found if found is not None else unknown(written)
        if node.type == "arithmetic_expansion":
            return unknown(written)
        name = self._name(node)
        value = self._value(name)
        operator, operand = self._operator(node)
        if operator in (":-", "-", ":=", "="):
            if value is None or operator[0] == ":" and not "".join(piece.value for piece in value):
                value = operand
            if "=" in operator and name:
                self.state.assign(name, plain(value))
            return value
        if operator in (":+", "+"):
            return operand if value and "".join(piece.value for piece in value) else unknown(written)
        if value is None or operator == "unread":
            return unknown(written)
        if operator in ("%", "%%", "#", "##"):
            return trimmed(value, operator, "".join(piece.value for piece in operand), written)
        return value

    def _operator(self, node: Node) -> tuple[str, tuple[Piece, ...]]:
        """The operator of ``${name operator operand}`` and its operand, expanded."""
        if node.type != "expansion":
            return "", ()
        seen_name, operator, begin = False, "", None
        for child in node.children:
            if child.type in ("variable_name", "special_variable_name", "subscript") and not seen_name:
                seen_name = True
            elif not child.is_named and child.type not in ("${", "}") and not operator:
                if not seen_name:
                    return "unread", ()  # ${!name} and ${#name}
                operator, begin = child.type, self.script.span(child)[1]
        if begin is None:
            return "", ()
        if operator not in (":-", "-", ":=", "=", ":+", "+", ":?", "?", "%", "%%", "#", "##"):
            return "unread", ()
        end = self.script.span(node)[1] - 1
        return operator, tuple(self.mixed(node, begin, end, undo_plain, True, every=True))

    def _value(self, name: str) -> tuple[Piece, ...] | None:
        state = self.state
        if name in ("@", "*"):
            if state.arguments is None:
                return None
            return _joined(state.arguments)
        if name == "#":
            return None if state.arguments is None else (Piece(str(len(state.arguments))),)
        number = whole_number(name)
        if number == 0 or name == "BASH_SOURCE":
            return (Piece(state.zero),) if state.zero else None
        if number is not None:
            if state.arguments is None:
                return None
            return state.arguments[number - 1].pieces if number <= len(state.arguments) else ()
        if name == "PWD" and name not in state.variables:
            return standing(state.directory, ".")
        if name in state.arrays:
            return state.arrays[name][0].pieces if state.arrays[name] else ()
        return state.variables.get(name)


def _bounded(pieces: Sequence[Piece]) -> bool:
    return len(pieces) <= MOST_PIECES and sum(len(piece.value) for piece in pieces) <= MOST_CHARACTERS


def _joined(words: Sequence[Built]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for word in words:
        if pieces:
            pieces.append(Piece(" "))
        pieces.extend(word.pieces)
    return tuple(pieces)
