"""Odd surroundings: no disk, no /proc, no streams, no home, no descriptors. The doctor does its work, or says
in a line why it cannot."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

from tests.endurance.runs import Part, Ran, doctor, slowness
from tests.running import PACKAGES, environ, project, target

ASKED = (
    ("--", "gunicorn", "app:app"),
    ("app:app",),
    (),
    ("--no-import",),
    ("--verify", "--", "uvicorn", "app:app"),
)
FINE = (0, 1)
SAID = (0, 1, 3)  # or it says that it could not


def _words(number: int) -> tuple[str, ...]:
    return ("--python", str(target("c3new").python), *ASKED[number % len(ASKED)])


def _limited(kind: int, value: int, number: int, folder: Path) -> Iterator[str]:
    def limit() -> None:
        resource.setrlimit(kind, (value, value))

    ran = doctor(("--format", "json", *_words(number)), folder, preexec_fn=limit)
    yield from ran.faults(*SAID)
    if ran.code in FINE:
        yield from ran.unreadable()


def _without_streams(closed: tuple[int, ...], number: int, folder: Path) -> Iterator[str]:
    def close() -> None:
        for one in closed:
            os.close(one)

    yield from doctor(_words(number), folder, preexec_fn=close).faults(*SAID)


def _full_output(number: int, folder: Path) -> Iterator[str]:
    with open("/dev/full", "w") as full:
        ran = doctor(_words(number), folder, stdout=full)
    yield from ran.faults(3)
    if not ran.stderr.strip():
        yield "nothing is said"


def _broken_pipe(number: int, folder: Path) -> Iterator[str]:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        ran = doctor(_words(number), folder, stdout=writes)
    finally:
        os.close(writes)
    yield from ran.faults(0, 1, 3, 141, -signal.SIGPIPE)


def _with(
    changes: dict[str, str | None], number: int, folder: Path, codes: tuple[int, ...] = FINE
) -> Iterator[str]:
    env = {**environ(), **{name: value for name, value in changes.items() if value is not None}}
    env = {name: value for name, value in env.items() if changes.get(name, "") is not None}
    for format in ("text", "json"):
        ran = doctor(("--format", format, *_words(number)), folder, env=env)
        yield from ran.faults(*FINE)
        if format == "json":
            yield from ran.unreadable()


def _ignoring_children(number: int, folder: Path) -> Iterator[str]:
    def ignore() -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)

    ran = doctor(("--format", "json", *_words(number)), folder, preexec_fn=ignore)
    yield from ran.faults(*FINE)
    yield from ran.unreadable()


def _gone(number: int, folder: Path) -> Iterator[str]:
    """The working directory is removed under the doctor."""
    inside = folder / "inside"
    project(inside)
    ran = doctor(_words(number), inside, preexec_fn=lambda: shutil.rmtree(inside))
    yield from ran.faults(1, 2, 3)


def _at_once(number: int, folder: Path) -> Iterator[str]:
    """Four doctors in one project, with one folder for temporary files."""
    temporary = folder / "temporary"
    temporary.mkdir()
    env = {**environ(TMPDIR=str(temporary)), "PYTHONPATH": str(PACKAGES)}
    words = [sys.executable, "-m", "connexion_doctor", "--format", "json", *_words(number)]
    running = [
        subprocess.Popen(
            words, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    try:
        told = [(one, *one.communicate(timeout=120 * slowness())) for one in running]
    finally:
        for one in running:
            one.kill()
    for one, out, err in told:
        yield from Ran(one.returncode, out, err, 0.0, (), ()).faults(*FINE)
        yield from Ran(one.returncode, out, err, 0.0, (), ()).unreadable()
    if len({out for _, out, _ in told if "seconds" not in out}) > 1:
        yield "they do not agree"
    if list(temporary.iterdir()):
        yield f"left lying: {[one.name for one in temporary.iterdir()]}"


def _mounted(script: str, codes: tuple[int, ...], number: int, folder: Path) -> Iterator[str]:
    """In a file system of its own, where this user may make one. ``$P`` is the project."""
    can = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    )
    if can.returncode != 0:
        return
    home = folder / "home"
    home.mkdir()
    env = {**environ(HOME=str(home)), "PYTHONPATH": str(PACKAGES), "P": str(folder)}
    words = [sys.executable, "-m", "connexion_doctor", *_words(number)]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f'{script} && exec "$@"', "sh", *words],
        cwd=folder, env=env, capture_output=True, text=True, timeout=120 * slowness(), check=False,
    )  # fmt: skip
    yield from Ran(done.returncode, done.stdout, done.stderr, 0.0, (), ()).faults(*codes)


CASES: dict[str, Callable[[int, Path], Iterator[str]]] = {
    "no file may be written": partial(_limited, resource.RLIMIT_FSIZE, 0),
    "files of a thousand characters": partial(_limited, resource.RLIMIT_FSIZE, 1000),
    "64 descriptors": partial(_limited, resource.RLIMIT_NOFILE, 64),
    "12 descriptors": partial(_limited, resource.RLIMIT_NOFILE, 12),
    "no standard input": partial(_without_streams, (0,)),
    "no standard output": partial(_without_streams, (1,)),
    "no standard error": partial(_without_streams, (2,)),
    "no streams": partial(_without_streams, (0, 1, 2)),
    "a full disk for the report": _full_output,
    "a broken pipe": _broken_pipe,
    "no home": partial(_with, {"HOME": None}),
    "a home that is not there": partial(_with, {"HOME": "/nowhere"}),
    "the C locale": partial(_with, {"LC_ALL": "C", "LANG": None}),
    "ASCII alone": partial(_with, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}),
    "Latin-1": partial(_with, {"PYTHONIOENCODING": "latin-1", "LC_ALL": "en_US.ISO-8859-1"}),
    "no path": partial(_with, {"PATH": ""}),
    "no environment": partial(_with, dict.fromkeys(os.environ)),
    "no terminal size": partial(_with, {"COLUMNS": "0", "LINES": "0"}),
    "one column": partial(_with, {"COLUMNS": "1"}),
    "children are ignored": _ignoring_children,
    "the directory is gone": _gone,
    "four at once": _at_once,
    "a full disk": partial(
        _mounted,
        "mount -t tmpfs -o size=4k none /mnt; cat /dev/zero > /mnt/x 2>/dev/null; export TMPDIR=/mnt",
        SAID,
    ),
    "no /proc": partial(_mounted, "mount -t tmpfs none /proc", FINE),
    "read-only project and home": partial(
        _mounted, "mount --bind $P $P && mount -o remount,ro,bind $P && cd $P", FINE
    ),
    "a temporary folder that is read-only": partial(
        _mounted, "mount -t tmpfs none /mnt && mount -o remount,ro /mnt; export TMPDIR=/mnt", SAID
    ),
}  # fmt: skip
NAMES = list(CASES)


def run(number: int, random: Random, folder: Path) -> Iterator[str]:
    """One of the cases, the questions in turn."""
    project(folder, Procfile="web: gunicorn app:app\n")
    yield from CASES[NAMES[number % len(NAMES)]](number // len(NAMES), folder)


PART = Part(
    "surroundings", len(NAMES), len(NAMES) * len(ASKED), run, lambda number: NAMES[number % len(NAMES)]
)
