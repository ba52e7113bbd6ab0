"""What the project asks for: every file that names packages, read without running anything.

``read(root, files)`` gives ``Declared``: the requirements with their places, the Python versions that are
asked for, and what could not be read. Lock files give ``locked`` requirements.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.model import Location
from doctor.source.module import Unread
from doctor.text import Source, read_source

if TYPE_CHECKING:
    from packaging.requirements import Requirement as Parsed
    from packaging.specifiers import SpecifierSet

DEVELOPMENT = re.compile(r"dev|test|doc|lint|ci|tool|check|build|typing|mypy|qa|extra", re.IGNORECASE)


@dataclass(frozen=True)
class Declaration:
    """One requirement as it stands in a file.

    ``text`` is the requirement as it stands at ``location``, where an edit may replace it, else empty.
    ``group`` is empty for what the application itself needs, else the name of an extra or of a group of
    development tools. ``constraint``: it limits the version and asks for nothing. ``locked``: of a lock file.
    """

    name: str
    specifier: str
    extras: frozenset[str]
    marker: str | None
    path: str
    location: Location | None
    kind: str
    group: str = ""
    constraint: bool = False
    locked: bool = False
    text: str = ""

    @property
    def versions(self) -> SpecifierSet:
        """The specifier, to ask."""
        from packaging.specifiers import SpecifierSet

        return SpecifierSet(self.specifier, prereleases=True)

    @property
    def pinned(self) -> str | None:
        """The one version that is asked for, if it is one."""
        match = re.fullmatch(r"={2,3}\s*([^,*\s]+)", self.specifier.strip())
        return match.group(1) if match else None


@dataclass(frozen=True)
class PythonDeclaration:
    """A Python version, or a range of them, that a file asks for."""

    specifier: str
    path: str
    location: Location | None
    kind: str


@dataclass(frozen=True)
class Declared:
    """All that the project's files ask for."""

    requirements: tuple[Declaration, ...] = ()
    pythons: tuple[PythonDeclaration, ...] = ()
    unread: tuple[Unread, ...] = ()

    def of(self, *names: str) -> tuple[Declaration, ...]:
        """The requirements of these packages."""
        return tuple(found for found in self.requirements if found.name in names)


def canonical(name: str) -> str:
    """A package name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read(root: Path, files: Sequence[Path]) -> Declared:
    """Read the files among those given that say what is installed."""
    root = root.absolute()
    reading = _Reading(root)
    for path in files:
        absolute = path if path.is_absolute() else root / path
        reading.file(absolute)
    return Declared(tuple(reading.found), tuple(reading.pythons), tuple(reading.unread))


_ENTRY = re.compile(r"^\s*(?:name\s*=\s*\"|\"|'|(?!name\s*=))([A-Za-z][\w.-]*)[\"']?\s*(?:[=:]|$)")


class _Reading:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.found: list[Declaration] = []
        self.pythons: list[PythonDeclaration] = []
        self.unread: list[Unread] = []
        self.done: set[Path] = set()
        self.lines: dict[str, dict[str, Location]] = {}

    def shown(self, path: Path) -> str:
        """A path as reports show it."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()

    def source(self, path: Path) -> Source | None:
        """The text of a file."""
        return read_source(path, self.shown(path))

    def file(self, path: Path) -> None:
        """Read a file, if it is of a kind that names packages."""
        reader = _reader(path, self.shown(path))
        if reader is None or path in self.done:
            return
        self.done.add(path)
        source = self.source(path)
        if source is None:
            self.unread.append(Unread(self.shown(path), "cannot be read"))
            return
        try:
            reader(self, path, source)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            self.unread.append(Unread(source.path, f"{error}".splitlines()[0] if f"{error}" else "broken"))

    def line_of(self, source: Source, name: str) -> Location | None:
        """The line that begins with a package name; lock files are long, so they are gone through once."""
        if source.path not in self.lines:
            found: dict[str, Location] = {}
            for number, line in enumerate(source.lines, 1):
                match = _ENTRY.match(line)
                if match is not None:
                    place = Location(source.path, number, match.start(1) + 1, number, match.end(1) + 1)
                    found.setdefault(canonical(match.group(1)), place)
            self.lines[source.path] = found
        return self.lines[source.path].get(canonical(name))

    # -- adding ----------------------------------------------------------------------------

    def add(
        self,
        text: str,
        source: Source,
        kind: str,
        *,
        location: Location | None = None,
        group: str = "",
        constraint: bool = False,
    ) -> bool:
        """A requirement in the words of PEP 508; False when it is none."""
        parsed = _parse(text)
        if parsed is None:
            return False
        self.found.append(
            Declaration(
                canonical(parsed.name),
                str(parsed.specifier),
                frozenset(canonical(extra) for extra in parsed.extras),
                str(parsed.marker) if parsed.marker is not None else None,
                source.path,
                location or locate(source, text),
                kind,
                group,
                constraint,
                text=text,
            )
        )
        return True

    def entry(
        self, name: str, value: object, source: Source, kind: str, group: str = "", *, locked: bool = False
    ) -> None:
        """A requirement of Poetry, Pipenv or a lock file: a version, or a table with one."""
        tables = value if isinstance(value, list) else [value]
        for table in tables:
            version, extras, marker = table, [], None
            if isinstance(table, dict):
                version = table.get("version", "")
                extras = [str(extra) for extra in table.get("extras", [])]
                marker = table.get("markers") or table.get("marker")
                python = table.get("python")
                if python and not marker:
                    marker = _python_marker(str(python))
            specifier = str(version) if locked and str(version)[:1] in "=<>!~" else None
            specifier = specifier or (f"=={version}" if locked else poetry_specifier(str(version or "")))
            if specifier is None:
                self.unread.append(Unread(source.path, f"the version of {name}: {version}"))
                continue
            self.found.append(
                Declaration(
                    canonical(name),
                    specifier,
                    frozenset(canonical(extra) for extra in extras),
                    str(marker) if marker else None,
                    source.path,
                    self.line_of(source, name),
                    kind,
                    group,
                    locked=locked,
                )
            )

    def python(self, specifier: str | None, source: Source, kind: str, text: str) -> None:
        """A Python version that a file asks for."""
        if specifier:
            self.pythons.append(PythonDeclaration(specifier, source.path, locate(source, text), kind))


def _parse(text: str) -> Parsed | None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def locate(source: Source, text: str) -> Location | None:
    """Where a text stands first in a file, as a word."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])", re.IGNORECASE)
    for number, line in enumerate(source.lines, 1):
        match = pattern.search(line)
        if match is not None:
            return Location(source.path, number, match.start() + 1, number, match.end() + 1)
    return None


# -- specifiers of other tools -----------------------------------------------------------------


def poetry_specifier(text: str) -> str | None:
    """``^2.14``, ``~2.14``, ``2.14.*``, ``*`` in the words of PEP 440; None when it is something else."""
    if text.strip() in ("", "*"):
        return ""
    if "||" in text:
        return None
    parts = []
    for part in re.split(r"\s*,\s*|\s+(?=[<>=!~^])", text.strip()):
        made = _one_specifier(part.strip())
        if made is None:
            return None
        parts.append(made)
    return ",".join(parts)


def _one_specifier(part: str) -> str | None:
    match = re.fullmatch(r"(\^|~(?!=)|~=|==?=?|!=|<=?|>=?)?\s*v?([\w.*+!-]+)", part)
    if match is None:
        return None
    sign, version = match.groups()
    if sign == "^":
        return _caret(version)
    if sign == "~":
        numbers = version.split(".")
        upper = numbers[:1] if len(numbers) == 1 else numbers[:2]
        return f">={version},<{_bump(upper)}"
    if sign in (None, "="):
        return f"=={version}"
    return f"{sign}{version}"


def _caret(version: str) -> str:
    numbers = version.split(".")
    for index, number in enumerate(numbers):
        if number.isdigit() and (int(number) > 0 or index == len(numbers) - 1):
            return f">={version},<{_bump(numbers[: index + 1])}"
    return f">={version}"


def _bump(numbers: list[str]) -> str:
    head, last = numbers[:-1], numbers[-1]
    return ".".join([*head, str(int(re.sub(r"\D.*", "", last) or 0) + 1)])


def _python_marker(text: str) -> str | None:
    specifier = poetry_specifier(text)
    if not specifier:
        return None
    parts = [re.match(r"(\D+)(.+)", part) for part in specifier.split(",")]
    return " and ".join(f'python_version {m.group(1)} "{m.group(2)}"' for m in parts if m)


# -- readers -----------------------------------------------------------------------------------


def _reader(path: Path, shown: str) -> Reader | None:
    name = path.name.lower()
    if name.endswith((".txt", ".in")) and re.search(r"require|constraint", shown.lower()):
        return _requirements
    if re.fullmatch(r"(.*\.)?dockerfile(\..*)?|containerfile", name):
        return _dockerfile
    if re.fullmatch(r"(.*[_-])?environment([_-].*)?\.ya?ml|conda\.ya?ml", name):
        return _conda
    return _BY_NAME.get(name)


def _requirements(self: _Reading, path: Path, source: Source, constraint: bool = False) -> None:
    constraint = constraint or "constraint" in path.name.lower()
    group = "development" if DEVELOPMENT.search(path.stem.replace("requirements", "")) else ""
    for number, line, column in logical_lines(source):
        text = re.sub(r"(^|\s)#.*$", "", line).strip()
        include = re.match(r"(-r|--requirement|-c|--constraint)[\s=]+(\S+)", text)
        if include is not None:
            other = (path.parent / include.group(2)).resolve()
            limits = constraint or include.group(1) in ("-c", "--constraint")
            if other.is_file() and other not in self.done:
                self.done.add(other)
                included = self.source(other)
                if included is not None:
                    _requirements(self, other, included, limits)
            elif not other.is_file():
                self.unread.append(Unread(source.path, f"line {number}: {include.group(2)} does not exist"))
            continue
        text, *options = re.split(r"\s+--?(?:hash|config-settings|global-option)\b", text)
        text = text.strip()
        if not text or text.startswith(("-", ".", "/")) or "://" in text.partition("@")[0]:
            continue
        place = Location(source.path, number, column, number, column + len(text))
        added = self.add(text, source, "requirements", location=place, group=group, constraint=constraint)
        if added and options:
            # With hashes an edit of the version alone would break the file.
            self.found[-1] = replace(self.found[-1], text="")
        if not added:
            self.unread.append(Unread(source.path, f"line {number}: {text}"))


def logical_lines(source: Source) -> Iterator[tuple[int, str, int]]:
    """Lines with their continuations: number, text, and the column of the first character."""
    number = 0
    lines = source.lines
    while number < len(lines):
        first = number
        text = lines[number]
        while text.endswith("\\") and number + 1 < len(lines):
            number += 1
            text = text[:-1] + " " + lines[number].strip()
        number += 1
        if text.strip():
            yield first + 1, text.strip(), len(lines[first]) - len(lines[first].lstrip()) + 1


def _setup_cfg(self: _Reading, path: Path, source: Source) -> None:
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(source.text)
    except configparser.Error as error:
        raise ValueError(str(error)) from error
    for text in parser.get("options", "install_requires", fallback="").splitlines():
        _line(self, text, source, "setup.cfg")
    if parser.has_section("options.extras_require"):
        for extra, value in parser.items("options.extras_require"):
            for text in value.splitlines():
                _line(self, text, source, "setup.cfg", extra)
    wanted = parser.get("options", "python_requires", fallback="")
    self.python(wanted, source, "setup.cfg", wanted)


def _line(self: _Reading, text: str, source: Source, kind: str, group: str = "") -> None:
    text = re.sub(r"(^|\s)#.*$", "", text).strip()
    if text and not self.add(text, source, kind, group=group):
        self.unread.append(Unread(source.path, text))


def _setup_py(self: _Reading, path: Path, source: Source) -> None:
    import ast

    if source.tree is None:
        raise ValueError("not Python that can be parsed")
    for node in ast.walk(source.tree):
        name = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
        if not isinstance(node, ast.Call) or name != "setup":
            continue
        for keyword in node.keywords:
            value = _known(source, keyword.value)
            if keyword.arg == "install_requires" and isinstance(value, list | tuple):
                for text in value:
                    _line(self, str(text), source, "setup.py")
            elif keyword.arg == "install_requires":
                self.unread.append(Unread(source.path, f"line {keyword.value.lineno}: install_requires"))
            elif keyword.arg == "extras_require" and isinstance(value, dict):
                for extra, texts in value.items():
                    for text in texts:
                        _line(self, str(text), source, "setup.py", str(extra))
            elif keyword.arg == "python_requires" and isinstance(value, str):
                self.python(value, source, "setup.py", value)


def _known(source: Source, node: object) -> object:
    """A literal, directly or behind a name of the module."""
    import ast

    if isinstance(node, ast.Name):
        found = source.assignments.get(node.id)
        return found.literal if found is not None else None
    try:
        return ast.literal_eval(node)  # type: ignore[arg-type]
    except (ValueError, TypeError, SyntaxError):
        return None


def _toml(text: str) -> dict[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        found: dict[str, object] = tomllib.loads(text)
        return found
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not TOML: {error}") from error


def _table(value: object, *keys: str) -> dict[str, object]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _pyproject(self: _Reading, path: Path, source: Source) -> None:
    data = _toml(source.text)
    project = _table(data, "project")
    groups: list[tuple[str, object]] = [("", project.get("dependencies"))]
    groups += list(_table(project, "optional-dependencies").items())
    groups += [(name, texts) for name, texts in _table(data, "dependency-groups").items()]
    tool = _table(data, "tool")
    groups += list(_table(tool, "pdm", "dev-dependencies").items())
    groups.append(("development", _table(tool, "uv").get("dev-dependencies")))
    groups += [
        (f"environment {name}", _table({"x": env}, "x").get("dependencies"))
        for name, env in _table(tool, "hatch", "envs").items()
    ]
    for group, texts in groups:
        for text in _texts(texts):
            _line(self, text, source, "pyproject.toml", group)
    for text in _texts(_table(tool, "uv").get("constraint-dependencies")):
        self.add(text, source, "pyproject.toml", constraint=True)
    python = project.get("requires-python")
    if isinstance(python, str):
        self.python(python, source, "pyproject.toml", python)
    poetry = _table(tool, "poetry")
    _poetry(self, _table(poetry, "dependencies"), source, "")
    _poetry(self, _table(poetry, "dev-dependencies"), source, "development")
    for name, group_table in _table(poetry, "group").items():
        group = "" if name == "main" else name
        _poetry(self, _table({"x": group_table}, "x", "dependencies"), source, group)


def _poetry(self: _Reading, table: dict[str, object], source: Source, group: str) -> None:
    for name, value in table.items():
        if name == "python":
            if isinstance(value, str):
                self.python(poetry_specifier(value), source, "pyproject.toml", value)
            continue
        if isinstance(value, dict) and not value.get("version"):
            continue  # from git, a path or an address
        self.entry(name, value, source, "pyproject.toml", group)


def _pipfile(self: _Reading, path: Path, source: Source) -> None:
    data = _toml(source.text)
    for name, value in _table(data, "packages").items():
        self.entry(name, value, source, "Pipfile")
    for name, value in _table(data, "dev-packages").items():
        self.entry(name, value, source, "Pipfile", "development")
    version = _table(data, "requires").get("python_version")
    if isinstance(version, str):
        self.python(f"=={version}.*", source, "Pipfile", version)


def _pipfile_lock(self: _Reading, path: Path, source: Source) -> None:
    import json

    data = json.loads(source.text)
    for section, group in (("default", ""), ("develop", "development")):
        for name, value in _table(data, section).items():
            if isinstance(value, dict) and value.get("version"):
                self.entry(name, value, source, "Pipfile.lock", group, locked=True)


def _lock(self: _Reading, path: Path, source: Source) -> None:
    packages = _toml(source.text).get("package")
    for package in packages if isinstance(packages, list) else []:
        name, version = package.get("name"), package.get("version")
        if isinstance(name, str) and isinstance(version, str):
            group = "development" if package.get("category") == "dev" else ""
            self.entry(name, version, source, path.name, group, locked=True)


def _conda(self: _Reading, path: Path, source: Source) -> None:
    inside = False
    for number, line in enumerate(source.lines, 1):
        if re.match(r"^\S", line):
            inside = line.startswith("dependencies:")
        match = re.match(r"^(\s*-\s+)[\"']?([A-Za-z][^\"'#]*?)[\"']?\s*(#.*)?$", line)
        if not inside or match is None or match.group(2).endswith(":"):
            continue
        text = match.group(2).split("::")[-1].strip()
        pip = len(match.group(1)) - len(match.group(1).lstrip()) >= 4
        if not pip:
            text = re.sub(r"(?<![=<>!~])=(?!=)([\w.]+)(=\w+)?$", r"==\1.*", text)
            text = text.replace(".*.*", ".*")
        start = line.index(match.group(2)) + 1
        place = Location(source.path, number, start, number, start + len(match.group(2)))
        if text.startswith("python") and re.match(r"python\s*[=<>!]", text):
            self.pythons.append(
                PythonDeclaration(text.removeprefix("python").strip(), source.path, place, "environment.yml")
            )
        else:
            self.add(text, source, "environment.yml", location=place)


_PIP = re.compile(r"(?:\bpip[\d.]*|-m\s+pip|\buv\s+pip)\s+install\s+(?P<rest>[^|;&]*)")
_VALUE_OPTIONS = {
    "-r", "-c", "-e", "-i", "-t", "-f", "--index-url", "--extra-index-url", "--target", "--requirement",
    "--constraint", "--trusted-host", "--find-links", "--python", "--timeout",
}  # fmt: skip


def _dockerfile(self: _Reading, path: Path, source: Source) -> None:
    import shlex

    for number, line, _ in logical_lines(source):
        base = re.match(r"FROM\s+(?:--\S+\s+)*(?:\S+/)?python:(\d+\.\d+)(?:\.\d+)?\b", line, re.IGNORECASE)
        if base is not None:
            start = source.line(number).find("python:") + 1
            place = Location(source.path, number, start, number, start + len(base.group(1)) + 7)
            self.pythons.append(PythonDeclaration(f"=={base.group(1)}.*", source.path, place, "Dockerfile"))
        if not re.match(r"RUN\s", line, re.IGNORECASE):
            continue
        for match in _PIP.finditer(line):
            try:
                words = shlex.split(match.group("rest"))
            except ValueError:
                continue
            skip = False
            for word in words:
                if skip or word.startswith("-"):
                    skip = not skip and word in _VALUE_OPTIONS
                    continue
                if word[:1] in "./$" or "://" in word or word.endswith((".whl", ".gz", ".txt")):
                    continue
                found = self.add(word, source, "Dockerfile", location=_near(source, word, number))
                if not found and "$" not in word:
                    self.unread.append(Unread(source.path, f"line {number}: {word}"))


def _near(source: Source, text: str, number: int) -> Location | None:
    """Where a word stands from a line on."""
    for line in range(number, min(number + 60, len(source.lines) + 1)):
        start = source.line(line).find(text)
        if start >= 0:
            return Location(source.path, line, start + 1, line, start + 1 + len(text))
    return None


def _runtime(self: _Reading, path: Path, source: Source) -> None:
    match = re.match(r"(?:python-)?(\d+\.\d+)", source.text.strip())
    if match is not None:
        self.python(f"=={match.group(1)}.*", source, path.name, match.group(1))


Reader = Callable[[_Reading, Path, Source], None]
_BY_NAME: dict[str, Reader] = {
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "pyproject.toml": _pyproject,
    "pipfile": _pipfile,
    "pipfile.lock": _pipfile_lock,
    "poetry.lock": _lock,
    "uv.lock": _lock,
    "pdm.lock": _lock,
    "runtime.txt": _runtime,
    ".python-version": _runtime,
}
