"""Paths as a process sees them -> folders and files of the project.

A process started on the host sees the project itself. A process in a container sees what ``COPY`` put
there; one on a server that we do not see was put somewhere by a deployment. Candidates are ordered, the
likeliest first; every path here is relative to the project root ("" is the root).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import PurePosixPath

from connexion_doctor.commands.directories import joined
from connexion_doctor.commands.placed_text import Text
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation.late import dataclass

BIN_FOLDERS = ("/usr/local/bin", "/usr/bin", "/bin", "/opt/bin")


@dataclass(frozen=True)
class Copied:
    """``inside`` (absolute) holds what the project has at ``outside``."""

    inside: str
    outside: str
    folder: bool


@dataclass(frozen=True)
class Paths:
    """How paths of one process map to the project.

    ``base``: the folder taken where nothing tells better (build context, folder of the file);
    ``copied`` in the order in which it was put there; ``climb``: folders above ``base`` may be meant too;
    ``written``: files that are made there, by their paths (None: with what is not known).
    """

    tree: Tree = field(repr=False)
    base: str = ""
    copied: tuple[Copied, ...] = ()
    climb: bool = False
    written: Mapping[str, Text | None] = field(default_factory=dict)

    def folders(self, inside: str) -> list[str]:
        """Folders of the project that the process may see as ``inside``."""
        found = [path for path in self._mapped(inside) if path in self.tree.folders or path == ""]
        found.extend(self._bases() if PurePosixPath(inside).is_absolute() else ())
        return _unique(found) or [self.base]

    def mapped_folder(self, inside: str) -> str | None:
        """The folder that is told to be ``inside``, no guess; None where none is."""
        return next((path for path in self._mapped(inside) if path in self.tree.folders), None)

    def copied_to(self, inside: str) -> str | None:
        """What the project has that was put at an absolute path, no guess; None where nothing was."""
        found = (path for path in self._by_copies(PurePosixPath(inside)) if self.tree.exists(path))
        return next(found, None)

    def files(self, path: str, directory: str) -> list[str]:
        """Files of the project that the process may see as ``path``, seen from ``directory``."""
        if not path or "\x00" in path:
            return []
        found = [one for one in self._mapped(joined(directory, path)) if one in self.tree.files]
        if not found and "/" not in path:
            for folder in BIN_FOLDERS:
                found.extend(one for one in self._mapped(f"{folder}/{path}", True) if one in self.tree.files)
        return _unique(found)

    def exists(self, path: str, directory: str) -> bool | None:
        """True where the project has it; else nobody knows."""
        return (
            True
            if any(self.tree.exists(one) for one in self._mapped(joined(directory, path), True))
            else None
        )

    def _bases(self) -> Iterable[str]:
        yield self.base
        if self.climb:
            folder = self.base
            while folder:
                folder = folder.rpartition("/")[0]
                yield folder

    def _mapped(self, inside: str, exact: bool = False) -> Iterable[str]:
        path = PurePosixPath(inside)
        if not path.is_absolute():
            for base in self._bases():
                relative = self.tree.relative(os.path.join(base, inside))
                if relative is not None:
                    yield relative
            return
        relative = self.tree.relative(inside) if inside.startswith(str(self.tree.root)) else None
        if relative is not None:
            yield relative
        yield from self._by_copies(path)
        if not exact:
            yield from self._by_tail(path)

    def _by_copies(self, path: PurePosixPath) -> Iterable[str]:
        best = sorted(self.copied, key=lambda copy: len(copy.inside))[::-1]  # of equals the latest
        for copy in best:
            if copy.inside == str(path):
                yield copy.outside
            elif copy.folder and path.is_relative_to(copy.inside):
                yield _plus(copy.outside, str(path.relative_to(copy.inside)))
        for copy in best:  # /srv holds shop because /srv/shop came from shop
            if not copy.folder and not copy.outside.endswith(".py"):
                continue
            inside, outside = PurePosixPath(copy.inside), PurePosixPath(copy.outside)
            while inside.name and inside.name == outside.name:
                inside, outside = inside.parent, outside.parent
                if inside == path:
                    yield "" if str(outside) == "." else str(outside)

    def _by_tail(self, path: PurePosixPath) -> Iterable[str]:
        """The longest end of the path that the project has under a base folder."""
        parts = path.parts[1:]
        for base in self._bases():
            for start in range(len(parts)):
                candidate = _plus(base, "/".join(parts[start:]))
                if self.tree.exists(candidate):
                    yield candidate
                    break


def _plus(folder: str, rest: str) -> str:
    if rest in ("", "."):
        return folder
    return f"{folder}/{rest}" if folder else rest


def _unique(paths: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(paths))
