"""Settings that servers share, in words of no server: what a translation goes through.

Each server says how its own settings read in these words and how these words are written as its own
arguments. What has no counterpart is listed, never dropped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Neutral:
    """Settings of a launch. None and empty mean: not given. Times are seconds, limits are counts."""

    binds: list[str] = field(default_factory=list)  # HOST:PORT, unix:PATH, fd://N
    workers: int | None = None
    keep_alive: float | None = None
    graceful_timeout: float | None = None
    certfile: str | None = None
    keyfile: str | None = None
    ca_certs: str | None = None
    ciphers: str | None = None
    forwarded_ips: str | None = None
    root_path: str | None = None
    max_requests: int | None = None
    backlog: int | None = None
    log_level: str | None = None
    reload: bool = False
    app_dir: str | None = None
    lost: list[str] = field(default_factory=list)  # settings with no counterpart, as the user wrote them


def host_and_port(bind: str) -> tuple[str, str | None]:
    """``HOST:PORT`` taken apart; IPv6 in brackets, a missing host or port as servers read them."""
    if bind.startswith("["):
        host, _, rest = bind[1:].partition("]")
        return host, rest.lstrip(":") or None
    host, colon, port = bind.rpartition(":")
    if not colon:
        return (bind, None) if not bind.isdigit() else ("", bind)
    return host, port or None
