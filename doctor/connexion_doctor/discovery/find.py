"""A project folder -> every way it is started.

First the files that are starts by themselves are read; then those that may be, unless a start has named
them; then, in projects without any start, Python that starts a server when it is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Piece
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.found import Discovery, Other, Unresolved
from connexion_doctor.discovery.modules import Modules
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.readers import READERS
from connexion_doctor.discovery.readers.shell_script import is_named_start
from connexion_doctor.discovery.resolve import Resolver
from connexion_doctor.discovery.services import Services
from connexion_doctor.discovery.starts import Start
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Launch, Location

# Kinds that are read last, where nothing else starts a service; in this order.
LAST = ("console-script", "python")

# Folders whose files start what tests need.
OF_TESTS = late.pattern(r"(^|/)(tests?|testing|e2e)/")

# Files that only look like source: templates of code generators.
TEMPLATES = (".mustache", ".hbs", ".ejs", ".erb")

OF_SERVERS = ("UVICORN_", "GRANIAN_")  # variables that are options of a server


def discover(
    root: Path,
    *,
    exclude: Iterable[str] = (),
    tree: Tree | None = None,
    services: Services | None = None,
) -> Discovery:
    """Find the launches of a project.

    :param root: the project's folder
    :param exclude: patterns of paths (as in ``.gitignore``) that are not looked at
    :param tree: its files, where they were walked over before
    :param services: its services, where they are known
    """
    return _Run(tree or Tree(root, exclude), services).result()


def again(discovery: Discovery, tree: Tree, services: Services, launch: Launch) -> list[Launch]:
    """The launches of the one file that a launch was read in, which has changed: ``tree`` tells how."""
    kind, path = discovery.read_in[launch.id]
    run = _Run(tree, services)
    name = path.rpartition("/")[2]
    run.read_file(
        _Candidate(next(one for one in READERS if one.kind == kind and one.matches(name, path)), path)
    )
    found = [one for one, _ in _named(_unique(run.launches, run.read_in))]
    return [_with_those_of(one, launch, path) if one.id == launch.id else one for one in found]


def _with_those_of(launch: Launch, before: Launch, path: str) -> Launch:
    """A launch with the variables that other files than ``path`` gave it."""
    given = {name: place for name, place in before.variables.items() if place.path != path}
    environ = {name: before.environ[name] for name in given if name in before.environ}
    return replace(
        launch,
        environ={**environ, **launch.environ},
        variables={**given, **launch.variables},
        given=tuple(sorted({*launch.given, *before.given} - launch.environ.keys())),
    )


def resolve(root: Path, words: Sequence[str]) -> list[Launch]:
    """The launches of a command that is given in the project's folder: through scripts, Python and the
    project's console scripts."""
    run = _Run(Tree(root))
    start = Start("command-line", run.context.place(""), Location("", 1))
    built = [Built((Piece(word),)) for word in words]
    return [launch for start in run.context.words(built, start) for launch in run.resolver.launches(start)]


@dataclass(frozen=True)
class _Candidate:
    reader: Reader
    path: str


class _Run:
    def __init__(self, tree: Tree, services: Services | None = None) -> None:
        self.tree = tree
        self.context = Context(self.tree)
        self.services = services or Services(self.tree)
        self.modules = Modules(self.tree)
        self.resolver = Resolver(self.context, self.services, self.modules)
        self.launches: list[Launch] = []
        self.read_in: dict[int, tuple[str, str]] = {}  # identity of a launch -> kind, file
        self.read: set[str] = set()
        self.serving: set[str] = set()  # services that have a launch
        self.fruitful: set[tuple[str, str | None]] = set()  # (file, name in it) of starts with a launch

    def result(self) -> Discovery:
        for candidate in list(self._candidates(fallback=False)):
            self.read_file(candidate)
        for candidate in list(self._candidates(fallback=True)):
            if candidate.path not in self.context.used | self.read:
                self.read_file(candidate)
        for candidate in self._python():
            self.read_file(candidate)
        services = self.services.all()
        named = list(_named(_unique(self.launches, self.read_in)))
        used = {service.root for service in services if service.uses_connexion}
        noted = [*self.context.unresolved, *self._doubts()]
        unresolved = [one for one in noted if self._concerns(one.path, used)]
        others = [one for one in self.context.others if self._concerns(one.path, used)]
        return Discovery(
            tuple(launch for launch, _ in named),
            tuple(sorted(self.tree.problems, key=lambda one: one.path)),
            services,
            tuple(unresolved),
            tuple(others),
            tuple(sorted(self.tree.files)),
            {launch.id: self.read_in[id(found)] for launch, found in named},
        )

    def _concerns(self, path: str, used: set[str]) -> bool:
        return (self.services.of(path.rpartition("/")[0]) or ".") in used

    def _doubts(self) -> Iterator[Unresolved]:
        """Commands that nobody knows, of starts of Connexion services that gave nothing else."""
        told = {(one.path, one.line) for one in self.context.unresolved}
        told |= {(one.path, one.line) for one in self.context.others}
        for doubt in self.context.doubts:
            service = self.services.of(doubt.folder)
            uses, _ = self.services.uses(service)
            known = (doubt.read_in, doubt.service) in self.fruitful or doubt.program in self.context.tasks
            by_itself = doubt.kind == "shell" and doubt.read_in == doubt.entry.path
            if by_itself and (service in self.serving or not is_named_start(doubt.read_in)):
                continue  # a script that no file of the project runs
            if uses and not known and (doubt.entry.path, doubt.entry.line) not in told:
                yield doubt.entry

    def _candidates(self, fallback: bool) -> Iterator[_Candidate]:
        named = [one for one in self.tree.named.items() if not one[0].endswith(TEMPLATES)]
        others = [one for one in named if not one[0].endswith(".py")]
        for reader in READERS:
            if reader.fallback is not fallback or reader.kind in LAST:
                continue
            for name, paths in named if reader.python else others:
                for path in paths:
                    if reader.matches(name, path) and self._worth_reading(reader, path):
                        yield _Candidate(reader, path)

    def _worth_reading(self, reader: Reader, path: str) -> bool:
        if self.tree.ignored(path) or OF_TESTS.search(path):
            return False
        if not reader.marks:
            return True
        data = self.tree.peek(path)
        return any(mark in data for mark in reader.marks)

    def _python(self) -> Iterator[_Candidate]:
        """Console scripts, then Python files, of Connexion services that nothing else starts."""
        by_kind = {reader.kind: reader for reader in READERS}
        for kind in LAST:
            reader = by_kind[kind]
            for service in self.services.all():
                root = "" if service.root == "." else service.root
                if not service.uses_connexion or root in self.serving:
                    continue
                named = kind == "console-script"
                for path in self.services.manifests_of(root) if named else self.services.python_of(root):
                    done = self.context.used if named else self.context.used | self.read
                    right = reader.matches(path.rpartition("/")[2], path) and path not in done
                    if right and self._worth_reading(reader, path):
                        yield _Candidate(reader, path)

    def read_file(self, candidate: _Candidate) -> None:
        """Read one file; whatever goes wrong with it is a problem of that file alone."""
        reader, path = candidate.reader, candidate.path
        self.context.reading = path
        try:
            source = self.tree.source(path)
            if source is None:
                return
            self.read.add(path)
            for start in reader.read(path, source, self.context):
                self._take(start, candidate)
        except RecursionError:
            self.tree.problem(path, None, "is nested too deeply to be read")
        except ValueError as error:
            line = getattr(error, "line", None) or getattr(error, "lineno", None)
            self.tree.problem(path, line, str(error).partition("\n")[0] or type(error).__name__)
        except Exception as error:  # a fault of ours must not hide the other files
            self.tree.problem(path, None, f"could not be read ({type(error).__name__}: {error})")

    def _take(self, start: Start, candidate: _Candidate) -> None:
        weak = bool(start.options.get("weak"))
        for launch in self.resolver.launches(start):
            self.fruitful.add((candidate.path, start.service))
            folder = self.tree.relative(launch.directory) or ""
            service = self._service(launch, folder)
            if weak and service in self.serving:
                continue
            uses, why = self.services.uses(service)
            if not uses:
                entry = Other(
                    launch.origin.path or "", launch.origin.line, launch.target or launch.server, why
                )
                self.context.others.append(entry)
                continue
            self.serving.add(service)
            self.serving.add(self.services.of((launch.origin.path or "").rpartition("/")[0]))
            placed = _placed(launch, candidate)
            self.launches.append(placed)
            self.read_in[id(placed)] = candidate.reader.kind, candidate.path

    def _service(self, launch: Launch, folder: str) -> str:
        file = launch.options.get("file")
        if file:
            return self.services.of(file.rpartition("/")[0])
        return self.services.of(folder)


def _placed(launch: Launch, candidate: _Candidate) -> Launch:
    """The launch with its id: the file with the name the file gives it, else with the line."""
    origin = launch.origin
    if origin.path == candidate.path:
        origin = replace(origin, kind=candidate.reader.kind)
        by_name = origin.service if origin.kind != "dockerfile" else None
        return replace(launch, id=f"{origin.path}:{by_name or origin.line}", origin=origin)
    path = origin.path or ""
    if origin.kind == "compose" and origin.service:  # a file that it includes, or that a service extends
        return replace(launch, id=f"{path}:{origin.service}")
    kind = "shell"
    for reader in READERS:
        if not reader.fallback and not reader.marks and reader.matches(path.rpartition("/")[2], path):
            kind = reader.kind
            break
    else:
        kind = "python" if path.endswith(".py") else "shell"
    return replace(launch, id=f"{path}:{origin.line}", origin=replace(origin, kind=kind))


def _unique(launches: Iterable[Launch], read_in: dict[int, tuple[str, str]]) -> list[Launch]:
    """Launches without those that another one tells better: the same words in the same folder.

    :param read_in: reader and file of each, by its ``id``; those of launches that are made here are added
    """
    kept: list[Launch] = []
    for launch in launches:
        same = next((index for index, other in enumerate(kept) if _same(launch, other)), None)
        if same is None:
            kept.append(launch)
            continue
        better, other = kept[same], launch
        if _unknown(launch) < _unknown(better):
            better, other = launch, better
        kept[same] = _with_variables(better, other)
        read_in[id(kept[same])] = read_in[id(better)]
    return kept


def _with_variables(launch: Launch, other: Launch) -> Launch:
    """A launch with the variables that another file which starts the same gives it: a Compose file beside the
    Dockerfile of its service."""
    more = set(other.environ) - {*launch.environ, *launch.given} or set(other.given) - set(launch.given)
    if other.origin.kind not in ("compose", "dockerfile") or not more:
        return launch
    given = {*launch.given, *other.given}
    environ = {**other.environ, **launch.environ}
    return replace(
        launch,
        given=tuple(sorted(given)),
        environ={name: value for name, value in environ.items() if name not in given},
        variables={**other.variables, **launch.variables},
    )


def _same(one: Launch, other: Launch) -> bool:
    if (one.server, one.directory) != (other.server, other.directory):
        return False
    if _server_variables(one) != _server_variables(other):
        return False
    if one.options.get("line") != other.options.get("line") or one.options.get("file") != other.options.get(
        "file"
    ):
        return False
    if one.command is None or other.command is None:
        return one.command is other.command and one.origin == other.origin
    first = one.command.words[one.command.program :]
    second = other.command.words[other.command.program :]
    if [word.location for word in first] != [word.location for word in second]:
        return False
    if not first and one.target != other.target:  # hosts that call the app themselves have no words
        return False
    pairs = zip(first, second, strict=True)
    return all(a.text == b.text or not a.known or not b.known for a, b in pairs)


def _server_variables(launch: Launch) -> dict[str, str]:
    """The variables that configure servers: with others the same words are another launch."""
    return {
        name: value
        for name, value in launch.environ.items()
        if name == "GUNICORN_CMD_ARGS" or name.startswith(OF_SERVERS)
    }


def _unknown(launch: Launch) -> int:
    return sum(not word.known for word in launch.command.words) if launch.command is not None else 0


def _named(launches: list[Launch]) -> Iterator[tuple[Launch, Launch]]:
    """Launches with ids that tell them apart, each beside the launch as it was found."""
    taken: dict[str, int] = {}
    for launch in sorted(launches, key=lambda one: (one.origin.path or "", one.origin.line or 0)):
        taken[launch.id] = count = taken.get(launch.id, 0) + 1
        yield (launch if count == 1 else replace(launch, id=f"{launch.id}#{count}")), launch
