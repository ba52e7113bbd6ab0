"""Members and the tokens on their letters."""

TOKENS = {"demo-token": "flat 12", "another-token": "flat 3"}


def member(token: str) -> dict[str, str] | None:
    flat = TOKENS.get(token)
    return {"sub": flat} if flat else None
