"""Module names -> files of the project, and what those files (and what they import) use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from connexion_doctor.commands.placed_text import listed
from connexion_doctor.discovery.python_names import imports_of
from connexion_doctor.discovery.python_reader import parse
from connexion_doctor.discovery.python_starts import PythonFile
from connexion_doctor.discovery.tree import Tree

FRAMEWORKS = listed(
    "flask fastapi django starlette aiohttp falcon bottle tornado sanic quart litestar pyramid dash "
    "streamlit celery gradio cherrypy flask_restx flask_restful robyn blacksheep responder strawberry"
)
MOST_FOLLOWED = 80


class Modules:
    """Finds and reads the Python files of a tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._parsed: dict[str, PythonFile | None] = {}
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

    def parsed(self, path: str) -> PythonFile | None:
        """A file's starts, imports and names; None where it is no Python."""
        if path not in self._parsed:
            source = self.tree.source(path)
            self._parsed[path] = parse(source) if source is not None else None
        return self._parsed[path]

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
            source = self.tree.source(current)
            if source is None:
                continue
            for name, level in imports_of(source):
                if not level and name.partition(".")[0] in FRAMEWORKS:
                    framework = True
                found = self.imported(current, "." * level + name, (*roots, current.rpartition("/")[0]))
                if found and found not in seen:
                    seen.add(found)
                    pending.append(found)
        return False if framework and not pending else None
