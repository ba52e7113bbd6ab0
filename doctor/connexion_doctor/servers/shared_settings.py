"""Settings that servers share, in words of no server: what a translation goes through.

Each server says how its own settings read in these words (a reading table) and how these words are
written as its own arguments (a writing table). What has no counterpart is listed, never dropped in
silence: whatever a writing table does not take comes out as lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, fields

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Setting

# What stands for text that is known only when the command runs (``servers.expansions``): a writer
# passes it on, or has no words for it where the value has to be understood.
TOKEN = late.pattern(r"carried(\d+)value")


def has_token(value: object) -> bool:
    """Whether a value is known only when the command runs."""
    return isinstance(value, str) and TOKEN.search(value) is not None


class Grave(str):
    """What is lost, in words, where without it the server cannot be reached, finds no app, or is not
    private: a fix that loses it is none to be made by machine."""


# The settings of that kind; of the last two, the server would run with more rights than it was given.
GRAVE = frozenset(
    "binds certfile keyfile key_password ca_certs client_certificates directory app_dir user group".split()
)


@dataclass
class Neutral:
    """Settings of a launch. None and empty mean: not given. Times are seconds, limits are counts.

    ``wrote`` holds, by the name of a field, the setting as the user wrote it; ``lost`` what has no word
    here; ``variables`` those of the environment that the server itself reads, as a container's platform
    sets them.
    """

    binds: list[str] = field(default_factory=list)  # HOST:PORT, unix:PATH, fd://N
    workers: int | None = None
    threads: int | None = None
    keep_alive: float | None = None
    graceful_timeout: float | None = None
    certfile: str | None = None
    keyfile: str | None = None
    key_password: str | None = None
    ca_certs: str | None = None
    client_certificates: int | None = None  # as ssl.VerifyMode: 0 none, 1 optional, 2 required
    ciphers: str | None = None
    forwarded_ips: str | None = None
    root_path: str | None = None
    max_requests: int | None = None
    max_requests_jitter: int | None = None
    backlog: int | None = None
    log_level: str | None = None
    log_config: str | None = None
    access_log: str | None = None  # a path, ``-`` for the console, empty for none
    access_log_format: str | None = None  # with gunicorn's atoms
    error_log: str | None = None  # a path, ``-`` for the console
    reload: bool = False
    directory: str | None = None  # that the server changes to
    app_dir: str | None = None  # that it imports from, without changing there
    pid_file: str | None = None
    user: str | None = None
    group: str | None = None
    umask: str | None = None
    daemon: bool = False
    process_name: str | None = None
    statsd_host: str | None = None
    statsd_prefix: str | None = None
    websocket_ping_interval: float | None = None
    lost: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    wrote: dict[str, str] = field(default_factory=dict)

    def given(self) -> dict[str, object]:
        """The settings that are not empty, by the names of their fields."""
        own = ("lost", "variables", "wrote")
        values = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name not in own}
        return {name: value for name, value in values.items() if value not in (None, [], False)}

    def spoken(self, name: str) -> str:
        """A setting as the user wrote it, for the list of what is lost."""
        if name == "binds":
            return "bind " + ", ".join(self.binds)
        return self.wrote.get(name) or f"{name.replace('_', ' ')} {getattr(self, name)}"


# How one neutral setting is written: a flag that takes the value, or a function from the value to words;
# None from it means that this value has no counterpart.
Writer = str | Callable[[object], "list[str] | None"]


def written(
    neutral: Neutral, table: Mapping[str, Writer], *, reads: Iterable[str] = ()
) -> tuple[list[str], list[str]]:
    """Arguments for what the table can say, and what it cannot, as the user wrote it.

    :param reads: variables of the environment that this server reads as well
    """
    words: list[str] = []
    lost: list[str] = []
    values = neutral.given()
    for name in [
        *(name for name in table if name in values),
        *(name for name in values if name not in table),
    ]:
        writer = table.get(name)
        said = None if writer is None else _said(writer, values[name])
        if said is None:
            unsure = writer is not None and has_token(values[name])
            spoken = neutral.spoken(name)
            lost.append(Grave(spoken) if name in GRAVE or unsure else spoken)
        else:
            words += said
    lost += [f"${name}, which the other server reads" for name in neutral.variables if name not in reads]
    return words, lost


def _said(writer: Writer, value: object) -> list[str] | None:
    if callable(writer):
        return writer(value)
    return [writer, number(value)]


def number(value: object) -> str:
    """A value as an argument; whole numbers without a fraction, as every parser takes them."""
    return str(round(value)) if isinstance(value, float) else str(value)


def switch(flag: str) -> Writer:
    """A flag without a value."""
    return lambda value: [flag]


def joined(flag: str) -> Writer:
    """``--flag=value`` as one word."""
    return lambda value: [f"{flag}={number(value)}"]


def nothing(*values: object) -> Writer:
    """The server does this anyway for these values (for any, where none are named)."""
    return lambda value: [] if not values or value in values else None


def console(flag: str) -> Writer:
    """A log that goes to a path or, as ``-``, to the console; an empty one is what happens anyway."""
    return lambda value: [flag, str(value)] if value else []


def one_bind(settings: Mapping[str, Setting], *, unix: str, descriptor: str = "") -> list[str]:
    """The address of a server that binds one, 127.0.0.1:8000 in what is not given; empty where nothing is.

    :param unix: the name of its setting for a Unix socket
    :param descriptor: the name of its setting for a socket that it is handed, where it has one
    """
    if unix in settings:
        return [f"unix:{settings[unix].shown}"]
    if descriptor in settings:
        return [f"fd://{settings[descriptor].shown}"]
    host, port = settings.get("host"), settings.get("port")
    return [] if host is None and port is None else [bind_of(host, port, "127.0.0.1", 8000)]


def bind_of(host: Setting | None, port: Setting | None, usual_host: str, usual_port: int) -> str:
    """An address as one word, of what is given and what the server takes without."""
    name = host.shown if host is not None else usual_host
    name = f"[{name}]" if ":" in name and not name.startswith("[") else name
    return f"{name}:{port.shown if port is not None else usual_port}"


def read(
    settings: Mapping[str, Setting],
    table: Mapping[str, str],
    *,
    skip: Iterable[str] = (),
    flag: Callable[[str], str] = lambda name: "--" + name.replace("_", "-"),
) -> Neutral:
    """Settings of a server in neutral words.

    :param table: name of a setting -> name of a field
    :param skip: settings that say nothing to another server, or that the caller reads itself
    :param flag: how a setting is written on the command line
    """
    found = Neutral()
    for name, setting in settings.items():
        if name in skip or setting.source == "default":
            continue
        wrote = _wrote(name, setting, flag)
        known = table.get(name)
        secret = known == "key_password" and setting.source == "environment"  # which no command shows
        if known is None or secret or not _fits(known, setting.value):
            found.lost.append(Grave(wrote) if known in GRAVE or name in GRAVE_SETTINGS else wrote)
            continue
        setattr(found, known, _value(known, setting))
        found.wrote[known] = wrote
    return found


def _wrote(name: str, setting: Setting, flag: Callable[[str], str]) -> str:
    if "password" in name:
        return flag(name)
    if setting.source == "file":
        return f"{name} = {setting.shown}"
    if setting.value is True:
        return flag(name)
    return f"{flag(name)} {setting.shown}"


def _fits(name: str, value: object) -> bool:
    return (
        value is None or isinstance(value, (str, int, float)) or (name in LISTS and isinstance(value, list))
    )


# Settings of any server that no other has a word for, and that the app may not start without.
# Or an address of its own, which it would no longer be reached at.
GRAVE_SETTINGS = frozenset("raw_env env_file env_files insecure_bind quic_bind socket_strings".split())
LISTS = frozenset({"forwarded_ips"})
TEXTS = frozenset("user group umask root_path log_level process_name pid_file".split())


def _value(name: str, setting: Setting) -> object:
    value = setting.value
    if isinstance(value, list):
        return ",".join(map(str, value))
    if name in TEXTS and value is not None and not isinstance(value, bool):
        return setting.shown.lower() if name == "log_level" else setting.shown
    return value


def host_and_port(bind: str) -> tuple[str, str | None]:
    """``HOST:PORT`` taken apart; IPv6 in brackets, a missing host or port as servers read them."""
    bind = bind.removeprefix("tcp://")
    if bind.startswith("["):
        host, _, rest = bind[1:].partition("]")
        return host, rest.lstrip(":") or None
    host, colon, port = bind.rpartition(":")
    if not colon:
        return (bind, None) if not bind.isdigit() else ("", bind)
    return host, port or None


def whole(bind: str) -> bool:
    """Whether one expansion holds both halves of an address (``$BIND``): nobody can take it apart."""
    return has_token(bind) and ":" not in bind and not bind.startswith("/")


def unix_path(bind: str) -> str | None:
    """The path of a Unix socket; None for other addresses."""
    return bind.removeprefix("unix:").removeprefix("//") if bind.startswith("unix:") else None


def one_address(
    binds: list[str], unix: str | None, descriptor: str | None, host: str, port: str
) -> list[str] | None:
    """The arguments of a server that binds one address by separate options; the rest is for the caller
    to list. None where this kind of address has no option."""
    bind = binds[0]
    if whole(bind):
        return None
    path = unix_path(bind)
    if path is not None:
        return [unix, path] if unix is not None else None
    if bind.startswith("fd://"):
        return [descriptor, bind.removeprefix("fd://")] if descriptor is not None else None
    name, number_ = host_and_port(bind)
    words = [host, name.strip("[]") or "0.0.0.0"]  # ":8000" is every address
    return [*words, port, number_] if number_ else words


def further(binds: list[str], server: str) -> list[str]:
    """What is lost of several addresses on a server that binds one."""
    return [Grave(f"bind {bind} ({server} binds one address)") for bind in binds[1:]]
