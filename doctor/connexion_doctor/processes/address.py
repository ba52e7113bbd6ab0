"""Where a server under verification listens, on loopback."""

from __future__ import annotations

import socket

from connexion_doctor.foundation.late import dataclass


@dataclass(frozen=True)
class Address:
    """A port of loopback, and whether TLS is spoken there."""

    port: int
    tls: bool = False

    def connect(self, seconds: float) -> socket.socket:
        """A connection. :raises OSError: nobody listens."""
        try:
            return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)
        except ConnectionRefusedError:  # a launch may listen on IPv6 alone
            return socket.create_connection(("::1", self.port), timeout=seconds)


def listens(address: Address) -> bool:
    """Whether somebody takes connections there."""
    try:
        address.connect(1.0).close()
    except OSError:
        return False
    return True
