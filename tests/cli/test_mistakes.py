"""The most natural mistakes at the command line: each is told the way out."""

from __future__ import annotations

import io
import re
import shlex
import time
from pathlib import Path

import pytest

from connexion_doctor.cli.main import main
from connexion_doctor.cli.progress import Progress
from connexion_doctor.discovery import tree
from connexion_doctor.rules.catalogue import all_rules
from tests.cli.test_terminal import understood
from tests.running import Done, doctor, environ, project, target

APP = "import connexion\n\napi = connexion.FlaskApp(__name__)\n"
FILES = {
    "src/shop/app.py": APP,
    "src/shop/__init__.py": "",
    "store/__init__.py": "",
    "store/main.py": APP,
    "plain/web.py": APP,
    "one.py": "",
    "unread": "",
    "empty/.keep": "",
}
# What is typed, what is said, and the command that is proposed (None: none is).
MISTAKES: list[tuple[str, str, str | None]] = [
    ("gunicorn -w 4 app:app", "A start command goes behind --.", "-- gunicorn -w 4 app:app"),
    ("check gunicorn app:app", "A start command goes behind --.", "-- gunicorn app:app"),
    ("PORT=80 gunicorn app:app", "goes behind --", "-- PORT=80 gunicorn app:app"),
    ("--no-call gunicorn app:app", "goes behind --", "--no-call -- gunicorn app:app"),
    ("--python .venv uvicorn app:app", "goes behind --", "--python .venv -- uvicorn app:app"),
    ("poetry run gunicorn app:app", "goes behind --", "-- poetry run gunicorn app:app"),
    ("python -m uvicorn app:app", "goes behind --", "-- python -m uvicorn app:app"),
    ("sh -c 'gunicorn app:app'", "goes behind --", "-- sh -c 'gunicorn app:app'"),
    ("-c gunicorn.conf.py", "-c is an option of gunicorn's.", "--gunicorn-conf gunicorn.conf.py"),
    ("--config g.py app:app", "--config is an option of gunicorn's.", "--gunicorn-conf g.py app:app"),
    ("src/shop/app.py", "is a file, and a target names a module", "--chdir src shop.app:api"),
    ("store/main.py", "is a file", "store.main:api"),
    ("plain/web.py", "is a file", "plain.web:api"),
    ("one.py", "is a file", "one:app"),
    ("none.py", "There is no file none.py in ", None),
    ("main", "There is no module 'main'", "store.main:api"),
    ("app", "There is no module 'app'", "--chdir src shop.app:api"),
    ("chek", "There is no command or module 'chek'", "check"),
    ("upgrad", "There is no command or module 'upgrad'", "upgrade"),
    ("fix", "There is no command or module 'fix'", "--fix"),
    ("verify", "There is no command or module 'verify'", "--verify"),
    ("--python missing app:app", "There is no such interpreter or virtual environment.", None),
    ("--python empty app:app", "it has no bin/python", None),
    ("--python unread app:app", "This file may not be executed.", None),
    (f"--python {'x' * 300} app:app", "It cannot be read (File name too long).", None),
    ("explain CXD", "There is no rule 'CXD'", None),
    ("explain CXD9", "There is no rule 'CXD9'", None),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("mistakes")
    for name, text in FILES.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (made / "unread").chmod(0o600)
    return made


@pytest.mark.parametrize(("typed", "said", "proposed"), MISTAKES, ids=[one[0][:40] for one in MISTAKES])
def test_a_mistake_is_told_the_way_out(
    typed: str, said: str, proposed: str | None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    monkeypatch.chdir(folder)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    done = CliRunner().invoke(main, shlex.split(typed))
    assert done.exit_code == 2, done.output
    assert said in done.output
    commands = re.findall(r"^  connexion-doctor (.+)$", done.output, re.MULTILINE)
    assert commands == ([proposed] if proposed else [])
    if proposed and " " in proposed:
        understood(shlex.split(proposed))


def test_what_looks_like_a_mistake_and_is_none(folder: Path) -> None:
    (folder / "gunicorn.py").write_text("", "utf-8")
    try:
        words = ("--no-import", "--python", str(target("c3new").python), "gunicorn")
        assert "goes behind" not in doctor(*words, cwd=folder).stderr
        server = doctor("--no-import", "--server", "gunicorn", "one:app", cwd=folder)
        assert "goes behind" not in server.stderr
    finally:
        (folder / "gunicorn.py").unlink()


@pytest.mark.parametrize("given", [".", "./", "inside", "inside/"])
def test_a_folder_is_the_directory(given: str, tmp_path: Path) -> None:
    at = tmp_path if given.startswith(".") else tmp_path / "inside"
    at.mkdir(exist_ok=True)
    project(at, Procfile="web: gunicorn app:app\n")
    words = ("--no-import", "--python", str(target("c3new").python), "--format", "json")
    asked = doctor(*words, given, cwd=tmp_path).report
    assert asked == doctor(*words, "--chdir", given, cwd=tmp_path).report
    assert [one["origin"]["path"] for one in asked["launches"]] == ["Procfile"]


def test_help_is_a_word(tmp_path: Path) -> None:
    assert doctor("help", cwd=tmp_path) == doctor("--help", cwd=tmp_path)
    assert doctor("help", "explain", cwd=tmp_path) == doctor("explain", "--help", cwd=tmp_path)


def test_help_has_every_option_in_a_group(tmp_path: Path) -> None:
    said = doctor("check", "--help", cwd=tmp_path).stdout
    groups = dict(re.findall(r"^(\w[^\n]+):\n((?:(?:  [^\n]*)?\n)*)", said, re.MULTILINE))
    assert list(groups) == [
        "What to check",
        "The environment it runs in",
        "How deep to look",
        "What to fix",
        "Which findings count",
        "Output",
        "Other",
    ]
    assert re.findall(r"^  (-\S+)", groups.pop("Other"), re.MULTILINE) == ["-h,"]
    for body in groups.values():
        (example,) = re.findall(r"^  \$ connexion-doctor (.+)$", body, re.MULTILINE)
        understood(shlex.split(example))
        option = re.findall("--[a-z-]+", example)[0]
        assert re.search(rf"^  (?:-\w, |--app-dir, )?{option}\b", body, re.MULTILINE)


def test_the_beginning_of_a_code_lists_the_rules(tmp_path: Path) -> None:
    done = doctor("explain", "cxd10", cwd=tmp_path)
    assert done.code == 0
    there = [rule.code for rule in all_rules() if rule.code.startswith("CXD10")]
    assert [line[:6] for line in done.stdout.splitlines()] == there


def test_a_program_that_is_no_python(tmp_path: Path) -> None:
    done = doctor("--python", "/bin/ls", "app:app", cwd=tmp_path)
    assert done.code == 3
    assert done.stderr.startswith("connexion-doctor: /bin/ls did not answer as a Python interpreter does: ")


def test_a_folder_without_connexion_says_so_in_three_lines(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import json\n", "utf-8")
    (tmp_path / "notes.txt").write_text("", "utf-8")
    done = doctor(cwd=tmp_path)
    assert (done.code, done.stdout) == (2, "")
    first, *rest = done.stderr.splitlines()
    assert first.startswith(f"Nothing in {tmp_path.resolve()} uses Connexion (2 files, 1 of them Python")
    assert len(rest) == 2
    assert "Usage" not in done.stderr
    for line in rest:
        for words in re.findall(r"connexion-doctor ([^,]+)", line):
            understood(shlex.split(words.partition(" or ")[0]))


def test_the_root_of_the_file_system_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home folder stands for it: the bound is the same, and nothing of this machine is walked."""
    for at in range(30):
        (tmp_path / f"{at}.txt").write_text("", "utf-8")
    assert not tree.Tree(tmp_path).problems
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(tree, "MOST_ABOVE", 20)
    assert [one.message for one in tree.Tree(tmp_path).problems] == [
        "more than 20 files: the rest is not looked at"
    ]


def test_the_systems_folders_are_no_part_of_a_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_ABOVE", 0)
    monkeypatch.setattr(tree, "DEEPEST", 1)
    started = time.monotonic()
    folders = set(tree.Tree(Path("/")).folders)
    assert not folders & {"proc", "sys", "usr", "etc"}
    assert time.monotonic() - started < 10


def test_after_seconds_a_word_is_said_where_lines_are_kept() -> None:
    stream = io.StringIO()
    with Progress(stream, "connexion-doctor: reading", long=0.01):
        time.sleep(0.1)
    assert stream.getvalue() == "connexion-doctor: reading, still at work after 0 s\n"


def test_a_baseline_that_hides_failing_starts_says_so(tmp_path: Path) -> None:
    folder = project(tmp_path, Procfile="web: gunicorn app:app\nold: gunicorn -w 2 app:app\n")
    words = ("--no-import", "--python", str(target("c3new").python), "--baseline", "known.json")
    assert doctor(*words, "--write-baseline", cwd=folder).code == 0
    done = doctor(*words, cwd=folder)
    assert done.code == 0
    assert re.search(r"^2 starts still fail; \d+ findings? hidden \(\d+ by baseline\)\.$", done.stdout, re.M)


def test_no_start_is_said_as_a_number(tmp_path: Path) -> None:
    folder = project(tmp_path)
    done: Done = doctor("--no-import", "--python", str(target("c3new").python), cwd=folder)
    assert "0 starts checked." in done.stdout


def test_info_is_for_a_bug_report_and_keeps_secrets(tmp_path: Path) -> None:
    """Versions of both Pythons, and nothing of the environment's values."""
    folder = project(tmp_path, pyproject__toml='[tool.connexion-doctor]\nignore = ["CXD208"]\n')
    (folder / "app.py").write_text("raise SystemExit('it ran')\n", "utf-8")
    python = str(target("c3new").python)
    env = environ(TOKEN="hunter2hunter2", HOME=str(Path(python).parents[2]), CI="1")
    done = doctor("info", "--python", python, cwd=folder, env=env)
    assert done.code == 0, done.stderr
    assert re.search(r"^connexion-doctor \d+\.\d+", done.stdout)
    assert re.search(r"^target Python 3\.\d+\.\d+ at ~/\S+/bin/python \(--python\)$", done.stdout, re.M)
    assert re.search(r"^  with connexion 3\.[^\n]* gunicorn \d", done.stdout, re.M)
    assert "CXD208" in done.stdout
    assert "continuous integration: yes" in done.stdout
    assert "hunter2" not in done.stdout
    assert doctor("info", "--python", "none", cwd=folder).code == 0
    long = doctor("--version", "-v", cwd=folder, env=env).stdout
    assert long == doctor("info", cwd=folder, env=env).stdout
    assert doctor("--version", cwd=folder).stdout.startswith("connexion-doctor, version")
