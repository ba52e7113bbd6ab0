"""Modules of the project that an import did not find, for they lie in another folder of it."""

from __future__ import annotations

import os

FOREIGN = ("node_modules", "site-packages", "venv", "env", "__pycache__", "build", "dist")


def own_module(exc: BaseException) -> str | None:
    """Where the project has the module that an import did not find: the folder that is not on the path."""
    name = exc.name.split(".")[0] if isinstance(exc, ModuleNotFoundError) and exc.name else None
    folders = [".", *sorted(entry.path for entry in os.scandir(".") if entry.is_dir())] if name else []
    for folder in [*folders, ".."]:
        last = os.path.basename(folder)
        if last in FOREIGN or (last.startswith(".") and last not in (".", "..")):
            continue
        for path in ("%s/%s.py" % (folder, name), "%s/%s/__init__.py" % (folder, name)):
            if os.path.isfile(path):
                return os.path.abspath(folder)
    return None
