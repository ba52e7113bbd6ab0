"""Processes that are known by a variable, the memory they take, where they listen; folders that resist."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connexion_doctor.processes import descendants, memory, scratch_folder
from connexion_doctor.processes.address import Address, listens

LINUX = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="/proc tells on Linux only")
MEGABYTE = 1 << 20
SLEEPS = "import sys, time; x = bytearray(int(sys.argv[1])); print(1, flush=True); time.sleep(60)"


@contextmanager
def sleeping(variable: dict[str, str], take: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own that is up."""
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPS, str(take)],
        env={**os.environ, **variable},
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == b"1\n"
        try:
            yield process
        finally:
            process.kill()


@LINUX
def test_where_nobody_is_adopted_what_has_the_variable_is_ended() -> None:
    mine, others = descendants.mark(), descendants.mark()
    with sleeping(mine) as one, sleeping(others) as other:
        assert list(descendants.marked(mine)) == [one.pid]
        descendants.end(mine, frozenset())
        assert one.wait(5) == -signal.SIGKILL
        assert list(descendants.marked(mine)) == []
        assert other.poll() is None
        assert descendants.alive(other.pid) and other.pid in (descendants.children() or ())


@LINUX
def test_the_dead_do_not_live_though_nobody_asked_about_them() -> None:
    with sleeping({}) as process:
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not descendants.alive(process.pid)
    assert not descendants.alive(process.pid)


@LINUX
def test_memory_is_what_is_taken_and_nothing_of_what_is_gone() -> None:
    with sleeping({}) as small, sleeping({}, 64 * MEGABYTE) as large:
        less, more, both = (memory.taken(one) for one in ([small.pid], [large.pid], [small.pid, large.pid]))
        assert less is not None and more is not None and both is not None
        assert more - less > 50 * MEGABYTE
        assert both > more
    assert memory.taken([small.pid, large.pid]) is None
    assert memory.taken([]) is None


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_who_listens_is_found_on_both_loopbacks(family: int, host: str) -> None:
    with socket.socket(family) as server:
        try:
            server.bind((host, 0))
        except OSError:
            pytest.skip(f"there is no {host} here")
        address = Address(server.getsockname()[1])
        assert not listens(address)
        server.listen()
        assert listens(address)


def test_what_is_read_only_is_removed_too_and_what_a_link_leads_to_is_not(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    (folder / "inner" / "deep").mkdir(parents=True)
    outside.mkdir()
    (outside / "kept").write_text("text")
    (folder / "inner" / "file").write_text("text")
    (folder / "link").symlink_to(outside)
    (folder / "inner" / "deep").chmod(0)
    (folder / "inner").chmod(0o500)
    scratch_folder.remove(folder)
    assert not folder.exists()
    assert (outside / "kept").exists()


NEW = """\
import sys
from connexion_doctor.processes import scratch_folder
try:
    print(scratch_folder.{call}("probe"))
except scratch_folder.NoFolder as exc:
    print(exc.strerror)
"""


@pytest.mark.parametrize("call", ["new", "for_the_user"])
def test_a_place_that_takes_no_folder_is_passed_over(call: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    env = {**os.environ, "TMPDIR": str(tmp_path / "file"), "TEMP": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", NEW.format(call=call)], env=env, capture_output=True, text=True, check=True
    )
    assert Path(said.stdout.strip()).is_relative_to(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"], "it went with the run"
