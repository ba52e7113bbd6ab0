"""What the rules about Connexion 2 code share: the apps, their methods, the arguments of a call, fixes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Applicability, Edit, Fix
from connexion_doctor.python import Module, Sources, Use
from connexion_doctor.python.edits import known
from connexion_doctor.python.module import Scope

FLASK = "connexion.FlaskApp"
INNER = "connexion.FlaskApp().app"
_APP = late.pattern(r"connexion\.(FlaskApp|AsyncApp|AioHttpApp)")


@dataclass(frozen=True)
class Passed:
    """An argument given by name. ``keyword`` is None when it comes out of a ``**`` dictionary."""

    name: str
    value: ast.expr
    keyword: ast.keyword | None


def fix(
    title: str,
    edits: Iterable[Edit | None] = (),
    *,
    unsafe: bool = False,
    costs: Iterable[str] = (),
    install: Iterable[str] = (),
) -> tuple[Fix, ...]:
    """One recommended fix; without edits it is text for a person."""
    found = known(edits)
    kind = Applicability.MANUAL if not found else Applicability.UNSAFE if unsafe else Applicability.SAFE
    return (Fix(title, kind, True, tuple(install), found, None, tuple(costs)),)


def all_of(*edits: Edit | None) -> tuple[Edit, ...]:
    """The edits when each of them is certain, else none of them."""
    return () if any(edit is None for edit in edits) else known(edits)


def imported_plainly(module: Module, package: str, name: str) -> list[ast.alias]:
    """Where ``from package import name`` brings a name into a module, under no other one."""
    return [
        alias
        for use in module.imports
        if isinstance(use.node, ast.ImportFrom) and use.node.module == package
        for alias in use.node.names
        if alias.name == name and alias.asname is None
    ]


def constructors(sources: Sources) -> Iterator[tuple[Use[ast.Call], str]]:
    """The calls that make a Connexion app, and the class.

    ``super().__init__`` of a subclass is one, and ``functools.partial`` of the class.
    """
    for use, name in sources.calls:
        if use.guarded:
            continue
        made = name.removesuffix("().__init__").removesuffix(".__init__")
        if name == "functools.partial" and use.node.args:
            made = sources.of(use.node.args[0], use) or ""
        if _APP.fullmatch(made) is None:
            continue
        if not in_its_own_way(sources, use):
            yield use, made


def in_its_own_way(sources: Sources, use: Use[ast.Call]) -> bool:
    """Whether a class of the library by its bases is made by an ``__init__`` of the project's."""
    raw = sources.names.raw(use.node.func, use.module, use.scope) or ""
    made = raw.removesuffix(".__init__")
    if not raw.endswith("().__init__"):
        return _own_init(sources, made)
    scope = use.scope  # ``super().__init__``
    while scope.owner is None and scope.parent is not None:
        scope = scope.parent
    return scope.owner is not None and _above_has_one(sources, use.module, scope.owner.node, scope)


def _own_init(sources: Sources, reference: str) -> bool:
    found = sources.definition(reference) if reference.startswith("@") else None
    if found is None or not isinstance(found[1], ast.ClassDef):
        return False
    if "__init__" in found[0].scopes[id(found[1])].bindings:
        return True
    return _above_has_one(sources, found[0], found[1], found[2])


def _above_has_one(sources: Sources, module: Module, node: ast.AST, scope: Scope) -> bool:
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    return any(_own_init(sources, sources.names.raw(base, module, scope) or "") for base in bases)


def by_position(use: Use[ast.Call], name: str) -> list[ast.expr]:
    """The arguments by position that the constructor itself gets, the import name first."""
    first = 1 if name == "functools.partial" or name.endswith(("App.__init__",)) else 0
    return use.node.args[first:]


def app_calls(sources: Sources, method: str) -> Iterator[tuple[Use[ast.Call], str]]:
    """Calls of a method of a Connexion app, and the class of the app."""
    for use, name in sources.calls:
        head, call, rest = name.partition("()")
        if call and rest == f".{method}" and _APP.fullmatch(head) and not use.guarded:
            yield use, head


def inner_calls(sources: Sources, *methods: str) -> Iterator[tuple[Use[ast.Call], str]]:
    """Calls of methods of the Flask app inside, and the method."""
    for use, name in sources.calls:
        method = name.removeprefix(f"{INNER}.")
        if method != name and method in methods and not use.guarded:
            yield use, method


def passed(sources: Sources, use: Use[ast.Call]) -> list[Passed]:
    """The arguments given by name, those of a ``**`` dictionary that can be known included."""
    found: list[Passed] = []
    for keyword in use.node.keywords:
        if keyword.arg is not None:
            found.append(Passed(keyword.arg, keyword.value, keyword))
            continue
        literal = sources.literal(keyword.value, use)
        if isinstance(literal, ast.Dict):
            found += [
                Passed(key.value, value, None)
                for key, value in zip(literal.keys, literal.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            ]
        elif (
            isinstance(literal, ast.Call) and isinstance(literal.func, ast.Name) and literal.func.id == "dict"
        ):
            found += [Passed(k.arg, k.value, None) for k in literal.keywords if k.arg is not None]
    return found


def named(sources: Sources, use: Use[ast.Call], name: str) -> Passed | None:
    """One argument given by name."""
    return next((argument for argument in passed(sources, use) if argument.name == name), None)


def receiver(use: Use[ast.Call]) -> ast.expr | None:
    """``x`` of ``x.method(...)``."""
    return use.node.func.value if isinstance(use.node.func, ast.Attribute) else None


def outer_app(sources: Sources, inner: ast.AST, use: Use[ast.Call] | Use[ast.expr]) -> str | None:
    """The text of the Connexion app behind an expression for the Flask app inside, as usable there.

    ``app.app`` gives ``app``; a name assigned from ``app.app`` gives ``app`` if that is still the app. What
    is called to make an app is not called once more.
    """
    node: ast.AST | None = inner
    for _ in range(5):
        if isinstance(node, ast.Attribute) and node.attr == "app":
            text = use.module.text(node.value)
            again = ast.parse(text, mode="eval").body if text else None
            if again is None:
                return None
            if isinstance(node.value, ast.Name):
                again = ast.copy_location(ast.Name(node.value.id, ast.Load()), inner)
                value = sources.names.value(again, use.module, use.scope)
            elif node is not inner and any(isinstance(one, ast.Call) for one in ast.walk(node.value)):
                return None
            else:
                value = sources.names.value(node.value, use.module, use.scope)
            return text if value == FLASK + "()" else None
        if not isinstance(node, ast.Name):
            return None
        node = _assigned(use, node)
    return None


def _assigned(use: Use[ast.Call] | Use[ast.expr], name: ast.Name) -> ast.expr | None:
    scope = use.scope
    position = (name.lineno, name.col_offset)
    while True:
        bindings = [b for b in scope.bindings.get(name.id, []) if b.position < position]
        bindings = bindings or scope.bindings.get(name.id, [])
        if bindings:
            return bindings[-1].value
        if scope.parent is None:
            return None
        scope = scope.parent


def listed(names: Iterable[str]) -> str:
    """``a``, ``b`` and ``c`` in prose."""
    words = [f"`{name}`" for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def false(node: ast.expr) -> bool:
    """Whether an expression is a constant that counts as false."""
    return isinstance(node, ast.Constant) and not node.value


def names_used(
    sources: Sources, names: dict[str, str]
) -> Iterator[tuple[Use[ast.Import | ast.ImportFrom] | Use[ast.Attribute], ast.AST, str]]:
    """Where one of the names is imported, or taken from its module as an attribute."""
    for module in sources.modules:
        for use in module.imports:
            if use.guarded or not isinstance(use.node, ast.ImportFrom) or use.node.level:
                continue
            for alias in use.node.names:
                if f"{use.node.module}.{alias.name}" in names:
                    yield use, use.node, f"{use.node.module}.{alias.name}"
    for attribute, base in sources.attributes:
        name = f"{base}.{attribute.node.attr}"
        if name in names and not attribute.guarded:
            yield attribute, attribute.node, name
