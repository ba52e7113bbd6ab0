"""One parsed file: its scopes and what binds names in them, and the uses that rules look at."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from doctor.model import Location
from doctor.text import Source

N = TypeVar("N", bound=ast.AST)
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Position: TypeAlias = tuple[int, int]

# Code that catches one of these around an import or a call runs with both versions, or means to.
_FORGIVING = {
    "ImportError", "ModuleNotFoundError", "AttributeError", "TypeError", "Exception", "BaseException",
}  # fmt: skip


@dataclass(frozen=True)
class Unread:
    """A file that could not be read, and why."""

    path: str
    reason: str


@dataclass(eq=False)
class Binding:
    """One way a name gets a value. ``kind``: value, def, class, import, parameter, with, other."""

    kind: str
    node: ast.AST
    position: Position
    value: ast.expr | None = None
    dotted: str | None = None  # of an import: what the name stands for
    level: int = 0  # of a relative import: its dots


@dataclass(eq=False)
class Scope:
    """A module, class or function and the names bound in it."""

    node: ast.AST
    parent: Scope | None = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    returns: list[ast.expr] = field(default_factory=list)  # what its function returns or yields
    self_name: str | None = None  # the first parameter of a method
    owner: Scope | None = None  # of a method: the scope of its class

    @property
    def is_class(self) -> bool:
        """Whether it is the body of a class."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_module(self) -> bool:
        """Whether it is the body of a module."""
        return isinstance(self.node, ast.Module)

    @property
    def function(self) -> Function | None:
        """The function that this scope is the body of."""
        return self.node if isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef) else None


@dataclass(frozen=True, eq=False)
class Use(Generic[N]):
    """A node that a rule may look at, where it stands. ``statement`` is the statement it is part of.

    ``guarded``: it stands in a ``try`` that forgives its failure, or under a test of the version.
    ``main``: it stands under ``if __name__ == "__main__"``. ``awaited``: it is the operand of ``await``.
    """

    module: Module
    node: N
    scope: Scope
    statement: ast.stmt
    guarded: bool = False
    main: bool = False
    awaited: bool = False


@dataclass(eq=False)
class Module:
    """A parsed file of the project. ``names`` are the dotted names under which it may be imported."""

    source: Source
    tree: ast.Module
    names: tuple[str, ...]
    scope: Scope
    is_package: bool = False
    calls: list[Use[ast.Call]] = field(default_factory=list)
    attributes: list[Use[ast.Attribute]] = field(default_factory=list)
    subscripts: list[Use[ast.Subscript]] = field(default_factory=list)
    imports: list[Use[ast.Import | ast.ImportFrom]] = field(default_factory=list)
    assigns: list[Use[ast.Assign]] = field(default_factory=list)
    functions: list[Use[ast.FunctionDef | ast.AsyncFunctionDef]] = field(default_factory=list)
    classes: list[Use[ast.ClassDef]] = field(default_factory=list)
    scopes: dict[int, Scope] = field(default_factory=dict)  # id of a function or class -> its scope
    fields: dict[int, dict[str, list[tuple[ast.expr, Scope]]]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path as reports show it."""
        return self.source.path

    def text(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """The source text of a node, as it stands."""
        place = self.source.location(node)  # type: ignore[arg-type]
        end_line, end_column = place.end
        lines = self.source.lines[place.line - 1 : end_line]
        if len(lines) == 1:
            return lines[0][place.column - 1 : end_column - 1]
        return "\n".join([lines[0][place.column - 1 :], *lines[1:-1], lines[-1][: end_column - 1]])

    def location(self, node: ast.AST) -> Location:
        """The span of a node: characters, from 1."""
        return self.source.location(node)  # type: ignore[arg-type]

    def name_uses(self, name: str) -> Iterator[ast.Name]:
        """Every place where a name is read."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                yield node


def parse(source: Source, names: tuple[str, ...], *, is_package: bool) -> Module | str:
    """The module, or why it cannot be parsed."""
    try:
        tree = ast.parse(source.text)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__
    module = Module(source, tree, names, Scope(tree), is_package)
    try:
        _Walk(module).body(tree.body, module.scope, _Context())
    except RecursionError:
        return "nested too deeply"
    return module


@dataclass(frozen=True)
class _Context:
    guarded: bool = False
    main: bool = False
    statement: ast.stmt | None = None


class _Walk:
    """Fills a module with its scopes, bindings and uses, in the order of the text."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def body(self, statements: Iterable[ast.stmt], scope: Scope, context: _Context) -> None:
        """Statements, one after the other."""
        for statement in statements:
            self.statement(statement, scope, _Context(context.guarded, context.main, statement))

    def use(self, node: N, scope: Scope, context: _Context, *, awaited: bool = False) -> Use[N]:
        """A use, with what is known of its place."""
        assert context.statement is not None
        return Use(self.module, node, scope, context.statement, context.guarded, context.main, awaited)

    # -- statements ------------------------------------------------------------------------

    def statement(self, node: ast.stmt, scope: Scope, context: _Context) -> None:
        """One statement: what it binds and uses."""
        match node:
            case ast.Import() | ast.ImportFrom():
                self.module.imports.append(self.use(node, scope, context))
                self.imported(node, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node, scope, context)
            case ast.ClassDef():
                self.klass(node, scope, context)
            case ast.Assign():
                self.module.assigns.append(self.use(node, scope, context))
                self.expression(node.value, scope, context)
                for target in node.targets:
                    self.bind(target, node.value, node, scope)
                    self.expression(target, scope, context)
            case ast.AnnAssign():
                if node.value is not None:
                    self.expression(node.value, scope, context)
                    self.bind(node.target, node.value, node, scope)
                self.expression(node.target, scope, context)
            case ast.If():
                self.test(node, scope, context)
            case ast.Try():
                self.attempt(node, scope, context)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self.expression(item.context_expr, scope, context)
                    if item.optional_vars is not None:
                        self.bind(item.optional_vars, item.context_expr, node, scope)
                self.body(node.body, scope, context)
            case ast.For() | ast.AsyncFor():
                self.expression(node.iter, scope, context)
                self.unknown(node.target, node, scope)
                self.body([*node.body, *node.orelse], scope, context)
            case ast.While():
                self.expression(node.test, scope, context)
                self.body([*node.body, *node.orelse], scope, context)
            case ast.Match():
                self.expression(node.subject, scope, context)
                for case in node.cases:
                    self.body(case.body, scope, context)
            case _:
                if isinstance(node, ast.Return) and node.value is not None:
                    scope.returns.append(node.value)
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.expression(child, scope, context)

    def test(self, node: ast.If, scope: Scope, context: _Context) -> None:
        """An ``if``, which may guard what is under it."""
        self.expression(node.test, scope, context)
        text = self.module.text(node.test)
        guarded = context.guarded or "version" in text.lower() or "TYPE_CHECKING" in text
        main = context.main or ("__name__" in text and "__main__" in text)
        self.body(node.body, scope, _Context(guarded, main))
        self.body(node.orelse, scope, _Context(guarded, context.main))

    def attempt(self, node: ast.Try, scope: Scope, context: _Context) -> None:
        """A ``try``, which may forgive what is in it."""
        forgiven = any(_caught(handler) & _FORGIVING for handler in node.handlers)
        inner = _Context(context.guarded or forgiven, context.main)
        self.body(node.body, scope, inner)
        for handler in node.handlers:
            self.body(handler.body, scope, inner)
        self.body([*node.orelse, *node.finalbody], scope, inner)

    def function(self, node: Function, scope: Scope, context: _Context) -> None:
        """A function: its decorators outside, its parameters and body inside."""
        for decorator in node.decorator_list:
            self.expression(decorator, scope, context)
        for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.expression(default, scope, context)
        self.module.functions.append(self.use(node, scope, context))
        self.add(scope, node.name, Binding("def", node, position_of(node)))
        inner = Scope(node, scope)
        self.module.scopes[id(node)] = inner
        parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        for parameter in parameters:
            self.add(inner, parameter.arg, Binding("parameter", parameter, position_of(parameter)))
        for starred in filter(None, [node.args.vararg, node.args.kwarg]):
            self.add(inner, starred.arg, Binding("other", starred, position_of(starred)))
        if scope.is_class and parameters:
            inner.self_name, inner.owner = parameters[0].arg, scope
        # The names of an enclosing guard still hold: the function exists only under it.
        self.body(node.body, inner, _Context(context.guarded, False))

    def klass(self, node: ast.ClassDef, scope: Scope, context: _Context) -> None:
        """A class: its bases outside, its body inside."""
        for expression in [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]:
            self.expression(expression, scope, context)
        self.module.classes.append(self.use(node, scope, context))
        self.add(scope, node.name, Binding("class", node, position_of(node)))
        inner = Scope(node, scope)
        self.module.scopes[id(node)] = inner
        self.body(node.body, inner, context)

    # -- names -----------------------------------------------------------------------------

    def add(self, scope: Scope, name: str, binding: Binding) -> None:
        """One more binding of a name."""
        scope.bindings.setdefault(name, []).append(binding)

    def imported(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        """The names that an import binds."""
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                dotted = f"{node.module}.{alias.name}" if node.module else alias.name
                name, level = alias.asname or alias.name, node.level
            else:
                name = alias.asname or alias.name.partition(".")[0]
                dotted, level = (alias.name if alias.asname else name), 0
            self.add(scope, name, Binding("import", node, position_of(node), dotted=dotted, level=level))

    def bind(self, target: ast.expr, value: ast.expr, node: ast.stmt, scope: Scope) -> None:
        """The names that an assignment or ``with`` binds."""
        if isinstance(target, ast.Name):
            where = scope
            if any(target.id in s.names for s in _globals(scope)):
                where = self.module.scope
            kind = "with" if isinstance(node, ast.With | ast.AsyncWith) else "value"
            # In ``app = app.app`` the name on the right is still the one before.
            end = (value.end_lineno or value.lineno, value.end_col_offset or value.col_offset)
            self.add(where, target.id, Binding(kind, node, end, value))
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            method = scope
            while method.self_name is None and method.parent is not None:
                method = method.parent
            if method.self_name == target.value.id and method.owner is not None:
                fields = self.module.fields.setdefault(id(method.owner.node), {})
                fields.setdefault(target.attr, []).append((value, scope))
        elif isinstance(target, ast.Tuple | ast.List):
            self.unknown(target, node, scope)

    def unknown(self, target: ast.expr, node: ast.stmt, scope: Scope) -> None:
        """Names bound to what cannot be followed."""
        for name in ast.walk(target):
            if isinstance(name, ast.Name):
                self.add(scope, name.id, Binding("other", node, position_of(node)))

    # -- expressions -----------------------------------------------------------------------

    def expression(self, node: ast.expr, scope: Scope, context: _Context, *, awaited: bool = False) -> None:
        """An expression and all in it."""
        match node:
            case ast.Call():
                self.module.calls.append(self.use(node, scope, context, awaited=awaited))
            case ast.Attribute():
                self.module.attributes.append(self.use(node, scope, context, awaited=awaited))
            case ast.Subscript():
                self.module.subscripts.append(self.use(node, scope, context))
            case ast.Yield():
                if node.value is not None:
                    scope.returns.append(node.value)
            case ast.NamedExpr():
                self.bind(node.target, node.value, context.statement, scope)  # type: ignore[arg-type]
            case ast.Lambda():
                inner = Scope(node, scope)
                for parameter in ast.walk(node.args):
                    if isinstance(parameter, ast.arg):
                        self.add(inner, parameter.arg, Binding("other", parameter, (0, 0)))
                self.expression(node.body, inner, context)
                return
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                inner = Scope(node, scope)
                for part in node.generators:
                    self.unknown(part.target, context.statement, inner)  # type: ignore[arg-type]
                scope = inner
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child, scope, context, awaited=isinstance(node, ast.Await))
            elif isinstance(child, ast.keyword):
                self.expression(child.value, scope, context)
            elif isinstance(child, ast.comprehension):
                for part_child in [child.iter, *child.ifs]:
                    self.expression(part_child, scope, context)


def _globals(scope: Scope) -> list[ast.Global]:
    function = scope.function
    return [n for n in function.body if isinstance(n, ast.Global)] if function is not None else []


def position_of(node: ast.AST) -> Position:
    """Line and column as ``ast`` counts them."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _caught(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"BaseException"}
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {n.id if isinstance(n, ast.Name) else getattr(n, "attr", "") for n in nodes}
