"""``--verify`` on real servers: what is predicted happens, and nothing stays behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from connexion_doctor.model import Verdict
from tests.fixes.projects import check, contents, copy, python_of
from tests.running import APP, project
from tests.verify.marked import nothing_left_running

__all__ = ["nothing_left_running"]

# sample project: environment, whether it serves as it is (a machine can make each serve)
SAMPLES = {
    "sync_worker": ("c3new", False),
    "wrong_conf": ("c3new", False),
    "inner_flask": ("c3new", False),
    "factory": ("c3new", False),
    "connexion2": ("c2151", False),
    "broken_operation": ("c3new", False),
    "missing_extra": ("c3noflask", False),
    "healthy": ("c3new", True),
    "wsgi_adapter": ("c3new", True),
}


@pytest.mark.truth
@pytest.mark.parametrize(("sample", "told"), SAMPLES.items(), ids=list(SAMPLES))
def test_sample_projects(tmp_path: Path, sample: str, told: tuple[str, bool]) -> None:
    environment, serves = told
    root = copy(sample, tmp_path / "project")
    kept = contents(root)
    report = check(root, environment, verify=True)
    verified: Any = report.judgements[0].verified
    assert contents(root) == kept
    assert verified["agrees"] is True, verified
    assert (verified["before"]["happened"] == "serves") is serves, verified
    if not serves:
        assert verified["after"]["happened"] == "serves", verified
        assert verified["after"]["fixes"]
    assert report.exit_code == (0 if serves else 1)


@pytest.mark.truth
@pytest.mark.parametrize(
    "command",
    [
        "gunicorn -b 0.0.0.0:80 -w 4 -k asgi app:app",
        "python -m gunicorn -k uvicorn_worker.UvicornWorker -b unix:x.sock app:app",
        "uvicorn --workers 2 --port 80 app:app",
        "hypercorn -w 2 -b 0.0.0.0:80 app:app",
        "daphne -p 80 app:app",
        "granian --interface asgi --port 80 app:app",
        "waitress-serve --listen=*:80 bridged:application",
    ],
)
def test_every_server(command: str) -> None:
    """All three kinds of request are answered as Connexion does; the address of the launch is not used."""
    apps = Path(__file__).parents[1] / "truth" / "apps" / "c3"
    report = check(apps, "c3new", command=tuple(command.split()), verify=True)
    verified: Any = report.judgements[0].verified
    assert verified["before"]["happened"] == "serves", verified
    kinds = {one["kind"]: one["status"] for one in verified["before"]["requests"]}
    assert kinds == {"valid": 200, "invalid": 400, "no-credentials": 401, "unknown-path": 404}


@pytest.mark.truth
def test_packages_go_to_a_layer_of_their_own(tmp_path: Path) -> None:
    """The fix needs a package that is not installed: the environment stays as it is."""
    root = copy("sync_worker", tmp_path / "project")
    folder = Path(python_of("c3g23nouv")).parents[1]
    before = sorted(path.name for path in folder.glob("lib/*/site-packages/*"))
    report = check(root, "c3g23nouv", command=("gunicorn", "app:app"), verify=True)
    verified: Any = report.judgements[0].verified
    assert verified["agrees"] is True
    assert verified["after"]["happened"] == "serves", verified
    assert sorted(path.name for path in folder.glob("lib/*/site-packages/*")) == before


@pytest.mark.truth
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("start", ["uvicorn slow:slow", "python slow.py"])
def test_everything_ends_with_the_doctor(tmp_path: Path, start: str, number: signal.Signals) -> None:
    """The signal comes while the server is up: an app that takes its time to answer keeps it so."""
    root = copy("healthy", tmp_path / "project")
    (root / "slow.py").write_text(
        "import pathlib, time\n"
        "import connexion\n"
        "app = connexion.AsyncApp(__name__)\n"
        "async def lifespan(scope, receive, send):\n"
        "    await app(scope, receive, send)\n"
        "class Slow:\n"
        "    def __init__(self):\n"
        "        self.calls = 0\n"
        "    async def __call__(self, scope, receive, send):\n"
        "        if scope['type'] == 'lifespan':\n"
        "            pathlib.Path('up').touch()\n"
        "            time.sleep(60)\n"
        "        await app(scope, receive, send)\n"
        "slow = Slow()\n"
        "if __name__ == '__main__':\n"
        "    import os, subprocess, uvicorn\n"
        "    if 'CONNEXION_DOCTOR_LISTEN' in os.environ:\n"
        "        subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
        "    uvicorn.run(slow, host='0.0.0.0', port=80)\n"
    )
    command = [sys.executable, "-m", "connexion_doctor", "--python", python_of("c3new"), "--verify"]
    doctor = subprocess.Popen(
        [*command, "--format", "json", "--", *start.split()],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not (root / "up").exists() and doctor.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (root / "up").exists()
    os.kill(doctor.pid, number)
    output, _ = doctor.communicate(timeout=20)
    assert doctor.returncode not in (0, -signal.SIGKILL)
    assert output == b"" or json.loads(output)


@pytest.mark.truth
def test_the_boot_is_the_verdict(tmp_path: Path) -> None:
    """What was predicted gives way to what happened, and the report says that the doctor was wrong."""
    from dataclasses import replace

    from connexion_doctor.model import Basis, Verdict
    from connexion_doctor.verify import verification

    root = copy("healthy", tmp_path / "project")
    report = check(root, "c3new")
    (judgement,) = report.judgements
    lie = replace(judgement, verdict=Verdict.FAILS, reason="a wrong prediction")
    wrong = replace(report, judgements=(lie,), findings=())
    verified = verification.verify(wrong, dict(os.environ), 30.0, lambda again: wrong)
    (told,) = verified.judgements
    assert (told.verdict, told.basis) == (Verdict.SERVES, Basis.BOOTED)
    assert "a wrong prediction" in told.reason
    assert "--save-facts" in told.reason


@pytest.mark.truth
def test_a_boot_without_its_surroundings_says_no_more_than_that(tmp_path: Path) -> None:
    """What is missing here and given where a start of a file runs is no fault of it."""
    needs = (
        "import os\nif not os.environ.get('SIGNING_KEY'):\n    raise ValueError('SIGNING_KEY must be set')\n"
    )
    root = project(tmp_path / "project", app__py=needs + APP, Procfile="web: uvicorn app:app\n")
    report = check(root, "c3new", verify=True)
    before: Any = (report.judgements[0].verified or {})["before"]
    assert report.judgements[0].verdict is Verdict.UNKNOWN
    assert (before["happened"], before["detail"].rpartition(", ")[2]) == (
        "unknown",
        "for want of what it needs",
    )
