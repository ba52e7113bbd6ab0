"""The load generator: a program of its own, so that its work is not the measured server's.

``python -m connexion_doctor.bench.generator ORDER TOLD`` reads a JSON document from one file (where, what,
how many at once, how long) and writes one to the other: how long each right answer took, what went wrong.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from pathlib import Path
from typing import Any

SECONDS = 20.0  # for one answer


async def load(asked: dict[str, Any]) -> dict[str, Any]:
    """Send the requests over and over, so many at once, until the time is over.

    A connection is used again where the server allows it. An answer counts when its status and its body are
    the expected ones.
    """
    import aiohttp

    deadline = time.perf_counter() + asked["seconds"]
    latencies: list[float] = []
    errors: dict[str, int] = {}
    base = f"{asked['scheme']}://127.0.0.1:{asked['port']}"
    requests = [
        (
            one["method"],
            base + one["path"],
            one["headers"],
            base64.b64decode(one["body"]) if one["body"] is not None else None,
            one["status"],
            base64.b64decode(one["answer"]) if one["answer"] is not None else None,
        )
        for one in asked["requests"]
    ]
    connector = aiohttp.TCPConnector(limit=asked["concurrency"], ssl=False)
    timeout = aiohttp.ClientTimeout(total=SECONDS)

    async def one_client(session: aiohttp.ClientSession, at: int) -> None:
        while True:
            started = time.perf_counter()
            if started >= deadline:
                return
            method, url, headers, body, status, expected = requests[at % len(requests)]
            at += 1
            try:
                async with session.request(
                    method, url, headers=headers, data=body, allow_redirects=False
                ) as answer:
                    read = await answer.read()
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as exc:
                wrong = type(exc).__name__
                errors[wrong] = errors.get(wrong, 0) + 1
                await asyncio.sleep(0.01)
                continue
            if answer.status != status or expected is not None and read != expected:
                wrong = f"status {answer.status}" if answer.status != status else "another body"
                errors[wrong] = errors.get(wrong, 0) + 1
            else:
                latencies.append(time.perf_counter() - started)

    begun = time.perf_counter()
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as session:
        await asyncio.gather(*(one_client(session, at) for at in range(asked["concurrency"])))
    return {"seconds": time.perf_counter() - begun, "latencies": latencies, "errors": errors}


def main() -> None:
    """One load, from the one file to the other."""
    order, told = map(Path, sys.argv[1:3])
    done = asyncio.run(load(json.loads(order.read_text("utf-8"))))
    told.write_text(json.dumps(done), encoding="utf-8")


if __name__ == "__main__":
    main()
