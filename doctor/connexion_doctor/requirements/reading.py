"""What the readers of files put together: requirements with their places, Pythons, what could not be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location
from connexion_doctor.model.source import Source, read_source
from connexion_doctor.python.module import Unread
from connexion_doctor.requirements.addresses import KIND, specifier
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.declarations import Declaration, PythonDeclaration, locate, parse
from connexion_doctor.requirements.specifiers import TOO_LONG, poetry_specifier, python_marker

_ENTRY = late.pattern(r"^\s*(?:name\s*=\s*\"|\"|'|(?!name\s*=))([A-Za-z][\w.-]*)[\"']?\s*(?:[=:]|$)")


@dataclass(frozen=True)
class Include:
    """A file that another one names; ``constraint``: it limits versions and asks for nothing."""

    path: Path
    constraint: bool


class Reading:
    """The files that are read one after the other, and what was found in them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.found: list[Declaration] = []
        self.pythons: list[PythonDeclaration] = []
        self.unread: list[Unread] = []
        self.includes: list[Include] = []
        self.projects: list[
            tuple[Path, frozenset[str]]
        ] = []  # folders that a list installs, with their extras
        self.name = ""  # of the package that a file describes
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

    def file(self, path: Path, reader: Reader) -> None:
        """Read a file; what is wrong with it is recorded."""
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
        parsed = parse(text)
        if parsed is None or TOO_LONG.search(str(parsed.specifier)):
            return False
        self.found.append(
            Declaration(
                canonical(parsed.name),
                str(parsed.specifier) or specifier(parsed.url or ""),
                frozenset(canonical(extra) for extra in parsed.extras),
                str(parsed.marker) if parsed.marker is not None else None,
                source.path,
                location or locate(source, text),
                KIND if parsed.url else kind,
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
                    marker = python_marker(str(python))
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


Reader = Callable[[Reading, Path, Source], None]
