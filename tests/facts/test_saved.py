"""Facts saved and judged again: the same report, and nothing in them that is nobody's business."""

from __future__ import annotations

import json
import platform
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from connexion_doctor.facts import redaction
from connexion_doctor.facts import saved as replay
from connexion_doctor.facts.plain_data import build, plain
from connexion_doctor.model import Environment, LaunchFacts, ServerFacts, Setting
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.source import Source
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
        first.stdout.replace(str(folder), redaction.ROOT).replace(str(Path.home()), redaction.HOME)
    )
    python = json.loads(first.stdout)["python"]["executable"]
    expected["python"]["executable"] = python.replace(str(Path.home()), redaction.HOME)
    assert _without_treatments(again.report) == _without_treatments(expected)


def test_a_replay_of_what_was_read_says_so(tmp_path: Path) -> None:
    folder = project(
        tmp_path / "shop", Procfile="web: gunicorn app:app\n", requirements__txt="connexion==3.3.0\n"
    )
    bin_folder = folder / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "python").symlink_to(sys.executable)
    (bin_folder.parent / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
    saved = tmp_path / "facts.json"
    first = doctor("--save-facts", str(saved), cwd=folder)
    again = doctor("--facts", str(saved), cwd=tmp_path)
    assert first.stdout.startswith("Connexion is not installed in .venv: read from the project's files")
    assert again.stdout.split("\n\n")[0] == first.stdout.split("\n\n")[0]
    assert "Judged for Connexion 3.3.0" in again.stdout


def _without_treatments(report: dict[str, Any]) -> dict[str, Any]:
    """A report without what takes the project itself to find out: what its fixes come to together."""
    told = "holds the text of"  # where the facts were saved is told once
    report["notes"] = [one for one in report["notes"] if told not in one]
    for launch in report["launches"]:
        launch["treatment"] = None
    for finding in report["findings"]:
        single = [{**fix, "recommended": None} for fix in finding["fixes"] if "; then " not in fix["title"]]
        finding["fixes"] = sorted(single, key=lambda fix: str(fix["title"]))
    return report


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


# path, text, what must not be in it any more, what must still be
TAKEN_OUT = [
    ("Procfile", "web: A=hunter2 B='hunter2 x' gunicorn app:app\n", "hunter2", " gunicorn app:app"),
    ("Procfile", "web: gunicorn --env A=hunter2 -e B=hunter2 app:app\n", "hunter2", " app:app"),
    ("Procfile", "web: /Users/Bob/bin/gunicorn app:app\n", "Bob", "/bin/gunicorn app:app"),
    ("Procfile", "web: WEB_CONCURRENCY=4 gunicorn app:app\n", "x", "WEB_CONCURRENCY=4"),
    ("compose.yml", "environment:\n  PGPASSWORD: hunter2\n  - A=hunter2 x\n", "hunter2", "PGPASSWORD"),
    ("compose.yml", 'environment:\n  DSN: "redis://:hunter2@r/0"\n', "hunter2", "DSN"),
    ("compose.yml", "x: postgres://bob:hunter2@db/x\n", "hunter2", "postgres://bob:*******@db/x"),
    (
        "compose.yml",
        'command: sh -c "export K=hunter2; exec gunicorn a:b"\n',
        "hunter2",
        "; exec gunicorn a:b",
    ),
    ("values.yaml", "db:\n  password: hunter2\n  apiKey: 'hunter2'\n", "hunter2", "password: *******"),
    ("openapi.yaml", "x-tokenInfoFunc: app.token\ntokenUrl: https://x/t\n", "*", "app.token"),
    ("web.service", 'Environment=UNIT=hunter2 "U2=hunter2 x"\n', "hunter2", "Environment=UNIT="),
    ("Dockerfile", "ENV A hunter2\nENV B=hunter2 C=hunter2\nARG PORT=80\n", "hunter2", "ARG PORT=80"),
    (".env", "lower=hunter2\r\nexport OTHER = hunter2 x\r\n", "hunter2", "lower="),
    ("gunicorn.conf.py", 'raw_env = ["A=hunter2"]\nworkers = 2\n', "hunter2", "workers = 2"),
    ("app.py", 'SECRET_KEY = "hunter2"\nf(password="hunter2")\nNAME = "x:y"\n', "hunter2", 'NAME = "x:y"'),
    ("app.py", "token = tokens.get(request)\n", "*", "tokens.get(request)"),
    ("app.py", 'print("known-value")\n', "known-value", "print("),
]


@pytest.mark.parametrize(("path", "text", "gone", "kept"), TAKEN_OUT)
def test_what_is_taken_out_of_files(path: str, text: str, gone: str, kept: str) -> None:
    """Every character stays where it was: places are columns."""
    found = redaction.Redaction("/srv/shop", {"KNOWN": "known-value"}, ()).source(Source(path, text))
    assert gone not in found.text
    assert kept in found.text
    assert [len(line) for line in found.text.split("\n")] == [len(line) for line in text.split("\n")]


def test_values_that_files_set_are_taken_out_everywhere(tmp_path: Path) -> None:
    folder = project(
        tmp_path / "alice" / "shop",
        Procfile="web: A=hunter2aa gunicorn -k sync --env B=hunter2bb -e C=hunter2cc app:app\n",
        docker__compose__yml="services:\n  web:\n    environment: {D: hunter2dd}\n    env_file: .env\n"
        "    command: sh -c 'gunicorn app:app'\n",
        web__service="[Service]\nEnvironment=F=hunter2ff\nExecStart=/usr/bin/gunicorn app:app\n",
    )
    (folder / "docker.compose.yml").rename(folder / "docker-compose.yml")
    (folder / ".env").write_text("E=hunter2ee\n")
    saved = tmp_path / "facts.json"
    python = str(target("c3new").python)
    env = environ(HOME=str(tmp_path / "alice"))
    first = doctor("--python", python, "--format", "json", "--save-facts", str(saved), cwd=folder, env=env)
    assert first.codes.count("CXD101") == 3
    shown = set(re.findall(r"hunter2\w\w", first.stdout))
    assert shown == {"hunter2aa", "hunter2bb", "hunter2cc"}, "words of the command, which is to be pasted"
    text = saved.read_text("utf-8")
    assert "hunter2" not in text
    assert "alice" not in text
    again = doctor("--facts", str(saved), "--format", "json", cwd=tmp_path)
    places = [one["location"] for one in again.report["findings"]]
    assert places == [one["location"] for one in first.report["findings"]]


def test_values_that_are_words_of_any_text_leave_the_facts_readable(tmp_path: Path) -> None:
    saved = tmp_path / "facts.json"
    words = {"ROLE": "worker", "LOG_LEVEL": "warning", "KIND": "launch", "APP": "app:app", "PASS": "warnings"}
    words |= {"PYENV_VERSION": platform.python_version(), "RELEASE": "v3.14.2", "SINCE": "20240101"}
    python = str(target("c3new").python)
    folder = project(tmp_path / "shop", Procfile="web: gunicorn -k sync app:app\n")
    first = doctor(
        *("--python", python, "--format", "json", "--save-facts", str(saved)),
        cwd=folder,
        env=environ(**words),
    )
    again = doctor("--facts", str(saved), "--format", "json", cwd=tmp_path)
    assert again.codes == first.codes == ["CXD101"]
    assert again.report["launches"][0]["target"] == "app:app"
    assert again.report["python"] == {
        **first.report["python"],
        "executable": again.report["python"]["executable"],
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a file of --save-facts"),
        ("[]", "is not a file of --save-facts"),
        ('{"facts_version": 1}', "is not a file of --save-facts"),
        ('{"facts_version": 1, "root": "/p", "cases": [{"launch": 1}]}', "is not a file of --save-facts"),
        ("[" * 9000, "is not a file of --save-facts"),
        ('{"facts_version": 1, "root": "/p", "cases": ' + "[" * 300 + "]" * 300 + "}", "nested too deeply"),
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
