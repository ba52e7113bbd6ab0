"""A process of the doctor: waited for, ended with all that it started, never waited for without a limit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from connexion_doctor.processes import descendants
from connexion_doctor.processes.child import Child, run
from connexion_doctor.processes.server_process import Process
from tests.running import PACKAGES, PATIENCE

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
SLEEP = "import time; time.sleep(60)"


@pytest.mark.parametrize(
    ("code", "expected"),
    [("pass", 0), ("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", -9)],
)
@pytest.mark.parametrize("guarded", [False, True])
def test_how_it_ended(code: str, expected: int, guarded: bool, tmp_path: Path) -> None:
    words = [sys.executable, "-c", code]
    with Child(words, str(tmp_path), os.environ, output=tmp_path / "log", guarded=guarded) as child:
        assert child.wait(20) == expected


@pytest.mark.parametrize("guarded", [False, True])
def test_what_is_not_there_is_an_error(guarded: bool, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Child(["no-such-program"], str(tmp_path), os.environ, output=tmp_path / "log", guarded=guarded)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="told by /proc, which is Linux's")
@pytest.mark.parametrize("here", [True, False])
def test_nothing_is_inherited_that_nobody_gave_it(
    here: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session of its own, its folder, no descriptor of ours, no signal that Python ignores. In the working
    directory it is started another way than elsewhere."""
    if here:
        monkeypatch.chdir(tmp_path)
    ours = os.open(os.devnull, os.O_RDONLY)
    os.set_inheritable(ours, True)
    script = f"""
pwd
[ "$(cut -d ' ' -f 6 /proc/$$/stat)" = $$ ] && echo own session
[ -e /proc/$$/fd/{ours} ] || echo own descriptors
grep SigIgn /proc/self/status
"""
    try:
        done = run(["/bin/sh", "-c", script], str(tmp_path), os.environ, 20)
    finally:
        os.close(ours)
    *told, ignored = done.output.splitlines()
    assert told == [str(tmp_path), "own session", "own descriptors"]
    of_python = sum(1 << number - 1 for number in (signal.SIGPIPE, signal.SIGXFSZ))
    assert int(ignored.split()[1], 16) & of_python == 0, (
        "another one may be ignored around the tests, as by nohup"
    )


def test_what_is_ended_beside_is_gone_before_another_is_started(tmp_path: Path) -> None:
    told: list[int] = []
    first = Child([sys.executable, "-c", SLEEP], str(tmp_path), os.environ)
    first.end_beside(lambda: told.append(first.pid))
    with Child([sys.executable, "-c", SLEEP], str(tmp_path), os.environ) as second:
        assert told == [first.pid] and not descendants.alive(first.pid)
        assert descendants.alive(second.pid)


def test_what_does_not_listen_to_signals_is_ended_in_time(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Child([sys.executable, "-c", DEAF], str(tmp_path), os.environ, output=log) as child:
        while not log.read_text():
            child.wait(0.02)
        started = time.monotonic()
        child.end(0.2)
        assert 0.2 <= time.monotonic() - started < 5
        assert child.poll() == -signal.SIGKILL


def test_run_keeps_the_last_of_the_output_and_the_time(tmp_path: Path) -> None:
    loud = "for n in range(200_000): print('line', n)"
    done = run([sys.executable, "-c", loud], str(tmp_path), os.environ, 30)
    assert (done.code, done.output.splitlines()[-1]) == (0, "line 199999")
    assert run([sys.executable, "-c", SLEEP], str(tmp_path), os.environ, 0.3).code is None


def test_a_server_that_ends_its_parent_ends_not_the_doctor(tmp_path: Path) -> None:
    code = "import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)"
    with Process([sys.executable, "-c", code], str(tmp_path), os.environ, tmp_path / "log") as server:
        server.settle(10)
        assert server.gave_up() == "the server ended with SIGKILL"


# In a process of its own: signals belong to the whole of it.
TAKEN = """
import os, sys, time
from connexion_doctor.processes import signals, scratch_folder
from connexion_doctor.processes.child import Child
signals.take()
with scratch_folder.folder("test") as folder, Child([sys.executable, "-c", "import time; time.sleep(60)"],
        ".", os.environ) as child:
    print(folder, child.pid, flush=True)
    {what}
"""
WAITS = {
    "waits": "child.wait(60)",
    "sleeps": "signals.sleep(60)",
    "works, and looks nowhere": "while True: pass",
    "is blocked": "os.read(os.pipe()[0], 1)",
}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("what", WAITS)
def test_a_signal_ends_everything(what: str, number: signal.Signals) -> None:
    process = _started(WAITS[what])
    folder, pid = _said(process)
    process.send_signal(number)
    assert process.wait(PATIENCE) == 128 + number
    assert not Path(folder).exists()
    assert not _runs(pid)


def test_what_was_ignored_from_the_start_stays_ignored() -> None:
    process = _started("child.wait(1.0)", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    _said(process)
    process.send_signal(signal.SIGHUP)
    assert process.wait(PATIENCE) == 0


def test_what_must_not_be_torn_is_finished_first() -> None:
    process = _started("with signals.held():\n        time.sleep(3)\n        print('whole', flush=True)")
    _said(process)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None and process.stdout.read().strip() == "whole"
    assert process.wait(PATIENCE) in (128 + signal.SIGTERM, 128 + signal.SIGINT)


def test_the_folder_of_a_killed_run_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # elsewhere another doctor may be the next
    process = _started("child.wait(60)")
    folder, pid = _said(process)
    process.kill()
    process.wait()
    os.kill(pid, signal.SIGKILL)
    assert Path(folder).exists()
    again = _started("child.wait(0)")
    other, _ = _said(again)
    assert again.wait(PATIENCE) == 0
    assert not Path(folder).parent.exists()
    assert not Path(other).parent.exists()


def _started(what: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-c", TAKEN.format(what=what)],
        env={**os.environ, "PYTHONPATH": str(PACKAGES)},
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def _said(process: subprocess.Popen[str]) -> tuple[str, int]:
    assert process.stdout is not None
    folder, pid = process.stdout.readline().split()
    return folder, int(pid)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


MANY = """
import os, subprocess, sys, time
for turn in ("first", "second", "third"):
    workers = [subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) for _ in range(4)]
    for one in workers:
        print("[INFO] Booting worker with pid:", one.pid, flush=True)
    print(turn, flush=True)
    while turn == "first" and not os.path.exists("go"):
        time.sleep(0.01)
    for one in workers if turn != "third" else ():
        one.kill()
        one.wait()
time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="who is there is told by /proc")
def test_many_workers_are_no_workers_that_end(tmp_path: Path) -> None:
    """Those are begun again that are begun beside the ones that are there."""
    words = [sys.executable, "-c", MANY]
    with Process(words, str(tmp_path), os.environ, tmp_path / "log") as server:

        def told(turn: str) -> str | None:
            while turn not in server.log():
                server.settle(0.01)
            return server.gave_up()

        assert told("first") is None
        (tmp_path / "go").touch()
        assert told("third") == "the workers end and are started again, without end"
