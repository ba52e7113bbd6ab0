"""Requests sent to a server on loopback, one connection each, and the answers whole."""

from __future__ import annotations

import http.client
import shlex
import time

from connexion_doctor.compare.asked import Answer, Headers, Request
from connexion_doctor.compare.credentials import Credentials
from connexion_doctor.processes import signals
from connexion_doctor.verify.http import secured, silent
from connexion_doctor.verify.running import Running

MOST_BODY = 4 * 1024 * 1024
READ = 64 * 1024
AGENT = "connexion-doctor"
JOINT = " \\\n"  # between the options of a command: a shell reads on


def send(request: Request, server: Running, credentials: Credentials) -> Answer:
    """The answer to a request. A server that gives none is told of by the answer's ``failure``.

    :raises Interrupted: the doctor was told to stop
    """
    signals.look()
    address = server.address
    connection = http.client.HTTPConnection("127.0.0.1", address.port)
    try:
        sock = address.connect(server.seconds)
        sock.settimeout(server.seconds)
        connection.sock = secured(sock) if address.tls else sock
        connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers_of(request, credentials):
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders(request.body)
        nothing = silent(connection.sock, server.process, server.seconds)
        if nothing is not None:
            return Answer(0, failure=nothing)
        response = connection.getresponse()
        body = _body(response, server.seconds)
        return Answer(response.status, tuple(response.getheaders()), body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = f"no answer in {server.seconds:g} s" if isinstance(error, TimeoutError) else _said(error)
        return Answer(0, failure=server.process.gave_up() or late)
    finally:
        connection.close()


def _body(response: http.client.HTTPResponse, seconds: float) -> bytes:
    """What came of a body until its end; of one that has none, as a stream of events, what came in time."""
    parts: list[bytes] = []
    announced = response.length or 0
    deadline = time.monotonic() + seconds
    while sum(map(len, parts)) < MOST_BODY and time.monotonic() < deadline:
        signals.look()
        part = response.read1(READ)
        if not part:
            if sum(map(len, parts)) < announced:
                raise http.client.IncompleteRead(b"".join(parts), announced - sum(map(len, parts)))
            break
        parts.append(part)
    return b"".join(parts)[:MOST_BODY]


def _said(error: Exception) -> str:
    return f"no HTTP answer: {str(error) or type(error).__name__}"


def headers_of(request: Request, credentials: Credentials) -> Headers:
    """All headers that go over the wire; the user's win over those that were made up."""
    own = () if request.anonymous else credentials.headers
    taken = {name.lower() for name, _ in own}
    made = tuple((name, value) for name, value in request.headers if name.lower() not in taken)
    length: Headers = ()
    if request.body is not None or not request.safe:
        length = (("Content-Length", str(len(request.body or b""))),)
    frame = (("Host", "localhost"), ("User-Agent", AGENT), ("Accept", "*/*"), ("Connection", "close"))
    given = {name.lower() for name, _ in made}
    return (*(one for one in frame if one[0].lower() not in given), *own, *made, *length)


def curl(request: Request, credentials: Credentials, base: str = "http://127.0.0.1:8000") -> str:
    """The request as a line for a shell; credentials are written ``***``."""
    words = ["curl -i"]
    if request.method == "HEAD":
        words = ["curl -I"]
    elif request.method != ("GET" if request.body is None else "POST"):
        words.append(f"-X {request.method}")
    own = () if request.anonymous else credentials.given
    words += [f"-H {one.shown}" for one in own]
    taken = {one.name.lower() for one in own}
    for name, value in request.headers:
        if name.lower() not in taken:
            words.append(f"-H {shlex.quote(f'{name}: {value}' if value else f'{name};')}")
    if request.body is not None:
        if request.content_type is None:
            words.append("-H Content-Type:")
        words.append(f"--data-binary {_quoted(request.body)}")
    words.append(shlex.quote(f"{base}{request.path}"))
    return credentials.hidden(JOINT.join(words))


def _quoted(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None and text.isprintable() and not text.startswith("@"):
        return shlex.quote(text)
    escaped = "".join(chr(one) if 32 <= one < 127 and one not in b"\\'" else f"\\x{one:02x}" for one in body)
    return f"$'{escaped}'"
