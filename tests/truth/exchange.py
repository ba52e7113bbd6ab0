"""The requests that show whether an app is served through Connexion, and how they are sent."""

from __future__ import annotations

import http.client
import json
import select
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Exchange:
    """A request, and the answer of an app that Connexion takes care of."""

    says: str
    path: str
    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


EXCHANGES = (
    Exchange("a good request", "/v1/hello?name=Ann", 200, {"hello": "Ann"}),
    Exchange("a parameter that is too short", "/v1/hello?name=A", 400),
    Exchange("no key", "/v1/secret", 401),
    Exchange("the key", "/v1/secret", 200, {"secret": 42}, {"X-Api-Key": "open-sesame"}),
)


@dataclass(frozen=True)
class Address:
    """Where a server listens: on a Unix socket if there is one, else on a port of loopback."""

    port: int
    unix: Path | None = None

    def connect(self, seconds: float) -> socket.socket:
        if self.unix is None:
            return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(seconds)
        try:
            client.connect(str(self.unix))
        except OSError:
            client.close()
            raise
        return client


class NoAnswer(Exception):
    """The server took the request and did not answer it as HTTP; the message says how."""


def send(
    address: Address, exchange: Exchange, seconds: float, gave_up: Callable[[], str | None]
) -> str | None:
    """Send one request; what is wrong with the answer, or None. Raises `NoAnswer`.

    `gave_up` is asked while we wait: what it says ends the waiting at once.
    """
    connection = http.client.HTTPConnection("127.0.0.1", address.port)
    try:
        connection.sock = address.connect(seconds)
        headers = {"Host": "localhost", "Connection": "close", **exchange.headers}
        connection.request("GET", exchange.path, headers=headers)
        deadline = time.monotonic() + seconds
        while not select.select([connection.sock], [], [], 0.1)[0]:
            reason = gave_up()
            if reason is None and time.monotonic() > deadline:
                reason = f"no answer in {seconds:.0f} s"
            if reason is not None:
                raise NoAnswer(f"{exchange.says}: {reason}")
        response = connection.getresponse()
        return _judge(exchange, response.status, response.read())
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"{exchange.says}: {type(error).__name__} {error}".rstrip()) from error
    finally:
        connection.close()


def _judge(exchange: Exchange, status: int, body: bytes) -> str | None:
    if status != exchange.status:
        return f"{exchange.says}: answered {status}, not {exchange.status}"
    if exchange.body is not None:
        try:
            answered = json.loads(body)
        except ValueError:
            return f"{exchange.says}: the body is not JSON: {body[:80]!r}"
        if answered != exchange.body:
            return f"{exchange.says}: the body is {answered!r}"
    return None
