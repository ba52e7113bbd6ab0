"""Modules of the project that an import did not find: where they lie, or which were meant."""

from __future__ import annotations

import os
import re
import sys

FOREIGN = ("node_modules", "site-packages", "venv", "env", "__pycache__", "build", "dist")
MOST_FILES, MOST_BYTES = 200, 1 << 20


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


def homes(function: str) -> list[str]:
    """The modules of the working directory, and of packages in it, that define a function at their top."""
    if os.getcwd() not in (os.path.abspath(entry) for entry in sys.path):
        return []
    packages = [name for name in sorted(os.listdir(".")) if os.path.isfile("%s/__init__.py" % name)]
    defines = re.compile(rb"^(async )?def %s\(" % function.encode("utf-8", "surrogatepass"), re.MULTILINE)
    found = []
    for package in ["", *(name for name in packages if name not in (*FOREIGN, "test", "tests"))]:
        for name in sorted(os.listdir(package or "."))[:MOST_FILES]:
            if name.endswith(".py") and not name.startswith(("test_", "__init__")):
                with open(os.path.join(package, name), "rb") as file:
                    if defines.search(file.read(MOST_BYTES)):
                        found.append(".".join(filter(None, (package, name[:-3]))))
    return found[:20]
