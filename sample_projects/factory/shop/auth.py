"""Access tokens of the shop's front ends."""

from typing import Any

TOKENS: dict[str, dict[str, Any]] = {
    "storefront": {"sub": "storefront", "scope": ["products:read"]},
    "newsletter": {"sub": "newsletter", "scope": ["customers:read"]},
}


def token_info(token: str) -> dict[str, Any] | None:
    return TOKENS.get(token)
