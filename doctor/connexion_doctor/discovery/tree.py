"""One bounded walk over the project, and the reading of its files.

The walk leaves out what is not the project's own: version control, environments, installed packages,
caches, what ``.gitignore`` names, and links (a folder behind a link inside the project is walked where
it really is; a link out of the project is a problem).
"""

from __future__ import annotations

import copy
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from connexion_doctor.commands.placed_text import listed
from connexion_doctor.discovery.found import Problem
from connexion_doctor.model import overlay
from connexion_doctor.model.source import Source

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORED = listed(
    ".git .hg .svn node_modules bower_components __pycache__ .tox .nox .mypy_cache .ruff_cache "
    ".pytest_cache .hypothesis .venv site-packages dist-packages .eggs .terraform .idea .cache"
)
OF_ENVIRONMENTS = listed(
    "lib lib64 bin include share etc src local man Lib Scripts Include lib-python lib_pypy"
)
TEMPORARY = "connexion-doctor-run-"  # how the name of a folder begins that a doctor writes for itself
LARGEST = 2 * 1024 * 1024
MOST_FILES = 300_000
# The root of the file system, where containers put apps too: what belongs to the system is left out.
SYSTEM = listed(
    "bin boot dev etc lib lib32 lib64 lost+found proc run sbin snap sys tmp usr var System Library"
)
MOST_ABOVE = 20_000  # files, at the root of the file system and in a home folder: many projects, none of them
DEEPEST = 40


class Tree:
    """The files of a project, by relative path with ``/``."""

    def __init__(self, root: Path, exclude: Iterable[str] = (), wanted: Callable[[str], bool] = bool) -> None:
        self.root = Path(os.path.realpath(root))
        self.files: set[str] = set()
        self.folders: dict[str, list[str]] = {}  # folder -> names of its files
        self.named: dict[str, list[str]] = defaultdict(list)  # file name -> paths
        self.problems: list[Problem] = []
        self.kept: dict[object, Sequence[object]] = {}  # what was made of files, for who makes it again
        self._wanted = wanted
        self._exclude = _spec(list(exclude)) if exclude else None
        self._ignores: dict[str, tuple[tuple[str, GitIgnoreSpec], ...]] = {}
        self._bytes: dict[str, bytes | None] = {}
        self._sources: dict[str, Source | None] = {}
        self._reported: set[str] = set()
        self._real = str(self.root)
        self._left_out = IGNORED | SYSTEM if self._real == os.sep else IGNORED
        above = self._real in (os.sep, os.path.realpath(os.path.expanduser("~")))
        self._most = MOST_ABOVE if above else MOST_FILES
        self._walk()

    def over(self, paths: Iterable[str]) -> Tree:
        """The same files, of which some are to be read anew: an overlay gives them other contents."""
        made = copy.copy(self)
        made._bytes, made._sources, made.kept = dict(self._bytes), dict(self._sources), {}
        made.problems, made._reported = list(self.problems), set(self._reported)
        for path in paths:
            made._bytes.pop(path, None)
            made._sources.pop(path, None)
        return made

    # --- the walk

    def _walk(self) -> None:
        pending: list[tuple[str, int, tuple[tuple[str, GitIgnoreSpec], ...]]] = [("", 0, ())]
        while pending:
            folder, depth, specs = pending.pop()
            try:
                with os.scandir(os.path.join(self._real, folder)) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name, reverse=True)
            except OSError as error:
                self.problem(folder or ".", None, f"cannot be listed: {error.strerror or error}")
                continue
            names = {entry.name for entry in entries}
            if folder and "conda-meta" in names:
                continue
            if ".gitignore" in names:
                specs = self._with_gitignore(folder, specs)
            self._ignores[folder] = specs
            own: list[str] = []
            if "pyvenv.cfg" in names:  # somebody's environment, perhaps around code of the project
                entries = [one for one in entries if one.name not in OF_ENVIRONMENTS]
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                # A package that the usual .gitignore names (``lib/``), and that is code all the same.
                code = "__init__.py" in names and _is_ignored_code(entry, path, specs)
                self._enter(entry, path, depth, () if code else specs, own, pending)
            self.folders[folder] = own[::-1]
            if len(self.files) > self._most:
                self.problem(folder or ".", None, f"more than {self._most} files: the rest is not looked at")
                return

    def _enter(
        self,
        entry: os.DirEntry[str],
        path: str,
        depth: int,
        specs: tuple[tuple[str, GitIgnoreSpec], ...],
        own: list[str],
        pending: list[tuple[str, int, tuple[tuple[str, GitIgnoreSpec], ...]]],
    ) -> None:
        try:
            if entry.is_symlink():
                self._link(entry, path, own)
            elif entry.is_dir(follow_symlinks=False):
                if (
                    entry.name in (IGNORED if depth else self._left_out)
                    or entry.name.startswith(TEMPORARY)
                    or (specs and _ignored(specs, path + "/"))
                    or self._excluded(path + "/")
                ):
                    return
                if depth >= DEEPEST:
                    self.problem(path, None, f"nested deeper than {DEEPEST} folders: not looked at")
                    return
                pending.append((path, depth + 1, specs))
            elif entry.is_file(follow_symlinks=False) and not self._excluded(path):
                self._add(path, entry.name, own)
        except OSError as error:
            self.problem(path, None, f"cannot be read: {error.strerror or error}")

    def _add(self, path: str, name: str, own: list[str]) -> None:
        self.files.add(path)
        self.named[name].append(path)
        own.append(name)

    def _link(self, entry: os.DirEntry[str], path: str, own: list[str]) -> None:
        if entry.name in IGNORED or self.ignored(path) or self._excluded(path):
            return
        real = os.path.realpath(entry.path)
        if not (real == self._real or real.startswith(self._real + os.sep)):
            self.problem(path, None, "a link that leads out of the project: not followed")
        elif not os.path.exists(real):
            self.problem(path, None, "a link that leads nowhere, or to itself")
        elif os.path.isfile(real):
            self._add(path, entry.name, own)

    def _with_gitignore(
        self, folder: str, specs: tuple[tuple[str, GitIgnoreSpec], ...]
    ) -> tuple[tuple[str, GitIgnoreSpec], ...]:
        try:
            data = overlay.read(os.path.join(self._real, folder, ".gitignore"), LARGEST)
            lines = data.decode("utf-8", "replace").splitlines()
        except OSError:
            return specs
        kept = [
            line for line in lines if line.strip() and line[0] != "#" and len(line) <= overlay.LONGEST_PATH
        ]
        if not kept:
            return specs
        try:
            return (*specs, (folder, _spec(kept)))
        except (ValueError, RecursionError) as error:
            self.problem(
                f"{folder}/.gitignore".lstrip("/"), None, f"has a pattern that cannot be read: {error}"
            )
            return specs

    def _excluded(self, path: str) -> bool:
        return self._exclude is not None and self._exclude.match_file(path)

    def ignored(self, path: str) -> bool:
        """Whether ``.gitignore`` files name this file."""
        specs = self._ignores.get(path.rpartition("/")[0], ())
        return bool(specs) and _ignored(specs, path)

    # --- reading

    def problem(self, path: str, line: int | None, message: str) -> None:
        """Note what is wrong with a file; the first word about a file stands."""
        if path not in self._reported:
            self._reported.add(path)
            self.problems.append(Problem(path, line, message))

    def exists(self, path: str) -> bool:
        """Whether a file or folder of this relative path was met."""
        return path in self.files or path in self.folders or path in ("", ".")

    def data(self, path: str, quiet: bool = False) -> bytes | None:
        """The bytes of a file; None, and a problem, where it cannot be read."""
        if path not in self._bytes:
            self._bytes[path] = self._read(path, quiet)
        return self._bytes[path]

    def peek(self, path: str) -> bytes:
        """The bytes of a file without keeping them; empty where it cannot be read or is very large."""
        given = overlay.given(f"{self._real}/{path}")
        if given is not None:
            return given[:LARGEST]
        try:
            descriptor = os.open(f"{self._real}/{path}", overlay.FLAGS)
        except OSError:
            return b""
        try:
            return os.read(descriptor, LARGEST)
        except OSError:
            return b""
        finally:
            os.close(descriptor)

    def _read(self, path: str, quiet: bool) -> bytes | None:
        try:
            data = overlay.read(os.path.join(self._real, path), LARGEST + 1)
        except OSError as error:
            if not quiet:
                self.problem(path, None, f"cannot be read: {error.strerror or error}")
            return None
        if len(data) > LARGEST:
            if not quiet:
                self.problem(path, None, f"is larger than {LARGEST // 1024 // 1024} MB: not read")
            return None
        return data

    def source(self, path: str) -> Source | None:
        """The text of a file, decoded; None, and a problem, where it is no text."""
        if path not in self._sources:
            self._sources[path] = self._decode(path)
        return self._sources[path]

    def _decode(self, path: str) -> Source | None:
        data = self.data(path)
        if data is None:
            return None
        if b"\x00" in data:
            line = data.count(b"\n", 0, data.index(b"\x00")) + 1
            self.problem(path, line, "has NUL bytes: not a text file")
            return None
        try:
            return Source(path, data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.problem(path, line, f"is not UTF-8 (byte 0x{data[error.start]:02x})")
            return None

    def has_bom(self, path: str) -> bool:
        """Whether the file starts with a UTF-8 byte order mark."""
        data = self.data(path, quiet=True)
        return data is not None and data.startswith(b"\xef\xbb\xbf")

    def relative(self, path: str | Path) -> str | None:
        """A path of the file system as relative to the root; None outside of it."""
        text = os.path.normpath(os.path.join(self._real, path))
        if text == self._real:
            return ""
        return (
            text[len(self._real) + 1 :].replace(os.sep, "/") if text.startswith(self._real + os.sep) else None
        )


def _spec(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _is_ignored_code(
    entry: os.DirEntry[str], path: str, specs: tuple[tuple[str, GitIgnoreSpec], ...]
) -> bool:
    """Whether Python lies in a folder that git ignores."""
    if entry.name in IGNORED or not specs or not entry.is_dir(follow_symlinks=False):
        return False
    try:
        return _ignored(specs, path + "/") and any(name.endswith(".py") for name in os.listdir(entry.path))
    except OSError:
        return False


def _ignored(specs: tuple[tuple[str, GitIgnoreSpec], ...], path: str) -> bool:
    for base, spec in reversed(specs):
        inside = path[len(base) + 1 :] if base else path
        include = spec.check_file(inside).include
        if include is not None:
            return include
    return False
