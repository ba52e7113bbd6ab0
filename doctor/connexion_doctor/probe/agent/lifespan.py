"""The lifespan of an app, run once from start to end; only where the user asked for it.

It runs in a thread of its own with a time limit, as the trial call does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Awaitable, Callable

from . import calls, describe

if TYPE_CHECKING:  # Python 3.8 has no ``dict[...]``
    Meanwhile = Callable[[dict[str, Any]], Awaitable[None]]


def run(app: Any, timeout: float, meanwhile: Meanwhile | None = None) -> dict[str, Any]:
    """Send ``lifespan.startup`` and, once that is complete, ``lifespan.shutdown`` (ASGI specification,
    "Lifespan Protocol"). In between ``meanwhile`` is done, with the state that the startup left.

    ``outcome``: ``completed``; ``startup-failed`` or ``shutdown-failed`` (the app said so); ``raised``
    (an exception before the startup was complete: the app does not take the protocol, or fails);
    ``silent`` (it returned without a word); ``hung``. ``at`` is the part that was under way.
    """
    result: dict[str, Any] = {"outcome": "hung", "at": "startup", "message": "", "error": None}
    finished = calls._allocate()
    finished.acquire()

    def drive() -> None:
        told: dict[str, str] = {}
        try:
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            loop.run_until_complete(_conversation(app, told, result, meanwhile))
            result["outcome"] = _outcome(told)
        except BaseException as exc:
            result["outcome"] = _outcome(told) if told else "raised"
            result["error"] = describe.error(exc)
        finally:
            result["message"] = describe.printable(told.get("message", "")[: describe.MOST_TEXT])
            finished.release()

    calls._start_thread(drive, ())
    finished.acquire(True, timeout)
    return dict(result)


async def _conversation(
    app: Any, told: dict[str, str], result: dict[str, Any], meanwhile: Meanwhile | None
) -> None:
    started = asyncio.Event()
    asked: list[str] = []
    state: dict[str, Any] = {}

    async def receive() -> dict[str, Any]:
        if not asked:
            asked.append("startup")
            return {"type": "lifespan.startup"}
        await started.wait()
        if meanwhile is not None:
            await meanwhile(state)
        result["at"] = "shutdown"
        return {"type": "lifespan.shutdown"}

    async def send(message: dict[str, Any]) -> None:
        part = str(message.get("type", "")).partition(".")[2]
        told[part] = "yes"
        if part.endswith(".failed"):
            told["message"] = str(message.get("message", ""))
        if part == "startup.complete":
            started.set()

    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
    await app(scope, receive, send)


def _outcome(told: dict[str, str]) -> str:
    for part, outcome in (("startup.failed", "startup-failed"), ("shutdown.failed", "shutdown-failed")):
        if part in told:
            return outcome
    if "startup.complete" not in told:
        return "silent"
    return "completed" if "shutdown.complete" in told else "shutdown-failed"
