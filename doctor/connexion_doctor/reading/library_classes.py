"""Functions and classes of installed libraries, as their files have them: how they are called, what their
objects surely have not."""

from __future__ import annotations

import ast
import enum
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.python.module import Function
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.library_files import data_of, file_of

MOST_BYTES = 128 * 1024  # of a file that is parsed to be asked
DEEPEST = 8
Folders = tuple[str, ...]
# Bases that change nothing of how a class is called, and bring no attributes that somebody calls.
PLAIN = frozenset("object ABC abc.ABC Generic t.Generic typing.Generic Protocol t.Protocol".split())
MAKING = ("__new__", "__getattr__", "__getattribute__")


@dataclass(frozen=True)
class _Found:
    """A function or a class, and the file that it stands in."""

    file: Path
    module: str
    node: Function | ast.ClassDef


@cache
def parameters(folders: Folders, dotted: str, method: str) -> tuple[str, Function] | None:
    """How a function, a class or a method of a class is called: as its traceback names it, and its
    parameters. None where that is not certain.

    :param method: empty for the function or the class itself
    """
    found = _found(folders, *_split(dotted))
    if found is None or found.node.decorator_list:
        return None
    if isinstance(found.node, ast.ClassDef):
        return _of_class(folders, found, method or "__init__")
    return None if method else (found.node.name, found.node)


def _of_class(folders: Folders, found: _Found, method: str) -> tuple[str, Function] | None:
    classes = _hierarchy(folders, found)
    for one in classes or ():
        own = [line for line in ast.walk(one.node) if _named(line, method)]
        if len(own) == 1 and own[0] in one.node.body and isinstance(own[0], ast.FunctionDef):
            return None if own[0].decorator_list else (f"{one.node.name}.{method}", own[0])
        if own:
            return None
    return None


@cache
def lacks_attribute(folders: Folders, dotted: str, name: str) -> bool:
    """Whether objects of a class surely have no such attribute: the word stands in none of the files that the
    class, and those that it extends, are written in."""
    found = _found(folders, *_split(dotted))
    if found is None or not isinstance(found.node, ast.ClassDef) or found.node.decorator_list:
        return False
    classes = _hierarchy(folders, found)
    word = re.compile(rb"\b%b\b" % re.escape(name.encode()))
    return classes is not None and all(_lacks(one.file, word) for one in classes)


@cache
def lacks_member(folders: Folders, dotted: str, name: str) -> bool:
    """Whether a class is an enumeration that surely has no such member: its file has not the word."""
    found = _found(folders, *_split(dotted))
    if found is None or not isinstance(found.node, ast.ClassDef) or hasattr(enum.Enum, name):
        return False
    plain = [name_of(one) for one in found.node.bases] in (["Enum"], ["enum.Enum"])
    word = re.compile(rb"\b%b\b" % re.escape(name.encode()))
    return plain and name[:1] != "_" and _lacks(found.file, word)


def _lacks(file: Path, word: re.Pattern[bytes]) -> bool:
    data = data_of(file)
    return data is not None and word.search(data) is None


def _hierarchy(folders: Folders, found: _Found, depth: int = 0) -> list[_Found] | None:
    """A class and those that it extends, in about the order in which they are looked through; None where one
    of them cannot be known, or makes its objects or their attributes in a way of its own."""
    node = found.node
    assert isinstance(node, ast.ClassDef)
    if depth > DEEPEST or any(_named(one, name) for one in node.body for name in MAKING):
        return None
    if any(
        one.arg != "metaclass" or name_of(one.value) not in ("ABCMeta", "abc.ABCMeta")
        for one in node.keywords
    ):
        return None
    classes = [found]
    for base in node.bases:
        name = name_of(base.value if isinstance(base, ast.Subscript) else base)
        if name in PLAIN:
            continue
        above = _within(folders, found.module, found.file, name, depth) if name else None
        if above is None or not isinstance(above.node, ast.ClassDef):
            return None
        more = _hierarchy(folders, above, depth + 1)
        if more is None:
            return None
        classes += more
    return classes


def _named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name


def _split(dotted: str) -> tuple[str, str]:
    module, _, name = dotted.rpartition(".")
    return module, name


@cache
def _found(folders: Folders, module: str, name: str, depth: int = 0) -> _Found | None:
    """What a module has under a name, where it surely is one function or class."""
    file = file_of(folders, module) if module else None
    return _within(folders, module, file, name, depth) if file is not None else None


def _within(folders: Folders, module: str, file: Path, name: str, depth: int) -> _Found | None:
    """What a file has under a name, or leads to."""
    first, _, rest = name.partition(".")
    tree = _tree(file) if depth <= DEEPEST else None
    bound = list(_bindings(tree.body, first)) if tree is not None else []
    node = bound[0] if len(bound) == 1 else None
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return _Found(file, module, node) if not rest else None
    imported = {_imported(one, first, module, file) for one in bound}
    if len(imported) != 1 or None in imported:
        return None
    return _found(folders, *_split(".".join(filter(None, (imported.pop(), rest)))), depth + 1)


def _imported(node: ast.stmt, name: str, module: str, file: Path) -> str | None:
    """The dotted name that an import gives a name; None where it is none."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return None
    alias = next(one for one in node.names if (one.asname or one.name) == name)
    if isinstance(node, ast.Import):
        return alias.name
    parts = module.split(".")
    base = parts[: len(parts) - node.level + (file.name == "__init__.py")] if node.level else []
    return ".".join([*base, *([node.module] if node.module else []), alias.name])


def _bindings(body: list[ast.stmt], name: str) -> Iterator[ast.stmt]:
    """The statements that bind a name of a module: those of which a condition decides count twice. What a
    ``try`` has instead where its import fails counts for nothing, for that is installed which is asked."""
    for node in body:
        names: list[str] = []
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names = [node.name]
            case ast.Import() | ast.ImportFrom():
                names = [one.asname or one.name for one in node.names]
            case ast.Assign():
                names = [one.id for one in node.targets if isinstance(one, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=only)) | ast.AugAssign(target=ast.Name(id=only)):
                names = [only]
            case ast.Try():
                yield from _bindings([*node.body, *node.orelse, *node.finalbody], name)
            case ast.If() if not name_of(node.test).endswith("TYPE_CHECKING"):
                for one in _bindings([*node.body, *node.orelse], name):
                    yield from (one, one)
            case ast.With() | ast.For() | ast.While():
                yield from _bindings(node.body, name)
        if name in names:
            yield node


@cache
def _tree(file: Path) -> ast.Module | None:
    data = data_of(file)
    try:
        return ast.parse(data) if data is not None and len(data) <= MOST_BYTES else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@cache
def leaves_out(folders: Folders, package: str, name: str) -> bool:
    """Whether a package has a module of that name that is not loaded with it: none of those that are loaded
    imports it where it stands."""
    wanted = f"{package}.{name}"
    if file_of(folders, wanted) is None:
        return False
    loaded, waiting = {package}, [package]
    while waiting:
        module = waiting.pop()
        file = file_of(folders, module)
        tree = _tree(file) if file is not None else None
        for dotted in _imports(tree.body, module, file) if tree is not None and file is not None else ():
            parts = dotted.split(".")
            for one in (".".join(parts[:length]) for length in range(1, len(parts) + 1)):
                if one.startswith(f"{package}.") and one not in loaded and file_of(folders, one) is not None:
                    loaded.add(one)
                    waiting.append(one)
    return wanted not in loaded


def _imports(body: list[ast.stmt], module: str, file: Path) -> Iterator[str]:
    """The dotted names that statements import, those in branches among them."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from filter(
                None, (_imported(node, one.asname or one.name, module, file) for one in node.names)
            )
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for name in ("body", "orelse", "finalbody"):
                yield from _imports(getattr(node, name, []), module, file)
