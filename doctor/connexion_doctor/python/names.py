"""What an expression stands for, as a dotted name: ``connexion.FlaskApp().app.wsgi_app``.

``()`` is the result of a call. Names are followed through imports, assignments (the last one before the
use), attributes of ``self``, factories, fixtures, arguments of functions that are called one way only, and
other modules of the project. What is not certain is None, never a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Protocol

from connexion_doctor.python.module import Binding, Function, Module, Position, Scope, Use, position_of
from connexion_doctor.python.spelling import APPS, canonical

DEEPEST = 40


class Files(Protocol):
    """The modules that names are looked up in, and where an import leads."""

    @property
    def modules(self) -> Sequence[Module]:
        """Every module that was read."""

    @property
    def fixtures(self) -> Mapping[str, Sequence[tuple[Module, Function]]]:
        """pytest fixtures by name."""

    def parsed(self, path: str) -> Module | None:
        """A module by its path."""

    def definition(self, reference: str | None) -> tuple[Module, Function | ast.ClassDef, Scope] | None:
        """The function or class behind ``@path:Outer.name``."""

    def is_fixture(self, node: Function) -> bool:
        """Whether a function is a pytest fixture."""

    def absolute(self, dotted: str, module: Module) -> str | None:
        """A dotted import as a module (``%path``) or a name of a module of the project."""

    def relative(self, module: Module, dotted: str, level: int) -> str | None:
        """A relative import as a module or a name of it."""

    def submodule(self, package: Module, name: str) -> str | None:
        """A module of a package."""


class Names:
    """Answers ``value``; everything is remembered, and a name that depends on itself is None."""

    def __init__(self, sources: Files) -> None:
        self.sources = sources
        self._known: dict[tuple[int, int], str | None] = {}
        self._active: set[tuple[int, int]] = set()
        self._cuts = 0  # how often a chain was cut off because it came back to itself
        self._callers: dict[str, list[Use[ast.Call]]] | None = None

    def value(self, node: ast.AST, module: Module, scope: Scope) -> str | None:
        """What a rule may compare: classes of the project stand for the library class they extend."""
        found = self.raw(node, module, scope)
        return self.outside(found) if found is not None else None

    def outside(self, name: str) -> str:
        """``@file:Class().x`` -> the library class that it extends, where there is one."""
        if not name.startswith("@"):
            return name
        head, call, rest = name.partition("()")
        base = self.base(head)
        return base + call + rest if base is not None else name

    def base(self, reference: str, depth: int = 0) -> str | None:
        """The library class behind a class of the project."""
        found = self.sources.definition(reference)
        if found is None or depth > DEEPEST:
            return None
        module, node, scope = found
        if not isinstance(node, ast.ClassDef):
            return None
        for expression in node.bases:
            value = self.raw(expression, module, scope)
            if value is None:
                continue
            if not value.startswith("@"):
                return value
            further = self.base(value, depth + 1)
            if further is not None:
                return further
        return None

    # -- expressions -----------------------------------------------------------------------

    def raw(self, node: ast.AST, module: Module, scope: Scope) -> str | None:
        """What an expression stands for, classes and functions of the project as references."""
        key = (id(node), id(scope))
        if key in self._known:
            return self._known[key]
        if key in self._active or len(self._active) > DEEPEST:
            self._cuts += 1
            return None
        self._active.add(key)
        cuts = self._cuts
        try:
            found = self._expression(node, module, scope)
        finally:
            self._active.discard(key)
        found = canonical(found) if found is not None else None
        if found is not None or not self._active or cuts == self._cuts:
            # A None in the middle of a chain that came back to itself says nothing about the name.
            self._known[key] = found
        return found

    def _expression(self, node: ast.AST, module: Module, scope: Scope) -> str | None:
        match node:
            case ast.Name():
                return self.name(node.id, module, scope, position_of(node))
            case ast.Attribute():
                base = self.raw(node.value, module, scope)
                return self.attribute(base, node.attr) if base is not None else None
            case ast.Call():
                function = self.raw(node.func, module, scope)
                if function is None:
                    return self._super(node, module, scope)
                if function == "functools.partial" and node.args:
                    return self.raw(node.args[0], module, scope)
                return self.called(function)
            case ast.Await():
                return self.raw(node.value, module, scope)
            case ast.NamedExpr():
                return self.raw(node.value, module, scope)
            case ast.IfExp():
                values = {self.raw(n, module, scope) for n in (node.body, node.orelse)}
                return values.pop() if len(values) == 1 else None
        return None

    def _super(self, node: ast.Call, module: Module, scope: Scope) -> str | None:
        if not (isinstance(node.func, ast.Name) and node.func.id == "super"):
            return None
        while scope.owner is None and scope.parent is not None:
            scope = scope.parent
        if scope.owner is None:
            return None
        base = self.base(reference(module, scope.owner))
        return f"{base}()" if base is not None else None

    def called(self, function: str) -> str | None:
        """The result of calling what this name stands for."""
        found = self.sources.definition(function)
        if found is None:
            return f"{function}()"
        module, node, _ = found
        if isinstance(node, ast.ClassDef):
            return f"{function}()"
        return self.returned(module, node)

    def returned(self, module: Module, node: Function) -> str | None:
        """What a function returns, or what a fixture yields, where all its returns agree."""
        scope = module.scopes[id(node)]
        values = set()
        for expression in scope.returns:
            value = self.raw(expression, module, scope)
            if value is None and isinstance(expression, ast.Constant) and expression.value is None:
                continue
            values.add(value)
        return values.pop() if len(values) == 1 else None

    def attribute(self, base: str, attr: str) -> str | None:
        """What an attribute of something stands for."""
        if base.startswith("%"):  # a module of the project
            return self.exported(base[1:], attr)
        if base.startswith("@") and base.endswith("()"):
            return self.field(base[:-2], attr, 0)
        if base.startswith("@"):
            if self.sources.definition(f"{base}.{attr}") is not None:
                return f"{base}.{attr}"
            found = self.sources.definition(base)
            if found is not None and isinstance(found[1], ast.ClassDef):
                inner = found[0].scopes[id(found[1])]
                if attr in inner.bindings:
                    return self.bound(inner.bindings[attr][-1], found[0], inner)
            return self.outside(base) + f".{attr}"
        return f"{base}.{attr}"

    def field(self, cls: str, attr: str, depth: int) -> str | None:
        """An attribute of an instance: assigned to ``self``, set in the class, a method, inherited."""
        found = self.sources.definition(cls)
        if found is None or depth > DEEPEST:
            return None
        module, node, scope = found
        if not isinstance(node, ast.ClassDef):
            return None
        inner = module.scopes[id(node)]
        assigned = module.fields.get(id(node), {}).get(attr)
        if assigned:
            values = {
                self.raw(value, module, where)
                for value, where in assigned
                if not (isinstance(value, ast.Constant) and value.value is None)
            }
            return values.pop() if len(values) == 1 else None
        if attr in inner.bindings:
            binding = inner.bindings[attr][-1]
            if isinstance(binding.node, ast.FunctionDef) and _is_property(binding.node):
                return self.returned(module, binding.node)
            return self.bound(binding, module, inner)
        base = None
        for expression in node.bases:
            value = self.raw(expression, module, scope)
            if value is None:
                continue
            if value.startswith("@"):
                inherited = self.field(value, attr, depth + 1)
                if inherited is not None:
                    return inherited
                continue
            base = base or value
        if base == "flask_testing.TestCase" and attr in ("client", "app"):
            app = self.field(cls, "create_app", depth + 1)
            made = self.called(app) if app is not None else None
            return made if attr == "app" or made is None else f"{made}.test_client()"
        return f"{base}().{attr}" if base is not None else None

    # -- names -----------------------------------------------------------------------------

    def name(self, name: str, module: Module, scope: Scope, position: Position) -> str | None:
        """What a name stands for at a position."""
        where: Scope | None = scope
        first = True
        while where is not None:
            if where.self_name == name and where.owner is not None and where.function is not None:
                return f"{reference(module, where.owner)}()"
            bindings = where.bindings.get(name)
            if bindings and (first or not where.is_class):
                # In the same scope the last one before the use holds; seen from a function that is
                # called later, the last one of all.
                before = [b for b in bindings if b.position < position] if first else bindings
                chosen = (before or bindings)[-1]
                return self.bound(chosen, module, where)
            if not isinstance(where.node, ast.Lambda | ast.ListComp | ast.GeneratorExp):
                first = False
            where = where.parent
        return self.starred(name, module)

    def starred(self, name: str, module: Module) -> str | None:
        """A name that ``from module import *`` of the project gives."""
        for binding in reversed(module.scope.bindings.get("*", [])):
            dotted = (binding.dotted or "").rpartition(".")[0]
            level = binding.level
            found = (
                self.sources.relative(module, dotted, level)
                if level
                else self.sources.absolute(dotted, module)
            )
            value = self.exported(found[1:], name) if found is not None and found.startswith("%") else None
            if value is not None:
                return value
        return None

    def bound(self, binding: Binding, module: Module, scope: Scope) -> str | None:
        """What one binding gives a name."""
        if binding.kind == "import":
            return self.imported(binding, module)
        if binding.kind in ("def", "class"):
            return f"{reference(module, scope)}.{binding.node.name}".replace(":.", ":")  # type: ignore[attr-defined]
        if binding.kind == "parameter":
            return self.parameter(binding, module, scope)
        if binding.value is not None and binding.index is not None:
            return self.part(binding.value, binding.index, module, scope)
        return self.raw(binding.value, module, scope) if binding.value is not None else None

    def part(self, call: ast.expr, index: int, module: Module, scope: Scope) -> str | None:
        """One of the values that a function of the project returns together, where all returns agree."""
        function = self.raw(call.func, module, scope) if isinstance(call, ast.Call) else None
        found = self.sources.definition(function)
        if found is None or isinstance(found[1], ast.ClassDef):
            return None
        inner = found[0].scopes[id(found[1])]
        values = {
            self.raw(made.elts[index], found[0], inner)
            if isinstance(made, ast.Tuple) and index < len(made.elts)
            else None
            for made in inner.returns
        }
        return values.pop() if len(values) == 1 else None

    def imported(self, binding: Binding, module: Module) -> str | None:
        """What an import gives a name."""
        dotted = binding.dotted or ""
        if binding.level:
            found = self.sources.relative(module, dotted, binding.level)
            if found is not None:
                return found
            return None
        inside = self.sources.absolute(dotted, module)
        if inside is not None:
            return inside
        return dotted

    def exported(self, path: str, name: str) -> str | None:
        """What a name of another module of the project stands for, when that module is loaded."""
        module = self.sources.parsed(path)
        if module is None:
            return None
        bindings = module.scope.bindings.get(name)
        if not bindings:
            return self.sources.submodule(module, name) if module.is_package else None
        key = (id(bindings[-1]), 0)
        if key in self._active or len(self._active) > DEEPEST:
            self._cuts += 1
            return None  # two modules that import from each other
        self._active.add(key)
        try:
            return self.bound(bindings[-1], module, module.scope)
        finally:
            self._active.discard(key)

    def parameter(self, binding: Binding, module: Module, scope: Scope) -> str | None:
        """What a parameter gets, where that can be known."""
        function = scope.function
        argument = binding.node
        if function is None or not isinstance(argument, ast.arg):
            return None
        if argument.annotation is not None and scope.parent is not None:
            annotated = self.annotated(argument.annotation, module, scope.parent)
            if annotated is not None and self.outside(annotated) in (*APPS, "flask.Flask"):
                return f"{annotated}()"
        if function.name.startswith("test") or self.sources.is_fixture(function):
            return self.fixture(argument.arg, module)
        return self.argument(function, argument.arg, module, scope)

    def annotated(self, node: ast.expr, module: Module, scope: Scope) -> str | None:
        """The class that an annotation names: as it stands, as text, as ``X | None``, as ``Optional[X]``."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                inside = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                return None
            # Names in it are those of the place where the text stands.
            for child in ast.walk(inside):
                ast.copy_location(child, node)
            return self.annotated(inside, module, scope)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [n for n in (node.left, node.right) if not isinstance(n, ast.Constant)]
            return self.annotated(sides[0], module, scope) if len(sides) == 1 else None
        if isinstance(node, ast.Subscript):
            outer = self.raw(node.value, module, scope)
            return self.annotated(node.slice, module, scope) if outer == "typing.Optional" else None
        return self._expression(node, module, scope)

    def fixture(self, name: str, module: Module) -> str | None:
        """What a pytest fixture gives a test."""
        found = self.sources.fixtures.get(name, [])
        own = [pair for pair in found if pair[0] is module]
        values = {self.returned(where, node) for where, node in own or found}
        if not found and name == "client":  # pytest-flask makes it from the ``app`` fixture
            app = self.fixture("app", module)
            return f"{app}.test_client()" if app is not None else None
        return values.pop() if len(values) == 1 else None

    def argument(self, function: Function, name: str, module: Module, scope: Scope) -> str | None:
        """What every caller in the project passes for a parameter, if they agree."""
        outer = scope.parent
        if outer is None or outer.is_class:
            return None
        wanted = f"{reference(module, outer)}.{function.name}".replace(":.", ":")
        names = [a.arg for a in [*function.args.posonlyargs, *function.args.args]]
        values: set[str | None] = set()
        for call in self.callers().get(function.name, []):
            if self.raw(call.node.func, call.module, call.scope) != wanted:
                continue
            values.add(self._passed(call, name, names))
        return values.pop() if len(values) == 1 else None

    def _passed(self, call: Use[ast.Call], name: str, names: list[str]) -> str | None:
        for keyword in call.node.keywords:
            if keyword.arg == name:
                return self.raw(keyword.value, call.module, call.scope)
        index = names.index(name) if name in names else len(call.node.args)
        if index < len(call.node.args):
            return self.raw(call.node.args[index], call.module, call.scope)
        return None

    def callers(self) -> dict[str, list[Use[ast.Call]]]:
        """The calls of the project by the last name of their function."""
        if self._callers is None:
            self._callers = {}
            for module in self.sources.modules:
                for call in module.calls:
                    function = call.node.func
                    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
                    self._callers.setdefault(name, []).append(call)
        return self._callers


def _is_property(node: ast.FunctionDef) -> bool:
    names = [d.id if isinstance(d, ast.Name) else getattr(d, "attr", "") for d in node.decorator_list]
    return bool({"property", "cached_property"} & set(names))


def reference(module: Module, scope: Scope) -> str:
    """``@path:Outer.inner`` of a scope; the module itself is ``@path:``."""
    parts: list[str] = []
    where: Scope | None = scope
    while where is not None and not where.is_module:
        parts.append(getattr(where.node, "name", "<lambda>"))
        where = where.parent
    return f"@{module.path}:{'.'.join(reversed(parts))}"
