"""Shell text -> the simple commands it runs, in order, each word with its place in a file.

A small abstract interpreter over the syntax tree of tree-sitter-bash. It runs nothing: it keeps
variables, positional arguments, the working directory and functions, follows ``sh -c`` strings and
scripts that its :class:`Files` knows, decides conditions it can decide, and takes every branch of
those it cannot. Where branches disagree about a value, the value is not known any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from connexion_doctor.commands import argv
from connexion_doctor.commands.directories import joined, seen_from, standing
from connexion_doctor.commands.expand import Built, Expander, Script, State
from connexion_doctor.commands.files import Files, NoFiles
from connexion_doctor.commands.placed_text import Piece, Text, contiguous, listed, place_of, text_of
from connexion_doctor.commands.redirections import Redirections
from connexion_doctor.commands.statements import MOST_COMMANDS, SHELLS
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location, Style, Word
from connexion_doctor.model.numbers import whole_number

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 40  # of calls: scripts, functions, sh -c
QUIET = listed(
    "echo printf : true false set trap wait sleep test [ umask ulimit shopt hash type read mkdir rm cp mv "
    "chmod chown ls cat touch ln date kill let"
)


@dataclass(frozen=True)
class Simple:
    """One simple command: its words (assignments in front included) and where and how it runs.

    ``environ`` is what is exported at that point; ``background`` tells of a ``&`` behind it.
    """

    words: tuple[Word, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    directory: str = "."
    background: bool = False
    style: Style = Style.SHELL
    variables: Mapping[str, Location] = field(default_factory=dict)  # where values of ``environ`` stand
    written: Mapping[str, Text | None] = field(default_factory=dict)  # files that were written before it

    @property
    def texts(self) -> tuple[str, ...]:
        """The words' texts."""
        return tuple(word.text for word in self.words)

    @property
    def location(self) -> Location | None:
        """The first place that is known of it."""
        return next((word.location for word in self.words if word.location is not None), None)


def commands(
    text: Text | str,
    *,
    environ: Mapping[str, Text | str] | None = None,
    arguments: Sequence[Built] | None = None,
    directory: str = ".",
    zero: str = "",
    files: Files | None = None,
) -> list[Simple]:
    """The simple commands that shell text runs.

    :param environ: variables that are set before; a text's places are kept
    :param arguments: the positional arguments; None where they are not known
    """
    shell = Shell(files)
    state = start(environ, directory, arguments, zero)
    shell.run_text(text if isinstance(text, Text) else text_of(text), state)
    return shell.found


def written_by(text: Text, environ: Mapping[str, Text], directory: str) -> dict[str, Text | None]:
    """The files that shell text writes, by their paths; None where what is written is not known."""
    state = start(environ, directory, ())
    Shell().run_text(text, state)
    return state.written


def start(
    environ: Mapping[str, Text | str] | None = None,
    directory: str = ".",
    arguments: Sequence[Built] | None = None,
    zero: str = "",
) -> State:
    """The state in which a process starts."""
    variables = {
        name: value.pieces if isinstance(value, Text) else (Piece(value),)
        for name, value in (environ or {}).items()
    }
    given = None if arguments is None else tuple(arguments)
    return State(variables, {}, set(variables), given, zero, directory)


class Shell(Redirections):
    """Runs shell text in the abstract; what it found is in ``found``."""

    def __init__(self, files: Files | None = None) -> None:
        super().__init__()
        self.files: Files = files or NoFiles()
        self.found: list[Simple] = []
        self._calls: list[str] = []

    # --- entrances

    def run_text(self, text: Text, state: State, name: str = "text") -> None:
        """Run shell text."""
        if "\x00" in text.value or len(self._calls) > DEEPEST or self._calls.count(name) > 2:
            return
        self._calls.append(name)
        try:
            script = Script(text.replaced("\r", ""))
            self._run(script, script.root, state)
        finally:
            self._calls.pop()

    def run_words(self, words: Sequence[Built], state: State) -> None:
        """Run one command given as words (an exec form)."""
        self._simple(list(words), state)

    # --- commands

    def _full(self) -> bool:
        return len(self.found) >= MOST_COMMANDS

    def _on_command(
        self, script: Script, node: Node, state: State, depth: int, behind: Sequence[Node] = ()
    ) -> None:
        """Run a simple command. ``behind`` are further words of it, which stand behind a redirection."""
        expander = Expander(script, state, self._substitute)
        words: list[Built] = []
        for child in (*node.children, *behind):
            if child.type == "variable_assignment":
                words.extend(self._prefix(script, child, expander))
            elif child.is_named and not child.type.endswith("redirect"):
                words.extend(expander.fields(child))
        if words:
            self._simple(words, state)

    @staticmethod
    def _prefix(script: Script, node: Node, expander: Expander) -> list[Built]:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None:
            return []
        head = script.text.part(script.span(name)[0], script.span(name)[1])
        pieces = expander.pieces(value, True) if value is not None else ()
        return [Built((*head, Piece("="), *pieces), script.location(node))]

    def _simple(self, words: list[Built], state: State) -> None:
        self._steps += 1
        if self._spent(state) or len(self._calls) > DEEPEST:
            return
        at = 0
        while at < len(words) and argv.ASSIGNMENT.match(words[at].text):
            at += 1
        if at == len(words):
            return
        name = words[at].text
        if name not in state.functions and PurePosixPath(name).name not in SHELLS:
            self._print(words[at:], state)
        if self._builtin(name, words[at:], words[:at], state):
            return
        style = words[at].style
        command = argv.read([word.word() for word in words], style)
        program = command.program
        ends = "exec" in [word.text for word in words[at:program]]
        if program < len(words) and command.server is None:
            inner = state.copy()
            for variable, value in command.environ.items():
                inner.variables[variable] = (Piece(value),)
                inner.exported.add(variable)
            if self._nested(words[program:], inner):
                state.ended = "exit" if ends else state.ended
                return
        self._emit(words, state, words[program].style if program < len(words) else style)
        if ends:
            state.ended = "exit"

    def _emit(self, words: Sequence[Built], state: State, style: Style) -> None:
        environ, variables = {}, {}
        for name in state.exported:
            value = state.value(name)
            if value is not None:
                environ[name] = value
                pieces = state.variables[name]
                place = place_of(pieces) if contiguous(piece for piece in pieces if piece.value) else None
                if place is not None:
                    variables[name] = place
        finished = tuple(word.word() for word in words)
        background = self._background > 0
        self.found.append(
            Simple(finished, environ, state.directory, background, style, variables, dict(state.written))
        )

    def _nested(self, words: Sequence[Built], state: State) -> bool:
        """Follow ``sh -c``, a script, or a function behind wrappers; False if it is none of these."""
        name = words[0].text
        if PurePosixPath(name).name in SHELLS:
            return self._shell_call(words, state)
        script = self._file(name, state) if words[0].known else None
        if script is None:
            return False
        self._script(script, name, words[1:], state)
        return True

    def _file(self, name: str, state: State) -> Text | None:
        """The text of a script: as it was written before, else of the project."""
        made = state.written.get(joined(state.directory, name))
        return made if made is not None else self.files.script(name, state.directory)

    def _script(self, script: Text, path: str, arguments: Sequence[Built], state: State) -> None:
        inner = state.copy()
        inner.variables = {key: value for key, value in state.variables.items() if key in state.exported}
        inner.arrays, inner.functions, inner.ended = {}, {}, None
        inner.arguments, inner.zero = tuple(arguments), path
        self.run_text(script, inner, path)
        state.written = inner.written

    def _shell_call(self, words: Sequence[Built], state: State) -> bool:
        at, has_string = 1, False
        while at < len(words) and words[at].text[:1] in ("-", "+") and words[at].text not in ("-", "--"):
            option = words[at].text
            if not option.startswith("--") and "c" in option[1:]:
                has_string = True
            at += 2 if option in ("-o", "+o", "--rcfile", "--init-file") else 1
        if at < len(words) and words[at].text == "--":
            at += 1
        if at >= len(words):
            return True  # a shell that reads its commands elsewhere
        if has_string:
            inner = state.copy()
            inner.zero = words[at + 1].text if at + 1 < len(words) else ""
            inner.arguments, inner.arrays, inner.functions = tuple(words[at + 2 :]), {}, {}
            inner.variables = {key: value for key, value in state.variables.items() if key in state.exported}
            self.run_text(Text(words[at].pieces), inner, "sh -c")
            state.written = inner.written
            return True
        script = self._file(words[at].text, state)
        if script is None:
            return False
        self._script(script, words[at].text, words[at + 1 :], state)
        return True

    # --- what the shell does itself

    def _builtin(self, name: str, words: list[Built], assigned: list[Built], state: State) -> bool:
        rest = words[1:]
        if name == "exec" and not rest:
            return True
        if name in ("exit", "return"):
            state.ended = name
        elif name in ("cd", "pushd"):
            self._cd(rest, state)
        elif name in ("source", "."):
            script = self._file(rest[0].text, state) if rest and rest[0].known else None
            if script is not None:
                self.run_text(script, state, rest[0].text)
                if state.ended == "return":
                    state.ended = None
        elif name == "eval":
            pieces: list[Piece] = []
            for word in rest:
                pieces.extend((*word.pieces, Piece(" ")))
            self.run_text(Text(tuple(pieces)), state, "eval")
        elif name == "shift":
            count = whole_number(rest[0].text) if rest else None
            if state.arguments is not None:
                state.arguments = state.arguments[1 if count is None else count :]
        elif name == "set" and rest and "--" in (options := [word.text for word in rest]):
            state.give(rest[options.index("--") + 1 :])
        elif name == "set" and rest and rest[0].text[:1] not in ("-", "+"):
            state.give(rest)
        elif name in state.functions:
            self._call(name, rest, assigned, state)
        elif name not in QUIET:
            return False
        return True

    def _cd(self, rest: Sequence[Built], state: State) -> None:
        places = [word for word in rest if not word.text.startswith("-") or word.text == "-"]
        if not places or not places[0].known or places[0].text in ("-", "~"):
            return
        before, state.directory = state.directory, joined(state.directory, places[0].text)
        for name, pieces in state.variables.items():
            state.variables[name] = seen_from(pieces, before, state.directory)

    def _call(self, name: str, rest: Sequence[Built], assigned: Sequence[Built], state: State) -> None:
        if len(self._calls) > DEEPEST or self._calls.count(name + "()") > 2:
            return
        script, body = state.functions[name]
        saved, state.arguments = state.arguments, tuple(rest)
        for word in assigned:
            variable, _, _ = word.text.partition("=")
            state.assign(variable, Text(word.pieces).part(len(variable) + 1, len(word.text)))
            state.exported.add(variable)
        self._calls.append(name + "()")
        self._run(script, body, state)
        self._calls.pop()
        state.arguments = saved
        if state.ended == "return":
            state.ended = None

    def _substitute(self, script: Script, node: Node, state: State) -> tuple[Piece, ...] | None:
        """The output of ``$(...)`` where it follows from what is known: paths, ``echo``."""
        if len(self._calls) > DEEPEST:
            return None
        inner = _Capture(self.files)
        inner._calls = [*self._calls, "$()"]
        inner._steps = self._steps
        inside = state.copy()
        inner._block(script, node.children, inside, 1)
        self._steps = inner._steps
        return None if inner.output is None else seen_from(inner.output, inside.directory, state.directory)


class _Capture(Shell):
    """Runs a substitution: keeps the output of the last command that is understood."""

    output: tuple[Piece, ...] | None = None

    def _simple(self, words: list[Built], state: State) -> None:
        name, rest = PurePosixPath(words[0].text).name, words[1:]
        self.output = None
        if name in ("cd", "pushd"):
            self._cd(rest, state)
            return
        operands = [word for word in rest if not word.text.startswith("-")]
        if not all(word.known for word in rest):
            return
        if name == "pwd":
            self.output = standing(state.directory, ".")
        elif name == "dirname" and operands:
            if any(piece.standing for piece in operands[0].pieces):
                self.output = standing(state.directory, f"{operands[0].text}/..")
                return
            parent = operands[0].text.rstrip("/").rpartition("/")[0]
            self.output = (Piece(parent or ("/" if operands[0].text.startswith("/") else ".")),)
        elif name == "basename" and operands:
            base = operands[0].text.rstrip("/").rpartition("/")[2]
            suffix = operands[1].text if len(operands) > 1 else ""
            self.output = (Piece(base.removesuffix(suffix) if base != suffix else base),)
        elif name in ("realpath", "readlink") and operands:
            self.output = standing(state.directory, operands[0].text)
        elif name == "echo" and len(operands) == len(rest) == 1:
            self.output = rest[0].pieces
