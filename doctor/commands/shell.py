"""Shell text -> the simple commands it runs, in order, each word with its place in a file.

A small abstract interpreter over the syntax tree of tree-sitter-bash. It runs nothing: it keeps
variables, positional arguments, the working directory and functions, follows ``sh -c`` strings and
scripts that its :class:`Files` knows, decides conditions it can decide, and takes every branch of
those it cannot. Where branches disagree about a value, the value is not known any more.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from doctor.commands import argv
from doctor.commands.conditions import Conditions
from doctor.commands.expand import Built, Expander, Script, State
from doctor.commands.text import Piece, Text, text_of
from doctor.model import Location, Style, Word

if TYPE_CHECKING:
    from tree_sitter import Node

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
DEEPEST = 40  # of calls: scripts, functions, sh -c
MOST_STEPS = 20_000
MOST_COMMANDS = 500
TESTS = frozenset({"test", "[", "[["})
QUIET = frozenset(
    "echo printf : true false set trap wait sleep test [ umask ulimit shopt hash type read mkdir rm cp mv "
    "chmod chown ls cat touch ln date kill let".split()
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

    @property
    def texts(self) -> tuple[str, ...]:
        """The words' texts."""
        return tuple(word.text for word in self.words)

    @property
    def location(self) -> Location | None:
        """The first place that is known of it."""
        return next((word.location for word in self.words if word.location is not None), None)


class Files(Protocol):
    """What the interpreter may ask of the project's files; paths are as the command writes them."""

    def script(self, path: str, directory: str) -> Text | None:
        """The text of a shell script of the project."""

    def exists(self, path: str, directory: str) -> bool | None:
        """Whether a path is there when it runs; None where that cannot be known."""


class NoFiles:
    """No file is known."""

    def script(self, path: str, directory: str) -> Text | None:
        """Nothing."""
        return None

    def exists(self, path: str, directory: str) -> bool | None:
        """Not known."""
        return None


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


class Shell:
    """Runs shell text in the abstract; what it found is in ``found``."""

    def __init__(self, files: Files | None = None) -> None:
        self.files: Files = files or NoFiles()
        self.found: list[Simple] = []
        self._steps = 0
        self._calls: list[str] = []
        self._background = 0

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

    # --- statements

    def _run(self, script: Script, node: Node, state: State, depth: int = 0) -> None:
        self._steps += 1
        if state.ended or self._steps > MOST_STEPS or depth > 150 or len(self.found) >= MOST_COMMANDS:
            return
        handler = getattr(self, "_on_" + node.type, None)
        if handler is not None:
            handler(script, node, state, depth + 1)
        elif node.is_named and node.type != "comment":
            self._block(script, node.children, state, depth + 1)

    def _block(self, script: Script, children: Sequence[Node], state: State, depth: int) -> None:
        for index, child in enumerate(children):
            if not child.is_named:
                continue
            following = children[index + 1] if index + 1 < len(children) else None
            if following is not None and following.type == "&":
                self._background += 1
                self._run(script, child, state.copy(), depth)
                self._background -= 1
            else:
                self._run(script, child, state, depth)

    def _on_variable_assignment(self, script: Script, node: Node, state: State, depth: int) -> None:
        name_node, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name_node is None or name_node.type != "variable_name":
            return
        name = script.source(name_node)
        adds = any(child.type == "+=" for child in node.children)
        expander = Expander(script, state, self._substitute)
        if value is not None and value.type == "array":
            items = [field for child in value.named_children for field in expander.fields(child)]
            state.arrays[name] = (*state.arrays.get(name, ()), *items) if adds else tuple(items)
            return
        pieces = tuple(replace(one, split=False) for one in expander.pieces(value, True)) if value else ()
        if adds:
            pieces = (*state.variables.get(name, ()), *pieces)
        state.variables[name] = pieces

    def _on_declaration_command(self, script: Script, node: Node, state: State, depth: int) -> None:
        exports = bool(node.children) and node.children[0].type == "export"
        for child in node.named_children:
            if child.type == "variable_assignment":
                self._on_variable_assignment(script, child, state, depth)
                child = child.child_by_field_name("name") or child
            if exports and child.type in ("variable_name", "word"):
                state.exported.add(script.source(child))

    def _on_unset_command(self, script: Script, node: Node, state: State, depth: int) -> None:
        for child in node.named_children:
            state.variables.pop(script.source(child), None)
            state.arrays.pop(script.source(child), None)

    def _on_function_definition(self, script: Script, node: Node, state: State, depth: int) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None and body is not None:
            state.functions[script.source(name)] = (script, body)

    def _on_subshell(self, script: Script, node: Node, state: State, depth: int) -> None:
        self._block(script, node.children, state.copy(), depth)

    def _on_pipeline(self, script: Script, node: Node, state: State, depth: int) -> None:
        for child in node.named_children:
            self._run(script, child, state.copy(), depth)

    def _on_redirected_statement(self, script: Script, node: Node, state: State, depth: int) -> None:
        body = node.child_by_field_name("body")
        redirects = [child for child in node.named_children if child.type.endswith("redirect")]
        if body is not None:
            self._run(script, body, state, depth)
        for redirect in redirects:
            if redirect.type != "heredoc_redirect":
                continue
            for child in redirect.named_children:
                if child.type in ("command", "pipeline", "list"):
                    self._run(script, child, state, depth)
                elif child.type == "heredoc_body" and body is not None and self._is_bare_shell(script, body):
                    self.run_text(Text(script.written(child)), state.copy(), "heredoc")

    @staticmethod
    def _is_bare_shell(script: Script, node: Node) -> bool:
        words = script.source(node).split()
        return bool(words) and words[0].rpartition("/")[2] in SHELLS and all(word[0] == "-" for word in words[1:])

    def _on_list(self, script: Script, node: Node, state: State, depth: int) -> None:
        parts = [child for child in node.children if child.is_named and child.type != "comment"]
        operator = next((child.type for child in node.children if child.type in ("&&", "||")), None)
        if len(parts) != 2 or operator is None:
            self._block(script, node.children, state, depth)
            return
        truth = self._condition(script, parts[0], state, depth)
        if truth is (operator == "||"):
            return
        if truth is None and operator == "||" or truth is None and self._is_test(script, parts[0]):
            other = state.copy()
            self._run(script, parts[1], other, depth)
            merge(state, [state.copy(), other])
        else:
            self._run(script, parts[1], state, depth)

    def _on_if_statement(self, script: Script, node: Node, state: State, depth: int) -> None:
        ends: list[State] = []
        if self._branches(script, node, state, ends, depth):
            ends.append(state.copy())
        merge(state, ends)

    def _branches(self, script: Script, node: Node, state: State, ends: list[State], depth: int) -> bool:
        """Run the branches that may be taken; True if the way past all of them is open."""
        children = node.children
        then = next((index for index, child in enumerate(children) if child.type == "then"), None)
        if then is None:
            self._block(script, children, state, depth)
            return True
        truth: bool | None = None
        for child in children[1:then]:
            if child.is_named and child.type != "comment":
                truth = self._condition(script, child, state, depth)
        clauses = [child for child in children if child.type in ("elif_clause", "else_clause")]
        if truth is not False:
            taken = state.copy()
            body = [child for child in children[then + 1 :] if child not in clauses]
            self._block(script, body, taken, depth)
            ends.append(taken)
        if truth is True:
            return False
        for clause in clauses:
            if clause.type == "else_clause":
                taken = state.copy()
                self._block(script, clause.children, taken, depth)
                ends.append(taken)
                return False
            if not self._branches(script, clause, state, ends, depth + 1):
                return False
        return True

    def _on_case_statement(self, script: Script, node: Node, state: State, depth: int) -> None:
        value = node.child_by_field_name("value")
        expander = Expander(script, state, self._substitute)
        subject = expander.text(value) if value is not None else None
        ends: list[State] = []
        open_end = True
        for item in node.children:
            if item.type != "case_item" or not open_end:
                continue
            patterns = [expander.text(one) for one in item.children_by_field_name("value")]
            matches: bool | None = None
            if subject is not None and None not in patterns:
                matches = any(fnmatch.fnmatchcase(subject, pattern or "") for pattern in patterns)
            if matches is False:
                continue
            taken = state.copy()
            close = next((index for index, child in enumerate(item.children) if child.type == ")"), 0)
            self._block(script, item.children[close + 1 :], taken, depth)
            ends.append(taken)
            if matches or "*" in patterns:
                open_end = False
        if open_end:
            ends.append(state.copy())
        merge(state, ends)

    def _on_for_statement(self, script: Script, node: Node, state: State, depth: int) -> None:
        body, variable = node.child_by_field_name("body"), node.child_by_field_name("variable")
        if body is None or variable is None:
            return
        name = script.source(variable)
        expander = Expander(script, state, self._substitute)
        values = [one for child in node.children_by_field_name("value") for one in expander.fields(child)]
        if not values or len(values) > 8 or not all(value.known for value in values):
            values = [Built((Piece("$" + name, known=False),))]
        for value in values:
            state.variables[name] = value.pieces
            self._run(script, body, state, depth)

    def _on_while_statement(self, script: Script, node: Node, state: State, depth: int) -> None:
        other = state.copy()
        self._block(script, node.children, other, depth)
        merge(state, [state.copy(), other])

    def _on_negated_command(self, script: Script, node: Node, state: State, depth: int) -> None:
        self._block(script, node.children, state, depth)

    def _on_test_command(self, script: Script, node: Node, state: State, depth: int) -> None:
        """A test starts nothing."""

    # --- conditions

    def _condition(self, script: Script, node: Node, state: State, depth: int) -> bool | None:
        truth, ran = Conditions(script, state, self.files, self._substitute).decide(node)
        if not ran:
            self._run(script, node, state, depth)
        return truth

    @staticmethod
    def _is_test(script: Script, node: Node) -> bool:
        return node.type == "test_command" or script.source(node).split(None, 1)[:1] == ["test"]

    # --- commands

    def _on_command(self, script: Script, node: Node, state: State, depth: int) -> None:
        expander = Expander(script, state, self._substitute)
        words: list[Built] = []
        for child in node.children:
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
        if self._steps > MOST_STEPS or len(self.found) >= MOST_COMMANDS or len(self._calls) > DEEPEST:
            return
        at = 0
        while at < len(words) and argv.ASSIGNMENT.match(words[at].text):
            at += 1
        if at == len(words):
            return
        name = words[at].text
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
        environ = {}
        for name in state.exported:
            value = state.value(name)
            if value is not None:
                environ[name] = value
        finished = tuple(word.word() for word in words)
        self.found.append(Simple(finished, environ, state.directory, self._background > 0, style))

    def _nested(self, words: Sequence[Built], state: State) -> bool:
        """Follow ``sh -c``, a script, or a function behind wrappers; False if it is none of these."""
        name = words[0].text
        if PurePosixPath(name).name in SHELLS:
            return self._shell_call(words, state)
        script = self.files.script(name, state.directory) if words[0].known else None
        if script is None:
            return False
        self._script(script, name, words[1:], state)
        return True

    def _script(self, script: Text, path: str, arguments: Sequence[Built], state: State) -> None:
        inner = state.copy()
        inner.variables = {key: value for key, value in state.variables.items() if key in state.exported}
        inner.arrays, inner.functions, inner.ended = {}, {}, None
        inner.arguments, inner.zero = tuple(arguments), path
        self.run_text(script, inner, path)

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
            return False
        if has_string:
            inner = state.copy()
            inner.zero = words[at + 1].text if at + 1 < len(words) else ""
            inner.arguments, inner.arrays, inner.functions = tuple(words[at + 2 :]), {}, {}
            inner.variables = {key: value for key, value in state.variables.items() if key in state.exported}
            self.run_text(Text(words[at].pieces), inner, "sh -c")
            return True
        script = self.files.script(words[at].text, state.directory)
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
            script = self.files.script(rest[0].text, state.directory) if rest and rest[0].known else None
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
            count = int(rest[0].text) if rest and rest[0].text.isdigit() else 1
            if state.arguments is not None:
                state.arguments = state.arguments[count:]
        elif name == "set" and rest and "--" in (options := [word.text for word in rest]):
            given = rest[options.index("--") + 1 :]
            state.arguments = tuple(given) if not any(word.text == "$@" for word in given) else None
        elif name == "set" and rest and rest[0].text[:1] not in ("-", "+"):
            state.arguments = tuple(rest) if not any(word.text == "$@" for word in rest) else None
        elif name in state.functions:
            self._call(name, rest, assigned, state)
        elif name not in QUIET:
            return False
        return True

    def _cd(self, rest: Sequence[Built], state: State) -> None:
        places = [word for word in rest if not word.text.startswith("-") or word.text == "-"]
        if not places or not places[0].known or places[0].text in ("-", "~"):
            return
        state.directory = joined(state.directory, places[0].text)

    def _call(self, name: str, rest: Sequence[Built], assigned: Sequence[Built], state: State) -> None:
        if len(self._calls) > DEEPEST or self._calls.count(name + "()") > 2:
            return
        script, body = state.functions[name]
        saved, state.arguments = state.arguments, tuple(rest)
        for word in assigned:
            variable, _, _ = word.text.partition("=")
            state.variables[variable] = Text(word.pieces).part(len(variable) + 1, len(word.text))
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
        return inner.output


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
            self.output = (Piece(state.directory),)
        elif name == "dirname" and operands:
            parent = operands[0].text.rstrip("/").rpartition("/")[0]
            self.output = (Piece(parent or ("/" if operands[0].text.startswith("/") else ".")),)
        elif name == "basename" and operands:
            base = operands[0].text.rstrip("/").rpartition("/")[2]
            suffix = operands[1].text if len(operands) > 1 else ""
            self.output = (Piece(base.removesuffix(suffix) if base != suffix else base),)
        elif name in ("realpath", "readlink") and operands:
            self.output = (Piece(joined(state.directory, operands[0].text)),)
        elif name == "echo" and len(operands) == len(rest) == 1:
            self.output = rest[0].pieces


def joined(directory: str, path: str) -> str:
    """``path`` seen from ``directory``, with ``.`` and ``..`` taken out."""
    whole = PurePosixPath(directory) / path
    parts: list[str] = []
    for part in whole.parts:
        if part == ".." and parts and parts[-1] not in ("..", "/"):
            parts.pop()
        elif part == ".." and parts == ["/"]:
            continue
        else:
            parts.append(part)
    return str(PurePosixPath(*parts)) if parts else "."


def merge(state: State, ends: Sequence[State]) -> None:
    """Make ``state`` what is known after one of several ways was taken."""
    alive = [end for end in ends if not end.ended]
    if not alive:
        if ends:
            state.ended = next((end.ended for end in ends if end.ended == "return"), "exit")
        return
    before = state.copy()
    names = {name for end in alive for name in end.variables}
    for name in names:
        values = [end.variables.get(name) for end in alive]
        given = [value for value in values if value is not None]
        if len({"".join(piece.value for piece in value) for value in given}) == 1:
            state.variables[name] = given[0]
        else:
            state.variables[name] = (Piece("$" + name, known=False),)
    for name in {name for end in alive for name in end.arrays}:
        arrays = [end.arrays.get(name, ()) for end in alive]
        shortest = min(arrays, key=len)
        state.arrays[name] = shortest
        if any([w.text for w in one] != [w.text for w in shortest] for one in arrays):
            state.arrays[name] = (*shortest, Built((Piece(f"${{{name}[@]}}", known=False),)))
    moved = [end.directory for end in alive if end.directory != before.directory]
    state.directory = moved[0] if moved else alive[0].directory
    counts = {tuple(word.text for word in end.arguments) if end.arguments is not None else None for end in alive}
    state.arguments = alive[0].arguments if len(counts) == 1 else None
    state.exported = set().union(*(end.exported for end in alive))
    for end in alive:
        state.functions.update(end.functions)
