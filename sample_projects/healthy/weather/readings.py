"""Readings and the endpoint that shows them."""

from typing import Any

from connexion import request


class Readings:
    """The readings of all stations, loaded when the service starts."""

    def __init__(self) -> None:
        self._celsius: dict[str, list[float]] = {}

    async def open(self) -> None:
        self._celsius = {"zugspitze": [-11.5, -12.0, -9.8], "list": [4.1, 4.4, 5.0]}

    async def close(self) -> None:
        self._celsius.clear()

    def last(self, station: str, count: int) -> list[float] | None:
        values = self._celsius.get(station)
        return None if values is None else values[-count:]


async def latest(station: str, count: int = 1) -> tuple[dict[str, Any], int]:
    values = request.state.readings.last(station, count)
    if values is None:
        return {"title": "Unknown station"}, 404
    return {"station": station, "celsius": values}, 200
