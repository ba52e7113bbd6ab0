"""Names of packages as indexes compare them (PEP 503, "Normalized Names")."""

from __future__ import annotations

import re


def canonical(name: str) -> str:
    """``Flask_Cors`` as ``flask-cors``."""
    return re.sub(r"[-_.]+", "-", name).lower()
