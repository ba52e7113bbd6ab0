"""waitress: WSGI only."""

from __future__ import annotations

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Interface
from connexion_doctor.servers.base import Remedy, Server
from connexion_doctor.servers.listening import listening
from connexion_doctor.servers.shared_settings import (
    Neutral,
    Writer,
    bind_of,
    has_token,
    host_and_port,
    joined,
    nothing,
    read,
    unix_path,
    whole,
    written,
)

# Where waitress itself cannot be asked (waitress 3.0, waitress/adjustments.py): options with a value,
# and without one.
VALUES = (
    "--host --port --listen --threads --trusted-proxy --trusted-proxy-count --trusted-proxy-headers "
    "--url-scheme --url-prefix --backlog --recv-bytes --send-bytes --outbuf-overflow "
    "--outbuf-high-watermark --inbuf-overflow --connection-limit --cleanup-interval --channel-timeout "
    "--max-request-header-size --max-request-body-size --ident --asyncore-loop-timeout --unix-socket "
    "--unix-socket-perms --sockets --channel-request-lookahead --server-name --app"
).split()
FLAGS = (
    "--call --help --ipv4 --no-ipv4 --ipv6 --no-ipv6 --log-socket-errors --no-log-socket-errors "
    "--expose-tracebacks --no-expose-tracebacks --asyncore-use-poll --log-untrusted-proxy-headers "
    "--clear-untrusted-proxy-headers --no-clear-untrusted-proxy-headers"
).split()


class Waitress(Server):
    """waitress, started by ``waitress-serve``."""

    name = package = "waitress"
    program = "waitress-serve"
    serves = (Interface.WSGI,)
    static_options = (
        *(((flag,), flag.lstrip("-").replace("-", "_"), True) for flag in VALUES),
        *(((flag,), flag.lstrip("-").replace("-", "_"), False) for flag in FLAGS),
    )
    listening = listening(
        "--listen=127.0.0.1:{port}",
        drop="--listen --host --port --unix-socket --unix-socket-perms --ipv4 --ipv6",
    )

    def target_index(self, command: object, table: object) -> int | None:
        """The last word: waitress takes one positional behind its options, most written with ``=``."""
        words = getattr(command, "words", ())
        return len(words) - 1 if words and not words[-1].text.startswith("-") else None

    def factory_arguments(self, target: str) -> list[str]:
        """``--call``."""
        return ["--call", target.removesuffix("()")]

    def factory(self, remedy: Remedy, call: str) -> bool:
        """``--call module:name``."""
        remedy.set_option("call", "--call", None)
        remedy.set_target(call)
        return True

    def neutral(self, case: Case) -> Neutral:
        """Every option that was given, translated or listed as lost; without an address, waitress listens
        on every one, port 8080."""
        settings = case.facts.server.settings
        found = read(settings, READS, skip=SKIPPED)
        listen, host, port = settings.get("listen"), settings.get("host"), settings.get("port")
        if listen is not None:
            found.binds = [entry.removeprefix("*") for entry in listen.shown.split()]
        else:
            found.binds = [bind_of(host, port, "0.0.0.0", 8080)]
        if "unix_socket" in settings:
            found.binds = [f"unix:{settings['unix_socket'].shown}"]
        return found

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """waitress' own arguments for these settings: one process with threads. Its own default is every
        address, port 8080; other servers' is loopback, port 8000."""
        words, lost = written(neutral, WRITES)
        if not neutral.binds:
            words = ["--listen=127.0.0.1:8000", *words]
        return ["waitress-serve", *words, *(self.target_words(target) or [target])], lost

    def target_words(self, target: str) -> list[str] | None:
        """``--call`` calls what the target names, with nothing."""
        if "(" not in target:
            return [target]
        return ["--call", target.removesuffix("()")] if target.endswith("()") else None


READS = {
    "threads": "threads",
    "backlog": "backlog",
    "url_prefix": "root_path",
    "trusted_proxy": "forwarded_ips",
}
SKIPPED = frozenset("listen host port unix_socket call app".split())
PROXY_HEADERS = "x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port"


def _binds(binds: object) -> list[str] | None:
    if not isinstance(binds, list) or any(
        str(bind).startswith("fd://") or whole(str(bind)) for bind in binds
    ):
        return None
    words = []
    for bind in map(str, binds):
        path = unix_path(bind)
        host, port = host_and_port(bind)
        host = f"[{host}]" if ":" in host else host or "*"
        words.append(f"--unix-socket={path}" if path is not None else f"--listen={host}:{port or 8000}")
    return words


def _trusted(addresses: object) -> list[str] | None:
    if "," in str(addresses) or has_token(addresses):
        return None
    return [f"--trusted-proxy={addresses}", f"--trusted-proxy-headers={PROXY_HEADERS}"]


WRITES: dict[str, Writer] = {
    "binds": _binds,
    "workers": nothing(1),
    "threads": joined("--threads"),
    "backlog": joined("--backlog"),
    "root_path": joined("--url-prefix"),
    "forwarded_ips": _trusted,
    "error_log": nothing("-"),
    "access_log": nothing(""),
}

SERVER = Waitress()
