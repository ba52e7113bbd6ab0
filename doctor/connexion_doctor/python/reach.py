"""What runs when a file, or a function of it, runs: which function calls which, by their names.

Read in one file alone, and generously: a method is reached by its bare name. Where an import leads is for
others to say.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.python.module import Binding, Module, Scope, Use
from connexion_doctor.python.nodes import name_of

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Reach:
    """The functions of a file (``None``: its module level) and the names that each calls.

    ``imports``: name -> dotted name, leading dots for relative ones; ``names``: what the module level binds;
    ``guarded``: something runs under ``if __name__ == "__main__"``.
    """

    calls: Mapping[str | None, frozenset[str]]
    imports: Mapping[str, str]
    names: frozenset[str]
    decorated: frozenset[str]
    guarded: bool

    def reached(self, entry: str | None) -> set[str | None]:
        """The functions that run when ``entry`` runs."""
        seen: set[str | None] = set()
        pending: list[str | None] = [entry]
        while pending:
            scope = pending.pop()
            if scope in seen:
                continue
            seen.add(scope)
            for name in self.calls.get(scope, ()):
                bare = name.rpartition(".")[2]
                pending.extend(known for known in self.calls if known and known.rpartition(".")[2] == bare)
        return seen

    def chooses(self, entry: str | None) -> bool:
        """Whether ``entry`` chooses among decorated functions when it is called: a group of commands."""
        if entry is None:
            return self.guarded
        return entry in self.decorated or (entry in self.names and entry not in self.calls)

    def foreign(self, entry: str | None) -> list[tuple[str, str]]:
        """(module, function) of imported functions that are called from ``entry``."""
        found = []
        for scope in self.reached(entry):
            for name in sorted(self.calls.get(scope, ())):
                head, _, rest = name.partition(".")
                dotted = self.imports.get(head)
                if dotted is not None:
                    found.append(_parts(f"{dotted}.{rest}" if rest else dotted))
        if entry is not None and entry not in self.calls and entry in self.imports:
            found.append(_parts(self.imports[entry]))  # a console script's function that is imported here
        return found


def reach_of(module: Module) -> Reach:
    """The reach of a module."""
    calls: dict[str | None, set[str]] = {None: set()}
    decorated = set()
    for function in module.functions:
        name = qualified(module.scopes[id(function.node)])
        calls.setdefault(name, set())
        if function.node.decorator_list and name is not None:
            decorated.add(name)
    for use in module.calls:
        if not isinstance(use.statement, DEFINITIONS):  # a decorator, a default: nothing that runs there
            calls.setdefault(qualified(use.scope), set()).update(_called(use))
    return Reach(
        {scope: frozenset(names) for scope, names in calls.items()},
        imports_of(module),
        frozenset(module.scope.bindings),
        frozenset(decorated),
        any(use.main for use in module.calls),
    )


def _called(use: Use[ast.Call]) -> set[str]:
    """The names that a call leads to: what it calls, and what it hands on to be called, as
    ``asyncio.run(main())`` and ``Process(target=main)`` do."""
    node = use.node
    names = {one.id for one in node.args if isinstance(one, ast.Name)}
    names |= {k.value.id for k in node.keywords if k.arg == "target" and isinstance(k.value, ast.Name)}
    return names | ({name_of(node.func)} - {""})


def imports_of(module: Module) -> dict[str, str]:
    """Name -> dotted name of every import of a file, those of the module level before all others."""
    scopes = [*module.scopes.values(), module.scope]
    return {
        name: f"{'.' * binding.level}{binding.dotted}"
        for scope in scopes
        for name, bindings in scope.bindings.items()
        for binding in bindings
        if binding.kind == "import"
    }


def qualified(scope: Scope) -> str | None:
    """``Outer.inner`` of the function or class around; None at module level."""
    parts: list[str] = []
    where: Scope | None = scope
    while where is not None:
        if isinstance(where.node, DEFINITIONS):
            parts.append(where.node.name)
        where = where.parent
    return ".".join(reversed(parts)) or None


def looked_up(name: str, scope: Scope) -> Binding | None:
    """The last binding of a name in the scope, or in the ones around it."""
    where: Scope | None = scope
    while where is not None:
        if name in where.bindings:
            return where.bindings[name][-1]
        where = where.parent
    return None


def _parts(dotted: str) -> tuple[str, str]:
    """Module and name; the module of ``.name`` is ``.``."""
    bare = dotted.lstrip(".")
    module, _, name = bare.rpartition(".")
    return "." * (len(dotted) - len(bare)) + module, name
