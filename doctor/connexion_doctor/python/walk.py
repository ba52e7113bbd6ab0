"""Fills a parsed module with its scopes, bindings and uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source, parsed
from connexion_doctor.python.module import Binding, Function, Module, N, Scope, Use, position_of

# Code that catches one of these around an import or a call runs with both versions, or means to.
_FORGIVING = {
    "ImportError", "ModuleNotFoundError", "AttributeError", "TypeError", "Exception", "BaseException",
}  # fmt: skip


@lru_cache(320)  # launches of one service read the same files, and so do those that its treatments leave
def parse(source: Source, names: tuple[str, ...], *, is_package: bool) -> Module | str:
    """The module, or why it cannot be parsed."""
    try:
        tree = parsed(source.text)
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


class _Context(NamedTuple):
    guarded: bool = False
    main: bool = False
    statement: ast.stmt | None = None


class _Walk:
    """Fills a module with its scopes, bindings and uses, in the order of the text."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.forgiving = 0
        self.forgiven = False  # whether something was, by now
        text = module.source.text  # what is in no place of it need not be looked for in every test
        self.has_main = "__main__" in text
        lower = text.lower()
        self.asks = any(word in lower for word in _WORDS)

    def body(self, statements: Iterable[ast.stmt], scope: Scope, context: _Context) -> None:
        """Statements, one after the other; what follows a return under a test of the version is guarded."""
        guarded = context.guarded
        for statement in statements:
            self.statement(statement, scope, _Context(guarded, context.main, statement))
            if isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Return | ast.Raise):
                guarded = guarded or self.tells_versions(statement.test, scope)

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
                forgiven = any(_suppresses(item.context_expr) for item in node.items)
                self.body(node.body, scope, _Context(context.guarded or forgiven, context.main))
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
        guarded = context.guarded or self.tells_versions(node.test, scope)
        main = context.main or (self.has_main and self.is_main(node.test))
        self.body(node.body, scope, _Context(guarded, main))
        self.body(node.orelse, scope, _Context(guarded, context.main))

    def is_main(self, test: ast.expr) -> bool:
        """Whether a test asks if the file is run, not imported."""
        text = self.module.text(test)
        return "__name__" in text and "__main__" in text

    def tells_versions(self, test: ast.expr, scope: Scope) -> bool:
        """Whether a test asks which version is there, directly or by a name that was made for it."""
        if not self.asks and not self.forgiven:
            return False
        if _ASKS.search(self.module.text(test)):
            return True
        for node in ast.walk(test):
            if not isinstance(node, ast.Name):
                continue
            where: Scope | None = scope
            while where is not None and node.id not in where.bindings:
                where = where.parent
            for binding in where.bindings[node.id] if where is not None else ():
                value = binding.value
                plain = isinstance(value, ast.Constant) or binding.kind == "import"
                if binding.guarded and plain:
                    return True  # NEW = True, in a try that an ImportError ends
                if isinstance(value, ast.Compare | ast.Call) and _ASKS.search(self.module.text(value)):
                    return True
        return False

    def attempt(self, node: ast.Try, scope: Scope, context: _Context) -> None:
        """A ``try``, which may forgive what is in it."""
        forgiven = any(_caught(handler) & _FORGIVING for handler in node.handlers)
        inner = _Context(context.guarded or forgiven, context.main)
        self.forgiving += forgiven
        self.forgiven = self.forgiven or forgiven
        self.body(node.body, scope, inner)
        for handler in node.handlers:
            self.body(handler.body, scope, inner)
        self.forgiving -= forgiven
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
        binding.guarded = self.forgiving > 0
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
            self.several(target, value, node, scope)

    def several(self, target: ast.Tuple | ast.List, value: ast.expr, node: ast.stmt, scope: Scope) -> None:
        """The names that ``a, b = value`` binds, each to its part of the value."""
        plain = not any(isinstance(part, ast.Starred) for part in target.elts)
        inside = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        end = (value.end_lineno or value.lineno, value.end_col_offset or value.col_offset)
        for index, part in enumerate(target.elts):
            if plain and inside and isinstance(value, ast.Tuple | ast.List):
                self.bind(part, value.elts[index], node, scope)
            elif plain and isinstance(part, ast.Name) and isinstance(value, ast.Call):
                self.add(scope, part.id, Binding("value", node, end, value, index=index))
            else:
                self.unknown(part, node, scope)

    def unknown(self, target: ast.expr, node: ast.stmt, scope: Scope) -> None:
        """Names bound to what cannot be followed."""
        for name in ast.walk(target):
            if isinstance(name, ast.Name):
                self.add(scope, name.id, Binding("other", node, position_of(node)))

    # -- expressions -----------------------------------------------------------------------

    def expression(self, node: ast.expr, scope: Scope, context: _Context, *, awaited: bool = False) -> None:
        """An expression and all in it."""
        kind = type(node)
        if kind is ast.Name or kind is ast.Constant:  # half of all; nothing is in them
            return
        if isinstance(node, ast.Call):
            self.module.calls.append(self.use(node, scope, context, awaited=awaited))
        elif isinstance(node, ast.Attribute):
            self.module.attributes.append(self.use(node, scope, context, awaited=awaited))
        elif isinstance(node, ast.Subscript):
            self.module.subscripts.append(self.use(node, scope, context))
        elif isinstance(node, ast.Yield):
            if node.value is not None:
                scope.returns.append(node.value)
        elif isinstance(node, ast.NamedExpr):
            self.bind(node.target, node.value, context.statement, scope)  # type: ignore[arg-type]
        elif isinstance(node, ast.Lambda):
            inner = Scope(node, scope)
            for parameter in ast.walk(node.args):
                if isinstance(parameter, ast.arg):
                    self.add(inner, parameter.arg, Binding("other", parameter, (0, 0)))
            self.expression(node.body, inner, context)
            return
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            scope = Scope(node, scope)
            for part in node.generators:
                self.unknown(part.target, context.statement, scope)  # type: ignore[arg-type]
        awaits = kind is ast.Await
        for name in node._fields:
            value = getattr(node, name)
            if isinstance(value, ast.expr):
                self.expression(value, scope, context, awaited=awaits)
            elif isinstance(value, list):
                self.parts(value, scope, context)

    def parts(self, nodes: list[ast.AST], scope: Scope, context: _Context) -> None:
        """What stands in a list in an expression."""
        for child in nodes:
            if isinstance(child, ast.expr):
                self.expression(child, scope, context)
            elif isinstance(child, ast.keyword):
                self.expression(child.value, scope, context)
            elif isinstance(child, ast.comprehension):
                for part in (child.iter, *child.ifs):
                    self.expression(part, scope, context)


def _globals(scope: Scope) -> list[ast.Global]:
    function = scope.function
    return [n for n in function.body if isinstance(n, ast.Global)] if function is not None else []


# Asks which version is there, or whether it has something: what is under it runs on one version only.
_ASKS = late.pattern(r"version|TYPE_CHECKING|\bhasattr\(|find_spec\(", re.IGNORECASE)
_WORDS = ("version", "type_checking", "hasattr(", "find_spec(")


def _suppresses(node: ast.expr) -> bool:
    """``contextlib.suppress(ImportError)``."""
    if not isinstance(node, ast.Call):
        return False
    names = [n.id if isinstance(n, ast.Name) else getattr(n, "attr", "") for n in (node.func, *node.args)]
    return names[0] == "suppress" and bool(_FORGIVING & set(names[1:]))


def _caught(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"BaseException"}
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {n.id if isinstance(n, ast.Name) else getattr(n, "attr", "") for n in nodes}
