"""What is written back into a project, and when not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from connexion_doctor.model.errors import UsageError
from connexion_doctor.upgrade.difference import as_patch, changed, shown, unclean, write_back
from connexion_doctor.upgrade.migration import origin


def both(folder: Path) -> tuple[Path, Path]:
    root, copy = folder / "root", folder / "copy"
    for where, text in ((root, b"old\n"), (copy, b"new\n")):
        where.mkdir()
        for name in ("app.py", "same.py", "other.py"):
            (where / name).write_bytes(b"same\n" if name == "same.py" else text)
        (where / "data.bin").write_bytes(b"\xff" + text)
    (copy / "made.py").write_text("new")
    return root, copy


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ('CORS(app, resources={"/a/*": {"origins": ["https://a.example:8443"]}})', "https://a.example:8443"),
        ("CORS(app, origins='http://b.example')", "http://b.example"),
        ("CORS(app, origins=ORIGINS)", None),
    ],
)
def test_browsers_come_from_a_page_that_the_project_lets_in(
    tmp_path: Path, text: str, page: str | None
) -> None:
    (tmp_path / "app.py").write_text(text)
    assert origin(tmp_path) is None, "who uses it is not known"
    (tmp_path / "app.py").write_text(f"from flask_cors import CORS\n{text}")
    assert origin(tmp_path) == page


def test_text_that_differs_among_what_is_asked_for(tmp_path: Path) -> None:
    root, copy = both(tmp_path)
    among = ("app.py", "same.py", "data.bin", "made.py", "nowhere.py")
    assert list(changed(root, copy, among)) == [("app.py", "old\n", "new\n")]
    assert as_patch(root, copy, among).splitlines()[-2:] == ["-old", "+new"]
    assert write_back(root, copy, among) == ["app.py"]
    assert [(root / name).read_text() for name in ("app.py", "other.py")] == ["new\n", "old\n"]


def test_what_is_shown_has_no_secret_and_what_applies_has_all(tmp_path: Path) -> None:
    """What says that a line sets a secret stands outside of what the patch shows of the file."""
    root, copy = both(tmp_path)
    text = "env:\n- name: API_TOKEN\n  value: plant-50-token\n- name: A\n  value: b\n{}\n"
    for where, line in ((root, "old"), (copy, "new")):
        (where / "app.py").write_text(text.format(line))
    among = ("app.py",)
    assert "plant-50-token" in as_patch(root, copy, among)
    assert as_patch(root, copy, among).replace("plant-50-token", "*" * 14) == shown(root, copy, among)
    assert "API_TOKEN" not in shown(root, copy, among)


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    root, copy = both(tmp_path)
    (root / "other.py").unlink()
    (root / "other.py").symlink_to(tmp_path / "elsewhere.py")
    (tmp_path / "elsewhere.py").write_text("old\n")
    with pytest.raises(UsageError, match=r"^--write: nothing was changed: "):
        write_back(root, copy, ("app.py", "other.py"))
    assert (root / "app.py").read_text() == "old\n"


def test_a_work_tree_that_is_not_clean_is_told_of(tmp_path: Path) -> None:
    root, _ = both(tmp_path)
    assert unclean(root) is None, "under no git"
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b.example", "-C", str(root))
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "one")):
        subprocess.run([*git, *words], check=True)
    (root / "new.py").write_text("what git does not know is no change")
    assert unclean(root) is None
    (root / "app.py").write_text("changed")
    assert unclean(root) == "app.py has changes that are not committed"
    for name in ("app.py", "same.py", "other.py", "data.bin"):
        (root / name).write_text("changed")
    assert (unclean(root) or "").endswith("and others have changes that are not committed")
