"""daphne: ASGI only, and it never runs the lifespan."""

from __future__ import annotations

from doctor.model import Interface
from doctor.servers.base import Server

VALUES = (
    "-p --port -b --host --bind --websocket_timeout --websocket_connect_timeout -u --unix-socket --fd -e "
    "--endpoint -v --verbosity -t --http-timeout --access-log --log-fmt --ping-interval --ping-timeout "
    "--application-close-timeout --root-path --proxy-headers-host --proxy-headers-port -s --server-name"
).split()


class Daphne(Server):
    """daphne."""

    name = package = program = "daphne"
    serves = (Interface.ASGI3,)
    static_options = (
        *(((flag,), flag.lstrip("-").replace("-", "_"), True) for flag in VALUES),
        (("--proxy-headers",), "proxy_headers", False),
        (("--no-server-name",), "server_name", False),
    )


SERVER = Daphne()
