"""Switches are read by the names that their servers have for them."""

from __future__ import annotations

import shlex

import pytest

from connexion_doctor import servers
from connexion_doctor.commands import argv
from connexion_doctor.model import Launch, Origin
from connexion_doctor.servers import static

# command -> settings, as the server's own reader gives them to the probe
SWITCHES: dict[str, dict[str, object]] = {
    "gunicorn -D --no-sendfile app:app": {"daemon": True, "sendfile": False},
    "gunicorn -R --preload app:app": {"enable_stdio_inheritance": True, "preload_app": True},
    "hypercorn -D app:app": {"daemon": True},
    "uvicorn --no-proxy-headers --no-access-log app:app": {"proxy_headers": False, "access_log": False},
    "uvicorn --proxy-headers app:app": {"proxy_headers": True},
    "granian --interface asgi --no-ws app:app": {"interface": "asgi", "ws": False},
}


@pytest.mark.parametrize("command", SWITCHES)
def test_switches(command: str) -> None:
    read = argv.read(argv.words_of(shlex.split(command)))
    launch = Launch("one", Origin("command-line"), str(read.server), "/", read)
    found = static.read(servers.get(launch.server), launch)
    assert {name: one.value for name, one in found.settings.items()} == SWITCHES[command]
    assert "unread" not in found.details
