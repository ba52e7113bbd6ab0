"""Bookings of the meeting rooms."""

from typing import Any

BOOKINGS: dict[str, list[dict[str, Any]]] = {
    "oak": [
        {"day": "2026-03-02", "from": "09:00", "to": "10:30", "by": "alice"},
        {"day": "2026-03-02", "from": "13:00", "to": "14:00", "by": "bob"},
        {"day": "2026-03-03", "from": "08:30", "to": "09:00", "by": "alice"},
    ],
    "birch": [],
}


def list_bookings(room: str, limit: int = 20, day: str | None = None):
    if room not in BOOKINGS:
        return {"title": "Unknown room", "status": 404}, 404
    found = [b for b in BOOKINGS[room] if day is None or b["day"] == day]
    return {"room": room, "bookings": found[:limit]}
