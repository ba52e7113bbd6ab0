"""What ``compare`` takes beside the same by hand: ``python -m tests.compare.speed [PAIRS]``.

By hand: both starts booted, one after the other, and the same requests sent to each, once. The app has 12
operations. Pairs are interleaved; of each kind the median is printed, of the wall clock and of the processor
time (of all processes together). On a busy machine the processor time tells more.
"""

from __future__ import annotations

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
from pathlib import Path

from connexion_doctor.compare import generated, run
from connexion_doctor.compare.asked import Request
from connexion_doctor.compare.credentials import Credentials
from connexion_doctor.compare.sending import headers_of
from connexion_doctor.compare.sides import AFTER, BEFORE
from connexion_doctor.processes.server_process import free_port
from tests.compare.comparing import APPS, THREE, TWO, side
from tests.environments import environment
from tests.running import take_signals

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


def main(pairs: int) -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as folder:
        root = project(Path(folder))
        generated.available()
        sides = [side(name, start, root) for name, start in STARTS.items()]
        requests, _ = run.chosen(sides[0], sides[1], run.Options())
        print(f"{sum(len(api.operations) for api in sides[0].apis)} operations, {len(requests)} requests")
        taken: dict[str, list[tuple[float, float]]] = {"compare": [], "by hand": []}
        for _ in range(pairs):
            taken["compare"].append(_taken(lambda: compare(root)))
            taken["by hand"].append(_taken(lambda: by_hand(root, requests)))
    medians = {
        name: [statistics.median(some) for some in zip(*each, strict=True)] for name, each in taken.items()
    }
    for name, (wall, processor) in medians.items():
        print(f"{name:<10}{wall:>7.2f} s wall, {processor:>6.2f} s of processors")
    ratios = [ours / least for ours, least in zip(*medians.values(), strict=True)]
    print(f"ratio     {ratios[0]:>7.2f}        {ratios[1]:>6.2f}")


def _taken(work: Callable[[], None]) -> tuple[float, float]:
    started, before = time.monotonic(), _processor()
    work()
    return time.monotonic() - started, _processor() - before


def _processor() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


if __name__ == "__main__":
    take_signals()  # what was started ends with us
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
