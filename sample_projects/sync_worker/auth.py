"""API keys of the people who may book."""

import os

KEYS = {os.environ.get("BOOKINGS_KEY", "demo-key"): "alice"}


def check_key(api_key: str, required_scopes=None) -> dict[str, str] | None:
    owner = KEYS.get(api_key)
    return {"sub": owner} if owner else None
