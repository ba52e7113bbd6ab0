"""One HTTP request to a server under verification, watched while it is answered."""

from __future__ import annotations

import http.client
import select
import socket
import ssl

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.processes.address import Address
from connexion_doctor.processes.server_process import Process
from connexion_doctor.verify.requests import Request

WATCH = 0.1  # seconds between two looks at the server while its answer is awaited
HANDSHAKE = 2.0
MOST_BODY = 64 * 1024


class NoAnswer(Exception):
    """The server took the request and gave no HTTP answer; the message says how."""


@dataclass(frozen=True)
class Answer:
    """The status of an answer and what kind of document it came with."""

    status: int
    content_type: str


def speaks(address: Address) -> bool:
    """Whether TLS is spoken there."""
    try:
        secured(address.connect(HANDSHAKE)).close()
    except (OSError, ValueError):
        return False
    return True


def get(address: Address, request: Request, seconds: float, process: Process) -> Answer:
    """Send a GET and read the answer's head.

    :param process: looked at while nothing comes: why it gave up ends the waiting
    :raises NoAnswer: no answer in time, or none that is HTTP
    """
    connection = http.client.HTTPConnection("127.0.0.1", address.port)
    try:
        connection.sock = secured(address.connect(seconds)) if address.tls else address.connect(seconds)
        headers = {"Host": "localhost", "Connection": "close", "Accept": "*/*", **request.headers}
        connection.request("GET", request.path, headers=headers)
        reason = silent(connection.sock, process, seconds)
        if reason is not None:
            raise NoAnswer(reason)
        response = connection.getresponse()
        response.read(MOST_BODY)
        return Answer(response.status, response.headers.get_content_type())
    except (OSError, http.client.HTTPException, ValueError) as error:
        said = str(error) or type(error).__name__
        raise NoAnswer(f"no HTTP answer: {said}") from error
    finally:
        connection.close()


def silent(sock: socket.socket, process: Process, seconds: float) -> str | None:
    """Wait until something can be read; why nothing will be, or None.

    :param seconds: those in which the machine keeps the server from working do not count
    """
    patience = process.patience(seconds)
    while not _readable(sock):
        reason = process.gave_up()
        if reason is None and patience.over():
            reason = f"no answer in {seconds:g} s"
        if reason is not None:
            return reason
    return None


def secured(plain: socket.socket) -> ssl.SSLSocket:
    """TLS without looking at the certificate: whether it is the right one is not asked here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain)


def _readable(sock: socket.socket) -> bool:
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    return bool(select.select([sock], [], [], WATCH)[0])
