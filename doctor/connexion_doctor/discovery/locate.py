"""Where in the project a launch runs, and where the app is that it serves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from connexion_doctor.commands.directories import joined
from connexion_doctor.discovery.modules import Modules
from connexion_doctor.discovery.services import Services
from connexion_doctor.discovery.starts import Start
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation.late import dataclass

SOURCE_FOLDERS = ("src", "lib", "python")


@dataclass(frozen=True)
class Found:
    """Where the app of a launch is: the folder it runs in, its file, what has to lead ``sys.path``."""

    folder: str
    file: str | None
    pythonpath: str | None = None

    @property
    def root(self) -> str:
        """The folder from which the app is imported."""
        return self.pythonpath if self.pythonpath is not None else self.folder


class Locator:
    """Finds modules as a start would find them."""

    def __init__(self, tree: Tree, services: Services, modules: Modules) -> None:
        self.tree = tree
        self.services = services
        self.modules = modules

    def find(
        self, start: Start, inside: str, module: str | None, environ: Mapping[str, str], run: bool = False
    ) -> Found:
        """The folder to run in, and the file of the module, where the project has it."""
        paths = start.place.paths
        folders = paths.folders(inside)
        if not module:
            return Found(self.services.of(folders[0]) if paths.climb else folders[0], None)
        if "/" in module or module.endswith((".py", ".wsgi")):
            files = start.place.paths.files(module, inside)
            if files or not module.endswith(".wsgi"):  # package.wsgi is a module, site.wsgi a file
                above = below(files[0], module) if files and paths.climb and module[:1] != "/" else None
                return Found(folders[0] if above is None else above, files[0] if files else None)
        find = self.modules.find_run if run else self.modules.find
        for folder in folders:
            file = find(module, folder)
            if file:
                return Found(folder, file)
        for entry in environ.get("PYTHONPATH", "").split(":"):
            for folder in paths.folders(joined(inside, entry)) if entry and not entry.startswith("$") else ():
                file = find(module, folder)
                if file:
                    above = self.services.of(folder) if paths.climb else folders[0]
                    return Found(above, file, folder)
        for folder in folders:
            for name in SOURCE_FOLDERS:
                inner = f"{folder}/{name}" if folder else name
                file = find(module, inner)
                if file:
                    return Found(folder, file, inner)
        return self._anywhere(start, folders, module, run)

    def python_path(self, start: Start, inside: str, environ: dict[str, str], found: Found) -> None:
        """``PYTHONPATH`` as folders of the project; what an installation puts on ``sys.path`` included."""
        entries = []
        for entry in environ.get("PYTHONPATH", "").split(":"):
            if entry and not entry.startswith("$"):
                mapped = start.place.paths.mapped_folder(joined(inside, entry))
                if mapped is not None:
                    entries.append(absolute(self.tree.root, mapped))
                elif not entry.startswith("/"):
                    entries.append(entry)
        if found.pythonpath is not None and absolute(self.tree.root, found.pythonpath) not in entries:
            entries.append(absolute(self.tree.root, found.pythonpath))
        environ.pop("PYTHONPATH", None)  # an absolute folder that is not ours is another machine's
        if entries:
            environ["PYTHONPATH"] = ":".join(entries)

    def _anywhere(self, start: Start, folders: list[str], module: str, run: bool) -> Found:
        service = self.services.of(folders[0])
        hits = self.modules.anywhere(module, run)
        near = [hit for hit in hits if self.services.of(hit[0]) == service] or hits
        if len(near) == 1:
            folder, file = near[0]
            if start.place.paths.climb:
                return Found(folder, file)
            if self.services.of(folder) == service or "." in module:
                return Found(folders[0], file, folder)
        if start.place.paths.climb:
            return Found(service, None)
        return Found(folders[0], None)


def below(folder: str, changed: str) -> str | None:
    """The folder from which ``changed`` leads to ``folder``."""
    end = str(PurePosixPath(changed))
    if folder == end:
        return ""
    return folder[: -len(end) - 1] if folder.endswith("/" + end) else None


def absolute(root: object, folder: str) -> str:
    """A folder of the project as an absolute path."""
    return f"{root}/{folder}" if folder else str(root)
