"""An environment built from what a start gets installed: the same steps, in a folder outside of the project.

It runs build back ends and installs the project itself: nothing here happens unless it was asked for.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from connexion_doctor.environment import cache
from connexion_doctor.environment.installer import (
    NO_INDEX,
    asking,
    installer,
    is_offline,
    last_words,
    uv_program,
)
from connexion_doctor.environment.pythons import python_for
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location, overlay
from connexion_doctor.processes import scratch_folder
from connexion_doctor.processes.child import run
from connexion_doctor.requirements.connexion import connexion_of
from connexion_doctor.requirements.declarations import PythonDeclaration
from connexion_doctor.requirements.installation import Installation, Step, place_of
from connexion_doctor.requirements.specifiers import Range

MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")
BROUGHT = """
import ensurepip, glob, os
brought = os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "setuptools-*.whl")
print(*glob.glob(brought), sep="\\n")
"""
OLDEST = 8  # minor version of Python 3 that the probe runs in
SERVERS = frozenset(
    ("gunicorn", "uwsgi")
)  # that packages of an operating system bring, by their names on PyPI
TRUSTED = "--trusted-host"  # pip's word for uv's --allow-insecure-host


@dataclass(frozen=True)
class Built:
    """An environment: its interpreter, from what it was made, and what is otherwise than the files ask."""

    python: str
    made_from: str
    otherwise: str | None = None


class NotBuilt(Exception):
    """An environment cannot be had; ``location`` is the line that asks for what does not install, and
    ``other_python`` says which Python was taken where the one asked for is not here."""

    def __init__(
        self, reason: str, location: Location | None = None, other_python: str | None = None
    ) -> None:
        super().__init__(reason)
        self.location, self.other_python = location, other_python


def build(
    installation: Installation,
    root: Path,
    say: Callable[[str], None],
    files: Path | None = None,
    *,
    base: str | None = None,
    into: Path | None = None,
) -> Built:
    """The environment of a start, from the cache where the same one was built before.

    :param root: the project's folder, which the paths of the steps are in
    :param files: a changed copy of it, whose lists and constraints are installed; packages of the project
        itself are still installed from ``root``
    :param say: told what is being done
    :param base: the interpreter that it is made from, whatever the files ask for
    :param into: a new folder in place of the cache: for what nobody will ask for again
    :raises NotBuilt: nothing says what to install, a step fails, or the cache cannot be written
    """
    servers = sorted(SERVERS & installation.system - {*installation.packages})
    if servers and installation.steps:
        last = replace(installation.steps[-1], lists=(), projects=(), pins=(), words=tuple(servers))
        installation = replace(installation, steps=(*installation.steps, last))
    if not installation.steps:
        raise NotBuilt("No file says what this start gets installed.")
    base, otherwise = (base, None) if base is not None else base_of(installation.python, root)
    made_from = _spoken(installation)
    folder = into or cache.place() / f"{version_of(base)}-{_key(installation, base, root, files or root)}"
    python = _python_in(folder)
    try:
        with cache.held(folder):
            if not cache.is_complete(folder):
                say(f"building the environment of {made_from}")
                scratch_folder.remove(folder)  # of an attempt that was cut off
                _make(base, folder, root)
                limits = _limits(installation, folder)
                for step in installation.steps:
                    step = replace(step, constraints=(*step.constraints, *limits))
                    _install(step, str(python), installation, files or root, otherwise, root)
                cache.completed(folder)
    except OSError as exc:
        raise NotBuilt(f"The environment cannot be kept in {folder.parent}: {exc.strerror or exc}.") from exc
    return Built(str(python), made_from, otherwise)


# -- the Python ------------------------------------------------------------------------------


def base_of(asked: PythonDeclaration | None, root: Path) -> tuple[str, str | None]:
    """The interpreter that the environment is made from; and what has to be said of it."""
    wanted = asked.specifier if asked is not None else ""
    if not wanted or _meets(sys.version_info[:2], wanted):
        return sys.executable, None
    assert asked is not None
    shown = f"Python {wanted.removeprefix('==').removesuffix('.*')} ({place_of(asked)})"
    if _is_too_old(wanted):
        oldest, taken = _oldest(root)
        instead = f"Python {taken} was taken instead, and what does not load in it is read"
        return oldest, f"{shown} is too old to be looked into: {instead}."
    found = python_for(wanted, root)
    if found is not None:
        return found, None
    minor = re.fullmatch(r"==(\d+\.\d+)\.\d+", wanted)
    near = python_for(f"=={minor[1]}.*", root) if minor is not None else None
    taken = minor[1] if minor is not None and near is not None else ".".join(map(str, sys.version_info[:2]))
    return near or sys.executable, f"{shown} is not here: Python {taken} was taken instead."


def _oldest(root: Path) -> tuple[str, str]:
    """The oldest Python here that the probe runs in, and its version."""
    own = sys.version_info[1]
    for minor in range(OLDEST, own):
        found = python_for(f"==3.{minor}.*", root)
        if found is not None:
            return found, f"3.{minor}"
    return sys.executable, f"3.{own}"


def _is_too_old(wanted: str) -> bool:
    """Whether a specifier lets in no Python that the probe runs in."""
    exact = re.match(r"==\s*(\d+)\.(\d+)", wanted)
    if exact is not None:
        return (int(exact[1]), int(exact[2])) < (3, OLDEST)
    return not any(_meets((3, minor), wanted) for minor in range(OLDEST, 40))


def _meets(version: tuple[int, ...], specifier: str) -> bool:
    return Range(specifier).contains(".".join(map(str, version)))


def version_of(python: str) -> str:
    """``3.11``, of an interpreter; by asking it, where it is not our own."""
    if python == sys.executable:
        return ".".join(map(str, sys.version_info[:2]))
    done = run(
        [python, "-I", "-c", "import sys; print(*sys.version_info[:2], sep='.')"], os.curdir, os.environ, 60
    )
    return done.output.strip().splitlines()[-1] if done.code == 0 and done.output.strip() else "python"


# -- the steps -------------------------------------------------------------------------------


def _make(base: str, folder: Path, root: Path) -> None:
    uv = uv_program()
    command = (
        [uv, "venv", "--quiet", "--seed", "--no-project", "-p", base]
        if uv is not None
        else [base, "-m", "venv"]
    )
    said = last_words([*command, str(folder)], root)
    if said is not None and is_offline(said):
        raise NotBuilt(NO_INDEX)
    if said is not None:
        raise NotBuilt(f"No environment can be made with {base}: {said}")
    if uv is not None:
        _with_the_setuptools_of(base, folder, root)


def _with_the_setuptools_of(base: str, folder: Path, root: Path) -> None:
    """uv takes the newest setuptools; what ``python -m venv`` and the images of Python start with is the one
    that Python brings, and what needs its ``pkg_resources`` runs there. A Python that brings none, as those
    from 3.12 on, starts without."""
    asked = run([base, "-I", "-c", BROUGHT], str(root), os.environ, 60)
    for wheel in asked.output.split("\n") if asked.code == 0 else ():
        if wheel.endswith(".whl"):  # where it cannot be installed the newest stays
            last_words([*installer(str(_python_in(folder))), "--no-index", "--no-deps", wheel], root)


def _python_in(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _install(
    step: Step, python: str, installation: Installation, files: Path, otherwise: str | None, root: Path
) -> None:
    for words in _words(step, root, uv=uv_program() is not None):
        before = _left_by_builds(step, root)
        said = last_words([*installer(python), *words], files)
        for one in _left_by_builds(step, root) - before:
            scratch_folder.remove(one)
        if said is not None and is_offline(said):
            raise NotBuilt(NO_INDEX, step.location, otherwise)
        if said is not None:
            raise NotBuilt(said, asking(said, installation) or step.location, otherwise)


def _limits(installation: Installation, folder: Path) -> list[str]:
    """A list that holds Connexion to the major that the asked Python takes, where a newer one is in its
    place."""
    if not _is_held(installation):
        return []
    path = folder / "limits.txt"
    path.write_text("connexion<3\n")
    return [str(path)]


def _is_held(installation: Installation) -> bool:
    return connexion_of(installation).held.startswith("Python ")


def _left_by_builds(step: Step, root: Path) -> set[Path]:
    """What setuptools leaves in the folders of projects that are installed, and nobody needs then."""
    folders = [root / folder for folder, _ in step.projects]
    made = {
        one
        for folder in folders
        for pattern in ("*.egg-info", "src/*.egg-info")
        for one in folder.glob(pattern)
    }
    return made | {folder / "build" for folder in folders if os.path.isdir(folder / "build")}


def _words(step: Step, root: Path, *, uv: bool) -> Iterator[list[str]]:
    """The arguments of the installer for a step: what is listed and named together, then the projects."""
    index = _index(step, uv=uv)
    shared = [*index, *(word for path in step.constraints for word in ("-c", path))]
    named = [*(word for path in step.lists for word in ("-r", path)), *step.words]
    if named:
        yield [*shared, *(["--no-deps"] if step.no_deps and not step.projects else []), *named]
    if step.pins:
        yield [*index, "--no-deps", *step.pins]
    for folder, extras in step.projects:
        where = str(root / folder)
        wanted = f"[{','.join(extras)}]" if extras else ""
        yield [*shared, *(["--no-deps"] if step.no_deps else []), "-e", f"{where}{wanted}"]


def _index(step: Step, *, uv: bool) -> list[str]:
    return [("--allow-insecure-host" if uv and one == TRUSTED else one) for one in step.index]


def index_of(installation: Installation) -> list[str]:
    """The options that tell uv where all that is installed comes from."""
    return [word for step in installation.steps for word in _index(step, uv=True)]


# -- what it is made from --------------------------------------------------------------------


def _key(installation: Installation, base: str, root: Path, files: Path) -> str:
    """What decides: the steps, the interpreter, the files that the steps read, the folder of a project that
    is installed itself."""
    decides = (installation.steps, os.path.realpath(base), BROUGHT, _is_held(installation))
    told = hashlib.sha256(repr(decides).encode("utf-8", "surrogatepass"))
    names = set(installation.files)
    for step in installation.steps:
        names |= {*step.lists, *step.constraints}
        for folder, _ in step.projects:
            told.update(str(root / folder).encode("utf-8", "surrogatepass"))
            names |= {f"{folder}/{name}".lstrip("/") for name in MANIFESTS}
    for name in sorted(names):
        try:
            content = overlay.read(files / name)
        except OSError:
            continue
        told.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogatepass") + content)
    return told.hexdigest()[:16]


def _spoken(installation: Installation) -> str:
    """The file that decides what is installed, for people."""
    return installation.path or ", ".join(installation.files[:1]) or "the project"
