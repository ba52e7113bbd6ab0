"""What is known of one Python file: the servers it starts, what calls what, what it imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connexion_doctor.commands.expand import Built


@dataclass(frozen=True)
class PythonStart:
    """One server start. ``object`` is the app as written; ``bound`` says that it is a module-level name.

    ``target`` is an import string that the call is given; ``words`` the program's words where a program is
    started; ``scope`` the name of the function around it (None: module level).
    """

    what: str
    line: int
    column: int
    scope: str | None
    object: str | None = None
    bound: bool = False
    target: str | None = None
    words: tuple[Built, ...] = ()
    shell: bool = False
    keywords: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PythonFile:
    """What is worth knowing of one Python file.

    ``calls``: function -> names it calls (None: module level); ``guarded``: it has an
    ``if __name__ == "__main__"``; ``imports``: name -> dotted name; ``names``: module-level names.
    """

    starts: tuple[PythonStart, ...]
    calls: Mapping[str | None, frozenset[str]]
    imports: Mapping[str, str]
    names: frozenset[str]
    guarded: bool
    decorated: frozenset[str]
    classes: Mapping[str, str] = field(default_factory=dict)

    def reached(self, entry: str | None) -> set[str | None]:
        """The scopes that run when ``entry`` runs."""
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

    def starts_from(self, entry: str | None, word: str | None = None) -> list[PythonStart]:
        """The starts that are reached from ``entry`` (None: the file is run).

        :param word: the first argument, by which a group of commands (click, typer) chooses one
        """
        scopes = self.reached(entry)
        found = [start for start in self.starts if start.scope in scopes]
        if not found and (entry is None and self.guarded or entry in self.groups):
            commands = self.decorated & {start.scope for start in self.starts if start.scope}
            named = {scope for scope in self.decorated if scope == (word or "").replace("-", "_")}
            chosen = named or commands
            reached = set().union(*(self.reached(scope) for scope in chosen)) if chosen else set()
            found = [start for start in self.starts if start.scope in reached]
        return found

    @property
    def groups(self) -> frozenset[str]:
        """Names that choose among decorated functions when they are called."""
        return self.decorated | {name for name in self.names if name not in self.calls}

    def foreign_calls(self, entry: str | None) -> list[tuple[str, str]]:
        """(module, function) of imported functions that are called from ``entry``."""
        found = []
        for scope in self.reached(entry):
            for name in sorted(self.calls.get(scope, ())):
                head, _, rest = name.partition(".")
                dotted = self.imports.get(head)
                if dotted is None:
                    continue
                found.append(_parts(f"{dotted}.{rest}" if rest else dotted))
        if entry is not None and entry not in self.calls and entry in self.imports:
            found.append(_parts(self.imports[entry]))  # a console script's function that is imported here
        return found


def _parts(dotted: str) -> tuple[str, str]:
    """Module and name; the module of ``.name`` is ``.``."""
    bare = dotted.lstrip(".")
    module, _, name = bare.rpartition(".")
    return "." * (len(dotted) - len(bare)) + module, name
