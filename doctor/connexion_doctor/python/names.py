"""What an expression stands for, as a dotted name: ``connexion.FlaskApp().app.wsgi_app``.

``()`` is the result of a call. Names are followed through imports, assignments (the last one before the
use), attributes of ``self``, factories, fixtures, arguments of functions that are called one way only, and
other modules of the project. What is not certain is None, never a guess.
"""

from __future__ import annotations

import ast

from connexion_doctor.python.module import Binding, Function, Module, Position, Scope, position_of, reference
from connexion_doctor.python.nodes import is_none, text_in
from connexion_doctor.python.parameters import Files, Parameters, agreed
from connexion_doctor.python.reach import looked_up
from connexion_doctor.python.spelling import canonical

DEEPEST = 40
MOST_STEPS = 5000  # expressions that one name leads through


class Names:
    """Answers ``value``; everything is remembered, and a name that depends on itself is None."""

    def __init__(self, sources: Files) -> None:
        self.sources = sources
        self._known: dict[tuple[int, int], str | None] = {}
        self._active: set[tuple[int, int]] = set()
        self._steps = 0  # since nothing was active
        self._cuts = 0  # how often a chain was cut off because it came back to itself
        self._parameters = Parameters(self)

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
        self._steps = self._steps + 1 if self._active else 0
        if key in self._active or len(self._active) > DEEPEST or self._steps > MOST_STEPS:
            self._cuts += 1
            return None
        self._active.add(key)
        cuts = self._cuts
        try:
            found = self.expression(node, module, scope)
        finally:
            self._active.discard(key)
        found = canonical(found) if found is not None else None
        if found is not None or not self._active or cuts == self._cuts:
            # A None in the middle of a chain that came back to itself says nothing about the name.
            self._known[key] = found
        return found

    def expression(self, node: ast.AST, module: Module, scope: Scope) -> str | None:
        """The same, not remembered."""
        match node:
            case ast.Name():
                return self.name(node.id, module, scope, position_of(node))
            case ast.Attribute():
                base = self.raw(node.value, module, scope)
                return self.attribute(base, node.attr) if base is not None else None
            case ast.Call():
                function = self.raw(node.func, module, scope)
                if function is None:
                    return self._builtin(node, module, scope)
                if function == "functools.partial" and node.args:
                    return self.raw(node.args[0], module, scope)
                named = text_in(node.args[0]) if function == "importlib.import_module" and node.args else None
                if named is not None and not named.startswith("."):
                    return self.absolute(named, module) or named
                return self.called(function)
            case ast.Await():
                return self.raw(node.value, module, scope)
            case ast.NamedExpr():
                return self.raw(node.value, module, scope)
            case ast.IfExp():
                return agreed(self.raw(one, module, scope) for one in (node.body, node.orelse))
        return None

    def _builtin(self, node: ast.Call, module: Module, scope: Scope) -> str | None:
        """What a call of Python's own functions stands for."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        at = int(name == "getattr")
        text = self._text(node.args[at], scope) if len(node.args) > at else None
        if name == "getattr" and text is not None:
            base = self.raw(node.args[0], module, scope)
            return self.attribute(base, text) if base is not None else None
        if name == "__import__" and text is not None:
            named = text if len(node.args) > 3 or node.keywords else text.partition(".")[0]
            return self.absolute(named, module) or named
        return self._super(node, module, scope)

    def _text(self, node: ast.expr, scope: Scope) -> str | None:
        """A text as it stands there, or as the one value of a name."""
        found = looked_up(node.id, scope) if isinstance(node, ast.Name) else None
        return text_in(found.value if found is not None and found.index is None else node)

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
        return agreed(self.raw(one, module, scope) for one in scope.returns if not is_none(one))

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
            return agreed(self.raw(value, module, where) for value, where in assigned if not is_none(value))
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
        return self._starred(name, module)

    def _starred(self, name: str, module: Module) -> str | None:
        """A name that ``from module import *`` of the project gives."""
        for binding in reversed(module.scope.bindings.get("*", [])):
            dotted = (binding.dotted or "").rpartition(".")[0]
            level = binding.level
            found = self.relative(module, dotted, level) if level else self.absolute(dotted, module)
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
            return self._parameters.value(binding, module, scope)
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
        return agreed(
            self.raw(made.elts[index], found[0], inner)
            if isinstance(made, ast.Tuple) and index < len(made.elts)
            else None
            for made in inner.returns
        )

    def imported(self, binding: Binding, module: Module) -> str | None:
        """What an import gives a name."""
        dotted = binding.dotted or ""
        if binding.level:
            return self.relative(module, dotted, binding.level)
        return self.absolute(dotted, module) or dotted

    def absolute(self, dotted: str, module: Module) -> str | None:
        """A dotted import as a module (``%path``) or a name of a module of the project."""
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            path = self.sources.locate(".".join(parts[:length]), module)
            if path is None:
                continue
            found: str | None = f"%{path}"
            for part in parts[length:]:
                found = self.attribute(found, part) if found is not None else None
            return found
        return None

    def relative(self, module: Module, dotted: str, level: int) -> str | None:
        """A relative import as a module or a name of it."""
        return self.absolute(module.from_here(dotted, level), module)

    def submodule(self, package: Module, name: str) -> str | None:
        """A module of a package."""
        path = self.sources.locate(f"{package.names[0]}.{name}", package) if package.names else None
        return f"%{path}" if path is not None else None

    def exported(self, path: str, name: str) -> str | None:
        """What a name of another module of the project stands for, when that module is loaded."""
        module = self.sources.parsed(path)
        if module is None:
            return None
        bindings = module.scope.bindings.get(name)
        if not bindings:
            return self.submodule(module, name) if module.is_package else None
        key = (id(bindings[-1]), 0)
        if key in self._active or len(self._active) > DEEPEST:
            self._cuts += 1
            return None  # two modules that import from each other
        self._active.add(key)
        try:
            return self.bound(bindings[-1], module, module.scope)
        finally:
            self._active.discard(key)


def _is_property(node: ast.FunctionDef) -> bool:
    names = [d.id if isinstance(d, ast.Name) else getattr(d, "attr", "") for d in node.decorator_list]
    return bool({"property", "cached_property"} & set(names))
