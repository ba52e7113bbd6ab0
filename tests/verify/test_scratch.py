"""The copy of a project: what is in it, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.processes import scratch_folder
from connexion_doctor.verify import scratch


def test_what_doctors_write_for_themselves_is_not_copied(tmp_path: Path) -> None:
    """Where temporary files lie in the project, a copy would be copied into itself, without end."""
    (tmp_path / "app.py").write_text("app = None\n")
    run = tmp_path / "temporary" / f"{scratch_folder.PREFIX}1" / "treat-1"
    run.mkdir(parents=True)
    copy = scratch.copy_project(tmp_path, run / "project")
    assert sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*")) == ["app.py", "temporary"]


@pytest.mark.parametrize("link_large", [True, False])
def test_large_files_are_linked_where_nothing_is_booted(tmp_path: Path, link_large: bool) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "model.bin").write_bytes(b"0" * (scratch.LARGE + 1))
    (project / "app.py").write_text("app = None\n")
    copy = scratch.copy_project(project, tmp_path / "copy", link_large=link_large)
    assert (copy / "model.bin").is_symlink() is link_large
    assert not (copy / "app.py").is_symlink()
    assert (copy / "model.bin").stat().st_size == scratch.LARGE + 1


def test_a_project_of_too_many_files_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        (tmp_path / f"{number}.py").touch()
    monkeypatch.setattr(scratch, "MOST_ENTRIES", 2)
    with pytest.raises(scratch.NotCopied, match="more than 2 files"):
        scratch.copy_project(tmp_path, tmp_path.parent / f"{tmp_path.name}-copy")
