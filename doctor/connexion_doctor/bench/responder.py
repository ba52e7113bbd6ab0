"""A responder that does nothing: what the load generator can do at most, against a server that costs nothing.

``python -m connexion_doctor.bench.responder PORT``
"""

from __future__ import annotations

import asyncio
import sys

BODY = b'{"ok":true}'
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    + str(len(BODY)).encode()
    + b"\r\n\r\n"
    + BODY
)


class Answers(asyncio.Protocol):
    """The same bytes for every request that has no body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        """An answer for every head that came to its end."""
        self._rest += data
        heads, self._rest = self._rest.count(b"\r\n\r\n"), self._rest.rpartition(b"\r\n\r\n")[2]
        if heads:
            self._transport.write(ANSWER * heads)


async def serve(port: int) -> None:
    """Answer on a port of loopback until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Answers, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
