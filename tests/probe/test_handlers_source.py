"""What the source of the handlers says: state of one process, waits longer than the server's patience."""

from __future__ import annotations

import shlex
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from connexion_doctor.processes.server_process import free_port
from tests.running import diagnose, project, running, target

HEAD = "import time\nimport connexion\n\nPETS = {}\nSEEN = []\nCACHE = {}\ncount = 0\nLIMIT = 3\n\n\n"
TAIL = '\n\n\napp = connexion.FlaskApp(__name__, specification_dir=".")\napp.add_api("openapi.yaml")\n'
WORKERS = "gunicorn -w 4 -k uvicorn_worker.UvicornWorker app:app"

# the handler ``hello`` -> what it is said to keep for itself (CXD130)
BODIES = {
    "def hello(name):\n    PETS[name] = 1\n    return {}": "PETS",
    "def hello(name):\n    del PETS[name]\n    return {}": "PETS",
    "async def hello(name):\n    SEEN.append(name)\n    return {}": "SEEN",
    "def hello(name):\n    PETS.setdefault(name, []).append(1)\n    return {}": "PETS",
    "def hello(name):\n    PETS[name]['x'] += 1\n    return {}": "PETS",
    "def hello(name):\n    global count\n    count += 1\n    return {}": "count",
    "def hello(name):\n    CACHE[name] = 1\n    return {}": None,
    "def hello(name):\n    return {'pets': len(PETS), 'limit': LIMIT}": None,
    "def hello(name):\n    PETS = {}\n    PETS[name] = 1\n    return PETS": None,
    "def hello(name):\n    found = dict(PETS)\n    found[name] = 1\n    return found": None,
}


def written(folder: Path, body: str) -> Path:
    return project(folder, app__py=HEAD + body + TAIL)


@pytest.mark.parametrize("body", BODIES)
def test_state(body: str, tmp_path: Path) -> None:
    done = diagnose("c3new", "--", *shlex.split(WORKERS), cwd=written(tmp_path, body))
    said = [f["message"].split(" ")[0] for f in done.report["findings"] if f["code"] == "CXD130"]
    assert said == ([f"`{BODIES[body]}`"] if BODIES[body] else [])
    assert done.verdicts == ["serves"]


# start command -> whether several processes serve
STARTS = {
    WORKERS: True,
    "uvicorn --workers 3 app:app": True,
    "hypercorn -w 2 app:app": True,
    "granian --interface asgi --workers 2 app:app": True,
    "uvicorn app:app": False,
    "gunicorn -w 1 -k asgi app:app": False,
}


def test_with_several_workers_only(tmp_path: Path) -> None:
    """It is said once, of all starts that it is true of."""
    folder = written(tmp_path, next(iter(BODIES)))
    lines = [f"p{at}: {command}\n" for at, command in enumerate(STARTS)]
    (folder / "Procfile").write_text("".join(lines))
    report = diagnose("c3new", "--format", "text=said.txt", cwd=folder).report
    told = next(one["affects"] for one in report["findings"] if one["code"] == "CXD130")
    assert told == [f"Procfile:p{at}" for at, several in enumerate(STARTS.values()) if several]
    said = " ".join((folder / "said.txt").read_text().split())
    assert "(Procfile:1, Procfile:2, Procfile:3, Procfile:4)" in said


# environment, start command, seconds that the handler sleeps -> whether CXD217 speaks
WAITS = {
    ("c2new", "gunicorn --timeout 2 app:app", 4): True,
    ("c2new", "gunicorn --timeout 5 app:app", 2): False,
    ("c2new", "gunicorn app:app", 31): True,
    ("c2new", "gunicorn app:app", 29): False,
    ("c2new", "gunicorn --timeout 0 app:app", 60): False,
    ("c2new", "gunicorn -k gthread --timeout 2 app:app", 4): False,
    ("c3new", "gunicorn -k uvicorn_worker.UvicornWorker --timeout 2 app:app", 4): False,
}


def sleeping(folder: Path, seconds: int) -> Path:
    return written(folder, f"def hello(name):\n    time.sleep({seconds})\n    return {{}}")


@pytest.mark.parametrize("case", WAITS, ids=lambda case: f"{case[1]} {case[2]} s")
def test_waits(case: tuple[str, str, int], tmp_path: Path) -> None:
    environment, command, seconds = case
    done = diagnose(environment, "--", *shlex.split(command), cwd=sleeping(tmp_path, seconds))
    assert ("CXD217" in done.codes) is WAITS[case]


@pytest.mark.truth
@pytest.mark.parametrize("case", [case for case in WAITS if case[2] == 4], ids=lambda case: case[1])
def test_waits_on_a_running_server(case: tuple[str, str, int], tmp_path: Path) -> None:
    """The request is answered or the connection closed, as was said."""
    environment, command, seconds = case
    program, *rest = shlex.split(command)
    port = free_port()
    words = [str(target(environment).bin / program), "-b", f"127.0.0.1:{port}", *rest]
    folder = sleeping(tmp_path, seconds)
    with running(words, cwd=folder, log=folder / "log"):
        answered = _answered(f"http://127.0.0.1:{port}/v1/hello?name=abc")
    assert answered is not WAITS[case]


def _answered(url: str) -> bool:
    """Whether the server answers; waits until it listens."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30) as response:
                return bool(response.status == 200)
        except urllib.error.URLError as exc:
            if not isinstance(exc.reason, ConnectionRefusedError) or time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        except (ConnectionError, OSError):
            return False
