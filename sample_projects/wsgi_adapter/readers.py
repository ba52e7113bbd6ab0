"""Readers' cards: name and PIN."""

READERS = {"alice": "1234", "bob": "4321"}


def check_card(username: str, password: str) -> dict[str, str] | None:
    if READERS.get(username) == password:
        return {"sub": username}
    return None
