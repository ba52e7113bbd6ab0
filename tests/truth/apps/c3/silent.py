"""Takes a request and never answers."""

import asyncio

from app import app as inside


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await inside(scope, receive, send)
    else:
        await asyncio.Event().wait()
