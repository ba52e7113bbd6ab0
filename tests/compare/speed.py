"""What ``compare`` takes beside the same by hand: ``python -m tests.compare.speed [ROUNDS]``.

By hand: both starts booted, one after the other, and the same requests sent to each, once. The app has 12
operations. ``compare`` is measured twice: the first time that its specification is met, and again, with the
requests that were kept. The three are interleaved; of each the median is printed, of the wall clock and of
the processor time (of all processes together). On a busy machine the processor time tells more.
"""

from __future__ import annotations

import argparse
import http.client
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from connexion_doctor.compare import kept_requests, run
from connexion_doctor.compare.asked import Request
from connexion_doctor.compare.credentials import Credentials
from connexion_doctor.compare.sending import headers_of
from connexion_doctor.compare.sides import AFTER, BEFORE
from connexion_doctor.processes.server_process import free_port
from tests.compare.comparing import APPS, THREE, TWO, side
from tests.environments import environment
from tests.running import campaign

STARTS = {BEFORE: TWO, AFTER: THREE}
PORT = {"gunicorn": "--bind=127.0.0.1:{}", "uvicorn": "--port={}"}
# With the ten operations of the sample app these are twelve.
MORE = """\
  /things:
    post: &thing
      operationId: more.post
      parameters: [{name: word, in: query, required: true, schema: {type: string, minLength: 3}}]
      responses: {"200": {description: ok}}
    put: {<<: *thing, operationId: more.put}
"""
HANDLERS = """\
def post(word):
    return {"word": word}


def put(word):
    return {"word": word}
"""


def project(folder: Path) -> Path:
    """The app with twelve operations."""
    made = folder / "project"
    shutil.copytree(APPS / "parameters", made)
    specification = made / "openapi.yaml"
    specification.write_text(specification.read_text().rstrip("\n") + "\n" + MORE)
    (made / "more.py").write_text(HANDLERS)
    return made


def by_hand(root: Path, requests: Sequence[Request]) -> None:
    """Boot, ask, end; one start after the other."""
    for name, command in STARTS.values():
        port = free_port()
        words = command.split()
        binary = environment(name).bin / words[0]
        option = PORT[words[0]].format(port)
        with subprocess.Popen(
            [binary, option, *words[1:]], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server:
            while not _listens(port):
                time.sleep(0.005)
            for request in requests:
                _send(port, request)
            server.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _send(port: int, request: Request) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers_of(request, Credentials()):
        connection.putheader(name, value.encode("latin-1"))
    connection.endheaders(request.body)
    connection.getresponse().read()
    connection.close()


def compare(root: Path) -> None:
    """The command."""
    pythons = [f"--{name}-python={environment(start[0]).folder}" for name, start in STARTS.items()]
    doctor = [sys.executable, "-m", "connexion_doctor", "compare"]
    words = [*doctor, *(command for _, command in STARTS.values()), *pythons]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr


def first(root: Path) -> None:
    """The command, where no request was kept."""
    shutil.rmtree(kept_requests.place(), ignore_errors=True)
    compare(root)


def main(rounds: int) -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as folder:
        root = project(Path(folder))
        sides = [side(name, start, root) for name, start in STARTS.items()]
        requests, _ = run.chosen(sides[0], sides[1], run.Options())
        print(f"{sum(len(api.operations) for api in sides[0].apis)} operations, {len(requests)} requests")
        ways = {
            "by hand": partial(by_hand, root, requests),
            "first": partial(first, root),
            "again": partial(compare, root),
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                taken[name].append(_taken(way))
    medians = {
        name: [statistics.median(some) for some in zip(*each, strict=True)] for name, each in taken.items()
    }
    least = medians["by hand"]
    for name, each in medians.items():
        wall, processor = (f"{one:>6.2f} s ({one / of:.2f})" for one, of in zip(each, least, strict=True))
        print(f"{name:<8}{wall} wall{processor} of processors")


def _taken(work: Callable[[], None]) -> tuple[float, float]:
    started, before = time.monotonic(), _processor()
    work()
    return time.monotonic() - started, _processor() - before


def _processor() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


if __name__ == "__main__":
    campaign()
    parser = argparse.ArgumentParser("tests.compare.speed", description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    main(parser.parse_args().rounds)
