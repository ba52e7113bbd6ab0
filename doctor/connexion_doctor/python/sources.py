"""The Python of the project as far as it has to do with Connexion, and what rules ask of it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property, lru_cache
from pathlib import Path

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.python.module import Binding, Function, Module, Scope, Unread, Use
from connexion_doctor.python.names import Names
from connexion_doctor.python.parsed import ParsedModules
from connexion_doctor.python.specification import BodyName
from connexion_doctor.python.specifications import Specifications

# What a project's own file is hardly ever meant by.
_ELSEWHERE = frozenset(sys.stdlib_module_names) | {
    "connexion", "flask", "starlette", "werkzeug", "uvicorn", "gunicorn", "a2wsgi", "flask_cors", "pytest",
}  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """The Python of the project, as far as it has to do with Connexion.

    ``security`` are the functions that specifications name for authentication, ``body_names`` the names of
    bodies that stand in a schema, ``references`` whether one has a ``$ref``; ``containers`` is the text of
    container files, by path. ``seen`` counts the
    Python files that were looked at; ``extensions`` are Flask extensions that one of them names, ``roots``
    what relative resolvers put in front of an operationId.
    """

    root: Path
    modules: ParsedModules
    unread: tuple[Unread, ...] = ()
    seen: int = 0
    security: frozenset[str] = frozenset()
    containers: dict[str, str] = field(default_factory=dict)
    index: Mapping[str, Sequence[str]] = field(default_factory=dict)
    body_names: tuple[BodyName, ...] = ()
    references: bool = False
    specifications: Specifications = field(default_factory=Specifications)
    extensions: frozenset[str] = frozenset()
    roots: tuple[str, ...] = ()

    def handler(self, dotted: str) -> tuple[Module, Function] | None:
        """The function behind an operationId, by itself or below the root of a resolver."""
        for path in self.files_of_handler(dotted):
            found = self.definition(f"@{path}:{dotted.rpartition('.')[2]}")
            if found is not None and not isinstance(found[1], ast.ClassDef):
                return found[0], found[1]
        return None

    def files_of_handler(self, dotted: str) -> list[str]:
        """The files that the function behind an operationId may be in, the likeliest first."""
        names = (dotted, *(f"{root}.{dotted}" for root in self.roots)) if dotted else ()
        found = [self.index.get(name.rpartition(".")[0], ()) for name in names]
        return [paths[0] for paths in found if len(paths) == 1]

    @cached_property
    def names(self) -> Names:
        """The resolver over these modules."""
        return Names(self)

    # -- what rules ask --------------------------------------------------------------------

    def value(self, use: Use[ast.Call] | Use[ast.Attribute] | Use[ast.Subscript]) -> str | None:
        """What the node stands for; of a call, its result."""
        return self.names.value(use.node, use.module, use.scope)

    def of(self, node: ast.AST, use: Use[ast.AST] | Use[ast.Call]) -> str | None:
        """What another expression at the same place stands for."""
        return self.names.value(node, use.module, use.scope)

    @cached_property
    def calls(self) -> tuple[tuple[Use[ast.Call], str], ...]:
        """Every call, with what its function stands for."""
        return tuple(
            (call, name)
            for module in self.modules
            for call in module.calls
            if (name := self.names.value(call.node.func, module, call.scope)) is not None
        )

    @cached_property
    def attributes(self) -> tuple[tuple[Use[ast.Attribute], str], ...]:
        """Every attribute, with what the object it is taken from stands for."""
        return tuple(
            (use, name)
            for module in self.modules
            for use in module.attributes
            if (name := self.names.value(use.node.value, module, use.scope)) is not None
        )

    @cached_property
    def subscripts(self) -> tuple[tuple[Use[ast.Subscript], str], ...]:
        """Every subscript, with what its object stands for."""
        return tuple(
            (use, name)
            for module in self.modules
            for use in module.subscripts
            if (name := self.names.value(use.node.value, module, use.scope)) is not None
        )

    def calls_of(self, *functions: str) -> Iterator[Use[ast.Call]]:
        """The calls of functions by their dotted names."""
        for use, name in self.calls:
            if name in functions:
                yield use

    def literal(self, node: ast.AST, use: Use[ast.Call]) -> ast.expr | None:
        """The expression behind a name that is bound once; the node itself where it is no name."""
        if not isinstance(node, ast.Name):
            return node if isinstance(node, ast.expr) else None
        if self._changed(node.id, use.module):
            return None
        scope: Scope | None = use.scope
        while scope is not None:
            bindings = scope.bindings.get(node.id)
            if bindings:
                return bindings[0].value if len(bindings) == 1 else None
            scope = scope.parent
        return None

    @staticmethod
    def _changed(name: str, module: Module) -> bool:
        """Whether something is put into what a name stands for, after it was made."""
        put = any(
            isinstance(use.node.ctx, ast.Store | ast.Del) and getattr(use.node.value, "id", "") == name
            for use in module.subscripts
        )
        methods = ("update", "setdefault", "pop", "append", "extend")
        return put or any(
            isinstance(f := use.node.func, ast.Attribute)
            and f.attr in methods
            and getattr(f.value, "id", "") == name
            for use in module.calls
        )

    def function(self, node: ast.AST, use: Use[ast.Call]) -> tuple[Module, Function] | None:
        """The function of the project that an expression names."""
        name = self.names.raw(node, use.module, use.scope)
        found = self.definition(name) if name is not None else None
        if found is None or isinstance(found[1], ast.ClassDef):
            return None
        return found[0], found[1]

    # -- what names ask --------------------------------------------------------------------

    def parsed(self, path: str) -> Module | None:
        """A module by its path."""
        return self.modules.at(path)

    def definition(self, reference: str | None) -> tuple[Module, Function | ast.ClassDef, Scope] | None:
        """The function or class behind ``@path:Outer.name``."""
        return definition_in(self.parsed, reference)

    def calls_to(self, name: str) -> Sequence[Use[ast.Call]]:
        """The calls of functions, and of methods, whose last name is this."""
        return self.modules.calls_to(name)

    @cached_property
    def fixtures(self) -> dict[str, list[tuple[Module, Function]]]:
        """pytest fixtures by name."""
        found: dict[str, list[tuple[Module, Function]]] = {}
        for module in self.modules.naming(b"fixture"):
            for use in module.functions:
                if self.is_fixture(use.node):
                    found.setdefault(_fixture_name(use.node), []).append((module, use.node))
        return found

    @staticmethod
    def is_fixture(node: Function) -> bool:
        """Whether a function is decorated as a pytest fixture."""
        for decorator in node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
            if name in ("fixture", "yield_fixture"):
                return True
        return False

    def origins(self, binding: Binding, module: Module) -> list[str]:
        """The files that an import may be from: the module, or the one that the name is taken from."""
        dotted = binding.dotted or ""
        if binding.level:
            dotted = module.from_here(dotted, binding.level)
        found = [self.locate(name, module) for name in (dotted, dotted.rpartition(".")[0])]
        return [path for path in found if path is not None]

    def locate(self, dotted: str, module: Module) -> str | None:
        """The file of a module name; a name that several files may have is only taken when it is near."""
        paths = tuple(p for p in self.index.get(dotted, ()) if self._importable(p, dotted, module))
        if len(paths) <= 1:
            return paths[0] if paths else None
        folder = module.path.rpartition("/")[0]
        near = [path for path in paths if path.rpartition("/")[0] == folder]
        exact = [path for path in paths if module_names(path)[0] == dotted]
        chosen = near or exact
        return chosen[0] if len(chosen) == 1 else None

    def _importable(self, path: str, dotted: str, module: Module) -> bool:
        """Whether a file can have that name: the folder it starts from is on the path, so no package.

        ``logging`` is never ``app/logging.py`` where ``app`` is a package, unless the importing file lies
        beside it, as scripts do, and nothing else has the name.
        """
        whole = module_names(path)
        if not whole or whole[0] == dotted:
            return dotted.partition(".")[0] not in _ELSEWHERE
        above = whole[0].removesuffix(dotted).rstrip(".").replace(".", "/")
        if f"{above}/__init__.py" not in self._packages:
            return dotted.partition(".")[0] not in _ELSEWHERE
        beside = module.path.rpartition("/")[0] == above
        return beside and dotted.partition(".")[0] not in _ELSEWHERE

    @cached_property
    def _packages(self) -> frozenset[str]:
        return frozenset(p for paths in self.index.values() for p in paths if p.endswith("__init__.py"))


def definition_in(
    parsed: Callable[[str], Module | None], reference: str | None
) -> tuple[Module, Function | ast.ClassDef, Scope] | None:
    """The function or class behind ``@path:Outer.name``, and the scope it stands in.

    :param parsed: gives a module by its path
    """
    if reference is None or not reference.startswith("@"):
        return None
    path, _, dotted = reference[1:].partition(":")
    module = parsed(path)
    if module is None or not dotted:
        return None
    scope = outer = module.scope
    node: ast.AST | None = None
    for part in dotted.split("."):
        bindings = [b for b in scope.bindings.get(part, []) if b.kind in ("def", "class")]
        if not bindings:
            return None
        node, outer = bindings[-1].node, scope
        scope = module.scopes[id(node)]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return module, node, outer


@lru_cache(20_000)
def module_names(path: str) -> tuple[str, ...]:
    """Names under which a file may be imported: from the root, and from every folder above it."""
    stem, dot, kind = path.rpartition(".")
    stem = stem if dot and kind in ("py", "pyw", "wsgi") else path
    parts = [part for part in stem.split("/") if part]
    if parts and parts[-1] == "__init__":
        parts = parts[:-1]
    return tuple(".".join(parts[i:]) for i in range(len(parts)))


def _fixture_name(node: Function) -> str:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
    return node.name
