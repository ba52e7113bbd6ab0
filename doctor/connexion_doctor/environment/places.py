"""Where the interpreter of an app may be, in the order in which it is looked for.

The probe waits for this module, and for what it imports: ``pathlib`` is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

NAMES = (".venv", "venv", "env")
OF_TOOLS = ("poetry.lock", "pyproject.toml", "Pipfile")  # where Poetry or Pipenv may keep one elsewhere
MOST = 100_000  # characters of a file that says one thing
SHIMS = "shims"  # the folder of programs by which pyenv chooses a Python


def environments(directories: Sequence[str], environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Folders of environments, each with how it was found: the active one, those of the project, nearest
    first. They need not be there."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if environ.get(variable) and not (variable == "CONDA_PREFIX" and _is_base(environ)):
            yield environ[variable], f"${variable}"
    seen: set[str] = set()
    for directory in directories:
        for folder in upwards(directory):
            if folder not in seen:
                seen.add(folder)
                yield from of_folder(folder, directory, environ)


def of_folder(folder: str, seen_from: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The environments of the project in a folder."""
    for name in NAMES:
        inside = os.path.join(folder, name)
        if os.path.isdir(inside):
            yield inside, os.path.relpath(inside, seen_from)
    if any(os.path.isfile(os.path.join(folder, name)) for name in OF_TOOLS):
        from pathlib import Path

        from connexion_doctor.environment import tools

        yield from ((str(path), how) for path, how in tools.environments(Path(folder), environ))


def upwards(folder: str) -> Iterator[str]:
    """A folder and those above it, up to the root of its repository; where it is in none, short of the home
    folder and of the root of the file system."""
    home = os.path.expanduser("~")
    yield folder
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above in (folder, home, os.path.dirname(above)):  # that of the root is the root
            return
        folder = above
        yield folder


def on_path(environ: Mapping[str, str]) -> Iterator[str]:
    """What ``python`` means in a shell."""
    from shutil import which  # with three compressors, which a named interpreter does not need

    for name in ("python", "python3"):
        found = which(name, path=environ.get("PATH", os.defpath))
        if found is not None:
            is_shim = os.path.basename(os.path.dirname(found)) == SHIMS
            chosen = _behind_shim(found, environ) if is_shim else found
            if chosen is not None:
                yield chosen


def _is_base(environ: Mapping[str, str]) -> bool:
    """Whether conda's base environment is active: it is in every shell, and no project's."""
    return environ.get("CONDA_DEFAULT_ENV") in ("base", "root")


def _behind_shim(shim: str, environ: Mapping[str, str]) -> str | None:
    """The Python that a shim of pyenv's would start: by ``$PYENV_VERSION``, by ``.python-version`` here or
    above, by the user's choice."""
    from pathlib import Path

    root, here = Path(shim).parent.parent, Path.cwd()
    said = [environ.get("PYENV_VERSION", "")]
    said += [_first_line(str(one / ".python-version")) for one in (here, *here.parents)]
    name = next(filter(None, [*said, _first_line(str(root / "version"))]), "")
    python = str(root / "versions" / name.split(":")[0] / "bin" / os.path.basename(shim))
    return python if name and os.path.isfile(python) else None


def _first_line(path: str) -> str:
    if not os.path.isfile(path):  # a pipe would be waited for
        return ""
    try:
        with open(path, encoding="utf-8") as stream:
            return next(iter(stream.read(MOST).split()), "")
    except (OSError, ValueError):
        return ""
