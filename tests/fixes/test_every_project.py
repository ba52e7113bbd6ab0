"""``--fix`` on whole projects: it comes to an end, and what no edit is about stays byte for byte. All
projects in all variants: ``python -m tests.fixes.every_project``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import Unavailable, environment
from tests.fixes.every_project import every, treat
from tests.fixes.projects import SAMPLES, contents
from tests.running import doctor, target

# project, variant of its bytes
TREATED = (
    ("wrong_conf", "plain"),  # threads have no effect once the worker is another
    ("functions", "plain"),  # the words of a command stand in two places of a script
    ("sync_worker", "crlf"),
    ("gunicorn-auto", "marked"),
    ("inner_flask", "latin-1"),
    ("systemd-unit", "blanks"),
    ("kubernetes-split", "plain"),
    ("base-image", "plain"),  # the new command stands in no file, the adapter that it needs does
)


@pytest.mark.truth
@pytest.mark.parametrize(("name", "variant"), TREATED)
def test_nothing_else_changes(name: str, variant: str) -> None:
    try:
        environment("c3new")
    except Unavailable as reason:
        pytest.skip(str(reason))
    source = next(path for path in every() if path.name == name)
    outcome = treat(source, variant, unsafe=True)
    assert outcome.wrong == ()
    assert outcome.edits


@pytest.mark.truth
def test_a_second_call_changes_nothing(tmp_path: Path) -> None:
    """What the first fix brings to light, ``threads`` under an ASGI worker, is cured by the same call."""
    root = tmp_path / "project"
    shutil.copytree(SAMPLES / "wrong_conf", root)
    python = str(target("c3new").python)
    first = doctor("--python", python, "--fix", cwd=root)
    assert "fixed gunicorn.conf.py (CXD101)" in first.stdout + first.stderr
    fixed = contents(root)
    second = doctor("--python", python, "--fix", cwd=root)
    assert "no file was changed" in second.stdout + second.stderr
    assert contents(root) == fixed


ENCODER = """\
import connexion
from flask.json import JSONEncoder


class Encoder(JSONEncoder):
    pass


app = connexion.FlaskApp(__name__)
app.app.json_encoder = Encoder
application = app.app
application.json_encoder = Encoder
"""
ASKED = "connexion[swagger-ui]==3.1.0\nstarlette==1.10.0\ngunicorn==21.2.0\nflask==1.1.4\n"


@pytest.mark.truth
def test_the_diff_is_what_fix_does(tmp_path: Path) -> None:
    """Also where one fix is in the way of another, or hides it: a second run has nothing to do."""
    patched, fixed = tmp_path / "patched" / "shop", tmp_path / "fixed" / "shop"
    # Nothing is installed: the pins are what counts.
    python = str(tmp_path / "bare" / "bin" / "python")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    patched.mkdir(parents=True)
    files = {"app.py": ENCODER, "requirements.txt": ASKED, "Procfile": "web: gunicorn app:application\n"}
    for path, text in files.items():
        (patched / path).write_text(text)
    shutil.copytree(patched, fixed, symlinks=True)
    before = contents(patched)
    diff = doctor("--python", python, "--diff", "--unsafe-fixes", cwd=patched).stdout
    assert contents(patched) == before
    done = subprocess.run(["git", "apply", "-"], cwd=patched, input=diff, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    doctor("--python", python, "--fix", "--unsafe-fixes", cwd=fixed)
    assert contents(patched) == contents(fixed) != before
    second = doctor("--python", python, "--fix", "--unsafe-fixes", cwd=patched)
    assert "no file was changed" in second.stdout + second.stderr
