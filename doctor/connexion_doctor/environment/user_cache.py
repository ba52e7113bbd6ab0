"""The doctor's folder in the user's cache."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

TABLES = "hypothesis"  # what Hypothesis keeps for itself, in this folder
REQUESTS = "requests"  # what ``compare`` made of specifications


def user_cache(environ: Mapping[str, str] | None = None) -> Path:
    """``$XDG_CACHE_HOME/connexion-doctor``, or what the system has in its place."""
    given = os.environ if environ is None else environ
    if given.get("XDG_CACHE_HOME"):
        above = Path(given["XDG_CACHE_HOME"])
    elif sys.platform == "win32" and given.get("LOCALAPPDATA"):
        above = Path(given["LOCALAPPDATA"])
    elif sys.platform == "darwin":
        above = Path.home() / "Library" / "Caches"
    else:
        above = Path.home() / ".cache"
    return above / "connexion-doctor"
