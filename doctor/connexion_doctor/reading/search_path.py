"""Where a launch's modules are looked for, as far as that lies in the project."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from connexion_doctor.model import Launch, ServerFacts
from connexion_doctor.python.module import Module
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.value_kinds import Evaluator

EMPTY: Mapping[str, str] = {}
INSTALLABLE = ("pyproject.toml", "setup.py", "setup.cfg")


def search_path(
    launch: Launch,
    server: ServerFacts,
    root: Path,
    projects: Sequence[str] = (),
    environ: Mapping[str, str] = EMPTY,
) -> Sequence[Path]:
    """``sys.path`` of the launch, in the order in which it is looked through.

    :param projects: the folders in it that are installed as packages
    :param environ: the variables that stand around the launch, which its own are put over
    """
    installed = [one for name in projects for one in (root / name, root / name / "src") if os.path.isdir(one)]
    return list(
        dict.fromkeys(folder.resolve() for folder in (*_folders(launch, server, root, environ), *installed))
    )


def added_by(module: Module, values: Evaluator) -> list[Path]:
    """The folders that a module puts on ``sys.path`` itself, as far as they are known."""
    found = []
    for use in module.calls:
        name = name_of(use.node.func)
        if name in ("sys.path.insert", "sys.path.append") and use.scope.is_module and use.node.args:
            path = values.path(use.node.args[-1], Where(module, use.scope))
            if path is not None:
                found.append((values.modules.directory / path).resolve())
    return [one for one in found if os.path.isdir(one)]


def _folders(launch: Launch, server: ServerFacts, root: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    here = Path(launch.directory)
    given = server.settings.get("pythonpath")
    entries = str(given.value).split(",") if given is not None else []
    if launch.server == "gunicorn":
        for entry in entries:
            yield here / launch.here(entry)
    instead = False
    for name in ("chdir", "app_dir", "working_dir"):
        setting = server.settings.get(name)
        if setting is not None and isinstance(setting.value, str):
            yield here / launch.here(setting.value)
            instead = True
    around = environ.get("PYTHONPATH", "").split(os.pathsep)
    own = launch.environ.get("PYTHONPATH")
    for entry in own.split(":") if own is not None else _inside(around, root):
        if entry:
            yield here / entry
    script = launch.server == "python" and not launch.command.module_run  # it has its own folder instead
    if not script and (not instead or launch.command.module_run or server.name not in ("uvicorn", "granian")):
        yield here
    if launch.server != "gunicorn":
        yield from (here / launch.here(entry) for entry in entries)
    if any(os.path.exists(root / name) for name in INSTALLABLE):
        for folder in (here, root):  # what the project installs of itself
            yield from (one for one in (folder, folder / "src") if os.path.isdir(one))


def _inside(entries: Sequence[str], root: Path) -> Iterator[str]:
    """The folders that lie in the project; others are of whoever runs the doctor."""
    for entry in entries:
        if not os.path.isabs(entry) or Path(entry).resolve().is_relative_to(root.resolve()):
            yield entry
