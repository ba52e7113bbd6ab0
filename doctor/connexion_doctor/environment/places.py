"""Where the interpreter of an app may be, in the order in which it is looked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from connexion_doctor.environment import tools

NAMES = (".venv", "venv", "env")
SHIMS = "shims"  # the folder of programs by which pyenv chooses a Python


def environments(directories: Sequence[Path], environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Folders of environments, each with how it was found: the active one, those of the project, nearest
    first. They need not be there."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if environ.get(variable) and not (variable == "CONDA_PREFIX" and _is_base(environ)):
            yield Path(environ[variable]), f"${variable}"
    seen: set[Path] = set()
    for directory in directories:
        for folder in upwards(directory):
            if folder not in seen:
                seen.add(folder)
                yield from of_folder(folder, directory, environ)


def of_folder(folder: Path, seen_from: Path, environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """The environments of the project in a folder."""
    for name in NAMES:
        if os.path.isdir(folder / name):
            yield folder / name, os.path.relpath(folder / name, seen_from)
    yield from tools.environments(folder, environ)


def upwards(folder: Path) -> Iterator[Path]:
    """A folder and those above it, up to the root of its repository; where it is in none, short of the home
    folder and of the root of the file system."""
    ends = (Path.home(), Path(folder.anchor))
    yield folder
    while not os.path.exists(folder / ".git") and folder.parent != folder:
        folder = folder.parent
        if folder in ends:
            return
        yield folder


def on_path(environ: Mapping[str, str]) -> Iterator[str]:
    """What ``python`` means in a shell."""
    from shutil import which  # with three compressors, which a named interpreter does not need

    for name in ("python", "python3"):
        found = which(name, path=environ.get("PATH", os.defpath))
        if found is not None:
            chosen = _behind_shim(Path(found), environ) if Path(found).parent.name == SHIMS else found
            if chosen is not None:
                yield chosen


def _is_base(environ: Mapping[str, str]) -> bool:
    """Whether conda's base environment is active: it is in every shell, and no project's."""
    return environ.get("CONDA_DEFAULT_ENV") in ("base", "root")


def _behind_shim(shim: Path, environ: Mapping[str, str]) -> str | None:
    """The Python that a shim of pyenv's would start: by ``$PYENV_VERSION``, by ``.python-version`` here or
    above, by the user's choice."""
    root, here = shim.parent.parent, Path.cwd()
    said = [environ.get("PYENV_VERSION", "")]
    said += [_first_line(one / ".python-version") for one in (here, *here.parents)]
    name = next(filter(None, [*said, _first_line(root / "version")]), "")
    python = root / "versions" / name.split(":")[0] / "bin" / shim.name
    return str(python) if name and os.path.isfile(python) else None


def _first_line(path: Path) -> str:
    try:
        return next(iter(path.read_text("utf-8").split()), "") if os.path.isfile(path) else ""
    except (OSError, ValueError):
        return ""
