"""Work in a copy of the process: what it gives, what becomes of its faults, and that it is gone then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from connexion_doctor.checkup import examine, whole_project
from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.foundation import late
from connexion_doctor.model.question import Question
from connexion_doctor.processes.beside import Beside, shared_out
from tests.running import APP, PACKAGES, SPECIFICATION, environ


def test_it_is_done_in_another_process() -> None:
    with Beside(os.getpid) as beside:
        assert beside.result() != os.getpid()


def raises() -> str:
    raise LookupError("nothing there")


@late.dataclass(frozen=True)
class Sent:
    """A class of which only the copy makes an object."""

    value: int


def test_what_it_sends_can_be_changed() -> None:
    with Beside(lambda: Sent(1)) as beside:
        assert replace(beside.result(), value=2) == Sent(2)


def test_what_it_raises_is_raised_here() -> None:
    with Beside(raises) as beside, pytest.raises(LookupError, match="nothing there"):
        beside.result()


@pytest.mark.parametrize(
    ("items", "parts", "told"),
    [
        ("abcde", 1, ["abcde"]),
        ("abcde", 2, ["ab", "cde"]),
        ("abcde", 3, ["a", "bc", "de"]),
        ("", 1, [""]),
    ],
)
def test_what_is_shared_out(items: str, parts: int, told: list[str]) -> None:
    done = shared_out(lambda some: (some, os.getpid()), items, parts)
    assert [some for some, _ in done] == told
    assert len({process for _, process in done}) == parts
    assert done[0][1] == os.getpid()


def test_what_a_part_raises_is_raised_here() -> None:
    def refuses(some: Sequence[str]) -> Sequence[str]:
        return raises() if "d" in some else some

    with pytest.raises(LookupError, match="nothing there"):
        shared_out(refuses, "abcd", 2)


@pytest.mark.parametrize("how", ["ends", "sends what cannot be sent"])
def test_what_is_not_whole_is_done_again(how: str) -> None:
    ours = os.getpid()

    def work() -> object:
        if os.getpid() == ours:
            return "done here"
        if how == "ends":
            os._exit(0)
        return lambda: None  # cannot be pickled

    with Beside(work) as beside:
        assert beside.result() == "done here"


def test_it_is_ended_where_nobody_wants_it(tmp_path: Path) -> None:
    told = tmp_path / "pid"

    def work() -> NoReturn:
        (tmp_path / "new").write_text(str(os.getpid()))
        (tmp_path / "new").rename(told)
        while True:
            time.sleep(60)

    with Beside(work):
        while not told.exists():
            os.sched_yield()
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


BUSY = """
import os, sys
from connexion_doctor.processes import signals
from connexion_doctor.processes.beside import Beside
signals.take()
def busy():
    while True:
        pass
with Beside(busy) as beside:
    print(beside._copy[0], flush=True)
    busy()
"""


def test_it_is_ended_where_nobody_looks_at_a_signal() -> None:
    env = environ(PYTHONPATH=str(PACKAGES))
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        copy = int(process.stdout.readline())
        process.terminate()
        assert process.wait(30) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(copy, 0)


def test_a_large_project_gets_the_same_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, pin in (("one", "==2.14.2"), ("three", "[flask]>=3"), ("two", "[flask]>=3")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "app.py").write_text(APP.replace('dir="."', 'dir=".", options={}'))
        (folder / "openapi.yaml").write_text(SPECIFICATION)
        (folder / "requirements.txt").write_text(f"connexion{pin}\ngunicorn\n")
        (folder / "Procfile").write_text("web: gunicorn app:app\n")
    options = Options(Question(directory=str(tmp_path)), environ=dict(os.environ), do_import=False)
    alone = run(options)
    asked: list[object] = []

    class Counted(Beside[object]):
        def __init__(self, work: Callable[[], object]) -> None:
            asked.append(work)
            super().__init__(work)

    parts: list[int] = []

    def counted(work: Callable[..., object], items: Sequence[object], count: int) -> list[object]:
        parts.append(count)
        return shared_out(work, items, count)

    monkeypatch.setattr(whole_project, "LARGE", 1)
    monkeypatch.setattr(examine, "A_PART", 1)
    monkeypatch.setattr(examine, "at_once", lambda: 2)
    monkeypatch.setattr(examine, "shared_out", counted)
    monkeypatch.setattr(whole_project, "at_once", lambda: 2)
    monkeypatch.setattr(whole_project, "Beside", Counted)
    beside = run(options)
    assert asked and parts[0] == 2
    assert beside.judgements == alone.judgements
    assert beside.findings == alone.findings != ()
