"""Fixes on files: one diff, whole or not at all, everything else byte for byte, a second run without work."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from connexion_doctor.fixes import files, patch, spans
from connexion_doctor.fixes.applying import NotApplied, apply
from connexion_doctor.fixes.plan import Plan, overlap, plan
from connexion_doctor.model import Applicability, Edit, Finding, Fix, Location, Severity
from connexion_doctor.model.source import Source, read_source

SAFE, UNSAFE, MANUAL = Applicability.SAFE, Applicability.UNSAFE, Applicability.MANUAL


def edit(path: str, line: int, start: int, end: int, text: str) -> Edit:
    return Edit(Location(path, line, start, line, end), text)


def finding(*fixes: Fix, code: str = "CXD101", path: str = "a.txt") -> Finding:
    return Finding(code, "name", Severity.ERROR, "message", location=Location(path, 1), fixes=fixes)


def cure(*some: Edit, applicability: Applicability = SAFE, install: Sequence[str] = ()) -> Fix:
    return Fix("cure it", applicability, True, tuple(install), some)


def sources(root: Path, *names: str) -> dict[str, Source]:
    found = {name: read_source(root / name, name) for name in names}
    return {name: source for name, source in found.items() if source is not None}


# What stands in the file | edits (line, start, end, replacement) | what stands there then
BYTES: list[tuple[bytes, list[tuple[int, int, int, str]], bytes]] = [
    (b"web: gunicorn app:app\n", [(1, 15, 15, "-k asgi ")], b"web: gunicorn -k asgi app:app\n"),
    (b"a\r\nb\r\n", [(2, 1, 2, "x\ny")], b"a\r\nx\r\ny\r\n"),
    (b"a\nb\r\nc", [(1, 2, 2, "\nz"), (2, 2, 2, "\nz"), (3, 2, 2, "\nz")], b"a\nz\nb\r\nz\r\nc\r\nz"),
    (b"a\rb\r", [(2, 1, 2, "x\ny")], b"a\rx\ry\r"),
    (b"\xef\xbb\xbfa = 1\n", [(1, 5, 6, "2")], b"\xef\xbb\xbfa = 2\n"),
    (b"no end", [(1, 4, 7, "more")], b"no more"),
    ("# -*- coding: latin-1 -*-\nn = 'é' # ü\n".encode("latin-1"), [(2, 6, 7, "è")],
     "# -*- coding: latin-1 -*-\nn = 'è' # ü\n".encode("latin-1")),
    ("x = '日本' ; y\n".encode(), [(1, 12, 13, "z")], "x = '日本' ; z\n".encode()),
    (b"a\x0cb\n\x0c c\n", [(2, 3, 4, "d")], b"a\x0cb\n\x0c d\n"),
    (b"tab\there  \n\n\n", [(1, 4, 5, " ")], b"tab here  \n\n\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "changes", "after"), BYTES)
def test_everything_else_stays(
    tmp_path: Path, before: bytes, changes: list[tuple[int, int, int, str]], after: bytes
) -> None:
    (tmp_path / "a.txt").write_bytes(before)
    fix = cure(*(edit("a.txt", *change) for change in changes))
    done = apply(tmp_path, [finding(fix)], [], sources(tmp_path, "a.txt"))
    assert (tmp_path / "a.txt").read_bytes() == after
    assert done.files == ("a.txt",)
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("before", [before for before, _, _ in BYTES if b"\r" not in before])
def test_git_takes_the_diff(tmp_path: Path, before: bytes) -> None:
    """What ``--diff`` prints changes the file as ``--fix`` does."""
    changes = next(changes for data, changes, _ in BYTES if data == before)
    after = next(after for data, _, after in BYTES if data == before)
    if before.startswith((b"\xef", b"# -*-")):
        pytest.skip("a patch is one encoding: UTF-8 without a mark")
    (tmp_path / "a.txt").write_bytes(before)
    wanted = plan([finding(cure(*(edit("a.txt", *change) for change in changes), install=["x"]))], [])
    text = patch.render(wanted, sources(tmp_path, "a.txt"))
    assert text.startswith("# install: pip install x\n")
    done = subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=text.encode(), capture_output=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.txt").read_bytes() == after


def test_mode_and_links_stay(tmp_path: Path) -> None:
    real = tmp_path / "deploy" / "start.sh"
    real.parent.mkdir()
    real.write_text("gunicorn app:app\n")
    real.chmod(0o751)
    (tmp_path / "start.sh").symlink_to("deploy/start.sh")
    apply(tmp_path, [finding(cure(edit("start.sh", 1, 1, 9, "uvicorn")))], [], sources(tmp_path, "start.sh"))
    assert real.read_text() == "uvicorn app:app\n"
    assert real.stat().st_mode & 0o7777 == 0o751
    assert os.readlink(tmp_path / "start.sh") == "deploy/start.sh"


def test_a_changed_file_is_not_touched(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("one\n")
    read = sources(tmp_path, "a.txt", "b.txt", "c.txt")
    (tmp_path / "b.txt").write_text("two\n")
    both = cure(edit("a.txt", 1, 1, 4, "new"), edit("b.txt", 1, 1, 4, "new"))
    other = cure(edit("c.txt", 1, 1, 4, "new"))
    done = apply(tmp_path, [finding(both), finding(other, code="CXD102")], [], read)
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == ["one\n", "two\n", "new\n"]
    assert done.files == ("c.txt",)
    assert done.refused
    assert [(left.kind, left.why) for left in done.plan.left] == [
        ("blocked", "b.txt was not touched: it changed since it was read")
    ]


@pytest.mark.parametrize("path", ["/etc/hosts", "../outside.txt", "missing.txt"])
def test_files_elsewhere_are_not_touched(tmp_path: Path, path: str) -> None:
    done = apply(tmp_path, [finding(cure(edit(path, 1, 1, 1, "x")))], [], {path: Source(path, "")})
    assert done.files == ()
    assert done.refused


def test_what_the_encoding_cannot_say_is_not_written(tmp_path: Path) -> None:
    before = "# coding: latin-1\nn = 'é'\n".encode("latin-1")
    (tmp_path / "a.py").write_bytes(before)
    done = apply(tmp_path, [finding(cure(edit("a.py", 2, 6, 7, "日")))], [], sources(tmp_path, "a.py"))
    assert done.refused
    assert (tmp_path / "a.py").read_bytes() == before


def test_a_failure_leaves_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of two files cannot be moved into place: the first is put back."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("one\n")
    fix = cure(edit("a.txt", 1, 1, 4, "new"), edit("b.txt", 1, 1, 4, "new"))
    read = sources(tmp_path, "a.txt", "b.txt")
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if Path(target).name == "b.txt":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(NotApplied, match="nothing was changed"):
        apply(tmp_path, [finding(fix)], [], read)
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == ["one\n", "one\n"]


def test_somebody_elses_write_between_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\n")
    file = files.open_for_edit(tmp_path, "a.txt", "one\n")
    (tmp_path / "a.txt").write_text("theirs\n")
    with pytest.raises(files.Untouchable):
        files.replace_all([(file, b"ours\n")])
    assert (tmp_path / "a.txt").read_text() == "theirs\n"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_identical_edits_are_one() -> None:
    one = cure(edit("a.txt", 1, 1, 4, "new"))
    wanted = plan([finding(one), finding(one, code="CXD102")], [])
    assert len(wanted.taken) == 2
    assert wanted.edits == {"a.txt": one.edits}


def test_the_first_of_two_that_clash_wins() -> None:
    first, second = (
        cure(edit("a.txt", 1, 1, 4, "x")),
        cure(edit("a.txt", 1, 3, 6, "y"), edit("b.txt", 1, 1, 1, "z")),
    )
    wanted = plan([finding(first), finding(second, code="CXD102")], [])
    assert wanted.edits == {"a.txt": first.edits}
    assert [(left.finding.code, left.kind) for left in wanted.left] == [("CXD102", "conflict")]


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ((1, 4), (4, 6), False),
        ((1, 4), (3, 6), True),
        ((1, 4), (4, 4), False),
        ((1, 4), (1, 1), False),
        ((1, 4), (2, 2), True),
        ((4, 4), (4, 4), True),
        ((4, 4), (5, 5), False),
    ],
)
def test_overlap(one: tuple[int, int], other: tuple[int, int], clash: bool) -> None:
    assert overlap(edit("a", 1, *one, "x"), edit("a", 1, *other, "y")) is clash
    assert overlap(edit("a", 1, *other, "y"), edit("a", 1, *one, "x")) is clash


@pytest.mark.parametrize(("unsafe", "taken"), [(False, ["CXD101"]), (True, ["CXD101", "CXD102"])])
def test_what_is_taken(unsafe: bool, taken: list[str]) -> None:
    found = [
        finding(cure(edit("a.txt", 1, 1, 1, "x"))),
        finding(cure(edit("a.txt", 2, 1, 1, "x"), applicability=UNSAFE), code="CXD102"),
        finding(cure(applicability=MANUAL), code="CXD103"),
        finding(Fix("another way"), code="CXD104"),
    ]
    wanted: Plan = plan(found, [], unsafe=unsafe)
    assert [one.finding.code for one in wanted.taken] == taken
    assert {left.kind for left in wanted.left} <= {"manual", "unsafe"}


def test_new_lines_follow_those_around() -> None:
    assert [spans.newline_at("a\r\nb\nc", at) for at in (0, 3, 5)] == ["\r\n", "\n", "\n"]
