"""Names that nothing binds, or nothing has bound yet: reading them raises ``NameError``."""

from __future__ import annotations

import ast
import builtins

from connexion_doctor.foundation import late
from connexion_doctor.python.module import Module, Scope
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.modules import LaunchModules

# What is always there, and what newer Pythons than this one bring.
ALWAYS = frozenset(dir(builtins)) | frozenset(
    "WindowsError ExceptionGroup BaseExceptionGroup EncodingWarning PythonFinalizationError "
    "copyright credits license exit quit help _".split()
)
# Calls by which names come about that stand nowhere.
MAKES = frozenset("exec eval globals vars locals builtins sys.modules".split())
PARAMETERS = late.pattern(r"\s*(async\s+def|def|class|type)\s+\w+\s*\[")  # of types
Lines = dict[str, int]  # the first line on which a name is bound, anywhere in the file


class Boundness:
    """Answers for the modules of one launch."""

    def __init__(self, modules: LaunchModules) -> None:
        self.modules = modules
        self._known: dict[str, Lines | None] = {}

    def unbound(self, node: ast.Name, scope: Scope, module: Module, last: int | None) -> bool:
        """Whether reading a name surely raises.

        :param last: the last line of its module that is loaded by then; None: all of it
        """
        if node.id in ALWAYS or node.id.startswith("__"):
            return False
        where: Scope | None = scope
        while where is not None and not where.is_module:
            if node.id in where.bindings:
                return False
            where = where.parent
        bindings = module.scope.bindings.get(node.id, ())
        if any(last is None or _bound_at(one.node, one.position[0]) <= last for one in bindings):
            return False
        lines = self._lines(module)
        if lines is None or "*" in module.scope.bindings and self._starred(node.id, module):
            return False
        return node.id not in lines or last is not None and lines[node.id] > last

    def _lines(self, module: Module) -> Lines | None:
        """Where the names of a file are bound; None where it makes names that stand nowhere."""
        if module.path not in self._known:
            newer = any(map(PARAMETERS.match, module.source.lines))  # which an older tree has not
            self._known[module.path] = None if newer else _bound_in(module.tree)
        return self._known[module.path]

    def _starred(self, name: str, module: Module) -> bool:
        """Whether ``from ... import *`` may bring a name."""
        for star in module.scope.bindings["*"]:
            base = (star.dotted or "").rpartition(".")[0]
            dotted = module.from_here(base, star.level) if star.level else base
            path = self.modules.file(dotted)
            inside = self.modules.module(path, dotted) if path is not None else None
            if inside is None or self.may_have(inside, name):
                return True
        return False

    def may_have(self, module: Module, name: str) -> bool:
        """Whether a module of the project may have a name once it is loaded."""
        names = module.scope.bindings
        if name in names or "__getattr__" in names or self._lines(module) is None:
            return True
        if "*" in names:
            return self._starred(name, module)
        lines = self._lines(module) or {}
        return name in lines and any(
            name in one.names for one in ast.walk(module.tree) if isinstance(one, ast.Global)
        )


def _bound_at(node: ast.AST, line: int) -> int:
    """The line on which a name is bound; that of a class behind its body, which cannot name it."""
    return (node.end_lineno or line) + 1 if isinstance(node, ast.ClassDef) else line


def _bound_in(tree: ast.Module) -> Lines | None:
    found: Lines = {}
    for node in ast.walk(tree):
        names: list[str | None] = []
        match node:
            case ast.Name(ctx=ast.Load()) if node.id in MAKES:
                return None
            case ast.Attribute() if name_of(node) in MAKES:
                return None
            case ast.Name(ctx=ast.Store() | ast.Del()):
                names = [node.id]
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names = [node.name]
            case ast.Import() | ast.ImportFrom():
                names = [one.asname or one.name.partition(".")[0] for one in node.names]
            case ast.arg():
                names = [node.arg]
            case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
                names = [node.name]
            case ast.MatchMapping():
                names = [node.rest]
            case _ if type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple"):
                names = [getattr(node, "name", None)]
        for name in names:
            if name is not None:
                line = _bound_at(node, getattr(node, "lineno", 1))
                found[name] = min(line, found.get(name, line))
    return found
