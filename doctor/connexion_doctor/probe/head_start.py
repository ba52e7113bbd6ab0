"""A head start for the probe: its interpreter comes up while the rest of the doctor is imported.

Light on purpose: this is imported, and the probe started, before anything else of the package.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from connexion_doctor.environment.interpreters import NoInterpreter, Unfit, find_interpreter
from connexion_doctor.probe.client import Probe, ProbeError


class HeadStart:
    """The target interpreter (empty where none is the app's), why it is that one, the environment that was
    passed over for it, and a probe that waits for its request. No data class: writing one takes its time."""

    def __init__(self, how: str = "") -> None:
        self.python, self.how = "", how
        self.unfit: Unfit | None = None
        self.probe: Probe | None = None
        self.error: Exception | None = None
        self.not_ours = ""  # why the doctor's own environment is not the app's, once the files were read

    def take(self, directory: str, environ: dict[str, str]) -> Probe:
        """A probe for this directory and environment: the waiting one where it fits, else a new one."""
        probe, self.probe = self.probe, None
        if probe is not None:
            if probe.directory == directory and probe.environ == environ:
                return probe
            probe.close()
        return Probe(self.python, directory, environ)

    def close(self) -> None:
        """End a probe that nobody took."""
        if self.probe is not None:
            self.probe.close()
            self.probe = None


class _Early:
    """The head starts that were made before the command line was read, by interpreter and folder."""

    heads: list[tuple[tuple[str | None, str], HeadStart]] = []


# What says that no probe, or not this one, is needed; a configuration may say it as well.
NO_PROBE = ("-h", "--help", "--version", "--no-import", "--build-env", "--facts")
CONFIGURED = ("pyproject.toml", "setup.cfg")
STARTS = ("Procfile", "Dockerfile")
MOST_BYTES = 1024 * 1024

# The servers whose command takes time to come up, by their programs.
PROGRAMS = (
    ("gunicorn", "gunicorn"),
    ("uvicorn", "uvicorn"),
    ("hypercorn", "hypercorn"),
    ("granian", "granian"),
    ("daphne", "daphne"),
    ("waitress-serve", "waitress"),
)

# Every server is asked about a target: as many of these come up as there is time for until then.
OF_A_TARGET = ("uvicorn", "gunicorn", "hypercorn", "granian")


def early(arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Start a probe before the command line is read, where a look at it tells that ``start`` will be asked
    for one: importing what reads it takes longer than this."""
    own = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    if own[:1] == ["compare"]:
        _both_sides(own)
        return
    checks = not own or own[0] == "check" or own[0].startswith("-") or ":" in own[0]
    if not checks or any(one.partition("=")[0] in NO_PROBE for one in own):
        return
    python, directory = _value(own, "--python"), _value(own, "--chdir", "--app-dir") or "."
    if any(name.endswith("_COMPLETE") for name in environ) or _is_configured(directory):
        return
    _ahead(python, directory, _servers(own, arguments[len(own) + 1 :], directory))


def _both_sides(own: Sequence[str]) -> None:
    """The probes of ``compare``: one a side. Variables, and the code of a commit, have to be there first."""
    if any(one.partition("=")[0] in ("-h", "--help", "--environ", "--before-ref") for one in own):
        return
    either, folder = _value(own, "--python"), _value(own, "--chdir", "--app-dir") or "."
    starts = [one.split()[0] for one in own[1:] if " " in one.strip() and not one.startswith("-")]
    for at, side in enumerate(("before", "after")):
        python = _value(own, f"--{side}-python") or either
        directory = (side == "before" and _value(own, "--before-dir")) or folder
        _ahead(python, directory, _servers([], starts[at : at + 1], "") if len(starts) == 2 else ())


def _ahead(python: str | None, directory: str, servers: tuple[str, ...]) -> None:
    _Early.heads.append(((python, directory), _started(python, directory, True, servers)))


def _servers(own: Sequence[str], command: Sequence[str], directory: str) -> tuple[str, ...]:
    """The servers that the probe will be asked about, where a start command begins with one, an option names
    one, or the files where most starts stand do. ``python -m`` would look for it in the project first."""
    if command:
        named = os.path.basename(command[0])
        return tuple(server for program, server in PROGRAMS if program == named)
    if _value(own, "--gunicorn-conf") is not None:
        return ("gunicorn",)
    server = _value(own, "--server")
    if server is not None:
        return tuple(one for _, one in PROGRAMS if one == server)
    if any(":" in one for one in own):
        return OF_A_TARGET
    return tuple(server for program, server in PROGRAMS if _stands(program.encode(), directory, STARTS))


def _value(words: Sequence[str], *names: str) -> str | None:
    """What an option is given, last."""
    found = None
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            found = value if equals else words[index + 1] if index + 1 < len(words) else None
    return found


def _is_configured(directory: str) -> bool:
    """Whether a configuration stands in the project, which has to be read first."""
    return _stands(b"connexion-doctor", directory, CONFIGURED)


def _stands(word: bytes, directory: str, names: Iterable[str]) -> bool:
    """Whether a word stands in one of the files of a folder."""
    for name in names:
        path = os.path.join(directory, name)
        try:
            if os.path.isfile(path):  # a pipe would be waited for, and so would some files of /proc
                with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
                    if word in (stream.read(MOST_BYTES) or b""):
                        return True
        except OSError:
            continue
    return False


def start(python: str | None, directory: str, *, probe: bool = True, ahead: Sequence[str] = ()) -> HeadStart:
    """Find the interpreter and start a probe in it; what goes wrong is kept for when it is needed.

    :param probe: False: the interpreter is found, and not started
    :param ahead: servers that come up in the probe before it is asked
    """
    for one in _Early.heads if probe else ():
        if one[0] == (python, directory):
            _Early.heads.remove(one)
            return one[1]
    while _Early.heads:  # they were made for something else
        _Early.heads.pop()[1].close()
    return _started(python, directory, probe, ahead)


def _started(python: str | None, directory: str, probe: bool, ahead: Sequence[str]) -> HeadStart:
    head = HeadStart()
    if not os.path.isdir(directory):
        return head
    root = os.path.realpath(directory)
    try:
        head.python, head.how, head.unfit = find_interpreter(python, (root, os.getcwd()), os.environ)
        if probe and head.python:
            head.probe = Probe(head.python, root, dict(os.environ), ahead)
    except (NoInterpreter, ProbeError) as exc:
        head.error = exc
    return head
