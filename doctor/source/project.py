"""Which files of the project matter, and everything that is found in them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from doctor.source.module import Function, Module, Scope, Unread, Use, parse
from doctor.source.names import Names
from doctor.source.specification import BodyName, schema_body_names
from doctor.text import MOST_BYTES, Source, read_source

PYTHON = (".py", ".pyw", ".wsgi")
SPECIFICATION = (".yaml", ".yml", ".json")
CONTAINER = re.compile(r"(^|/)(\w*\.?[Dd]ockerfile(\.\w+)?|Containerfile|(docker-)?compose[\w.-]*\.ya?ml)$")
# What a project's own file is hardly ever meant by.
_ELSEWHERE = frozenset(sys.stdlib_module_names) | {
    "connexion", "flask", "starlette", "werkzeug", "uvicorn", "gunicorn", "a2wsgi", "flask_cors", "pytest",
}  # fmt: skip
# A function that a specification names for security: x-bearerInfoFunc: package.module.function
_SECURITY = re.compile(rb"x-(?:basic|bearer|apikey|token)InfoFunc[\"']?\s*:\s*[\"']?([\w.]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Sources:
    """The Python of the project, as far as it has to do with Connexion.

    ``security`` are the functions that specifications name for authentication, ``body_names`` the names of
    bodies that stand in a schema; ``containers`` is the text of container files, by path. ``seen`` counts the
    Python files that were looked at.
    """

    root: Path
    modules: tuple[Module, ...]
    unread: tuple[Unread, ...] = ()
    seen: int = 0
    security: frozenset[str] = frozenset()
    containers: dict[str, str] = field(default_factory=dict)
    index: dict[str, tuple[str, ...]] = field(default_factory=dict)
    body_names: tuple[BodyName, ...] = ()

    @cached_property
    def names(self) -> Names:
        """The resolver over these modules."""
        return Names(self)

    @cached_property
    def _by_path(self) -> dict[str, Module]:
        return {module.path: module for module in self.modules}

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
        scope: Scope | None = use.scope
        while scope is not None:
            bindings = scope.bindings.get(node.id)
            if bindings:
                return bindings[0].value if len(bindings) == 1 else None
            scope = scope.parent
        return None

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
        return self._by_path.get(path)

    def definition(self, reference: str | None) -> tuple[Module, Function | ast.ClassDef, Scope] | None:
        """The function or class behind ``@path:Outer.name``."""
        if reference is None or not reference.startswith("@"):
            return None
        path, _, dotted = reference[1:].partition(":")
        module = self.parsed(path)
        if module is None or not dotted:
            return None
        scope = module.scope
        node: ast.AST | None = None
        outer = scope
        for part in dotted.split("."):
            bindings = [b for b in scope.bindings.get(part, []) if b.kind in ("def", "class")]
            if not bindings:
                return None
            node, outer = bindings[-1].node, scope
            scope = module.scopes[id(node)]
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        return module, node, outer

    @cached_property
    def fixtures(self) -> dict[str, list[tuple[Module, Function]]]:
        """pytest fixtures by name."""
        found: dict[str, list[tuple[Module, Function]]] = {}
        for module in self.modules:
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

    def absolute(self, dotted: str, module: Module) -> str | None:
        """A dotted import as a module (``%path``) or a name of a module of the project."""
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            path = self.locate(".".join(parts[:length]), module)
            if path is None:
                continue
            found: str | None = f"%{path}"
            for part in parts[length:]:
                found = self.names.attribute(found, part) if found is not None else None
            return found
        return None

    def relative(self, module: Module, dotted: str, level: int) -> str | None:
        """A relative import as a module or a name of it."""
        base = module.names[0].split(".") if module.names and module.names[0] else []
        drop = level - 1 if module.is_package else level
        prefix = base[: len(base) - drop] if drop else base
        return self.absolute(".".join([*prefix, *([dotted] if dotted else [])]), module)

    def submodule(self, package: Module, name: str) -> str | None:
        """A module of a package."""
        path = self.locate(f"{package.names[0]}.{name}", package) if package.names else None
        return f"%{path}" if path is not None else None

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


def module_names(path: str) -> tuple[str, ...]:
    """Names under which a file may be imported: from the root, and from every folder above it."""
    stem = re.sub(r"\.(py|pyw|wsgi)$", "", path)
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


def read_project(root: Path, files: Sequence[Path]) -> Sources:
    """Read what matters of the files given (absolute, or relative to the root)."""
    return _Reading(root.absolute(), files).run()


class _Reading:
    """The waves: files that name Connexion; then those that import an app from them, and so on."""

    def __init__(self, root: Path, files: Sequence[Path]) -> None:
        self.root = root
        self.shown = {path: self._show(path) for path in files}
        self.python = [path for path in self.shown if path.suffix in PYTHON]
        self.content: dict[Path, bytes] = {}
        self.modules: dict[Path, Module] = {}
        self.unread: list[Unread] = []
        self.security: set[str] = set()
        self.containers: dict[str, str] = {}
        self.index: dict[str, tuple[str, ...]] = {}
        self.body_names: list[BodyName] = []

    def _show(self, path: Path) -> str:
        shown, root = path.as_posix(), self.root.as_posix().rstrip("/") + "/"
        return shown.removeprefix(root)

    def run(self) -> Sources:
        """Read all, wave after wave."""
        for path in self.python:
            data = self._bytes(path)
            if data is not None:
                self.content[path] = data
        found: dict[str, list[str]] = {}
        for path in self.python:
            for name in module_names(self.shown[path]):
                found.setdefault(name, []).append(self.shown[path])
        self.index = {name: tuple(paths) for name, paths in found.items()}
        first = [path for path, data in self.content.items() if b"connexion" in data]
        for path in first:
            self._parse(path)
        if first:
            self._follow()
            self._views()
            self._others()
        return self._sources()

    def _sources(self) -> Sources:
        return Sources(
            self.root,
            tuple(self.modules.values()),
            tuple(self.unread),
            len(self.python),
            frozenset(self.security),
            self.containers,
            self.index,
            tuple(self.body_names),
        )

    def _bytes(self, path: Path) -> bytes | None:
        try:
            with open(path if path.is_absolute() else self.root / path, "rb") as file:
                data = file.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                self.unread.append(Unread(self.shown[path], "larger than 4 MB"))
                return None
            return data
        except OSError as error:
            self.unread.append(Unread(self.shown[path], error.strerror or "cannot be read"))
            return None

    def _parse(self, path: Path) -> Module | None:
        if path in self.modules:
            return self.modules[path]
        shown = self.shown[path]
        data = self.content.get(path)
        if data is None:
            return None
        # UTF-8 without a declaration is nearly every file: decoded here, without reading it again.
        try:
            plain = b"coding" not in data[:200] and not data.startswith(b"\xef\xbb\xbf")
            source = Source(shown, data.decode("utf-8")) if plain else None
        except UnicodeDecodeError:
            source = None
        source = source or read_source(self.root / path, shown)
        if source is None:
            self.unread.append(Unread(shown, "not in the encoding it declares"))
            return None
        made = parse(source, module_names(shown), is_package=path.name == "__init__.py")
        if isinstance(made, str):
            self.unread.append(Unread(shown, made))
            return None
        self.modules[path] = made
        return made

    def _follow(self) -> None:
        """Add files that import an app, or what is made of one, from a file that we have."""
        asked: set[str] = set()
        carriers: set[str] = set()
        fixtures_done = False
        importing: re.Pattern[bytes] | None = None
        while True:
            sources = self._sources()
            new: set[str] = set()
            for path, module in self.modules.items():
                # There is an app in it when it makes one, or when it imports one from those we know.
                maker = importing is None and b"App" in self.content[path]
                if module.path in carriers or not (
                    maker or (importing and importing.search(self.content[path]))
                ):
                    continue
                if _carries(sources, module):
                    carriers.add(module.path)
                    new.add(module.names[0].rpartition(".")[2] if module.names else "")
            new -= {"", *asked}
            fixtures = set() if fixtures_done else _app_fixtures(sources)
            fixtures_done = fixtures_done or bool(fixtures)
            asked |= new
            if not new and not fixtures:
                return
            importing = _imports(new) or importing
            self._parse_those_that(_imports(new), _tests(fixtures))

    def _parse_those_that(self, *patterns: re.Pattern[bytes] | None) -> None:
        for path, data in self.content.items():
            if path not in self.modules and any(p is not None and p.search(data) for p in patterns):
                self._parse(path)

    def _views(self) -> None:
        """Add the modules that a method resolver is pointed at: its classes decide if it works."""
        wanted: set[str] = set()
        for module in list(self.modules.values()):
            for call in module.calls:
                function = call.node.func
                name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
                if name in ("MethodViewResolver", "MethodResolver") and call.node.args:
                    first = call.node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        wanted.add(first.value)
        for path in self.python if wanted else ():
            for name in module_names(self.shown[path]):
                if any(name == want or name.startswith(f"{want}.") for want in wanted):
                    self._parse(path)

    def _others(self) -> None:
        for path, shown in self.shown.items():
            container = CONTAINER.search(shown)
            if container is None and path.suffix not in SPECIFICATION:
                continue
            data = self._bytes(path)
            if data is None:
                continue
            if container is not None:
                self.containers[shown] = data.decode("utf-8", "replace")
                continue
            if b"openapi" not in data and b"swagger" not in data:
                continue
            for name in _SECURITY.findall(data):
                self.security.add(name.decode())
            self.body_names += schema_body_names(shown, data.decode("utf-8", "replace"))
        for name in self.security:
            for module in self.index.get(name.rpartition(".")[0], ()):
                found = next((p for p, shown in self.shown.items() if shown == module), None)
                if found is not None:
                    self._parse(found)


def _imports(modules: set[str]) -> re.Pattern[bytes] | None:
    if not modules:
        return None
    words = "|".join(re.escape(word) for word in sorted(modules))
    return re.compile(rf"^[ \t]*(?:import|from)\b.*\b(?:{words})\b".encode(), re.MULTILINE)


def _tests(fixtures: set[str]) -> re.Pattern[bytes] | None:
    if not fixtures:
        return None
    words = "|".join(re.escape(word) for word in sorted(fixtures))
    return re.compile(rf"\bdef test\w*\([^)]*\b(?:{words})\b".encode())


def _carries(sources: Sources, module: Module) -> bool:
    """Whether a module has a name that other modules may import to get at an app."""
    for name, bindings in module.scope.bindings.items():
        kinds = {binding.kind for binding in bindings}
        if kinds <= {"import"} and not module.is_package:
            continue
        value = sources.names.exported(module.path, name)
        if value is None:
            continue
        found = sources.definition(value)
        if found is not None and isinstance(found[1], ast.ClassDef) and _class_carries(sources, value, found):
            return True
        if found is not None:
            value = sources.names.called(value)
        value = sources.names.outside(value) if value is not None else None
        if value is not None and value.startswith(("connexion.", "flask.Flask")) and "()" in value:
            return True
    return False


def _class_carries(
    sources: Sources, reference: str, found: tuple[Module, Function | ast.ClassDef, Scope]
) -> bool:
    """Whether instances of a class have an app, or a client of one: base classes of tests."""
    module, node, _ = found
    attributes = [*module.fields.get(id(node), {}), "client"]
    for attribute in attributes:
        value = sources.names.field(reference, attribute, 0)
        if value is not None and sources.names.outside(value).startswith("connexion."):
            return True
    return False


def _app_fixtures(sources: Sources) -> set[str]:
    found = set()
    for name, pairs in sources.fixtures.items():
        for module, node in pairs:
            value = sources.names.returned(module, node)
            if value is not None and sources.names.outside(value).startswith("connexion."):
                found.add(name)
    if "app" in found:
        found.add("client")
    return found
