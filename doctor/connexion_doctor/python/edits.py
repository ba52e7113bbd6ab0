"""Edits of Python by source spans. What is not certain is None or an empty tuple: no edit is made."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Sequence

from connexion_doctor.model import Edit, Location
from connexion_doctor.model.source import Source
from connexion_doctor.python.module import Module, Scope

Argument = ast.expr | ast.keyword


def editable(source: Source) -> Module:
    """A file as a module to edit: its text and its tree, and nothing of its names.

    :raises ValueError: it is no Python
    """
    if source.tree is None:
        raise ValueError(f"{source.path} is no Python")
    return Module(source, source.tree, (), Scope(source.tree))


def replace(module: Module, node: ast.AST, text: str) -> Edit:
    """Put text in the place of a node."""
    return Edit(module.location(node), text)


def replace_name(module: Module, node: ast.Attribute, text: str) -> Edit:
    """Replace the last name of an attribute: ``x.old`` -> ``x.text``."""
    whole = module.location(node)
    end_line, end_column = whole.end
    return Edit(Location(module.path, end_line, end_column - len(node.attr), end_line, end_column), text)


def insert(module: Module, line: int, column: int, text: str) -> Edit:
    """Insert text before a position (from 1, in characters)."""
    return Edit(Location(module.path, line, column, line, column), text)


def rename_keyword(module: Module, keyword: ast.keyword, name: str) -> Edit:
    """``old=value`` -> ``name=value``."""
    start = module.location(keyword)
    end = start.column + len(keyword.arg or "")
    return Edit(Location(module.path, start.line, start.column, start.line, end), name)


def arguments(call: ast.Call) -> list[Argument]:
    """All arguments of a call in the order of the text."""
    return sorted([*call.args, *call.keywords], key=lambda a: (a.lineno, a.col_offset))


def add_argument(module: Module, call: ast.Call, text: str) -> Edit | None:
    """Add an argument at the end of a call."""
    found = arguments(call)
    end_line, end_column = module.location(call).end
    if not found:
        return insert(module, end_line, end_column - 1, text)
    last = module.location(found[-1])
    between = span(module, last.end, (end_line, end_column))
    # A closing parenthesis around the last value is part of it.
    behind = between.removesuffix(")").lstrip()
    values = len(behind) - len(behind.lstrip(")"))
    rest = behind[values:].lstrip().removeprefix(",")
    if not between.endswith(")") or re.fullmatch(r"(?:\s|#[^\n]*\n)*", rest) is None:
        return None
    line, column = last.end
    if values:
        line, column = advance(last.end, between[: between.index(")") + values])
    return insert(module, line, column, f", {text}")


def remove_arguments(module: Module, call: ast.Call, gone: Sequence[Argument]) -> tuple[Edit, ...]:
    """Remove arguments with their commas; an empty tuple when the text around them is not plain."""
    found = arguments(call)
    edits: list[Edit] = []
    index = 0
    while index < len(found):
        if found[index] not in gone:
            index += 1
            continue
        first = index
        while index < len(found) and found[index] in gone:
            index += 1
        start = module.location(found[first])
        if index < len(found):
            after = module.location(found[index])
            if _parenthesised(module, found[index]):
                return ()
            edits.append(Edit(Location(module.path, start.line, start.column, after.line, after.column), ""))
            continue
        last = module.location(found[index - 1])
        if first == 0:
            end = module.location(call).end
            tail = re.match(r"\s*,?", span(module, last.end, end))
            line, column = advance(last.end, tail.group(0) if tail and "," in tail.group(0) else "")
            edits.append(Edit(Location(module.path, start.line, start.column, line, column), ""))
            continue
        before = module.location(found[first - 1]).end
        if re.fullmatch(r"\s*,\s*", span(module, before, (start.line, start.column))) is None:
            return ()
        edits.append(Edit(Location(module.path, *before, *last.end), ""))
    return tuple(edits)


def delete_statement(module: Module, node: ast.stmt) -> Edit | None:
    """Delete a statement with its line; None when it shares a line or is alone in its block."""
    place = module.location(node)
    end_line, end_column = place.end
    lines = module.source.lines
    if lines[place.line - 1][: place.column - 1].strip() or lines[end_line - 1][end_column - 1 :].strip():
        return None
    if _alone(module, node):
        return Edit(place, "pass")
    if end_line >= len(lines):
        return Edit(Location(module.path, place.line, 1, end_line, len(lines[-1]) + 1), "")
    return Edit(Location(module.path, place.line, 1, end_line + 1, 1), "")


def add_import(module: Module, name: str, source: str) -> Edit | None:
    """``from source import name`` (or ``import name`` with an empty source); None when it is there."""
    statement = f"from {source} import {name}" if source else f"import {name}"
    last: ast.stmt | None = None
    found: list[ast.Import | ast.ImportFrom] = []
    for node in module.tree.body:
        if _imports(node, name, source):
            return None
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += [node] if _module_of(node) != "__future__" else []
            last = node
        elif docstring and last is None:
            last = node
        elif not docstring:
            break
    sorted_in = _place_of_import(found, name, source)
    if sorted_in is not None:
        return insert(module, sorted_in, 1, statement + "\n")
    if _kind_of(source or name) == "std" and found and "std" not in map(_kind_of, map(_module_of, found)):
        return insert(module, found[0].lineno, 1, statement + "\n\n")  # a block of its own, the first one
    if last is None:
        first = next((i for i, line in enumerate(module.source.lines, 1) if not line.startswith("#")), 1)
        return insert(module, first, 1, statement + "\n")
    end_line, _ = module.location(last).end
    if end_line >= len(module.source.lines):
        line = module.source.lines[end_line - 1]
        return insert(module, end_line, len(line) + 1, "\n" + statement)
    blank = "" if isinstance(last, ast.Import | ast.ImportFrom) else "\n"
    return insert(module, end_line + 1, 1, blank + statement + "\n")


def _place_of_import(found: Sequence[ast.Import | ast.ImportFrom], name: str, source: str) -> int | None:
    """The line before which an import stands in order, in the block of its own kind; of one without order,
    that behind the last one of its package, or of the standard library. None where there is none."""
    kind = _kind_of(source or name)
    block: list[ast.Import | ast.ImportFrom] = []
    for node in found:
        if block and node.lineno != (block[-1].end_lineno or 0) + 1:
            if any(_kind_of(_module_of(one)) == kind for one in block):
                break
            block = []
        block.append(node)
    if not block:
        return None
    keys = [_order(_module_of(one), isinstance(one, ast.ImportFrom)) for one in block]
    if not any(_kind_of(_module_of(one)) == kind for one in block) or keys != sorted(keys):
        top = (source or name).partition(".")[0]
        others = [(one, _module_of(one)) for one in found]
        beside = [one for one, of in others if of.partition(".")[0] == top or _kind_of(of) == kind == "std"]
        return (beside[-1].end_lineno or 0) + 1 if beside and beside[-1] is not found[-1] else None
    behind = [one for one, key in zip(block, keys, strict=True) if key > _order(source or name, bool(source))]
    return behind[0].lineno if behind else None if block[-1] is found[-1] else (block[-1].end_lineno or 0) + 1


def _module_of(node: ast.Import | ast.ImportFrom) -> str:
    if isinstance(node, ast.ImportFrom):
        return "." * node.level + (node.module or "")
    return node.names[0].name


def _kind_of(module: str) -> str:
    """The package for one that a fix may import, ``std`` for the standard library: what stands in one block.
    A project's own modules are told from none of them by their names."""
    top = module.partition(".")[0]
    return "std" if top in sys.stdlib_module_names else "other" if top in _THIRD_PARTY else ""


_THIRD_PARTY = frozenset(
    "a2wsgi connexion flask flask_cors gevent starlette uvicorn waitress werkzeug".split()
)


def _order(module: str, is_from: bool) -> tuple[bool, str]:
    """``import x`` before ``from x import y``, each by the alphabet, as isort and ruff have it."""
    return is_from, module.lower()


def _imports(node: ast.stmt, name: str, source: str) -> bool:
    if isinstance(node, ast.ImportFrom) and source:
        if node.module != source or node.level:
            return False
    elif not (isinstance(node, ast.Import) and not source):
        return False
    return any(alias.name == name and alias.asname in (None, name) for alias in node.names)


def drop_import(module: Module, name: str) -> Edit | None:
    """Delete the import of a name that is read in one place only, which an edit takes away."""
    if len(list(module.name_uses(name))) != 1:
        return None
    for use in module.imports:
        aliases = use.node.names
        if len(aliases) == 1 and (aliases[0].asname or aliases[0].name) == name and use.scope.is_module:
            return delete_statement(module, use.node)
    return None


def known(edits: Iterable[Edit | None]) -> tuple[Edit, ...]:
    """Those that are not None."""
    return tuple(edit for edit in edits if edit is not None)


def span(module: Module, start: tuple[int, int], end: tuple[int, int]) -> str:
    """The text between two positions."""
    lines = module.source.lines[start[0] - 1 : end[0]]
    if not lines:
        return ""
    if len(lines) == 1:
        return lines[0][start[1] - 1 : end[1] - 1]
    return "\n".join([lines[0][start[1] - 1 :], *lines[1:-1], lines[-1][: end[1] - 1]])


def advance(position: tuple[int, int], text: str) -> tuple[int, int]:
    """The position after some text."""
    line, column = position
    head, newline, tail = text.rpartition("\n")
    return (line + head.count("\n") + 1, len(tail) + 1) if newline else (line, column + len(text))


def indentation(module: Module, node: ast.stmt) -> str:
    """The blanks before a statement."""
    line = module.source.line(node.lineno)
    return line[: len(line) - len(line.lstrip())]


def statement_at(tree: ast.Module, line: int) -> ast.stmt | None:
    """The innermost statement of a module on a line, functions and classes not looked into."""
    found: ast.stmt | None = None
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                first = getattr(child, "lineno", line)
                if first <= line <= (getattr(child, "end_lineno", None) or line):
                    found = child if isinstance(child, ast.stmt) else found
                    if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                        waiting.append(child)
    return found


def guard(source: Source, statement: ast.stmt | None) -> Edit | None:
    """Put a call that stands by itself under ``if __name__ == "__main__":``; None where it is no such call,
    or shares its line."""
    if not isinstance(statement, ast.Expr):
        return None
    place = source.location(statement)
    end_line, end_column = place.end
    first, last = source.lines[place.line - 1], source.lines[end_line - 1]
    behind = last[end_column - 1 :].strip()
    if first[: place.column - 1].strip() or behind and not behind.startswith("#"):
        return None
    blanks = first[: place.column - 1]
    held = any(
        isinstance(node, ast.Constant | ast.JoinedStr) and node.lineno != node.end_lineno
        for node in ast.walk(statement)
    )  # text over several lines: its blanks are its own
    step = "" if held else "    "
    texts = [first, *source.lines[place.line : end_line - 1], last] if end_line > place.line else [first]
    texts[-1] = texts[-1][: end_column - 1]
    texts[0] = texts[0][place.column - 1 :]
    body = "\n".join([texts[0], *(step + text if text.strip() else text for text in texts[1:])])
    return Edit(place, f'if __name__ == "__main__":\n{blanks}    {body}')


def _parenthesised(module: Module, node: Argument) -> bool:
    place = module.location(node)
    return module.source.line(place.line)[: place.column - 1].rstrip().endswith("((")


def _alone(module: Module, node: ast.stmt) -> bool:
    for parent in ast.walk(module.tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and node in block:
                return len(block) == 1 and not isinstance(parent, ast.Module)
    return False


def replace_importing(module: Module, node: ast.AST, text: str, package: str) -> list[Edit]:
    """Replace a node by text that needs ``import package``."""
    imported = add_import(module, package, "")
    return [replace(module, node, text), *([imported] if imported is not None else [])]
