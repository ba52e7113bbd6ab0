"""A start in a copy of its project: what it names of the project is that of the copy."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from connexion_doctor.model import Judgement, Launch, Word

MOST_NAMED = 3


def moved(
    judgement: Judgement, environ: Mapping[str, str], root: Path, copy: Path
) -> tuple[Judgement, dict[str, str]]:
    """The judgement on a launch for a copy of its project, and the environment around it.

    What is no part of the copy (an environment in the project's folder) is named as before.
    """
    inside = re.compile(rf"(?<![\w.-]){re.escape(str(root))}(?=/|$|[\s:;,'\"])(/[^/\s:;,'\"]*)?")

    def there(match: re.Match[str]) -> str:
        part = match[1] or ""
        left_out = os.path.exists(f"{root}{part}") and not os.path.exists(f"{copy}{part}")
        return match[0] if left_out else f"{copy}{part}"

    def text(given: str) -> str:
        return inside.sub(there, given)

    launch: Launch = judgement.launch
    words: tuple[Word, ...] = tuple(replace(one, text=text(one.text)) for one in launch.command.words)
    launch = replace(
        launch,
        directory=text(launch.directory),
        command=replace(launch.command, words=words),
        environ={name: text(value) for name, value in launch.environ.items()},
        options={name: text(value) if name != "python" else value for name, value in launch.options.items()},
    )
    around = {name: text(value) for name, value in environ.items()}
    own = _imported_from(judgement)
    if own is not None and own.is_relative_to(root):
        # Where the project is installed into the environment, its code would be imported from there.
        first = text(str(own))
        around["PYTHONPATH"] = os.pathsep.join(filter(None, [first, around.get("PYTHONPATH")]))
    return replace(judgement, launch=launch), around


def _imported_from(judgement: Judgement) -> Path | None:
    """The folder on ``sys.path`` in which the app's module was found."""
    load = judgement.facts.load
    if load is None or load.module is None or load.module_file is None:
        return None
    file = Path(load.module_file)
    parts = load.module.count(".") + (file.name == "__init__.py")
    return file.parents[parts] if parts < len(file.parents) else None


def outside(judgement: Judgement, root: Path) -> Iterator[str]:
    """What of a launch is changed for real though it runs in a copy, in words."""
    own = _imported_from(judgement)
    if own is not None and not own.is_relative_to(root):
        yield f"its code is imported from {own}: what it writes beside itself is changed for real"
    links = [path.relative_to(root).as_posix() for path in _links(root)]
    if links:
        more = f" and {len(links) - MOST_NAMED} more" if len(links) > MOST_NAMED else ""
        yield "links lead out of the project, and what is behind them is changed for real: " + (
            f"{', '.join(links[:MOST_NAMED])}{more}"
        )


def _links(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = [one for one in names if not os.path.isfile(Path(folder, one, "pyvenv.cfg"))]
        for name in sorted((*names, *files)):
            path = Path(folder, name)
            if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
                yield path
