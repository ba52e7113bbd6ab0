"""High and low water, in metres above chart datum."""

from typing import TypedDict


class Tide(TypedDict):
    time: str
    height: float
    high: bool


TABLES: dict[str, list[Tide]] = {
    "cuxhaven": [
        {"time": "03:12", "height": 3.4, "high": True},
        {"time": "09:48", "height": 0.5, "high": False},
        {"time": "15:37", "height": 3.3, "high": True},
        {"time": "22:05", "height": 0.6, "high": False},
    ],
    "husum": [
        {"time": "04:21", "height": 4.0, "high": True},
        {"time": "10:59", "height": 0.4, "high": False},
    ],
}


def get_tides(harbour: str, min_height: float = 0.0) -> list[Tide]:
    return [tide for tide in TABLES[harbour] if tide["height"] >= min_height]
