"""Facts saved and judged again: the same report, and nothing in them that is nobody's business."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from doctor import replay
from doctor.model import Environment, LaunchFacts, ServerFacts, Setting
from doctor.options import UsageError
from doctor.plain_data import build, plain
from tests.reporters import samples
from tests.reporters.samples import ASKED
from tests.running import diagnose, doctor, environ, project, target


@pytest.mark.parametrize("sample", ASKED)
def test_a_replayed_report_is_the_same(sample: str, tmp_path: Path) -> None:
    asked = ASKED[sample]
    folder = tmp_path / "folder of mine"
    shutil.copytree(samples.folder(sample), folder)
    saved = tmp_path / "facts.json"
    first = diagnose(asked.environment, "--save-facts", str(saved), *asked.words, cwd=folder)
    assert str(folder) not in saved.read_text("utf-8")
    (tmp_path / "elsewhere").mkdir()
    again = doctor("--facts", str(saved), "--format", "json", cwd=tmp_path / "elsewhere")
    assert again.code == first.code
    expected = json.loads(
        first.stdout.replace(str(folder), replay.ROOT).replace(str(Path.home()), replay.HOME)
    )
    python = json.loads(first.stdout)["python"]["executable"]
    expected["python"]["executable"] = python.replace(str(Path.home()), replay.HOME)
    assert again.report == expected


def test_secrets_and_home_are_taken_out(tmp_path: Path) -> None:
    folder = project(
        tmp_path / "alice" / "shop",
        gunicorn__conf__py=(
            'import os\nraw_env = ["DB=hunter2"]\nworker_class = "sync"\nproc_name = os.environ["API_KEY"]\n'
        ),
    )
    saved = tmp_path / "facts.json"
    env = environ(API_KEY="correct-horse", HOME=str(tmp_path / "alice"), CONNEXION_DOCTOR_ENVS=str(tmp_path))
    python = str(target("c3new").python)
    words = (
        "--python",
        python,
        "--save-facts",
        str(saved),
        "--",
        "env",
        "TOKEN=battery-staple",
        "gunicorn",
        "app:app",
    )
    done = doctor(*words, cwd=folder, env=env)
    assert "facts.json holds the text of app.py, gunicorn.conf.py" in " ".join(done.stdout.split())
    text = saved.read_text("utf-8")
    assert "correct-horse" not in text
    assert "battery-staple" not in text
    assert str(tmp_path / "alice") not in text
    assert "$API_KEY" in text
    again = doctor("--facts", str(saved), "--format", "json", cwd=tmp_path, env=env)
    assert again.codes == ["CXD101"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a file of --save-facts"),
        ("[]", "is not a file of --save-facts"),
        ('{"facts_version": 1}', "is not a file of --save-facts"),
        ('{"facts_version": 1, "root": "/p", "cases": [{"launch": 1}]}', "is not a file of --save-facts"),
        ('{"facts_version": 7}', "this doctor reads version 1"),
    ],
)
def test_what_are_no_facts_is_an_error(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        replay.load(str(path))
    assert doctor("--facts", str(path), cwd=tmp_path).code == 2


def test_facts_take_no_target(tmp_path: Path) -> None:
    assert doctor("--facts", "x.json", "app:app", cwd=tmp_path).code == 2


def test_plain_data_goes_there_and_back() -> None:
    facts = LaunchFacts(
        ServerFacts(
            "gunicorn",
            True,
            settings={"workers": Setting(4, "command", "4")},
            options=((("-w",), "w", True),),
        )
    )
    assert build(LaunchFacts, json.loads(json.dumps(plain(facts)))) == facts
    with pytest.raises(ValueError, match="not a"):
        build(Environment, {"executable": 3, "version": "", "how": ""})
