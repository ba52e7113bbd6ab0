"""The most natural mistakes at the command line, and the way out of each."""

from __future__ import annotations

import difflib
import os
import re
import shlex
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from connexion_doctor.commands import argv
from connexion_doctor.foundation import late
from connexion_doctor.model import overlay
from connexion_doctor.model.errors import UsageError

PROGRAM = "connexion-doctor"
SHELLS = ("sh", "bash")
# Words that are no command and name what an option does.
AS_OPTIONS = {"fix": "--fix", "diff": "--diff", "verify": "--verify", "version": "--version"}
MAKES_AN_APP = late.pattern(
    r"^(\w+)\s*(?::[^=\n]+)?=\s*(?:connexion\.)?(?:FlaskApp|App|AsyncApp|AioHttpApp)\(", re.M
)
LARGEST = 1024 * 1024  # of a file that is looked into for an app, bytes


def refuse_start_command(words: Sequence[str], with_value: Collection[str]) -> None:
    """Refuse a start command that does not stand behind ``--``.

    :param words: the words of a command line without ``--``
    :param with_value: the options that take the next word
    :raises UsageError: with the command as it has to be given
    """
    at = _first_argument(words, with_value)
    behind = words[at:]
    one_module = len(behind) == 1 and os.path.isfile(f"{behind[0]}.py")
    if behind and not one_module and _starts_something(behind):
        given = shlex.join([PROGRAM, *words[:at], "--", *behind])
        raise UsageError(f"A start command goes behind --.\n  {given}")


def refuse_short_configuration(words: Sequence[str]) -> None:
    """Refuse gunicorn's own ``-c FILE``.

    :raises UsageError: with the option that is meant
    """
    for at, word in enumerate(words):
        if word in ("-c", "--config"):
            rest = [*words[:at], "--gunicorn-conf", *(words[at + 1 :] or ["gunicorn.conf.py"])]
            raise UsageError(f"{word} is an option of gunicorn's.\n  {shlex.join([PROGRAM, *rest])}")


def folder_in(target: str | None, directory: str) -> str | None:
    """The folder that was given in the place of a target; None where it is none."""
    if target is None or ":" in target:
        return None
    meant = target in (".", "..") or "/" in target or not _is_importable(target, directory)
    folder = os.path.join(directory, target)
    return folder if meant and os.path.isdir(folder) else None


def refuse_target(target: str | None, directory: str, commands: Collection[str]) -> None:
    """Refuse what is no target: a file, a misspelt command, the name of an option, a module that stands
    in another folder.

    :param commands: the names of the program's commands
    :raises UsageError: with what was probably meant
    """
    if target is None or ":" in target:
        return
    if target.endswith(".py"):
        if os.path.isfile(os.path.join(directory, target)):
            raise UsageError(
                f"{target} is a file, and a target names a module. Did you mean this?\n"
                f"  {_of_file(target, directory)}"
            )
        raise UsageError(f"There is no file {target} in {os.path.abspath(directory)}.")
    if "." in target or "/" in target or _is_importable(target, directory):
        return
    if target in AS_OPTIONS:
        raise UsageError(
            f"There is no command or module {target!r}. Did you mean this?\n  {PROGRAM} {AS_OPTIONS[target]}"
        )
    elsewhere = next(_elsewhere(target, Path(directory)), None)
    if elsewhere is not None:
        raise UsageError(
            f"There is no module {target!r} in {os.path.abspath(directory)}. Did you mean this?\n"
            f"  {_of_file(elsewhere, directory)}"
        )
    close = difflib.get_close_matches(target, commands, n=1, cutoff=0.7)
    if close:
        raise UsageError(
            f"There is no command or module {target!r}. Did you mean this?\n  {PROGRAM} {close[0]}"
        )


def _first_argument(words: Sequence[str], with_value: Collection[str]) -> int:
    """The index of the first word that is neither an option nor the value of one."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in with_value else 1
    return at


def _starts_something(words: Sequence[str]) -> bool:
    name = words[0].rpartition("/")[2]
    return name in (*argv.PROGRAMS, *SHELLS) or argv.read(argv.words_of(words)).server is not None


def _is_importable(name: str, directory: str) -> bool:
    folder = Path(directory, *name.split("."))
    return os.path.isfile(folder.with_suffix(".py")) or os.path.isfile(folder / "__init__.py")


def _of_file(file: str, directory: str) -> str:
    """The command that names the app in a file: ``connexion-doctor shop.app:app``."""
    path = Path(os.path.normpath(file))
    home = path.parent
    while home != Path() and os.path.isfile(Path(directory, home, "__init__.py")):
        home = home.parent
    if path.parts[0] == "src":
        home = Path("src")
    elif home == path.parent and home != Path() and len(home.parts) == 1:
        home = Path()  # a namespace package is imported from above as well
    parts = path.relative_to(home).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
    folder = os.path.normpath(os.path.join(directory, home))
    where = [] if folder == "." else ["--chdir", folder]
    return shlex.join([PROGRAM, *where, f"{'.'.join(parts)}:{_app_in(Path(directory, path)) or 'app'}"])


def _app_in(path: Path) -> str | None:
    """The name that a file gives the Connexion app it makes."""
    try:
        text = overlay.read(path, LARGEST).decode("utf-8", "replace")
    except OSError:
        return None
    found = MAKES_AN_APP.search(text)
    return found[1] if found else None


def _elsewhere(name: str, folder: Path) -> Iterator[str]:
    """Files of that module's name one folder further down, or in a package in ``src``."""
    try:
        for pattern in (f"*/{name}.py", f"src/*/{name}.py"):
            for found in sorted(folder.glob(pattern)):
                if not any(part.startswith(".") for part in found.relative_to(folder).parts):
                    yield found.relative_to(folder).as_posix()
    except OSError:
        return
