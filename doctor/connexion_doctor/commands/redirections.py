"""What shell text writes into files: redirections, here-documents, ``tee``.

Source: POSIX.1-2017 XCU 2.7 (redirection) and 2.7.4 (here-documents). What is written is known where it
follows from the text: ``echo``, ``printf``, here-documents; of everything else that prints it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from connexion_doctor.commands.directories import joined
from connexion_doctor.commands.expand import Built, Expander, Script, State, Substitute
from connexion_doctor.commands.pieces import plain, undo_ansi, undo_in_double
from connexion_doctor.commands.placed_text import Piece, Text, listed
from connexion_doctor.commands.statements import Statements
from connexion_doctor.commands.states import merge

if TYPE_CHECKING:
    from tree_sitter import Node

MOST_WRITTEN = 100_000  # characters of one file
SILENT = listed(
    ": true false set trap wait sleep test [ umask ulimit shopt export read mkdir rm cp mv chmod chown touch "
    "ln cd pushd exit return shift local kill unset"
)
GROUPS = ("compound_statement", "subshell", "list", "command")


class Redirections(Statements):
    """Keeps what is written into files, in ``state.written``."""

    def _on_redirected_statement(self, script: Script, node: Node, state: State, depth: int) -> None:
        into = _into(script, node, state, self._substitute)
        document = _document(script, node, state, self._substitute)
        body = node.child_by_field_name("body")
        words = script.source(body).split() if body is not None else []
        name = PurePosixPath(words[0]).name if words else ""
        if document is not None and name == "cat" and len(words) == 1:
            if into is not None:
                _write(state, *into, document)
            for tee in _tees(script, node):
                _write_to(_operands(script, tee, state, self._substitute), state, document)
            if into is not None or any(True for _ in _tees(script, node)):
                return
        if document is not None and name == "tee" and body is not None:
            _write_to(_operands(script, body, state, self._substitute), state, document)
            return
        if into is None:
            super()._on_redirected_statement(script, node, state, depth)
            return
        outer, state.output = state.output, []
        super()._on_redirected_statement(script, node, state, depth)
        chunks, state.output = state.output, outer
        if body is None:
            chunks = []
        elif body.type == "list":  # the redirection is the last command's, whatever the grammar says
            chunks = chunks[-1:]
        before = state.copy()
        _write(state, *into, _joined(chunks) if body is None or body.type in GROUPS else None)
        if body is not None and body.type == "list" and self._is_test(script, body.named_children[0]):
            merge(state, [before, state.copy()])

    def _on_pipeline(self, script: Script, node: Node, state: State, depth: int) -> None:
        parts = node.named_children
        tee = parts[-1] if parts and _is_tee(script, parts[-1]) else None
        if tee is None or len(parts) != 2:
            super()._on_pipeline(script, node, state, depth)
            return
        inner = state.copy()
        inner.output = []
        self._run(script, parts[0], inner, depth)
        _write_to(_operands(script, tee, state, self._substitute), state, _joined(inner.output))

    def _print(self, words: Sequence[Built], state: State) -> None:
        """Keep what a command prints, where that goes into a file."""
        if state.output is None or not words:
            return
        name, rest = PurePosixPath(words[0].text).name, list(words[1:])
        if name == "echo":
            state.output.append(tuple(_echoed(rest)))
        elif name == "printf" and rest and "%" not in rest[0].text.replace("%%", ""):
            state.output.append(tuple(undo_ansi(rest[0].pieces)))
        elif name not in SILENT:
            state.output.append(None)


def _echoed(words: list[Built]) -> Iterator[Piece]:
    """What ``echo`` prints; backslash sequences count, as in a plain ``sh`` and with ``-e``."""
    end = True
    while words and words[0].text in ("-e", "-n", "-ne", "-en", "-E"):
        end = end and "n" not in words[0].text
        words.pop(0)
    for index, word in enumerate(words):
        if index:
            yield Piece(" ")
        yield from undo_ansi(word.pieces)
    if end:
        yield Piece("\n")


def _joined(chunks: Sequence[tuple[Piece, ...] | None] | None) -> Text | None:
    pieces: list[Piece] = []
    for chunk in chunks or ():
        if chunk is None:
            return None
        pieces.extend(chunk)
    return Text(plain(pieces))


def _write(state: State, path: str, adds: bool, text: Text | None) -> None:
    """Keep what a file holds; None where that is not known."""
    inside = joined(state.directory, path)
    if adds and inside in state.written:
        before = state.written[inside]
        text = Text((*before.pieces, *text.pieces)) if before is not None and text is not None else None
    elif adds:
        text = None  # what stands in front of it is not known
    if text is not None and len(text.value) > MOST_WRITTEN:
        text = None
    state.written[inside] = text


def _write_to(words: Sequence[Built], state: State, text: Text | None) -> None:
    adds = any(word.text in ("-a", "--append") for word in words)
    for word in words:
        if word.known and not word.text.startswith("-"):
            _write(state, word.text, adds, text)


def _into(script: Script, node: Node, state: State, substitute: Substitute) -> tuple[str, bool] | None:
    """The file that standard output goes into, and whether it is added to."""
    found = None
    for redirect in _file_redirects(node):
        operator = next((one.type for one in redirect.children if not one.is_named), "")
        descriptor = redirect.child_by_field_name("descriptor")
        if operator not in (">", ">>", ">|", "&>", "&>>"):
            continue
        if descriptor is not None and script.source(descriptor) != "1":
            continue
        places = redirect.children_by_field_name("destination")
        path = Expander(script, state, substitute).text(places[0]) if places else None
        if path is not None and not path.startswith("/dev/"):
            found = (path, operator.endswith(">>"))
    return found


def _file_redirects(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        if child.type == "file_redirect":
            yield child
        elif child.type == "heredoc_redirect":
            yield from (one for one in child.named_children if one.type == "file_redirect")


def _document(script: Script, node: Node, state: State, substitute: Substitute) -> Text | None:
    """The text of a here-document; None where there is none."""
    for redirect in node.named_children:
        if redirect.type != "heredoc_redirect":
            continue
        body = next((one for one in redirect.named_children if one.type == "heredoc_body"), None)
        opens = next((one for one in redirect.named_children if one.type == "heredoc_start"), None)
        if body is None or opens is None:
            return Text(())
        start, end = script.span(body)
        if set("\"'\\") & set(script.source(opens)):
            pieces = script.text.part(start, end)
        else:
            expander = Expander(script, state, substitute)
            pieces = tuple(expander.mixed(body, start, end, undo_in_double, True))
        text = Text(plain(pieces))
        return _without_tabs(text) if any(one.type == "<<-" for one in redirect.children) else text
    return None


def _without_tabs(text: Text) -> Text:
    """``<<-``: tabs that lead a line are dropped."""
    pieces: list[Piece] = []
    at = 0
    for line in text.value.splitlines(keepends=True):
        bare = len(line) - len(line.lstrip("\t"))
        pieces.extend(text.part(at + bare, at + len(line)))
        at += len(line)
    return Text(tuple(pieces))


def _is_tee(script: Script, node: Node) -> bool:
    name = node.child_by_field_name("name") if node.type == "command" else None
    return name is not None and script.source(name).rpartition("/")[2] in ("tee", "sudo")


def _tees(script: Script, node: Node) -> Iterator[Node]:
    """``tee`` behind a here-document: ``cat <<EOF | tee FILE``."""
    for redirect in node.named_children:
        for child in redirect.named_children if redirect.type == "heredoc_redirect" else ():
            if child.type == "pipeline" and len(child.named_children) == 1:
                yield from (one for one in child.named_children if _is_tee(script, one))


def _operands(script: Script, node: Node, state: State, substitute: Substitute) -> list[Built]:
    expander = Expander(script, state, substitute)
    words = [
        word
        for child in node.named_children
        if not child.type.endswith("redirect")
        for word in expander.fields(child)
    ]
    return [word for word in words if PurePosixPath(word.text).name not in ("tee", "sudo")]
