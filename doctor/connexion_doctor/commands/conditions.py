"""Conditions of shell text: true, false, or not known before it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connexion_doctor.commands.expand import Expander, Script, State, Substitute
from connexion_doctor.commands.files import Files

if TYPE_CHECKING:
    from tree_sitter import Node


NESTED = frozenset(("binary_expression", "unary_expression"))
FILE_TESTS = frozenset({"-f", "-d", "-e", "-r", "-x", "-s"})


class Conditions:
    """Decides ``[ ... ]``, ``[[ ... ]]``, ``test`` and their combinations in a state."""

    def __init__(self, script: Script, state: State, files: Files, substitute: Substitute) -> None:
        self.script = script
        self.state = state
        self.files = files
        self.expander = Expander(script, state, substitute)

    def decide(self, node: Node) -> tuple[bool | None, bool]:
        """The truth of a condition, and whether it is a mere test (one that runs no program)."""
        if node.type == "test_command":
            inner = [child for child in node.named_children if child.type != "comment"]
            return (self._expression(inner[0]) if len(inner) == 1 else None), True
        if node.type == "command":
            words = [child for child in node.named_children if not child.type.endswith("redirect")]
            name = self.script.source(words[0]) if words else ""
            if name in ("true", ":", "false"):
                return name != "false", True
            if name == "test":
                return self._words(words[1:]), True
        if node.type == "negated_command" and node.named_children:
            truth, mere = self.decide(node.named_children[0])
            return (None if truth is None else not truth), mere
        if node.type == "list":
            parts = [child for child in node.named_children if child.type != "comment"]
            operator = next((child.type for child in node.children if child.type in ("&&", "||")), None)
            if len(parts) == 2 and operator:
                (left, one), (right, two) = self.decide(parts[0]), self.decide(parts[1])
                return _combine(operator, left, right), one and two
        return None, False

    def _expression(self, node: Node, depth: int = 0) -> bool | None:
        if depth > 40:
            return None
        if node.type == "parenthesized_expression" and node.named_children:
            return self._expression(node.named_children[0], depth + 1)
        if node.type == "unary_expression":
            operator, operand = self.script.source(node.children[0]), node.children[-1]
            if operator == "!":
                truth = self._expression(operand, depth + 1)
                return None if truth is None else not truth
            return self._unary(operator, self.expander.text(operand))
        if node.type == "binary_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            operator_node = node.child_by_field_name("operator")
            operator = self.script.source(operator_node) if operator_node is not None else ""
            if left is None or right is None:
                return None
            if operator in ("&&", "||", "-a", "-o"):
                return _combine(
                    operator, self._expression(left, depth + 1), self._expression(right, depth + 1)
                )
            if NESTED & {left.type, right.type}:
                return None  # `a = b -o c = d`: the grammar takes the rest for an operand
            return _binary(operator, self.expander.text(left), self.expander.text(right))
        text = self.expander.text(node)
        return None if text is None else bool(text)

    def _words(self, nodes: list[Node]) -> bool | None:
        texts = [self.expander.text(node) for node in nodes]
        if len(texts) == 3:
            return _binary(texts[1] or "", texts[0], texts[2])
        if len(texts) == 2:
            return self._unary(texts[0] or "", texts[1])
        return None

    def _unary(self, operator: str, value: str | None) -> bool | None:
        if value is None:
            return None
        if operator == "-n":
            return bool(value)
        if operator == "-z":
            return not value
        if operator in FILE_TESTS:
            return self.files.exists(value, self.state.directory)
        return None


def _binary(operator: str, left: str | None, right: str | None) -> bool | None:
    if left is None or right is None:
        return None
    if operator in ("=", "=="):
        return left == right if not set("*?[") & set(right) else None
    if operator == "!=":
        return left != right if not set("*?[") & set(right) else None
    try:
        one, two = int(left), int(right)
    except ValueError:
        return None
    return {
        "-eq": one == two, "-ne": one != two, "-lt": one < two,
        "-le": one <= two, "-gt": one > two, "-ge": one >= two,
    }.get(operator)  # fmt: skip


def _combine(operator: str, left: bool | None, right: bool | None) -> bool | None:
    decisive = operator in ("||", "-o")
    if left is decisive or right is decisive:
        return decisive
    return None if left is None or right is None else left if left == right else decisive
