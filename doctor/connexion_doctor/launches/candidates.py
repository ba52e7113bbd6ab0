"""A bare target: launches proposed under every server there may be."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.model import Launch, Origin

MakeLaunch = Callable[..., Launch]


def launches(target: str, root: Path, make: MakeLaunch) -> list[Launch]:
    """Every server with every way it is worth trying. A ``gunicorn.conf.py`` in the directory is a
    start of the project's own: gunicorn reads it without being told."""
    if os.path.isfile(root / "gunicorn.conf.py"):
        return [make("gunicorn", Origin("gunicorn-conf", "gunicorn.conf.py"), ["gunicorn", target], root)]
    found = []
    for name in servers.NAMES:
        server = servers.get(name)
        for index, arguments in enumerate(server.candidates(target)):
            words = [server.program, *arguments]
            launch_id = name if index == 0 else f"{name}-{index + 1}"
            found.append(make(launch_id, Origin("candidate"), words, root, candidate=True))
    return found
