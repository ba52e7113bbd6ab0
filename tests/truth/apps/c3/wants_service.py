"""Connects to a service when it is imported; nobody listens there."""

import socket

from app import app

socket.create_connection(("127.0.0.1", 1), timeout=5).close()

__all__ = ["app"]
