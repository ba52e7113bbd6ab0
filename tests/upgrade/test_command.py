"""``connexion-doctor upgrade``, as people start it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from connexion_doctor.upgrade import difference
from tests.compare.comparing import APPS, THREE, TWO
from tests.environments import environment
from tests.running import PACKAGE, Done, doctor, environ


def project(folder: Path) -> Path:
    """An app that writes into a file of its project at every request."""
    made = folder / "project"
    shutil.copytree(APPS / "browser", made, ignore=shutil.ignore_patterns("__pycache__"))
    (made / "Procfile").write_text("web: gunicorn app:app\n")
    (made / "requirements.txt").write_text("connexion[swagger-ui]==2.14.2\ngunicorn==21.2.0\n")
    (made / "asked.txt").write_text("0")
    with (made / "app.py").open("a") as stream:
        stream.write("\nfrom pathlib import Path\n\nPath(__file__).with_name('asked.txt').write_text('1')\n")
    return made


def upgraded(root: Path, *words: str) -> Done:
    """With environments that are there already."""
    pythons = [
        f"--{side}-python={environment(name).folder}"
        for side, (name, _) in (("before", TWO), ("after", THREE))
    ]
    return doctor("upgrade", *pythons, *words, cwd=root, env=environ(TMPDIR=str(root.parent)))


def test_it_writes_what_it_is_told_to(tmp_path: Path) -> None:
    root, kept, patch = project(tmp_path), tmp_path / "kept", tmp_path / "the.patch"
    before = {path: path.read_text() for path in root.iterdir() if path.is_file()}
    done = upgraded(root, f"--keep={kept}", f"--patch={patch}", "--write", "--format=json", "--all-methods")
    assert done.code in (0, 1), done.stderr
    told = json.loads(done.stdout)
    jsonschema.Draft202012Validator(
        json.loads((PACKAGE / "schema" / "upgrade-1.0.json").read_text("utf-8"))
    ).validate(told)
    changed = sorted(path.name for path, text in before.items() if path.read_text() != text)
    assert "requirements.txt" in changed
    assert "asked.txt" not in changed, "the app wrote it into the copies, and it is no change of the upgrade"
    assert patch.read_text() == (kept / "upgrade.patch").read_text()
    assert "asked.txt" not in patch.read_text()
    assert difference.as_patch(root, Path(told["copy"]), changed) == ""
    assert "a database outside of its folder is changed for real" in done.stderr
    assert "done: Compare both" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "project", "the.patch"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--keep={root}/kept"], 2, "must not lie in the project"),
        (["--keep={root}/.."], 2, "is not empty"),
        (["--before-ref=nowhere"], 2, "--before-ref nowhere"),
        (["--after-python={root}/nowhere"], 2, "nowhere"),
        (["."], 2, "'.' is neither a launch of {root} (there: Procfile:web) nor a command in quotes."),
        (["gunicorn 'app:app"], 2, "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    root = project(tmp_path)
    done = upgraded(root, *(word.format(root=root) for word in words))
    assert (done.code, said.format(root=root) in " ".join(done.stderr.split())) == (code, True), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["project"]


def test_a_report_comes_though_a_file_cannot_be_written(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "Procfile").unlink()  # no start: what is read is changed all the same
    done = upgraded(root, "--patch", str(tmp_path / "nowhere" / "the.patch"))
    assert done.code == 3
    assert f"--patch {tmp_path}/nowhere/the.patch: No such file or directory" in done.stderr
    assert "way on: Give the start that serves today" in " ".join(done.stderr.split())
    assert "requirements.txt" in done.stdout
    (kept,) = [path for path in tmp_path.iterdir() if path != root]
    assert str(kept) in done.stdout
    assert not (kept / "lock").exists()
