"""The forms in which starts are written, each in a small project of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.discovery.find import discover
from connexion_doctor.discovery.found import Discovery
from connexion_doctor.model import Launch
from tests.discovery.forms import APP, REQUIREMENTS, Form, containers, made, managers, platforms, scripts

FORMS: dict[str, Form] = {
    **containers.FORMS,
    **platforms.FORMS,
    **scripts.FORMS,
    **made.FORMS,
    **managers.FORMS,
}


def written(form: Form, root: Path) -> Discovery:
    """What is found in the files of a form."""
    for name, text in {"requirements.txt": REQUIREMENTS, "app.py": APP, **form.files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return discover(root)


def as_text(launch: Launch, root: Path) -> str:
    """A launch as the tables have it."""
    folder = Path(launch.directory).relative_to(root.resolve()).as_posix()
    return f"{launch.id} {launch.server} {launch.target}" + (f" @{folder}" if folder != "." else "")


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str, tmp_path: Path) -> None:
    form = FORMS[name]
    found = written(form, tmp_path)
    assert sorted(as_text(launch, tmp_path) for launch in found.launches) == sorted(form.launches)
    assert [f"{one.path}:{one.line}" for one in found.unresolved] == list(form.unresolved)
    assert found.problems == ()
    if form.others is not None:
        assert [f"{one.path}:{one.line}" for one in found.others] == list(form.others)
