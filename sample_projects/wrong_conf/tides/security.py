"""Tokens of the services that read the tables."""

import os
import secrets

TOKEN = os.environ.get("TIDES_TOKEN", "demo-token")


def token_info(token: str) -> dict[str, str] | None:
    if secrets.compare_digest(token.encode(), TOKEN.encode()):
        return {"sub": "harbour-display"}
    return None
