"""Answers that are odd: bodies without an end, bodies that are cut off, servers that say nothing."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from connexion_doctor.compare.asked import VALID, Request
from connexion_doctor.compare.credentials import Credentials
from connexion_doctor.compare.sending import send
from connexion_doctor.processes.address import Address
from connexion_doctor.processes.patience import Patience
from connexion_doctor.verify.running import Running

GET = Request("GET /x", VALID, "a test", "GET", "/x")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
SECONDS = 0.5


class Alive:
    """A process that gives up nothing."""

    def gave_up(self) -> None:
        return None

    def patience(self, seconds: float) -> Patience:
        return Patience(seconds, list)


@contextmanager
def server(first: bytes, ever: bytes = b"") -> Iterator[Running]:
    """Answers once, and goes on for ever where there is something to say."""

    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(first)
            try:
                while ever and not over.wait(0.02):
                    connection.sendall(ever)
                if not first:
                    over.wait(60)
            except OSError:
                return

    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        try:
            yield Running(Address(listening.getsockname()[1]), Alive(), {}, SECONDS)  # type: ignore[arg-type]
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("first", "ever", "status", "body", "failure"),
    [
        (HEAD + b"Content-Length: 2\r\n\r\nok", b"", 200, b"ok", None),
        (HEAD + b"Content-Length: 2\r\n\r\no", b"", 0, b"", "no HTTP answer: IncompleteRead"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", b"", 200, b"ok", None),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nok", b"", 0, b"", "no HTTP answer: IncompleteRead"),
        (HEAD + b"\r\nuntil it closes", b"", 200, b"until it closes", None),
        (HEAD + b"\r\n", b"data: 1\n\n", 200, b"data: 1\n\n", None),
        (b"", b"", 0, b"", "no answer in 0.5 s"),
        (b"nonsense\r\n\r\n", b"", 0, b"", "no HTTP answer"),
    ],
)
def test_what_comes_of_an_answer(
    first: bytes, ever: bytes, status: int, body: bytes, failure: str | None
) -> None:
    with server(first, ever) as running:
        begun = time.monotonic()
        found = send(GET, running, Credentials())
        took = time.monotonic() - begun
    assert found.status == status
    assert found.body.startswith(body)
    assert (found.failure or "").startswith(failure or "")
    assert (found.failure is None) == (failure is None)
    assert took < 20
