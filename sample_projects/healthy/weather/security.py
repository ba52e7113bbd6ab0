"""Bearer tokens of the subscribers."""

import os

SUBSCRIBERS = {os.environ.get("WEATHER_TOKEN", "demo-token"): "newsroom"}


async def subscriber(token: str) -> dict[str, str] | None:
    name = SUBSCRIBERS.get(token)
    return {"sub": name} if name else None
