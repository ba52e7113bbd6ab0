"""Module names -> files of the project, what those files start, and what they (and what they import) use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from connexion_doctor.commands.placed_text import listed
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.model.source import Source
from connexion_doctor.python.module import Module
from connexion_doctor.python.starts import FileStarts, starts_of
from connexion_doctor.python.walk import parse

FRAMEWORKS = listed(
    "flask fastapi django starlette aiohttp falcon bottle tornado sanic quart litestar pyramid dash "
    "streamlit celery gradio cherrypy flask_restx flask_restful robyn blacksheep responder strawberry"
)
MOST_FOLLOWED = 80


class Modules:
    """Finds and reads the Python files of a tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._parsed: dict[str, Module | None] = {}
        self._starts: dict[str, FileStarts] = {}
        self._uses: dict[str, bool | None] = {}

    def find(self, module: str, folder: str) -> str | None:
        """The file of a module that is imported from a folder."""
        parts = module.strip(".").split(".")
        if not all(re.fullmatch(r"[\w-]+", part) for part in parts):
            return None
        base = "/".join(([folder] if folder else []) + parts)
        for path in (f"{base}/__init__.py", f"{base}.py"):
            if path in self.tree.files:
                return path
        if base in self.tree.folders and len(parts) == 1 and f"{base}/__main__.py" in self.tree.files:
            return f"{base}/__main__.py"
        return None

    def find_run(self, module: str, folder: str) -> str | None:
        """The file that ``python -m module`` runs."""
        base = "/".join(([folder] if folder else []) + module.split("."))
        for path in (f"{base}/__main__.py", f"{base}.py"):
            if path in self.tree.files:
                return path
        return None

    def anywhere(self, module: str, run: bool = False) -> list[tuple[str, str]]:
        """(folder, file) of every place in the tree from which the module could be imported."""
        parts = module.strip(".").split(".")
        ends = ["/".join(parts) + "/__main__.py", "/".join(parts) + ".py"]
        if not run:
            ends[0] = "/".join(parts) + "/__init__.py"
        found = []
        for end in ends:
            for path in self.tree.named.get(end.rpartition("/")[2], ()):
                if path == end or path.endswith("/" + end):
                    folder = path[: -len(end)].rstrip("/")
                    if "__init__.py" not in self.tree.folders.get(folder, ()):
                        found.append((folder, path))
        return found

    def parsed(self, path: str) -> Module | None:
        """A file as Python; None where it is none of our version."""
        if path not in self._parsed:
            source = self.tree.source(path)
            self._parsed[path] = module_in(source) if source is not None else None
        return self._parsed[path]

    def starts(self, path: str) -> FileStarts | None:
        """What a file starts; None where it is no Python."""
        module = self.parsed(path)
        if module is None:
            return None
        if path not in self._starts:
            self._starts[path] = starts_of(module)
        return self._starts[path]

    def imported(self, path: str, name: str, roots: Iterable[str]) -> str | None:
        """The file behind a dotted name (with leading dots for relative ones) imported in ``path``."""
        level = len(name) - len(name.lstrip("."))
        if level:
            folder = path.rpartition("/")[0]
            for _ in range(level - 1):
                folder = folder.rpartition("/")[0]
            if len(name) == level:
                package = f"{folder}/__init__.py" if folder else "__init__.py"
                return package if package in self.tree.files else None
            roots = (folder,)
        for root in roots:
            found = self.find(name.lstrip("."), root) if name.lstrip(".") else None
            if found:
                return found
        return None

    def uses_connexion(self, path: str, roots: Sequence[str]) -> bool | None:
        """Whether a module or what it imports in the project uses Connexion.

        False only where it is told by its imports that another framework is served.
        """
        if path not in self._uses:
            self._uses[path] = self._follow(path, roots)
        return self._uses[path]

    def _follow(self, path: str, roots: Sequence[str]) -> bool | None:
        pending, seen, framework = [path], {path}, False
        while pending and len(seen) < MOST_FOLLOWED:
            current = pending.pop(0)
            if b"connexion" in self.tree.peek(current):
                return True
            module = self.parsed(current)
            if module is None:
                continue
            for name in imported_modules(module):
                framework = framework or name.partition(".")[0] in FRAMEWORKS
                beside = current.rpartition("/")[0]
                found = self.imported(current, name, (*roots, beside, self._around(beside)))
                if found and found not in seen:
                    seen.add(found)
                    pending.append(found)
        return False if framework and not pending else None

    def _around(self, folder: str) -> str:
        """The folder that the outermost of the packages lies in of which a folder is one."""
        while folder and "__init__.py" in self.tree.folders.get(folder, ()):
            folder = folder.rpartition("/")[0]
        return folder


def module_in(source: Source) -> Module | None:
    """A file of the tree as Python; None where it is none of our version."""
    made = parse(source, (), is_package=source.path.endswith("__init__.py"))
    return None if isinstance(made, str) else made


def imported_modules(module: Module) -> Iterator[str]:
    """Dotted names that a file imports, and those in them, with the leading dots of relative ones."""
    for use in module.imports:
        node = use.node
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
            continue
        dots, name = "." * node.level, node.module or ""
        yield dots + name
        yield from (f"{dots}{name}.{alias.name}" if name else dots + alias.name for alias in node.names)
