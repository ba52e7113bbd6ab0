"""Which files of the project matter: read wave after wave."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from connexion_doctor.model import overlay
from connexion_doctor.model.source import MOST_BYTES, Source, read_source
from connexion_doctor.python.module import Function, Module, Scope, Unread
from connexion_doctor.python.operations import has_several_types, operations_of
from connexion_doctor.python.sources import Sources, module_names
from connexion_doctor.python.specification import BodyName, schema_body_names
from connexion_doctor.python.walk import parse

PYTHON = (".py", ".pyw", ".wsgi")
SPECIFICATION = (".yaml", ".yml", ".json")
CONTAINER = re.compile(r"(^|/)(\w*\.?[Dd]ockerfile(\.\w+)?|Containerfile|(docker-)?compose[\w.-]*\.ya?ml)$")
# A function that a specification names for security: x-bearerInfoFunc: package.module.function
_SECURITY = re.compile(rb"x-(?:basic|bearer|apikey|token)InfoFunc[\"']?\s*:\s*[\"']?([\w.]+)", re.IGNORECASE)


def matters(path: str) -> bool:
    """Whether the content of a file may be a part of what is read of a project."""
    return path.endswith((*PYTHON, *SPECIFICATION)) or CONTAINER.search(path) is not None


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
        self.references = False
        self.specifications: dict[str, str] = {}

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
            self._handlers()
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
            self.references,
            self.specifications,
        )

    def _bytes(self, path: Path) -> bytes | None:
        try:
            data = overlay.read(path if path.is_absolute() else self.root / path, MOST_BYTES + 1)
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

    def _handlers(self) -> None:
        """Add the modules that error handlers are imported from."""
        sources = self._sources()
        shown = {text: path for path, text in self.shown.items()}
        for module in list(self.modules.values()):
            for call in module.calls:
                if getattr(call.node.func, "attr", "") not in ("add_error_handler", "register_error_handler"):
                    continue
                given = [*call.node.args[1:2], *(k.value for k in call.node.keywords if k.arg == "function")]
                for name in given:
                    root = name.value if isinstance(name, ast.Attribute) else name
                    bindings = module.scope.bindings.get(getattr(root, "id", ""), [])
                    for binding in bindings if bindings and bindings[-1].kind == "import" else []:
                        for path in sources.origins(binding, module):
                            self._parse(shown[path])

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
            self.references = self.references or b"$ref" in data
            for name in _SECURITY.findall(data):
                self.security.add(name.decode())
            text = data.decode("utf-8", "replace")
            self.body_names += schema_body_names(shown, text)
            self.specifications[shown] = text
            if has_several_types(text) or self._passes_context():
                self._operations(shown, text)
        for name in self.security:
            for module in self.index.get(name.rpartition(".")[0], ()):
                found = next((p for p, shown in self.shown.items() if shown == module), None)
                if found is not None:
                    self._parse(found)

    def _passes_context(self) -> bool:
        """Whether handlers are given the context under a name of the project's."""
        return any(b"pass_context_arg_name" in self.content[path] for path in self.modules)

    def _operations(self, shown: str, text: str) -> None:
        """Add the modules of a specification's handlers."""
        paths = {name: path for path, name in self.shown.items()}
        for operation in operations_of(shown, text):
            for name in self.index.get(operation.handler.rpartition(".")[0], ()):
                self._parse(paths[name])


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
