"""The agent's process, from its first word to its end: it brings up the servers, awaits the request, carries
it out within its time and its memory."""

from __future__ import annotations

import gc
import importlib
import os
import sys

from .channel import Channel


def run(answers_path: str, ahead: list[str]) -> None:
    """Carry out the request; always ends the process, never returns.

    :param ahead: servers that come up while the request is awaited; nothing of the app is imported for it
    """
    channel = Channel(answers_path)
    channel.emit(
        "hello",
        pid=os.getpid(),
        executable=sys.executable,
        version=sys.version.split()[0],
        prefix=sys.prefix,
        paths=[os.path.abspath(entry) for entry in sys.path if entry],
    )
    gc.disable()  # imports make few cycles and many objects: collecting costs a tenth of the time
    # With much that the app imports as well; the doctor goes on meanwhile.
    import faulthandler
    import json
    import time

    from . import describe, session

    for server in ahead:
        if describe.quietly(_is_asked, default=False):
            break
        describe.quietly(_bring_up, server)
    text = sys.stdin.buffer.read()
    if not text:  # nobody asks anything any more
        channel.end()
    request = json.loads(text)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    stacks = open(answers_path + ".stacks", "w")  # noqa: SIM115  # faulthandler writes to it until the end
    faulthandler.enable(stacks)
    waited = max(time.time() - request["sent"], 0.0)  # it was sent while this process came up
    faulthandler.dump_traceback_later(max(request["timeout"] - waited - 0.3, 0.2), file=stacks)
    try:
        _bound_memory(request.get("memory"))
        session.Session(request, channel).run()
    except BaseException as exc:
        channel.emit("broken", error=describe.error(exc))
    channel.emit("done")
    channel.end()


def _is_asked() -> bool:
    """Whether the request is there; never so on Windows, whose ``select`` knows sockets alone."""
    import select

    return bool(select.select([0], [], [], 0)[0])


def _bring_up(server: str) -> None:
    """Import what the server's command is, as its console script does. Where that fails, the launch tells
    why: it is imported again then."""
    host = importlib.import_module(__package__ + ".hosts." + server)
    kept = list(sys.path)
    sys.path.insert(0, os.path.dirname(sys.executable))
    try:
        importlib.import_module(host.COMMAND)
    finally:
        sys.path[:] = kept


def _bound_memory(limit: int | None) -> None:
    """Private memory only (RLIMIT_DATA): address space that is merely reserved harms nobody."""
    if limit is None:
        return
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    except (ImportError, OSError, ValueError):
        pass
