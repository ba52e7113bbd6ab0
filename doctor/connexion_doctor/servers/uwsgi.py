"""uWSGI: WSGI only. Its options stand in the command, in ini, yaml, json or xml files, or both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from connexion_doctor.facts.case import Case
from connexion_doctor.model import (
    Applicability,
    Command,
    Edit,
    Fix,
    Interface,
    Launch,
    Location,
    ServerFacts,
    Setting,
)
from connexion_doctor.servers import uwsgi_boot, uwsgi_options
from connexion_doctor.servers.base import ADAPTER_SLOWER, CannotBoot, Remedy, Server, Way
from connexion_doctor.servers.listening import Listening
from connexion_doctor.servers.option_table import Table
from connexion_doctor.servers.shared_settings import Grave, Neutral
from connexion_doctor.servers.uwsgi_options import Configuration, Option
from connexion_doctor.writing.languages import CannotBeWritten, Kind, written

# Options that the report may show; values of all others stay out of it.
SHOWN = frozenset(
    "module wsgi-file callable mount chdir pythonpath virtualenv http http-socket http11-socket https-socket "
    "socket protocol processes threads master lazy lazy-apps enable-threads need-app harakiri buffer-size "
    "max-requests uid gid die-on-term vacuum plugin plugins listen single-interpreter cheaper".split()
)
ADAPTER = "wsgi_app"
# What other servers have a word for, and what says something to uWSGI alone; of the rest, what the app may
# not start without, or would be reached at.
READS = {
    "processes": "workers", "threads": "threads", "max-requests": "max_requests", "listen": "backlog",
    "chdir": "directory", "pythonpath": "app_dir", "uid": "user", "gid": "group", "umask": "umask",
    "pidfile": "pid_file", "procname": "process_name",
}  # fmt: skip
COUNTS = frozenset({"processes", "threads", "max-requests", "listen"})
OWN = frozenset(
    "module wsgi-file callable mount manage-script-name virtualenv plugin plugins plugins-dir master lazy "
    "lazy-apps enable-threads need-app single-interpreter die-on-term vacuum strict no-site protocol "
    "thunder-lock buffer-size ini yaml yml json xml config include inherit chmod-socket py-autoreload".split()
)
LOST_WITH_CARE = frozenset({"env", "https", "https-socket", "for-readline", "daemonize", "emperor"})
# Variables that are options of the same names: they would add addresses, or leave the process group.
UNSET = tuple(
    f"UWSGI_{name}"
    for name in (
        "HTTP HTTP_SOCKET HTTPS HTTPS_SOCKET SOCKET DAEMONIZE PIDFILE LOGTO STATS EMPEROR UID GID".split()
    )
)


class UwsgiRemedy(Remedy):
    """Changes options where they stand: words of the command, entries of a file."""

    def __init__(self, server: Server, case: Case) -> None:
        super().__init__(server, case)
        self.configuration = uwsgi_options.of_launch(case.launch)
        self.adapted = False

    def put(self, option: Option, value: str) -> None:
        """Another value for an option."""
        if option.word is not None:
            self.put_word(option.word, option.prefix + value)
        elif option.location is not None:
            try:
                self.edits.append(Edit(option.location, _value(option.location, value)))
            except CannotBeWritten as exc:
                self.by_hand.append(f"{option.key} = {exc}")
        elif option.made_at is not None:
            self.by_hand.append(f"{option.key} = {value} ({option.made_at.path}:{option.made_at.line})")

    def add(self, after: Option, key: str, value: str) -> None:
        """An option that is not there yet, behind another one and written like it."""
        if after.word is not None:
            flag = [f"--{key}"] if value == "true" else [f"--{key}", value]
            self.insert_words(len(self.command.words), flag)
        elif after.location is not None:
            try:
                self.edits.append(_written(after, key, value))
            except CannotBeWritten as exc:
                self.by_hand.append(f"{key} = {exc}")
        elif after.made_at is not None:
            self.by_hand.append(f"{key} = {value} ({after.made_at.path}:{after.made_at.line})")

    def set_target(self, target: str) -> None:
        """``module:name`` where the app is named now; a callable that is given apart stays apart."""
        if self.adapted:
            return
        app, name = self.configuration.app, self.configuration.last("callable")
        module, _, attribute = target.partition(":")
        if app is None:
            end = len(self.command.words)
            if self.command.words:
                self.insert_words(end, ["--module", target])
            return
        if app.key == "wsgi-file":
            if not attribute or module.endswith((".py", ".wsgi")) and module != app.value:
                self.put(app, module)
            elif name is not None:
                self.put(name, attribute)
            else:
                self.add(app, "callable", attribute)
        elif app.key == "mount":
            point, equals, _ = app.value.partition("=")
            self.put(app, f"{point}={target}" if equals else target)
        elif name is not None and ":" not in app.value:
            self.put(app, module)
            self.put(name, attribute)
        else:
            self.put(app, target)

    def fix(
        self, title: str, *, recommended: bool = False, applicability: Applicability = Applicability.SAFE
    ) -> Fix:
        """The fix; a launch that only a file tells of has no command."""
        made = super().fix(title, recommended=recommended, applicability=applicability)
        return replace(made, command=made.command or None)

    def load_after_the_fork(self) -> None:
        """``lazy-apps`` and ``enable-threads``, which an adapter with a thread of its own needs."""
        at = self.configuration.app
        if at is None:
            return
        for key in ("lazy-apps", "enable-threads"):
            given = self.configuration.last(key)
            if given is None:
                self.add(at, key, "true")
            elif not given.on:
                self.put(given, "true")


KINDS = {
    "json": Kind.UWSGI_JSON, "xml": Kind.UWSGI_XML, "yaml": Kind.UWSGI_YAML, "yml": Kind.UWSGI_YAML,
}  # fmt: skip


def _kind(place: Location) -> Kind:
    return KINDS.get(place.path.rpartition(".")[2].lower(), Kind.UWSGI_INI)


def _value(place: Location, value: str) -> str:
    """A value as it stands at its place: in JSON without the quotes, which stay."""
    made = written(value, _kind(place))
    return made[1:-1] if _kind(place) is Kind.UWSGI_JSON else made


def _written(after: Option, key: str, value: str) -> Edit:
    """An entry on a line of its own behind the line of another entry."""
    place = after.location
    assert place is not None
    kind, made = _kind(place), written(value, _kind(place))
    indent = " " * (after.key_column - 1)
    end_line, end_column = place.end
    if kind is Kind.UWSGI_JSON:
        return Edit(
            Location(place.path, end_line, end_column + 1, end_line, end_column + 1), f', "{key}": {made}'
        )
    if kind is Kind.UWSGI_XML:
        close = len(f"</{after.key}>")
        at = end_column + close
        return Edit(Location(place.path, end_line, at, end_line, at), f"<{key}>{made}</{key}>")
    line = f"{key}: {made}" if kind is Kind.UWSGI_YAML else f"{key} = {made}"
    return Edit(Location(place.path, end_line, end_column, end_line, end_column), f"\n{indent}{line}")


class Uwsgi(Server):
    """uWSGI."""

    name = package = program = "uwsgi"
    default_attribute = "application"
    calls_factory = True
    serves = (Interface.WSGI,)
    listening = Listening(put=(), unset=UNSET, certificate=(), binary=True)

    def boot_arguments(
        self, launch: Launch, facts: ServerFacts, port: int, folder: str, *, whole: bool = False
    ) -> list[str]:
        """All its options in one temporary file, with another address."""
        found = uwsgi_options.of_launch(launch)
        try:
            return uwsgi_boot.file_for(found, folder, port, lambda value: _mapped(value, launch))
        except uwsgi_boot.CannotTell as exc:
            raise CannotBoot(str(exc)) from exc

    def request(self, launch: Launch) -> dict[str, object]:
        """What the options say; the probe cannot ask uWSGI."""
        found = uwsgi_options.of_launch(launch)
        return {**super().request(launch), "uwsgi": _asked(found, launch)}

    def read_statically(self, launch: Launch) -> ServerFacts:
        """What the options say, without the probe."""
        found = uwsgi_options.of_launch(launch)
        asked = _asked(found, launch)
        settings = {
            option.key: Setting(option.value, option.source, option.value)
            for option in found.options
            if option.key in SHOWN
        }
        return ServerFacts(
            self.name,
            installed=False,
            stage="static",
            usage_error="read without running anything",
            target=str(asked["target"]) if asked["target"] else None,
            config_file=found.file,
            settings=settings,
            calls=Interface.WSGI,
        )

    def candidates(self, target: str) -> list[list[str]]:
        """None: nobody who has a choice starts with it."""
        return []

    def target_index(self, command: Command, table: Table) -> int | None:
        """The word that names the app; None where a file does."""
        words = list(uwsgi_options.of_command(command))
        found = Configuration(tuple(option for option in words if option.key)).app
        return found.word if found is not None else None

    def remedy(self, case: Case) -> UwsgiRemedy:
        """A remedy that knows uWSGI's files."""
        return UwsgiRemedy(self, case)

    def place(self, case: Case) -> Location | None:
        """Where the app is named in a file."""
        app = uwsgi_options.of_launch(case.launch).app
        return app.location or app.made_at if app is not None else None

    def factory(self, remedy: Remedy, call: str) -> bool:
        """``module:name()``."""
        remedy.set_target(f"{call}()")
        return True

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """The adapter, whole: made in the module, named in the options, loaded after the fork."""
        load = case.facts.load
        if interface is not Interface.ASGI3 or load is None or case.module is None or not load.attribute:
            return
        if any(layer.type.startswith("a2wsgi.asgi.") for layer in case.layers()):
            return
        remedy = UwsgiRemedy(self, case)
        name = load.attribute
        inner = case.layers()[0].detail.get("owner_name") if case.layers() else None
        name = inner if isinstance(inner, str) else name
        if case.facts.made is not None:  # a factory that uWSGI does not call: the adapter wants what it makes
            name = f"{name}()"
        remedy.edits += case.module.append_once(
            "", "from a2wsgi import ASGIMiddleware", "", f"{ADAPTER} = ASGIMiddleware({name})"
        )
        remedy.set_target(f"{load.module}:{ADAPTER}")
        remedy.load_after_the_fork()
        remedy.adapted = True
        remedy.need("a2wsgi>=1.10.4")
        remedy.cost(
            "lifespan handlers never run",
            ADAPTER_SLOWER,
            "each worker loads the app itself: slower start, no memory shared between workers",
        )
        yield Way(
            "keep uWSGI, put the a2wsgi adapter in front of the app and load it after the fork",
            remedy,
            Applicability.UNSAFE,
            adapts=True,
        )

    def neutral(self, case: Case) -> Neutral:
        """Addresses, workers and limits; what has no counterpart elsewhere is listed as lost."""
        found = Neutral()
        configuration = uwsgi_options.of_launch(case.launch)
        for option in configuration.options:
            shown = f"{option.key} = {option.value}"
            if option.key in ("http", "http-socket", "http11-socket"):
                if "$(" in option.value:  # a variable, as only uWSGI writes it
                    found.lost.append(Grave(shown))
                else:
                    found.binds.append(_bind(option.value))
            elif option.key in ("socket", "uwsgi-socket"):
                found.lost.append(Grave(f"{shown}: nginx has to use proxy_pass, not uwsgi_pass"))
            elif option.key in LOST_WITH_CARE:
                found.lost.append(Grave(shown if option.key != "env" else "env"))
            elif option.key and option.key not in OWN and option.key not in READS:
                found.lost.append(option.key if option.value == "true" else shown)
        for key, name in READS.items():
            last = configuration.last(key)
            if last is not None:
                number = configuration.count(key) if key in COUNTS else last.value
                setattr(found, name, number)
                found.wrote[name] = f"{key} = {last.value}"
        return found


def _bind(value: str) -> str:
    value = value.partition(",")[0]
    if value.startswith("/"):
        return f"unix:{value}"
    return f"0.0.0.0{value}" if value.startswith(":") else value


def _asked(found: Configuration, launch: Launch) -> dict[str, object]:
    app, name, chdir = found.app, found.last("callable"), found.last("chdir")
    kind = app.key if app is not None else None
    value = app.value if app is not None else None
    if value is None and launch.target:  # named in a way that only discovery could read
        kind, value = ("wsgi-file" if launch.target.endswith((".py", ".wsgi")) else "module"), launch.target
    if kind == "mount" and value is not None:
        value = value.partition("=")[2] or value
        kind = "wsgi-file" if value.endswith((".py", ".wsgi")) else "module"
    value = _mapped(value, launch)
    return {
        "target": value,
        "module": value if kind == "module" else None,
        "wsgi_file": value if kind == "wsgi-file" else None,
        "callable": name.value if name is not None else None,
        "chdir": _mapped(chdir.value, launch) if chdir is not None else None,
        "pythonpath": [_mapped(entry, launch) for entry in found.all("pythonpath")],
        "env": [entry.split("=", 1) for entry in found.all("env") if "=" in entry],
        "file": found.file,
        "settings": {
            option.key: {"value": option.value, "source": option.source, "shown": option.value}
            for option in found.options
            if option.key in SHOWN
        },
    }


def _mapped(value: str | None, launch: Launch) -> str | None:
    """A path of the container as one of the project."""
    return launch.here(value) if value is not None else None


SERVER = Uwsgi()
