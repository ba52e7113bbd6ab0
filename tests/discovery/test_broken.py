"""Broken files and folders: one problem each, and everything else is still found."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from connexion_doctor.discovery.find import discover
from connexion_doctor.discovery.found import Discovery
from connexion_doctor.processes.scratch_folder import PREFIX

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that starts well."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "requirements.txt").write_text("connexion[flask]==3.3.0\n")
    (root / "app.py").write_text("import connexion\n\napp = connexion.FlaskApp(__name__)\n")
    (root / "Procfile").write_text("web: gunicorn app:app\n")
    return root


def good(found: Discovery) -> bool:
    """Whether the good start is found."""
    return any(launch.id == "Procfile:web" for launch in found.launches)


def test_an_editor_that_names_no_program(project: Path) -> None:
    folder = project / ".vscode"
    folder.mkdir()
    (folder / "launch.json").write_text('{"configurations": [{"type": "python", "program": ""}]}')
    found = discover(project)
    assert (good(found), found.problems) == (True, ())


def test_what_a_doctor_writes_for_itself_is_no_part_of_the_project(project: Path) -> None:
    temporary = project / "tmp" / f"{PREFIX}00ff" / "treat-1" / "project"
    temporary.mkdir(parents=True)
    (temporary / "Procfile").write_text("other: gunicorn app:app\n")
    assert [launch.id for launch in discover(project).launches] == ["Procfile:web"]


BROKEN: list[tuple[str, bytes, int | None]] = [
    ("compose.yml", b"services:\n  api:\n  command: [a\n", 4),
    ("compose.yml", b"services: \xff\xfe\n", 1),
    ("Dockerfile", b"FROM x\n\x00\x00CMD gunicorn\n", 2),
    ("docker-compose.yml", b"[" * 20_000 + b"services", None),
    ("Dockerfile", b"# " + b"x" * (2 * 1024 * 1024 + 10), None),
    ("start.sh", b"#!/bin/sh\r\nexec gunicorn app:app\r\n", 1),
    ("start.sh", b"\xef\xbb\xbf#!/bin/sh\nexec gunicorn app:app\n", 1),
    ("fly.toml", b"[processes\nweb = 1\n", None),
    ("railway.json", b"{", 1),
    ("vercel.json", b"[" * 100_000, None),
    ("uwsgi.json", b'{"uwsgi": ', 1),
    ("compose.yaml", b"services:\n  a: *nowhere\n", 2),
    ("compose.yaml", b"services:\n  a: !!python/object:os.system x\n\tcommand: y\n", 3),
]


@pytest.mark.parametrize(("name", "data", "line"), BROKEN)
def test_one_problem_each(project: Path, name: str, data: bytes, line: int | None) -> None:
    (project / name).write_bytes(data)
    found = discover(project)
    assert good(found)
    assert [problem.path for problem in found.problems] == [name]
    if line is not None:
        assert found.problems[0].line == line
    assert "\n" not in found.problems[0].message


def _out(project: Path) -> None:
    (project.parent / "Dockerfile").write_text("FROM x\nCMD gunicorn out:app\n")
    (project / "Dockerfile").symlink_to(project.parent / "Dockerfile")


def _folder_out(project: Path) -> None:
    (project / "shared").symlink_to(project.parent)


def _loop(project: Path) -> None:
    (project / "compose.yml").symlink_to(project / "compose.yml")


@pytest.mark.parametrize(
    ("make", "path"), [(_out, "Dockerfile"), (_folder_out, "shared"), (_loop, "compose.yml")]
)
def test_links(project: Path, make: Callable[[Path], None], path: str) -> None:
    make(project)
    found = discover(project)
    assert good(found)
    assert [problem.path for problem in found.problems] == [path]
    assert len(found.launches) == 1


def test_a_link_to_the_folder_above_is_no_loop(project: Path) -> None:
    (project / "again").symlink_to(project)
    found = discover(project)
    assert good(found) and len(found.launches) == 1 and found.problems == ()


def test_endless_aliases(project: Path) -> None:
    (project / "compose.yml").write_text(LAUGHS + "services: *u\n")
    assert good(discover(project))


def test_what_is_tolerated(project: Path) -> None:
    (project / "Dockerfile").write_bytes(
        b"\xef\xbb\xbfFROM x\r\nWORKDIR /app\r\nCOPY . .\r\nCMD gunicorn \\\r\n  app:app\r\n"
    )
    found = discover(project)
    assert found.problems == ()
    (launch,) = [launch for launch in found.launches if launch.origin.kind == "dockerfile"]
    assert (launch.target, launch.origin.line, launch.origin.column) == ("app:app", 4, 5)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable(project: Path) -> None:
    (project / "compose.yml").write_text("services: {}")
    (project / "compose.yml").chmod(0)
    assert [problem.path for problem in discover(project).problems] == ["compose.yml"]


@pytest.mark.parametrize(
    "folder",
    [".git", "node_modules", "env/bin", ".tox", "lib/python3.11/site-packages", "ignored", "deep/ignored"],
)
def test_folders_that_are_not_walked(project: Path, folder: str) -> None:
    inner = project / folder
    inner.mkdir(parents=True)
    (inner / "Procfile").write_text("web: gunicorn other:app\n")
    (project / ".gitignore").write_text("# a comment\nignored/\n*.log\n")
    if folder == "env/bin":
        (inner.parent / "pyvenv.cfg").write_text("home = /usr\n")
    assert [launch.id for launch in discover(project).launches] == ["Procfile:web"]


@pytest.mark.parametrize(
    ("beside", "kept"),
    [
        ({"server/pyvenv.cfg": "home = /usr\n"}, ["server/web.py"]),  # ``python -m venv server``, committed
        # What GitHub ignores in projects of Python.
        ({"server/__init__.py": "", ".gitignore": "lib/\n"}, ["server/lib/made.py", "server/web.py"]),
    ],
)
def test_code_in_what_looks_like_an_environment(
    beside: dict[str, str], kept: list[str], tmp_path: Path
) -> None:
    for name, text in {**beside, "server/lib/made.py": "MADE = 1\n", "server/web.py": "MADE = 2\n"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "app.py").write_text("import connexion\n")
    files = discover(tmp_path).files
    assert [one for one in files if one.startswith("server/") and one not in beside] == kept


def test_runs_of_other_libraries_are_no_starts(tmp_path: Path) -> None:
    guard = 'if __name__ == "__main__":\n'
    (tmp_path / "app.py").write_text("import connexion\n\napp = connexion.AsyncApp(__name__)\n")
    (tmp_path / "train.py").write_text(f"import tensorflow as tf\n\n{guard}    tf.app.run()\n")
    (tmp_path / "tune.py").write_text(f"from absl import app\n\n{guard}    app.run(main)\n")
    assert discover(tmp_path).launches == ()


def test_exclude(project: Path) -> None:
    (project / "old").mkdir()
    (project / "old" / "Procfile").write_text("web: gunicorn app:app\n")
    assert len(discover(project).launches) == 2
    assert len(discover(project, exclude=["old/"]).launches) == 1


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    found = discover(tmp_path / "nowhere")
    assert found.launches == () and len(found.problems) == 1
