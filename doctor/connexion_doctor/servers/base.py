"""What a server is to the doctor, and the remedy: changes of one launch gathered into a fix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from connexion_doctor.commands import show, word_edits
from connexion_doctor.facts.case import Case
from connexion_doctor.fixes import around
from connexion_doctor.fixes.dropping import dropped
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import (
    Applicability,
    Command,
    Edit,
    Environment,
    Fix,
    Interface,
    Launch,
    Location,
    ServerFacts,
    Style,
)
from connexion_doctor.model.source import Source
from connexion_doctor.servers import replacing
from connexion_doctor.servers.expansions import Carried, take_apart
from connexion_doctor.servers.listening import Listening, arguments
from connexion_doctor.servers.option_table import Given, Table, scan
from connexion_doctor.servers.shared_settings import Neutral, written
from connexion_doctor.writing.languages import CannotBeWritten

# What the a2wsgi adapter leaves of an ASGI server's requests per second: docs/bench.md has the measurements.
ADAPTER_SLOWER = (
    "0.4 to 0.9 times the requests per second of an ASGI server (docs/bench.md; connexion-doctor bench "
    "measures this app)"
)


@dataclass(frozen=True)
class Way:
    """A way to serve an app of some interface: a remedy with its title, best first in its list."""

    title: str
    remedy: Remedy
    applicability: Applicability = Applicability.SAFE
    adapts: bool = False  # an adapter lets a WSGI server serve an ASGI app


class CannotBoot(Exception):
    """A launch of this kind cannot be booted for verification; the message says why."""


class Server:
    """One server: how it is started, how its launches are changed. Subclasses are the modules beside."""

    name = ""
    package = ""  # the distribution that brings it
    program = ""
    static_options: Table = ()  # used only where the installed server cannot be asked
    abbreviates = True  # it takes beginnings of long options (argparse, getopt); click does not
    default_attribute: str | None = None
    calls_factory = False  # its target grammar has calls: ``module:factory()``
    serves: tuple[Interface, ...] = ()
    setting_of: Mapping[str, str] = {}  # settings by the names of the options, where they differ
    repeated: frozenset[str] = frozenset()  # settings that are lists, an option for each entry
    listening: Listening | None = None  # how it is made to listen for verification; None: it cannot be

    def request(self, launch: Launch) -> dict[str, object]:
        """What the probe is asked about a launch."""
        return {
            "id": launch.id,
            "server": self.name,
            "program": self.program,
            "argv": known_argv(self, launch),
            "target": None,
            "module_run": launch.command.module_run,
            "candidate": launch.candidate,
            "here": launch.origin.kind == "command-line",
        }

    def boot_program(self, launch: Launch) -> str | list[str]:
        """What starts this server for verification: the name of a program beside the interpreter, or words
        for the interpreter."""
        return self.program

    def boot_arguments(
        self, launch: Launch, facts: ServerFacts, port: int, folder: str, *, whole: bool = False
    ) -> list[str]:
        """The server's arguments with a port of loopback in place of its address.

        :param folder: a temporary one
        :param whole: with as many processes as the launch has; one is enough to see what it answers
        :raises CannotBoot: there is no way to say it
        """
        if self.listening is None:
            raise CannotBoot(f"{self.name} cannot be told from outside where to listen")
        if launch.written:
            raise CannotBoot(f"its start writes {next(iter(launch.written))} before {self.name} runs")
        table = facts.options or self.static_options
        return arguments(self.listening, known_argv(self, launch), table, port, folder, whole=whole)

    def candidates(self, target: str) -> list[list[str]]:
        """Arguments of the launches worth proposing for a bare target."""
        return [[target]]

    def factory_arguments(self, target: str) -> list[str]:
        """Arguments that serve what the factory ``module:name`` makes."""
        return [f"{target.removesuffix('()')}()"]

    def target_words(self, target: str) -> list[str] | None:
        """The words that name a target, a call of a factory (``module:name()``) included; None where this
        server's grammar cannot say it."""
        return None if "(" in target else [target]

    def options(self, case: Case) -> Table:
        """The options of the command line, as the installed server lists them."""
        return case.facts.server.options or self.static_options

    def target_index(self, command: Command, table: Table) -> int | None:
        """Index of the word that is the target."""
        _, positionals = scan([word.text for word in command.words], command.arguments, table)
        return positionals[0] if positionals else None

    def neutral(self, case: Case) -> Neutral:
        """The launch's settings in words of no server."""
        return Neutral()

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """The words that start this server with these settings, and what it has no option for."""
        return [self.program, target], written(neutral, {})[1]

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """How a launch of this server is made to call an app of ``interface``, the best way first."""
        return ()

    def remedy(self, case: Case) -> Remedy:
        """A remedy that knows where this server's settings stand."""
        return Remedy(self, case)

    def place(self, case: Case) -> Location | None:
        """Where a file says what is started, for launches whose command does not."""
        return None

    def caller(self, case: Case) -> str:
        """Who calls the app, in prose."""
        return self.name

    def read_statically(self, launch: Launch) -> ServerFacts | None:
        """Facts read without the server; None where its words and ``static_options`` tell all."""
        return None

    def factory(self, remedy: Remedy, call: str) -> bool:
        """Make the remedy call the factory ``module:name``; whether this server can."""
        return False


def known_argv(server: Server, launch: Launch) -> list[str]:
    """The server's arguments as it can be asked about them: container paths mapped back to the project,
    and options left out whose value nobody knows before it runs (``--bind 0.0.0.0:$PORT``)."""
    command = launch.command
    texts = [_mapped(word.text, launch) for word in command.words]
    unknown = {index for index, word in enumerate(command.words) if not word.known}
    options, _ = scan(texts, command.arguments, server.static_options)
    left_out = set(unknown)
    for option in options:
        places = {option.index, option.value_index if option.value_index is not None else option.index}
        if places & unknown:
            left_out |= places
    return [text for index, text in enumerate(texts) if index >= command.arguments and index not in left_out]


def _mapped(text: str, launch: Launch) -> str:
    for name, place in launch.options.items():
        path = name.removeprefix("path:")
        if path != name and (text == path or text.endswith("=" + path)):
            return text[: len(text) - len(path)] + place
    return text


class Remedy:
    """Changes to one launch: words of its command, its configuration file, packages, what it costs."""

    def __init__(self, server: Server, case: Case) -> None:
        self.server = server
        self.case = case
        self.command: Command = case.command
        self.edits: list[Edit] = []
        self.install: list[str] = []
        self.needs: list[str] = []
        self.costs: list[str] = []
        self.by_hand: list[str] = []  # what no edit can bring about: the fix is one in words then

    def _apply(self, changed: word_edits.Changed) -> None:
        self.command = changed.command
        for made in changed.edits:  # a word that is changed twice is changed once, to what it is last
            place = made.location
            if (place.line, place.column) != place.end:
                self.edits = [one for one in self.edits if one.location != place]
            self.edits.append(made)

    def given(self, name: str) -> Given | None:
        """The last place where an option stands in the command (the last one wins)."""
        table = self.server.options(self.case)
        texts = [word.text for word in self.command.words]
        options, _ = scan(texts, self.command.arguments, table)
        called = self.server.setting_of
        return next((one for one in reversed(options) if name in (one.name, called.get(one.name))), None)

    def set_option(self, name: str, flag: str, value: str | None) -> None:
        """Set an option on the command line, replacing the value that stands there."""
        given = self.given(name)
        if given is not None and given.value_index is not None and value is not None:
            self.put_word(given.value_index, given.prefix + value)
        elif given is None:
            at = self.server.target_index(self.command, self.server.options(self.case))
            words = [flag] if value is None else [flag, value]
            self.insert_words(at if at is not None else len(self.command.words), words)

    def call_nothing(self) -> None:
        """Serve what the target names as it is: without the options that have the server call it first."""
        for option in ("factory", "call"):
            if self.given(option) is not None:
                self.drop_option(option)

    def drop_option(self, name: str) -> None:
        """Take an option off the command line, wherever it stands."""
        while (given := self.given(name)) is not None and self.drop_words(given.index, given.words):
            pass

    def drop_words(self, index: int, count: int = 1) -> bool:
        """Take words of the command out; whether that could be done."""
        made = dropped(self.command, index, count, self._sources())
        if made is None:
            self.by_hand.append(f"without {self.command.words[index].text}")
            return False
        self._apply(made)
        return True

    def _sources(self) -> dict[str, Source]:
        return {source.path: source for source in self.case.sources.values()}

    def put_word(self, index: int, text: str) -> None:
        """Replace a word of the command."""
        try:
            self._apply(word_edits.put(self.command, index, text, self._write))
        except CannotBeWritten as exc:
            self.by_hand.append(f"{exc}, which nothing can write in that place")

    def insert_words(self, index: int, texts: Sequence[str]) -> None:
        """Put words in front of the one at ``index``."""
        try:
            self._apply(word_edits.insert(self.command, index, texts, self._write))
        except CannotBeWritten as exc:
            self.by_hand.append(f"{exc}, which nothing can write in that place")

    def _write(self, text: str, style: Style, place: Location | None) -> str:
        return around.word(text, style, place, self._sources())

    def set_target(self, target: str) -> None:
        """Point the server to another object."""
        at = self.server.target_index(self.command, self.server.options(self.case))
        if at is not None:
            self.put_word(at, target)
        else:
            self.insert_words(len(self.command.words), [target])

    def replace_command(
        self, words: Sequence[str], module: str, carried: Carried | None = None, target: str | None = None
    ) -> None:
        """Start something else: the server's words are replaced; wrappers in front of them, the folder of
        the program and the interpreter stay.

        :param words: the program, then its arguments
        :param module: what ``python -m`` calls the program
        :param carried: the command's words, where some of ``words`` have tokens from them
        :param target: the one of ``words`` that may stand last, where the old one has a place of its own
        """
        sources = self._sources()
        carried = carried or take_apart(self.command, sources)
        made = replacing.replaced(self.command, words, module, carried, sources, target)
        self.edits = list(made.edits)
        self.command = made.command
        self.by_hand.extend(made.by_hand)

    def need(self, requirement: str) -> None:
        """A package that it needs: to be installed, if it is not; and the project has to ask for it.

        What is installed is kept where the project pins, ``>=`` where it gives ranges.
        """
        name, _, floor = requirement.partition(">=")
        if installed(self.case.environment, name):
            version = self.case.environment.packages[name]
            self.needs.append(f"{name}=={version}{f',>={floor}' if floor else ''}")
        else:
            self.require(requirement)

    def require(self, *requirements: str) -> None:
        """Packages that have to be installed for it, whatever is there."""
        self.install.extend(entry for entry in requirements if entry not in self.install)

    def cost(self, *texts: str) -> None:
        """What the user gives up."""
        self.costs.extend(text for text in texts if text not in self.costs)

    def fix(
        self,
        title: str,
        *,
        recommended: bool = False,
        applicability: Applicability = Applicability.SAFE,
    ) -> Fix:
        """The fix."""
        if self.by_hand:
            title = f"{title}, by hand: {show.shown(self.command)} (left to say: {'; '.join(self.by_hand)})"
            install, costs = tuple(self.install), tuple(self.costs)
            return Fix.by_hand(title, recommended=recommended, install=install, costs=costs)
        return Fix(
            title=title,
            applicability=applicability,
            recommended=recommended,
            install=tuple(self.install),
            edits=tuple(self.edits),
            command=show.shown(self.command),
            costs=tuple(self.costs),
            needs=tuple(self.needs),
        )


def installed(environment: Environment, package: str) -> bool:
    """Whether a distribution is installed in the target environment."""
    return package in environment.packages


def taken_for_factory(case: Case) -> bool:
    """Whether uvicorn, or its worker, called what the target names to get the app, without being told to:
    no setting keeps it from that."""
    call = case.facts.call
    return call is not None and (call.why or "").startswith("uvicorn called it as a factory")
