"""Every regular expression of the package, on long hostile lines: none takes more than linear time.

What is read was written by others: a line of two megabytes that is nearly a match must not hold the doctor
up. The lines are made from each expression itself: the beginning of a match, then one of its characters, or
two in turn, many times, then what does not match.
"""

from __future__ import annotations

import ast
import itertools
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connexion_doctor.verify.values import matching
from tests.running import PACKAGE

METHODS = ("search", "match", "fullmatch", "findall", "finditer", "sub", "split")
SHORT, LONG = 400, 24_000  # characters: all lines are tried short, those that took longest long
TRIED_LONG = 2
BEGINS = 8
LONGEST_EXAMPLE = 80
MOST_SECONDS = 0.05  # of processor time; what is linear takes a tenth of it
CHARACTERS = " \t\n\r0aA_-.\"'/\\"
MOST_CHARACTERS = 14
EXEMPT = {
    r".+@.+": "the whole of a text is held against it",
    r"(.*[_-])?environment([_-].*)?\.ya?ml|conda\.ya?ml": "names of files are short",
}
REPEATED = r"[*+}]"


@dataclass(frozen=True)
class Expression:
    """An expression, its flags, how it is used, and where it stands."""

    text: str
    flags: int
    methods: frozenset[str]
    place: str


def expressions() -> Iterator[Expression]:
    """Those in calls of ``re``, with what is done with them; with those that are used elsewhere, all that can
    be found."""
    for path, tree in _trees():
        used = _uses(tree)
        names = {
            id(inside): target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
            for inside in ast.walk(node.value)
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            module, _, method = ast.unparse(node.func).replace("late.pattern", "re.compile").rpartition(".")
            if module != "re":
                continue
            if method not in (*METHODS, "compile"):
                continue
            text = _literal(node.args[0], tree)
            if text is None:
                continue
            flags = _flags(node)
            methods = {method} if method in METHODS else used[names.get(id(node), "")] or {"finditer"}
            yield Expression(text, flags, frozenset(methods), f"{path.relative_to(PACKAGE)}:{node.lineno}")


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    return ((path, ast.parse(path.read_text("utf-8"))) for path in sorted(PACKAGE.rglob("*.py")))


def _uses(tree: ast.Module) -> dict[str, set[str]]:
    """Name of an expression -> the methods that are called of it in its module."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in METHODS:
            found[ast.unparse(node.value).partition("[")[0].rpartition(".")[2]].add(node.attr)
    return found


def _literal(node: ast.expr, tree: ast.Module) -> str | None:
    """The text of an expression; names in it have the texts that the module gives them."""
    try:
        value = ast.literal_eval(node)
    except ValueError:
        constants = {
            target.id: one.value
            for one in tree.body
            if isinstance(one, ast.Assign)
            for target in one.targets
            if isinstance(target, ast.Name)
        }
        if not isinstance(node, ast.JoinedStr):
            return None
        parts = []
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            if isinstance(inner, ast.Name) and inner.id in constants:
                inner = constants[inner.id]
            text = _literal(inner, tree)
            parts.append(re.escape("name") if text is None else text)
        return "".join(parts)
    return value.decode("latin-1") if isinstance(value, bytes) else value if isinstance(value, str) else None


def _flags(node: ast.Call) -> int:
    given = [*node.args[1:], *(keyword.value for keyword in node.keywords if keyword.arg == "flags")]
    found = 0
    for one in given:
        for name in re.findall(r"\bre\.([A-Z]+)\b", ast.unparse(one)):
            found |= getattr(re, name).value
    return found


def hostile(expression: str, length: int) -> Iterator[str]:
    """Lines for an expression, the same ones in every length."""
    literal = re.sub(r"\\[a-zA-Z]", "", re.sub(r"\(\?P?<?\w*[>:=!]?", "", expression))
    own = [char for char in dict.fromkeys(literal) if char not in "()[]{}?*+|^$"]
    chars = list(dict.fromkeys([*own, *CHARACTERS]))[: MOST_CHARACTERS + len(CHARACTERS)]
    example = max(matching(expression), key=len, default="")[:LONGEST_EXAMPLE]
    begins = [example[:end] for end in range(0, len(example) + 1, len(example) // BEGINS + 1)]
    for begin in begins:
        for char in chars:
            yield begin + char * length + "\x00"
    for one, two in itertools.permutations(chars[:8] if len(chars) > 8 else chars, 2):
        yield (one + two) * (length // 2) + "\x00"
    if example:
        yield example * (length // len(example)) + "\x00"
        yield example[:-1] * (length // max(len(example) - 1, 1)) + "\x00"


def seconds(pattern: re.Pattern[str], method: str, line: str) -> float:
    """The processor time that it takes."""
    begin = time.thread_time()
    if method == "sub":
        pattern.sub("", line)
    elif method == "finditer":
        for _ in pattern.finditer(line):
            pass
    else:
        getattr(pattern, method)(line)
    return time.thread_time() - begin


FOUND = {f"{one.place} {one.text}"[:120]: one for one in expressions()}


@pytest.mark.parametrize("one", FOUND.values(), ids=list(FOUND))
def test_it_takes_linear_time(one: Expression) -> None:
    pattern = re.compile(one.text, one.flags)
    if one.text in EXEMPT or not re.search(REPEATED, one.text):
        return
    lines = list(zip(hostile(one.text, SHORT), hostile(one.text, LONG), strict=True))
    for method in sorted(one.methods):
        slowest = sorted(lines, key=lambda pair: seconds(pattern, method, pair[0]))[-TRIED_LONG:]
        for _, line in slowest:
            took = min(seconds(pattern, method, line) for _ in range(2))
            assert took < MOST_SECONDS, f"{method}: {took:.2f} s for {line[:60]!r}..."


def test_all_are_seen() -> None:
    assert len(FOUND) > 200
