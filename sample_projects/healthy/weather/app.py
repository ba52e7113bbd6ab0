"""Weather service: the latest readings of each station."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connexion import AsyncApp, ConnexionMiddleware

from weather.readings import Readings


@asynccontextmanager
async def lifespan(_: ConnexionMiddleware) -> AsyncIterator[dict[str, Readings]]:
    readings = Readings()
    await readings.open()
    try:
        yield {"readings": readings}
    finally:
        await readings.close()


app = AsyncApp(__name__, lifespan=lifespan)
app.add_api("openapi.yaml")
