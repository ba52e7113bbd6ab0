"""Keys of the editors."""

import os

EDITORS = dict(
    pair.split(":", 1)
    for pair in os.environ.get("MAILER_KEYS", "demo-key:editor").split(",")
)


def editor(apikey: str):
    if apikey in EDITORS:
        return {"uid": EDITORS[apikey]}
    return None
