"""Somebody's app must not break the doctor: whatever it does, the report is whole, valid and on time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import APP, PACKAGES, PATIENCE, diagnose, environ, listing, project, target

FAR = APP  # the app that all the tricks end with, so that the verdict can still be right

# What the module does before the app is made -> verdict, a code that must be among the findings.
TRICKS = {
    "prints a great deal": ("import sys\nfor _ in range(20000): print('x' * 500)", "serves", None),
    "writes on both streams": (
        "import os\nos.write(1, b'{\"event\": \"done\"}\\n')\nos.write(2, b'\\xff\\xfe\\n')",
        "serves",
        None,
    ),
    "closes every descriptor": ("import os\nos.closerange(0, 1024)", "serves", None),
    "replaces the streams": ("import sys\nsys.stdout = sys.stderr = sys.stdin = None", "serves", None),
    "replaces what writing needs": (
        "import builtins, json, os\n"
        "def no(*args, **kwargs): raise RuntimeError('no')\n"
        "os.write = os.close = os.getpid = json.dumps = json.JSONEncoder.encode = no",
        None,  # it breaks its own server too
        None,
    ),
    "writes where the probe answers": (
        "import glob, tempfile\n"
        "for p in glob.glob(tempfile.gettempdir() + '/connexion-doctor-run-*/*/answers*'):\n"
        "    open(p, 'ab').write(b'[' * 30000 + b'\\n')",
        "serves",
        None,
    ),
    "leaves exit handlers": (
        "import atexit, time, os\natexit.register(time.sleep, 60)\natexit.register(print, 'late')",
        "serves",
        None,
    ),
    "leaves a thread running": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()",
        "serves",
        None,
    ),
    "forks a child that goes on": (
        "import os\npid = os.fork()\nif pid == 0:\n    print('I am the child')",
        "serves",
        None,
    ),
    "leaves a grandchild with the pipe": (
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)'])",
        "serves",
        None,
    ),
    "changes the directory": ("import os\nos.chdir('/')", None, None),
    "patches the standard library": (
        "import threading, time, socket, select\n"
        "time.sleep = lambda s: None\nthreading.Thread.start = lambda self: None",
        None,
        None,
    ),
    "exits": ("raise SystemExit(3)", "fails", "CXD014"),
    "exits content": ("import sys\nsys.exit()", "fails", "CXD014"),
    "exits at once": ("import os\nos._exit(0)", "fails", "CXD014"),
    "exits at once with a code": ("import os\nos._exit(7)", "fails", "CXD014"),
    "is interrupted": ("raise KeyboardInterrupt", "fails", "CXD011"),
    "crashes": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "fails", "CXD016"),
    "is killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "fails", "CXD016"),
    "hangs": ("while True: pass", "fails", "CXD015"),
    "sleeps": ("import time\ntime.sleep(600)", "fails", "CXD015"),
    "ignores signals and hangs": (
        "import signal, time\nfor s in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):\n"
        "    signal.signal(s, signal.SIG_IGN)\ntime.sleep(600)",
        "fails",
        "CXD015",
    ),
    "recurses": ("def f(): f()\nf()", "fails", "CXD011"),
    "ends its parent": ("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", "fails", "CXD018"),
    "asks its parent to stop": (
        "import os, signal\nos.kill(os.getppid(), signal.SIGTERM)",
        "fails",
        "CXD018",
    ),
    "ends its group": ("import os, signal\nos.killpg(0, signal.SIGKILL)", "fails", "CXD016"),
    "raises what cannot be shown": (
        "class Odd(Exception):\n    def __str__(self): raise ValueError('no')\nraise Odd()",
        "fails",
        "CXD011",
    ),
    "raises with surrogates": ("raise ValueError('\\udce9 \\x00 \\u202e')", "fails", "CXD011"),
    "raises at great length": ("raise ValueError('x' * 10_000_000)", "fails", "CXD011"),
    "asks for too much memory": ("x = bytearray(1 << 46)", "fails", "CXD011"),
    "has a syntax error": ("def (:", "fails", "CXD011"),
    "is no text": ("\ud800", "fails", None),
}

# Objects that are no use as an app and that lie about themselves.
LIARS = {
    "explodes at every attribute": (
        "class Liar:\n    def __getattribute__(self, name): raise RuntimeError(name)\n"
        "    def __call__(self, *a): raise RuntimeError('called')\napp = Liar()",
        ("fails", "unknown"),
    ),
    "has every attribute": (
        "class Liar:\n    def __getattr__(self, name): return self\n"
        "    def __call__(self, *a, **k): return self\napp = Liar()",
        ("fails", "unknown"),
    ),
    "claims another class": (
        "class Liar:\n    __class__ = dict\n    def __call__(self, a, b): return []\napp = Liar()",
        ("fails", "unknown"),
    ),
    "hangs when called": (
        "import time\ndef app(environ, start_response):\n    while True: time.sleep(1)",
        ("fails",),
    ),
    "ends the process when called": (
        "import os\ndef app(environ, start_response): os._exit(0)",
        ("fails",),
    ),
    "exits when called": ("import sys\ndef app(environ, start_response): sys.exit(1)", ("fails", "unknown")),
    "answers without end": (
        "def app(environ, start_response):\n    start_response('200 OK', [])\n    while True: yield b'x'",
        ("unknown",),  # it answers, and nothing of Connexion does
    ),
}


@pytest.mark.parametrize("name", TRICKS)
def test_an_app_that(name: str, tmp_path: Path) -> None:
    trick, verdict, code = TRICKS[name]
    folder, temporary = tmp_path / "project", tmp_path / "temporary"
    temporary.mkdir()  # what is written into every doctor's answers must not reach those of other tests
    project(folder)
    text = trick if name == "is no text" else f"{trick}\n{APP}"
    (folder / "app.py").write_bytes(text.encode("utf-8", "surrogatepass"))
    before, started = listing(folder), time.monotonic()
    # What does not hang has all the time that it needs: elsewhere others are at work too.
    seconds = "6" if code == "CXD015" else "60"
    words = ["--timeout", seconds, "--", "uvicorn", "app:app"]
    done = diagnose("c3new", *words, cwd=folder, env=environ(TMPDIR=str(temporary)))
    assert time.monotonic() - started < PATIENCE
    assert done.verdicts == ([verdict] if verdict else done.verdicts)
    assert code is None or code in done.codes
    assert done.complaints == ""
    assert listing(folder) == before


@pytest.mark.parametrize("name", LIARS)
def test_an_object_that(name: str, tmp_path: Path) -> None:
    text, verdicts = LIARS[name]
    folder = project(tmp_path, app__py=text)
    done = diagnose("c3new", "--timeout", "12", "--", "gunicorn", "app:app", cwd=folder)
    assert done.verdicts[0] in verdicts
    assert done.code in (0, 1)


ESCAPES = {
    "in the group": "",
    "in a session of its own": ", start_new_session=True",
    "in a session of its own, its environment emptied": ", start_new_session=True, env={}",
}


@pytest.mark.parametrize("how", ESCAPES)
def test_what_the_app_started_is_ended(how: str, tmp_path: Path) -> None:
    """A child of the app is gone when the doctor is, wherever it went."""
    if how != "in the group" and not Path("/proc/self/environ").exists():
        pytest.skip("processes that left their group are found on Linux only")
    trick = (
        "import subprocess, sys, pathlib\n"
        f"p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']{ESCAPES[how]})\n"
        "pathlib.Path('child.pid').write_text(str(p.pid))\n"
    )
    folder = project(tmp_path, app__py=trick + APP)
    diagnose("c3new", "--", "uvicorn", "app:app", cwd=folder)
    pid = int((folder / "child.pid").read_text())
    deadline = time.monotonic() + 5
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True
    return state not in "ZX"


@pytest.mark.parametrize(("module", "line"), [("app.py", 3), ("deep.py", 2)])
def test_the_project_s_own_line_is_shown(module: str, line: int, tmp_path: Path) -> None:
    folder = project(tmp_path, app__py="import connexion\nimport deep\n1 / 0\n", deep__py="x = 1\n")
    if module == "deep.py":
        (folder / "deep.py").write_text("import json\njson.loads('{')\n")
    finding = diagnose("c3new", "--", "uvicorn", "app:app", cwd=folder).finding("CXD011")
    assert (finding["location"]["path"], finding["location"]["line"]) == (module, line)


def test_a_hang_shows_where(tmp_path: Path) -> None:
    folder = project(tmp_path, app__py="import time\n\n\ndef wait():\n    time.sleep(600)\n\n\nwait()\n")
    finding = diagnose("c3new", "--timeout", "8", "--", "uvicorn", "app:app", cwd=folder).finding("CXD015")
    assert finding["location"]["line"] == 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_doctor_that_is_stopped_takes_the_app_with_it(number: signal.Signals, tmp_path: Path) -> None:
    trick = (
        "import os, pathlib, time\npathlib.Path('app.pid').write_text(str(os.getpid()))\ntime.sleep(600)\n"
    )
    folder = project(tmp_path, app__py=trick)
    python = str(target("c3new").python)
    process = subprocess.Popen(
        [sys.executable, "-m", "connexion_doctor", "--python", python, "--", "uvicorn", "app:app"],
        cwd=folder,
        env={**environ(), "PYTHONPATH": str(PACKAGES)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    started = folder / "app.pid"
    deadline = time.monotonic() + PATIENCE
    while not (started.exists() and started.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    assert process.wait(PATIENCE) != 0
    pid = int(started.read_text())
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(pid)
