"""Hostile apps: what a module may do while it is imported, and how an object may lie about itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.checkup.test_strangers import LIARS, TRICKS
from tests.endurance.runs import Part, doctor, slowness
from tests.running import APP, project, target

MORE = """
import os; os.kill(os.getppid(), 9)
import os; os.kill(os.getppid(), 15)
import os; os.kill(os.getppid(), 19); import time; time.sleep(0.2)
import os; os.kill(os.getpid(), 19)
import os; os.killpg(0, 15)
import os, signal; signal.signal(15, signal.SIG_IGN); os.killpg(0, 15)
import os; os.setsid() if os.getpid() != os.getsid(0) else None
import os; os.fork() and os._exit(0)
import os; os.fork(); os.fork(); os.fork()
import os; os.fork() or (os.setsid(), os.fork() and os._exit(0))
import subprocess, sys; subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"], start_new_session=True, env={})
import subprocess; subprocess.Popen(["sleep", "99"], start_new_session=True, env={}, close_fds=False)
import subprocess; [subprocess.Popen(["sleep", "99"], start_new_session=True) for _ in range(30)]
import subprocess; subprocess.Popen(["sh", "-c", "while :; do sleep 0.01; done"], start_new_session=True, env={"PATH": "/bin:/usr/bin"})
import subprocess; subprocess.Popen(["sh", "-c", "(sleep 99 &) ; (sleep 99 &)"], start_new_session=True, env={"PATH": "/bin:/usr/bin"})
import multiprocessing, time; multiprocessing.get_context("fork").Process(target=time.sleep, args=(99,)).start()
import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 15)]; time.sleep(99)
import signal; signal.setitimer(signal.ITIMER_REAL, 0.05); import time; time.sleep(99)
import signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64)); import time; time.sleep(99)
import faulthandler; faulthandler.disable(); faulthandler.cancel_dump_traceback_later(); import time; time.sleep(99)
import sys; sys.settrace(lambda *a: None); sys.setprofile(lambda *a: None)
import sys; sys.setrecursionlimit(60)
import sys; sys.setrecursionlimit(10**9); exec("def f(): f()"); f()
import sys; sys.path.clear()
import sys; sys.path[:] = [1, None, b"x"]
import sys; sys.modules.clear()
import sys; sys.meta_path.clear()
import sys; del sys.modules["json"], sys.modules["os"]
import sys; sys.argv = None
import sys; sys.argv.clear()
import sys; sys.executable = None
import sys; sys.stdout.close(); sys.stderr.close()
import sys; sys.exit("x" * 1000000)
import sys; sys.exit({"a": 1})
import sys; sys.exit(-1)
import sys; sys.excepthook = lambda *a: 1 / 0; raise ValueError
import os; os.chdir("/"); os.rmdir(__import__("tempfile").mkdtemp())
import os; os.environ.clear()
import os; os.environ["PATH"] = "\\udcff"
import os; os.umask(0o777)
import os; os.nice(10)
import os; os.close(0); os.close(1); os.close(2); raise ValueError
import os; os.dup2(os.open("/dev/null", os.O_RDWR), 1)
import os; [os.open("/dev/null", 0) for _ in range(200)]
import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1)); exec("while True: pass")
import resource; resource.setrlimit(resource.RLIMIT_AS, (50 << 20, 50 << 20)); bytearray(100 << 20)
import threading; [threading.Thread(target=lambda: __import__("time").sleep(99)).start() for _ in range(100)]
import threading; threading.Thread(target=lambda: __import__("os")._exit(5)).start(); __import__("time").sleep(1)
import _thread; _thread.interrupt_main()
import atexit, os; atexit.register(lambda: os.kill(os.getppid(), 9))
import builtins; builtins.open = builtins.print = builtins.isinstance = None
import builtins; builtins.__import__ = lambda *a, **k: 1 / 0
import builtins; del builtins.len, builtins.str
import time; time.time = time.monotonic = time.perf_counter = lambda: float("nan")
import json; json.loads = json.dumps = lambda *a, **k: "{}"
import inspect; inspect.signature = lambda *a, **k: 1 / 0
import logging; logging.disable(100); logging.raiseExceptions = True; logging.shutdown()
import warnings; warnings.simplefilter("error"); warnings.warn("x")
import gc; gc.set_threshold(1); gc.set_debug(gc.DEBUG_LEAK)
import asyncio; asyncio.set_event_loop_policy(None); asyncio.run = None
import asyncio; asyncio.get_event_loop_policy = lambda: 1 / 0
import ctypes; ctypes.string_at(0)
import os; os.abort()
raise BaseException("at the bottom")
raise GeneratorExit
raise type("Odd", (Exception,), {"__str__": lambda s: "\\x1b[2J\\x00\\ud800"})()
raise type("Odd", (Exception,), {"__repr__": lambda s: 1 / 0, "__str__": lambda s: 1 / 0})()
raise type("Odd" * 10000, (Exception,), {})()
raise type("Odd", (Exception,), {"__class__": property(lambda s: 1 / 0)})()
raise ExceptionGroup("many", [ValueError(str(n)) for n in range(1000)]) if hasattr(__builtins__, "ExceptionGroup") else ValueError
e = ValueError(); e.__cause__ = e; raise e
e = ValueError("x"); e.__notes__ = 5; raise e
x = "y" * (1 << 20); print(x * 20)
print("\\x1b]0;title\\x07\\x1b[31m\\r\\n::error::not ours")
import os; os.write(2, b"::set-output name=a::b\\n" * 1000)
import sys; sys.stdin.read()
input()
import getpass; getpass.getpass()
import pdb; pdb.set_trace()
breakpoint()
import readline
import tempfile, shutil; shutil.rmtree(tempfile.gettempdir() + "/nothing", ignore_errors=True)
import glob, tempfile, os; [open(p + "/rubbish", "w").write("x") for p in glob.glob(tempfile.gettempdir() + "/connexion-doctor-run-*")]
import glob, tempfile, os; [open(p, "ab").write(b"\\x00{]\\n" * 9) for p in glob.glob(tempfile.gettempdir() + "/connexion-doctor-run-*/*/answers*")]
import glob, tempfile, os; [open(p, "ab").write(b"[" * 30000 + b"\\n") for p in glob.glob(tempfile.gettempdir() + "/connexion-doctor-run-*/*/answers*")]
import glob, tempfile, shutil; [shutil.rmtree(p) for p in glob.glob(tempfile.gettempdir() + "/connexion-doctor-run-*")]
import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); s.accept()
import urllib.request; urllib.request.urlopen("http://127.0.0.1:1/")
""".strip().splitlines()

CASES: dict[str, str] = {
    **{name: f"{trick}\n{APP}" for name, (trick, *_) in TRICKS.items() if name != "is no text"},
    **{name: text for name, (text, *_) in LIARS.items()},
    **{line: f"{line}\n{APP}" for line in MORE},
}
NAMES = list(CASES)
TIMEOUT = 4.0
LONGEST = 20.0  # seconds on an idle machine, whatever the app does


def run(number: int, random: Random, folder: Path) -> Iterator[str]:
    """One app, under one server."""
    name = NAMES[number % len(NAMES)]
    project(folder, app__py=CASES[name])
    server = ("uvicorn", "gunicorn", "hypercorn")[number // len(NAMES) % 3]
    words = ("--python", str(target("c3new").python), "--timeout", str(TIMEOUT), "--format", "json")
    ran = doctor((*words, "--", server, "app:app"), folder)
    yield from ran.faults(0, 1)
    yield from ran.unreadable()
    if ran.seconds > LONGEST * slowness():
        yield f"{ran.seconds:.0f} s"


PART = Part("strangers", 12, len(NAMES), run, lambda number: NAMES[number % len(NAMES)])
