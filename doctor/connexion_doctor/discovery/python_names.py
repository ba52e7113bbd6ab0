"""Python source -> the names of a module: imports, assignments, functions and what they call."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator

from connexion_doctor.commands.placed_text import Source
from connexion_doctor.discovery.python_places import Places, name_of
from connexion_doctor.python.syntax import tree_of

GUNICORN_BASES = frozenset({"BaseApplication", "WSGIApplication", "Application"})


DEEPEST = 20  # of lists in lists


class Names(ABC):
    """Imports, assignments, functions of a module, and which of them call which."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.places = Places(source)
        self.imports: dict[str, str] = {}
        self.assigned: dict[str, ast.expr] = {}
        self.lists: dict[str, list[ast.expr]] = {}
        self.names: set[str] = set()
        self.calls: dict[str | None, set[str]] = {None: set()}
        self.decorated: set[str] = set()
        self.guarded = False
        self.gunicorn_classes: set[str] = set()
        self.classes: dict[str, str] = {}
        self.functions: dict[str, str] = {}

    def run(self, tree: ast.Module) -> None:
        """Read a module."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.imports[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                for alias in node.names:
                    dot = "" if module.endswith(".") or not module else "."
                    self.imports[alias.asname or alias.name] = f"{module}{dot}{alias.name}"
            elif isinstance(node, ast.ClassDef):
                self._class(node)
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self.assigned[target.id] = node.value
            elif (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and node.value is not None
            ):
                self.assigned[node.target.id] = node.value
            body = getattr(node, "body", None)
            if isinstance(body, list):
                self._lists(body)
        for statement in tree.body:
            self._names(statement)
            self._visit(statement, None)

    def _lists(self, body: list[ast.stmt]) -> None:
        """Lists that are assigned and made longer in one block: ``+=``, ``append``, ``extend``."""
        here: dict[str, list[ast.expr]] = {}
        for statement in body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                elements = self.elements(statement.value, here)
                if elements is not None:
                    here[statement.targets[0].id] = elements
            elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
                if statement.target.id in here:
                    here[statement.target.id] += self.elements(statement.value, here) or []
            elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
                name, _, method = name_of(statement.value.func).rpartition(".")
                given = statement.value.args
                if name in here and method == "append":
                    here[name] += given[:1]
                elif name in here and method == "extend" and given:
                    here[name] += self.elements(given[0], here) or []
        self.lists.update(here)

    def elements(
        self, node: ast.expr, here: dict[str, list[ast.expr]] | None = None, depth: int = 0
    ) -> list[ast.expr] | None:
        """The elements of a list or tuple, of one by its name, of a sum of them; None for what is none."""
        lists = self.lists if here is None else here
        if depth > DEEPEST:
            return None
        if isinstance(node, ast.Name):
            return list(lists[node.id]) if node.id in lists else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = (
                self.elements(node.left, here, depth + 1),
                self.elements(node.right, here, depth + 1),
            )
            return None if left is None else [*left, *(right or [])]
        if not isinstance(node, (ast.List, ast.Tuple)):
            return None
        found: list[ast.expr] = []
        for element in node.elts:
            inner = (
                self.elements(element.value, here, depth + 1) if isinstance(element, ast.Starred) else None
            )
            found += inner if inner is not None else [element]
        return found

    def _class(self, node: ast.ClassDef) -> None:
        for base in node.bases:
            dotted = self.dotted(base)
            if (
                dotted.rpartition(".")[2] in GUNICORN_BASES
                and "gunicorn" in dotted
                or dotted in self.gunicorn_classes
            ):
                self.gunicorn_classes.add(node.name)

    def _names(self, statement: ast.stmt) -> None:
        inner: list[ast.AST] = [statement]
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            inner = list(ast.walk(statement))
        for node in inner:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self.names.add(node.name)
            elif isinstance(node, ast.Assign):
                self.names.update(target.id for target in node.targets if isinstance(target, ast.Name))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                self.names.add(node.target.id)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self.names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)

    def _visit(self, node: ast.AST, scope: str | None) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = node.name if scope is None else f"{scope}.{node.name}"
            self.calls.setdefault(inner, set())
            if node.decorator_list:
                self.decorated.add(inner)
            for child in node.body:
                self._visit(child, inner)
            return
        if isinstance(node, ast.ClassDef):
            for child in node.body:
                self._visit(child, node.name if scope is None else f"{scope}.{node.name}")
            return
        if isinstance(node, ast.If) and _is_main_guard(node.test):
            self.guarded = True
        if isinstance(node, ast.Call):
            name = name_of(node.func)
            if name:
                self.calls.setdefault(scope, set()).add(name)
            for argument in node.args:  # asyncio.run(main()), Process(target=main)
                if isinstance(argument, ast.Name):
                    self.calls.setdefault(scope, set()).add(argument.id)
            for keyword in node.keywords:
                if keyword.arg == "target" and isinstance(keyword.value, ast.Name):
                    self.calls.setdefault(scope, set()).add(keyword.value.id)
            self.on_call(node, scope)
        for below in ast.iter_child_nodes(node):
            self._visit(below, scope)

    def dotted(self, node: ast.expr) -> str:
        """A name with its first part replaced by what it was imported as."""
        name = name_of(node)
        head, dot, rest = name.partition(".")
        return self.imports.get(head, head) + dot + rest

    @abstractmethod
    def on_call(self, node: ast.Call, scope: str | None) -> None:
        """A call was met in a scope (None: module level)."""


def _is_main_guard(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and any(
        isinstance(part, ast.Name) and part.id == "__name__" for part in [test.left, *test.comparators]
    )


def imports_of(source: Source) -> Iterator[tuple[str, int]]:
    """Dotted names that a file imports, with the level of relative ones."""
    tree = tree_of(source.text)
    if tree is None:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, 0
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level
            for alias in node.names:
                yield f"{node.module}.{alias.name}" if node.module else alias.name, node.level
