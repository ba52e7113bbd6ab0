"""Whether the environment that the doctor runs in can be the app's: nobody named it, Connexion happens to be
installed in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from connexion_doctor.foundation import late
from connexion_doctor.requirements.connexion import connexion_of
from connexion_doctor.requirements.installation import Installation

# Files that pipx and uv leave in the environments of tools, and the folders that uvx and pre-commit make.
RECEIPTS = ("pipx_metadata.json", "uv-receipt.toml")
# What decides whether an app serves, beside Connexion; in another series it is another environment.
DECIDING = ("flask", "werkzeug", "starlette", "a2wsgi", "uvicorn", "gunicorn")
OF_TOOLS = late.pattern(r"[/\\\\](archive-v\d+|environments-v\d+|py_env-[^/\\\\]*)([/\\\\]|$)")


def why_not(packages: Mapping[str, str], installation: Installation, prefix: str = sys.prefix) -> str:
    """Why an environment is not the one of an app; empty where it may be.

    :param packages: what is installed in it
    :param installation: what the app gets installed, as the files say
    """
    asked, found = installation.packages.get("connexion"), packages.get("connexion")
    if asked is not None and found is not None and not asked.allows(found):
        return f"it has Connexion {found}, and {asked.where} asks for {_specifier(asked.deciding.specifier)}"
    for name in (one for one in DECIDING if one in packages and one in installation.packages):
        pinned = installation.packages[name]
        if not pinned.allows(packages[name]) and not _near(pinned.version, packages[name]):
            return f"it has {name} {packages[name]}, and {pinned.where} asks for {pinned.deciding.specifier}"
    held = connexion_of(installation).held
    if found is not None and held and not found.startswith("2."):
        return f"it has Connexion {found}, which {held} keeps out"
    unknown = (*installation.missing, *installation.gaps) if asked is None else ()
    if unknown:
        return f"what the app asks for is not known ({unknown[0]})"
    lacking = sorted(name for name in installation.packages if name not in packages)
    if not lacking:
        return ""
    if _of_a_tool(prefix):
        return f"it is the environment of a tool, without {lacking[0]}"
    # One that is activated, or lies in the project, would have been found before the doctor's own.
    virtual = os.path.isfile(os.path.join(prefix, "pyvenv.cfg"))
    return f"it is a virtual environment that is not activated, without {lacking[0]}" if virtual else ""


def _near(pinned: str | None, found: str) -> bool:
    """Whether a package is there in another release of the pinned one's series, as after an update."""
    return pinned is not None and pinned.split(".")[0] == found.split(".")[0]


def _specifier(text: str) -> str:
    return text or "another version"


def _of_a_tool(prefix: str) -> bool:
    there = any(os.path.exists(os.path.join(prefix, name)) for name in RECEIPTS)
    return there or OF_TOOLS.search(prefix) is not None
