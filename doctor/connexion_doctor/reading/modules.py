"""The project's modules as one launch would import them: found on its ``sys.path``, parsed when asked for."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.model.source import read_source
from connexion_doctor.python.module import Function, Module, Scope, Use
from connexion_doctor.python.names import Names
from connexion_doctor.python.sources import definition_in
from connexion_doctor.python.walk import parse

MOST_PARSED = 200
PART = late.pattern(r"[^\s./\\:\x00]+")  # of a module's name, as a file may be called


class LaunchModules:
    """Finds and parses modules. Paths are relative to ``root`` where they lie in it.

    :param folders: ``sys.path`` as far as it lies in the project, absolute
    """

    def __init__(self, root: Path, folders: Sequence[Path]) -> None:
        self.root = root
        self.folders = list(folders)
        self.directory = root  # that the launch runs in
        self.environ: Mapping[str, str] = {}
        self.given: frozenset[str] = frozenset()  # variables that are set, to what is not known
        self.python = ""  # its version (``3.11``), where that is known
        self.is_there: Callable[[str], bool | None] = lambda name: None  # a top-level module of others
        self.taken: list[Module] = []  # whose being there decides what a name has
        self.here: Callable[[str], str] = str  # a path of the image as one of the project
        self.path_is_known = False  # whether nothing but what is seen leads to modules
        self.unparsed: dict[str, tuple[int, str]] = {}  # files that are no Python: line and reason
        self._parsed: dict[str, Module | None] = {}
        self._files: dict[tuple[str, int], Path | None] = {}  # by name, and how many folders there were
        self.names = Names(self)

    @property
    def modules(self) -> Sequence[Module]:
        """Every module that was parsed so far."""
        return [module for module in self._parsed.values() if module is not None]

    def calls_to(self, name: str) -> Sequence[Use[ast.Call]]:
        """The calls of that name, in what was parsed when the first name was asked for."""
        return [call for module in self._calling for call in module.calls_to(name)]

    @cached_property
    def _calling(self) -> Sequence[Module]:
        return self.modules

    @property
    def fixtures(self) -> Mapping[str, Sequence[tuple[Module, Function]]]:
        """None: no test is served."""
        return {}

    def is_fixture(self, node: Function) -> bool:
        """Never."""
        return False

    def is_off_path(self, name: str) -> bool:
        """Whether a module or a package of the project surely lies where nothing looks for it."""
        there = os.path.isdir(self.root / name) or os.path.isfile(self.root / f"{name}.py")
        moved = any("sys.path" in line for module in self.modules for line in module.source.lines)
        return self.path_is_known and there and not moved and not self.is_there(name)

    def is_nowhere(self, top: str) -> bool:
        """Whether a module is neither the project's nor the standard library's, and no environment has it."""
        if self.file(top) is not None or self.is_folder(top) or top in sys.stdlib_module_names:
            return False
        return self.is_there(top) is False

    def file(self, dotted: str) -> Path | None:
        """The file of a module; its name need be no identifier where a server or Connexion imports it."""
        asked = (dotted, len(self.folders))
        if asked not in self._files:
            self._files[asked] = self._file(dotted)
        return self._files[asked]

    def _file(self, dotted: str) -> Path | None:
        parts = dotted.split(".")
        if not all(map(PART.fullmatch, parts)):
            return None
        for folder in self.folders:
            base = os.path.join(folder, *parts)
            for path in (f"{base}/__init__.py", f"{base}.py"):
                if os.path.isfile(path):
                    return Path(path)
        return None

    def is_folder(self, dotted: str) -> bool:
        """Whether the name is a folder without a module of its own: a namespace package."""
        return any(os.path.isdir(folder.joinpath(*dotted.split("."))) for folder in self.folders)

    def has_below(self, package: Module, name: str) -> bool:
        """Whether something of that name lies in a package: a module, one that is compiled, a folder."""
        folder = Path(self.root, package.path).parent
        return any(one.name.partition(".")[0] == name for one in folder.iterdir())

    def module(self, path: Path, dotted: str) -> Module | None:
        """A file as a module of that name; None where it is no Python."""
        shown = self._shown(path)
        if shown not in self._parsed:
            source = read_source(path, shown) if len(self._parsed) < MOST_PARSED else None
            made = parse(source, (dotted,), is_package=path.name == "__init__.py") if source else "unread"
            self._parsed[shown] = None if isinstance(made, str) else made
            if isinstance(made, str) and made.startswith("line "):
                line, _, message = made.removeprefix("line ").partition(": ")
                self.unparsed[str(path)] = (int(line) if line.isdigit() else 1, message)
        return self._parsed[shown]

    def _shown(self, path: Path) -> str:
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)

    def parsed(self, path: str) -> Module | None:
        """A module by its path."""
        return self._parsed.get(path)

    def definition(self, reference: str | None) -> tuple[Module, Function | ast.ClassDef, Scope] | None:
        """The function or class behind ``@path:Outer.name``."""
        return definition_in(self.parsed, reference)

    def locate(self, dotted: str, module: Module) -> str | None:
        """The path of a module of that name."""
        path = self.file(dotted)
        found = self.module(path, dotted) if path is not None else None
        return found.path if found is not None else None
