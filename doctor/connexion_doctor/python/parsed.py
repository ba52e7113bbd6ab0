"""Modules that are parsed when somebody asks for them, and let go with what holds them.

A syntax tree takes fifty times the memory of its text: where thousands of files have to do with Connexion,
not all of them can be there at once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import overload

from connexion_doctor.foundation import late
from connexion_doctor.python.module import Module, Use

_CALL = late.pattern(rb"\b(\w+)\b[)\s\\]*\(")


class ParsedModules(Sequence[Module]):
    """The modules of some files, in their order; a file that is no Python is left out.

    :param paths: the files, by the path that reports show
    :param parse: gives the module of a file; what it gave is kept here, as long as this is
    :param content: gives the bytes of a file
    """

    def __init__(
        self,
        paths: Sequence[str],
        parse: Callable[[str], Module | None],
        content: Callable[[str], bytes | None],
    ) -> None:
        self.paths = paths
        self._inside = frozenset(paths)
        self._parse = parse
        self._content = content
        self._kept: dict[str, Module | None] = {}

    def at(self, path: str) -> Module | None:
        """The module of one of the files; None of another, or of one that is no Python."""
        if path not in self._inside:
            return None
        if path not in self._kept:
            self._kept[path] = self._parse(path)
        return self._kept[path]

    def naming(self, *words: bytes) -> Iterator[Module]:
        """The modules in whose text one of the words stands."""
        for path in self.paths:
            data = self._content(path)
            if data is not None and any(word in data for word in words):
                module = self.at(path)
                if module is not None:
                    yield module

    def calls_to(self, name: str) -> list[Use[ast.Call]]:
        """The calls of functions, and of methods, whose last name is this. Only files that may have one are
        parsed for it."""
        paths = self._calling.get(name.encode(), ()) if name.isascii() else self.paths
        return [call for module in filter(None, map(self.at, paths)) for call in module.calls_to(name)]

    @cached_property
    def _calling(self) -> dict[bytes, list[str]]:
        """The files by the names that stand in front of a parenthesis there."""
        found: dict[bytes, list[str]] = {}
        for path in self.paths:
            for name in set(_CALL.findall(self._content(path) or b"")):
                found.setdefault(name, []).append(path)
        return found

    def only(self, paths: Sequence[str]) -> ParsedModules:
        """Those of some of the files, to be let go by themselves."""
        return ParsedModules(paths, self._parse, self._content)

    def __iter__(self) -> Iterator[Module]:
        for path in self.paths:
            module = self.at(path)
            if module is not None:
                yield module

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, index: int) -> Module: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Module]: ...

    def __getitem__(self, index: int | slice) -> Module | Sequence[Module]:
        return tuple(self)[index]
