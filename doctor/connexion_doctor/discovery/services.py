"""Which folders are projects of their own, and which of them use Connexion.

A service is the nearest folder with a manifest of dependencies (or a Dockerfile beside Python code). It
uses Connexion if a manifest of it names it or Python of it imports it. Files are searched as bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from connexion_doctor.commands.directories import joined
from connexion_doctor.commands.placed_text import listed
from connexion_doctor.discovery.found import Service
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation import late

NAMED = late.pattern(rb"(?mi)^[^#\r\n]*(?<![\w.-])connexion(?![\w-])")
IMPORTED = late.pattern(rb"(?m)^[ \t]*(?:from[ \t]+connexion\b|import[ \t](?:[\w., \t]*,)?[ \t]*connexion\b)")
PACKAGE = late.pattern(rb"(?m)(?<![\w-])name\s*=\s*[\"']?([A-Za-z0-9][\w.-]*)")  # of a manifest: its own name
WORD = late.pattern(rb"[A-Za-z0-9][\w.-]*\w|\w")
PLACE = late.pattern(rb"\.{1,2}/[\w./-]+")  # of another package: ``-e ./libs/core``, ``path = "../core"``
INCLUDED = late.pattern(rb"(?m)^[ \t]*(?:-r|--requirement)[ \t=]*([^\s#]+)")  # pip "Requirements File Format"
MANIFESTS = listed("pyproject.toml setup.py setup.cfg Pipfile Pipfile.lock poetry.lock uv.lock")
REQUIREMENTS = late.pattern(r"(?i)^.*require.*\.(txt|in|pip)$|^constraints.*\.txt$|^environment.*\.ya?ml$")
# Folders that hold a Dockerfile for code that stands elsewhere.
ASIDE = listed("docker .docker deploy deployment deployments ops ci infra build container containers k8s")
DOCKERFILE = late.pattern(r"(?i)^(dockerfile|containerfile)([.-].*)?$|^.*\.dockerfile$")


class Services:
    """The services of a tree; ``of`` tells the one a folder belongs to."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._manifests: dict[str, list[str]] = {}
        self._python: dict[str, list[str]] = {}
        self._nearest: dict[str, str] = {}
        self._uses: dict[str, tuple[bool, str]] = {}
        self._collect()

    def _collect(self) -> None:
        dockerfiles: dict[str, list[str]] = {}
        for folder, names in self.tree.folders.items():
            for name in names:
                path = f"{folder}/{name}" if folder else name
                if name in MANIFESTS or REQUIREMENTS.match(name):
                    self._manifests.setdefault(folder, []).append(path)
                elif DOCKERFILE.match(name):
                    dockerfiles.setdefault(folder, []).append(path)
                elif name.endswith(".txt") and folder.rpartition("/")[2] in ("requirements", "reqs"):
                    self._manifests.setdefault(folder.rpartition("/")[0], []).append(path)
        code = {
            folder for folder, names in self.tree.folders.items() if any(n.endswith(".py") for n in names)
        }
        for folder in list(code):
            while folder:
                folder = folder.rpartition("/")[0]
                code.add(folder)
        for folder, paths in dockerfiles.items():
            aside = folder.rpartition("/")[2].lower() in ASIDE
            if folder in self._manifests or (folder in code and not aside):
                self._manifests.setdefault(folder, []).extend(paths)
        self._manifests.setdefault("", [])
        for folder, names in self.tree.folders.items():
            own = [f"{folder}/{name}" if folder else name for name in names if name.endswith(".py")]
            if own:
                self._python.setdefault(self.of(folder), []).extend(own)

    def of(self, folder: str) -> str:
        """The root of the service that a folder belongs to."""
        found = self._nearest.get(folder)
        if found is None:
            above = folder
            while above and above not in self._manifests:
                above = above.rpartition("/")[0]
            found = self._nearest[folder] = above
        return found

    def python_of(self, root: str) -> list[str]:
        """The Python files of a service."""
        return self._python.get(root, [])

    def manifests_of(self, root: str) -> list[str]:
        """The files that make a folder a service."""
        return self._manifests.get(root, [])

    def uses(self, root: str) -> tuple[bool, str]:
        """Whether a service uses Connexion, and what tells it."""
        if root not in self._uses:
            self._uses[root] = self._look(root)
            if not self._uses[root][0] and self._manifests.get(root):
                self._uses[root] = self._through(root) or self._uses[root]
        return self._uses[root]

    def _through(self, root: str) -> tuple[bool, str] | None:
        """That another package of the project, which is asked for by its name or its folder, uses it."""
        own = [path for path in self._manifests[root] if not DOCKERFILE.match(path.rpartition("/")[2])]
        text = b"\n".join(self.tree.peek(path) for path in own)
        asked = {self._packages[word] for word in set(WORD.findall(text)) & self._packages.keys()}
        places = {
            one.rstrip(b"/").rpartition(b"/")[2].decode("utf-8", "replace") for one in PLACE.findall(text)
        }
        asked |= {other for other in self._packages.values() if other.rpartition("/")[2] in places}
        for other in sorted(asked - {root}):
            if self.uses(other)[0]:
                return True, f"{own[0]} asks for {other}, which does"
        return None

    @cached_property
    def _packages(self) -> dict[bytes, str]:
        """The packages that lie in folders of the project, by the names in their manifests."""
        found: dict[bytes, str] = {}
        for root, paths in self._manifests.items():
            for path in paths if root else ():
                if path.endswith(("pyproject.toml", "setup.py", "setup.cfg")):
                    name = PACKAGE.search(self.tree.peek(path))
                    if name is not None:
                        found.setdefault(name[1], root)
        return found

    def _look(self, root: str) -> tuple[bool, str]:
        for path in self._with_included(self._manifests.get(root, [])):
            if NAMED.search(self.tree.peek(path)):
                return True, f"{path} names connexion"
        for path in self._python.get(root, []):
            data = self.tree.peek(path)
            if b"connexion" in data and IMPORTED.search(data) and not self.tree.ignored(path):
                return True, f"{path} imports connexion"
        only_docker = all(DOCKERFILE.match(path.rpartition("/")[2]) for path in self._manifests.get(root, []))
        if root and only_docker:
            above = self.of(root.rpartition("/")[0])
            uses, why = self.uses(above)
            if uses and why.endswith("names connexion"):
                return True, why
        return False, "nothing in it names or imports connexion"

    def _with_included(self, paths: list[str]) -> Iterator[str]:
        """Manifests, and the requirements files that they include (``-r other.txt``)."""
        pending, seen = list(paths), set(paths)
        while pending:
            path = pending.pop(0)
            yield path
            if not path.endswith((".txt", ".in", ".pip")):
                continue
            for match in INCLUDED.finditer(self.tree.peek(path)):
                name = match[1].decode("utf-8", "replace").strip("\"'")
                other = self.tree.relative(joined(path.rpartition("/")[0] or ".", name))
                if other is not None and other in self.tree.files and other not in seen:
                    seen.add(other)
                    pending.append(other)

    def all(self) -> tuple[Service, ...]:
        """Every service; the root only where it has something of its own."""
        found = []
        for root in sorted(self._manifests):
            if root or self._manifests[root] or self._python.get(root):
                uses, why = self.uses(root)
                name = root.rpartition("/")[2] or self.tree.root.name
                found.append(Service(root or ".", name, uses, why))
        return tuple(found)
