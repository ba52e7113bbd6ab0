"""Which files of the project matter: read wave after wave."""

from __future__ import annotations

import ast
import gc
import re
import weakref
from collections.abc import Sequence
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source, read_source
from connexion_doctor.python.contents import Contents
from connexion_doctor.python.module import Function, Module, Scope, Unread
from connexion_doctor.python.operations import has_several_types, operations_of
from connexion_doctor.python.parsed import ParsedModules
from connexion_doctor.python.sources import Sources, module_names
from connexion_doctor.python.specification import BodyName, schema_body_names
from connexion_doctor.python.specifications import Specifications
from connexion_doctor.python.walk import parse

PYTHON = (".py", ".pyw", ".wsgi")
SPECIFICATION = (".yaml", ".yml", ".json")
MOST_PARSED = 1024 * 1024  # bytes of text whose modules are kept; a syntax tree takes fifty times as much
CONTAINER = late.pattern(r"(^|/)(\w*\.?[Dd]ockerfile(\.\w+)?|Containerfile|(docker-)?compose[\w.-]*\.ya?ml)$")
# A function that a specification names for security: x-bearerInfoFunc: package.module.function
_SECURITY = late.pattern(
    rb"x-(?:basic|bearer|apikey|token)InfoFunc[\"']?\s*:\s*[\"']?([\w.]+)", re.IGNORECASE
)


def matters(path: str) -> bool:
    """Whether the content of a file may be a part of what is read of a project."""
    return path.endswith((*PYTHON, *SPECIFICATION)) or CONTAINER.search(path) is not None


def read_project(root: Path, files: Sequence[str | Path], contents: Contents | None = None) -> Sources:
    """Read what matters of the files given (as text they are relative to the root).

    :param contents: where the files are read, for somebody else too
    """
    root = root.absolute()
    above = root.as_posix().rstrip("/") + "/"
    shown = [path if isinstance(path, str) else path.as_posix().removeprefix(above) for path in files]
    return _Reading(root, shown, contents or Contents(root)).run()


# Flask extensions whose place is taken by something else on Connexion 3.
EXTENSIONS = ("flask_cors", "flask_testing")


class _Reading:
    """The waves: files that name Connexion; then those that import an app from them, and so on."""

    def __init__(self, root: Path, files: Sequence[str], contents: Contents) -> None:
        self.root = root
        self.files = files
        self.contents = contents
        self.python = [path for path in files if path.endswith(PYTHON)]
        self.selected: dict[str, None] = {}  # the files that matter, in the order in which they were met
        self.parsed: weakref.WeakValueDictionary[str, Module] = weakref.WeakValueDictionary()
        self.kept: list[Module] = []
        self.room = MOST_PARSED
        self.unread: list[Unread] = []
        self.security: set[str] = set()
        self.containers: dict[str, str] = {}
        self.index: dict[str, list[str]] = {}
        self.body_names: list[BodyName] = []
        self.references = False
        self.extensions: set[str] = set()
        self.roots: tuple[str, ...] = ()
        self.specifications = Specifications()

    def run(self) -> Sources:
        """Read all, wave after wave."""
        first = []
        found: dict[str, list[str]] = {}
        for path in self.python:
            data = self.contents.of(path)
            if data is not None and b"connexion" in data:
                first.append(path)
            if data is not None and b"flask_" in data:
                self.extensions.update(name for name in EXTENSIONS if name.encode() in data)
            for name in module_names(path):
                found.setdefault(name, []).append(path)
        self.index = found
        self.selected = dict.fromkeys(first)
        if first:
            self._follow()
            self._views()
            self._handlers()
            self._encoders()
            self._others()
        for path in self.selected:  # of a project that is not very large, all that matters is there at once
            if self.room <= 0:
                break
            self.parse(path)
        return self._sources()

    def modules(self) -> ParsedModules:
        """The modules that matter, as far as is known by now."""
        return ParsedModules(tuple(self.selected), self.parse, self.contents.of)

    def _sources(self) -> Sources:
        return Sources(
            self.root,
            self.modules(),
            (*self.contents.unread, *self.unread),
            len(self.python),
            frozenset(self.security),
            self.containers,
            self.index,
            tuple(self.body_names),
            self.references,
            self.specifications,
            frozenset(self.extensions),
            self.roots,
        )

    def parse(self, path: str) -> Module | None:
        """The module of a file; it is kept as long as there is room, else as long as somebody has it."""
        made = self.parsed.get(path)
        if made is not None:
            return made
        data = self.contents.of(path)
        if data is None:
            return None
        found = _parsed(self.root, path, data)
        if isinstance(found, Unread):
            if found not in self.unread:
                self.unread.append(found)
            return None
        self.parsed[path] = found
        full, self.room = self.room <= 0, self.room - len(data)
        if not full:
            self.kept.append(found)
            if self.room <= 0 and not gc.get_freeze_count():  # all that is kept is there
                gc.freeze()  # no collection need look at it again
        elif self.room < -MOST_PARSED:  # what was let go refers to itself: only a collection frees it
            self.room = 0
            gc.collect()
        return found

    def _follow(self) -> None:
        """Add files that import an app, or what is made of one, from a file that we have."""
        asked: set[str] = set()
        carriers: set[str] = set()
        fixtures_done = False
        importing: re.Pattern[bytes] | None = None
        while True:
            sources = self._sources()
            new: set[str] = set()
            for path in list(self.selected):
                # There is an app in it when it makes one, or when it imports one from those we know.
                data = self.contents.of(path) or b""
                if path in carriers or not (importing.search(data) if importing else b"App" in data):
                    continue
                module = self.parse(path)
                if module is not None and _carries(sources, module):
                    carriers.add(path)
                    new.add(module.names[0].rpartition(".")[2] if module.names else "")
            new -= {"", *asked}
            fixtures = set() if fixtures_done else _app_fixtures(sources)
            fixtures_done = fixtures_done or bool(fixtures)
            asked |= new
            if not new and not fixtures:
                return
            importing = _imports(new) or importing
            self._add_those_that(_imports(new), _tests(fixtures))

    def _add_those_that(self, *patterns: re.Pattern[bytes] | None) -> None:
        for path in self.python:
            if path not in self.selected:
                data = self.contents.of(path)
                if data is not None and any(one is not None and one.search(data) for one in patterns):
                    self.selected[path] = None

    def _views(self) -> None:
        """Add the modules that a method resolver is pointed at: its classes decide if it works."""
        wanted = self._resolving("MethodViewResolver", "MethodResolver")
        self.roots = tuple(self._resolving("RelativeResolver"))
        for path in self.python if wanted else ():
            for name in module_names(path):
                if any(name == want or name.startswith(f"{want}.") for want in wanted):
                    self.selected[path] = None

    def _resolving(self, *classes: str) -> dict[str, None]:
        """The modules that resolvers are pointed at by their names."""
        found: dict[str, None] = {}
        for module in list(self.modules().naming(*(one.encode("utf-8", "surrogatepass") for one in classes))):
            for call in module.calls:
                function = call.node.func
                name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
                given = [*call.node.args[:1], *(one.value for one in call.node.keywords)]
                first = given[0] if name in classes and given else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found[first.value] = None
        return found

    def _handlers(self) -> None:
        """Add the modules that error handlers are imported from."""
        sources = self._sources()
        for module in list(self.modules().naming(b"add_error_handler", b"register_error_handler")):
            for call in module.calls:
                if getattr(call.node.func, "attr", "") not in ("add_error_handler", "register_error_handler"):
                    continue
                given = [*call.node.args[1:2], *(k.value for k in call.node.keywords if k.arg == "function")]
                for name in given:
                    root = name.value if isinstance(name, ast.Attribute) else name
                    bindings = module.scope.bindings.get(getattr(root, "id", ""), [])
                    for binding in bindings if bindings and bindings[-1].kind == "import" else []:
                        self.selected.update(dict.fromkeys(sources.origins(binding, module)))

    def _encoders(self) -> None:
        """Add the modules that have Flask write JSON, where the project gives Flask an encoder."""
        if any(b"json_encoder" in (self.contents.of(path) or b"") for path in self.selected):
            self._add_those_that(_FLASK_JSON)

    def _others(self) -> None:
        for path in self.files:
            container = CONTAINER.search(path)
            if container is None and not path.endswith(SPECIFICATION):
                continue
            data = self.contents.of(path)
            if data is None:
                continue
            if container is not None:
                self.containers[path] = data.decode("utf-8", "replace")
                continue
            if b"openapi" not in data and b"swagger" not in data:
                continue
            self.references = self.references or b"$ref" in data
            for name in _SECURITY.findall(data):
                self.security.add(name.decode())
            text = data.decode("utf-8", "replace")
            self.body_names += schema_body_names(path, text)
            self.specifications[path] = text
            if has_several_types(text) or self._passes_context():
                for operation in self.specifications.made(operations_of, path):  # the modules of its handlers
                    self._select(operation.handler)
        for name in self.security:
            self._select(name)

    def _select(self, dotted: str) -> None:
        """Add the modules of a function."""
        for name in (dotted, *(f"{root}.{dotted}" for root in self.roots)) if dotted else ():
            self.selected.update(dict.fromkeys(self.index.get(name.rpartition(".")[0], ())))

    def _passes_context(self) -> bool:
        """Whether handlers are given the context under a name of the project's."""
        return any(b"pass_context_arg_name" in (self.contents.of(path) or b"") for path in self.selected)


def _parsed(root: Path, path: str, data: bytes) -> Module | Unread:
    """A file as a module, or why it is none."""
    # UTF-8 without a declaration is nearly every file: decoded here, without reading it again.
    try:
        plain = b"coding" not in data[:200] and not data.startswith(b"\xef\xbb\xbf")
        source = Source(path, data.decode("utf-8")) if plain else None
    except UnicodeDecodeError:
        source = None
    source = source or read_source(root / path, path)
    if source is None:
        return Unread(path, "not in the encoding it declares")
    made = parse(source, module_names(path), is_package=path.rpartition("/")[2] == "__init__.py")
    return Unread(path, made) if isinstance(made, str) else made


_FLASK_JSON = late.pattern(rb"\bjsonify\b|\bflask\.json\b|^[ \t]*from flask import\b.*\bjson\b", re.MULTILINE)


def _imports(modules: set[str]) -> re.Pattern[bytes] | None:
    if not modules:
        return None
    words = "|".join(re.escape(word) for word in sorted(modules))
    return re.compile(
        rf"^[ \t]*(?:import|from)\b.*\b(?:{words})\b".encode("utf-8", "surrogateescape"), re.MULTILINE
    )


def _tests(fixtures: set[str]) -> re.Pattern[bytes] | None:
    if not fixtures:
        return None
    words = "|".join(re.escape(word) for word in sorted(fixtures))
    return re.compile(rf"\bdef test\w*\([^)]*\b(?:{words})\b".encode("utf-8", "surrogatepass"))


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
