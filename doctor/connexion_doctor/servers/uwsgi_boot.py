"""uWSGI's options as they are booted for verification: all of them, from wherever they come, in one file of a
temporary folder, without those that listen, leave, or write somewhere else.

Source: uWSGI's documentation, "Options" and "Configuring uWSGI"; ``uwsgi --help`` of uWSGI 2.0.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.servers.uwsgi_options import Configuration

# Where it listens or is managed, and who it becomes; what it writes, or starts beside the app.
LEFT_OUT = late.pattern(
    r"(abstract|shared|undeferred-shared|uwsgi|suwsgi|puwsgi|ssl|scgi|fastcgi|raw|http|http11|https|https2)?"
    r"-?socket|http|http2|https|https2|http-to|https-to|http-to-https|http-socket-modifier\d|"
    r"(socket-)?protocol|chmod-socket|chown-socket|"
    r"daemonize2?|(safe-)?pidfile2?|logto2?|log2|req-logger|logger|log-route|log-socket|rsyslog.*|syslog|"
    r"logfile-.*|log-reopen|log-maxsize|log-backupname|touch-.*|"
    r"uid|gid|add-gid|chroot|cap|cgroup.*|"
    r"master-fifo|fs-reload|py-auto-?reload|emperor.*|vassal.*|zerg.*|stats.*|snmp.*|subscribe.*|"
    r"(smart-)?(legion-)?attach-daemon2?|exec-.*|hook-.*|fastrouter.*|rawrouter.*|sslrouter.*|carbon.*|"
    r"spooler.*|cron2?|legion.*|spooler|queue-store|cache2-store|die-on-term"
)
STARTS_OTHERS = ("emperor", "vassals-dir")


class CannotTell(Exception):
    """The options are not known well enough to be started elsewhere; the message says why."""


def file_for(
    found: Configuration, folder: str, port: int, mapped: Callable[[str | None], str | None]
) -> list[str]:
    """Write the file; uWSGI's arguments that name it.

    :param mapped: a path of a container as one of the project
    :raises CannotTell: a file could not be read, or the options start other instances
    """
    if found.unread:
        raise CannotTell(f"uWSGI: {found.unread[0]}")
    emperor = found.last(*STARTS_OTHERS)
    if emperor is not None:
        raise CannotTell(f"uWSGI's {emperor.key} starts other instances, which have options of their own")
    path = Path(folder, "uwsgi.ini")
    path.write_text("\n".join(["[uwsgi]", *_lines(found, port, mapped), ""]), "utf-8")
    return ["--ini", str(path)]


def _lines(found: Configuration, port: int, mapped: Callable[[str | None], str | None]) -> Iterator[str]:
    for option in found.options:
        value = mapped(option.value)
        elsewhere = option.key == "virtualenv" and not os.path.isdir(str(value))  # on another machine
        if not LEFT_OUT.fullmatch(option.key) and not elsewhere:
            yield f"{option.key} = {value}"
    yield f"http-socket = 127.0.0.1:{port}"
    yield "die-on-term = true"
