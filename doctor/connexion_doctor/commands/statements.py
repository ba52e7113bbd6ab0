"""The control flow of shell text: lists, conditions, loops, functions, assignments.

Conditions that can be decided are; of the others every branch is taken, and what the branches disagree
about is not known behind them.
"""

from __future__ import annotations

import fnmatch
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from connexion_doctor.commands.conditions import Conditions
from connexion_doctor.commands.expand import Built, Expander, Script, State
from connexion_doctor.commands.files import Files
from connexion_doctor.commands.pieces import plain
from connexion_doctor.commands.placed_text import Piece, Text, listed
from connexion_doctor.commands.states import merge

if TYPE_CHECKING:
    from tree_sitter import Node


SHELLS = listed("sh bash dash ash zsh ksh")
MOST_STEPS = 20_000
MOST_COMMANDS = 500


class Statements(ABC):
    """Runs statements; what a command does is said by the class below."""

    files: Files

    def __init__(self) -> None:
        self._steps = 0
        self._background = 0

    @abstractmethod
    def run_text(self, text: Text, state: State, name: str = "text") -> None:
        """Run shell text."""

    @abstractmethod
    def _on_command(
        self, script: Script, node: Node, state: State, depth: int, behind: Sequence[Node] = ()
    ) -> None:
        """Run a simple command. ``behind`` are further words of it, which stand behind a redirection."""

    @abstractmethod
    def _substitute(self, script: Script, node: Node, state: State) -> tuple[Piece, ...] | None:
        """The output of ``$(...)``, where it is known."""

    @abstractmethod
    def _full(self) -> bool:
        """Whether enough was found."""

    def _spent(self, state: State) -> bool:
        return state.late or self._steps > MOST_STEPS or self._full()

    # --- statements

    def _run(self, script: Script, node: Node, state: State, depth: int = 0) -> None:
        self._steps += 1
        if state.ended or depth > 150 or self._spent(state):
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
            state.assign_array(name, (*state.arrays.get(name, ()), *items) if adds else tuple(items))
            return
        pieces = plain(expander.pieces(value, True)) if value is not None else ()
        if adds:
            pieces = (*state.variables.get(name, ()), *pieces)
        state.assign(name, pieces)

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
        inner = state.copy()
        self._block(script, node.children, inner, depth)
        state.written = inner.written

    def _on_pipeline(self, script: Script, node: Node, state: State, depth: int) -> None:
        for child in node.named_children:
            inner = state.copy()
            self._run(script, child, inner, depth)
            state.written = inner.written

    def _on_redirected_statement(self, script: Script, node: Node, state: State, depth: int) -> None:
        body = node.child_by_field_name("body")
        redirects = [child for child in node.named_children if child.type.endswith("redirect")]
        if body is not None and body.type == "command":
            # Words behind the file of a redirection are the command's: the grammar takes them for files.
            behind = [word for one in redirects for word in one.children_by_field_name("destination")[1:]]
            self._on_command(script, body, state, depth, behind)
        elif body is not None:
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
        return (
            bool(words)
            and words[0].rpartition("/")[2] in SHELLS
            and all(word[0] == "-" for word in words[1:])
        )

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
        return  # a test starts nothing

    # --- conditions

    def _condition(self, script: Script, node: Node, state: State, depth: int) -> bool | None:
        truth, ran = Conditions(script, state, self.files, self._substitute).decide(node)
        if not ran:
            self._run(script, node, state, depth)
        return truth

    @staticmethod
    def _is_test(script: Script, node: Node) -> bool:
        return node.type == "test_command" or script.source(node).split(None, 1)[:1] == ["test"]
