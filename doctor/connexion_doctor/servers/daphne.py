"""daphne: ASGI only, and it never runs the lifespan."""

from __future__ import annotations

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Interface
from connexion_doctor.servers.base import Server
from connexion_doctor.servers.listening import listening
from connexion_doctor.servers.shared_settings import (
    Neutral,
    Writer,
    console,
    further,
    nothing,
    one_address,
    one_bind,
    read,
    written,
)

VALUES = (
    "-p --port -b --host --bind --websocket_timeout --websocket_connect_timeout "
    "--websocket-max-message-size --websocket-max-frame-size -u --unix-socket --fd "
    "-e --endpoint -v --verbosity -t --http-timeout --access-log --log-fmt --ping-interval "
    "--ping-timeout --application-close-timeout --root-path --proxy-headers-host --proxy-headers-port "
    "-s --server-name"
).split()
# Names of settings by those of the options, where daphne itself cannot be asked (daphne/cli.py).
SETTING_OF = {"p": "port", "b": "host", "bind": "host", "u": "unix_socket", "fd": "file_descriptor"}


class Daphne(Server):
    """daphne."""

    name = package = program = "daphne"
    serves = (Interface.ASGI3,)
    setting_of = SETTING_OF
    listening = listening(
        "-b 127.0.0.1\n-p {port}", drop="--bind --host --port -u --unix-socket --fd -e --endpoint"
    )
    static_options = (
        *(((flag,), flag.lstrip("-").replace("-", "_"), True) for flag in VALUES),
        (("--proxy-headers",), "proxy_headers", False),
        (("--no-server-name",), "server_name", False),
        (("-h", "--help"), "help", False),
    )

    def neutral(self, case: Case) -> Neutral:
        """Every option that was given, translated or listed as lost."""
        settings = case.facts.server.settings
        found = read(settings, READS, skip=SKIPPED)
        found.binds = one_bind(settings, unix="unix_socket", descriptor="file_descriptor")
        return found

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """daphne's own arguments for these settings: one process, one address."""
        words, lost = written(neutral, WRITES)
        return ["daphne", *words, target], lost + further(neutral.binds, "daphne")


READS = {
    "access_log": "access_log",
    "root_path": "root_path",
    "ping_interval": "websocket_ping_interval",
}
SKIPPED = frozenset(["host", "port", "unix_socket", "file_descriptor"])


def _bind(binds: object) -> list[str] | None:
    if not isinstance(binds, list):
        return None
    return one_address(binds, "-u", "--fd", "-b", "-p")


# The verbosity that shows what a level of logging shows.
VERBOSITY = {"critical": "0", "error": "0", "warning": "0", "info": "1", "debug": "2", "trace": "3"}

WRITES: dict[str, Writer] = {
    "binds": _bind,
    "workers": nothing(1),
    "root_path": "--root-path",
    "log_level": lambda level: ["-v", VERBOSITY[str(level)]] if level in VERBOSITY else None,
    "access_log": console("--access-log"),
    "error_log": nothing("-"),
    "websocket_ping_interval": "--ping-interval",
}

SERVER = Daphne()
