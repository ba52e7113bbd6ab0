"""A launch is found again in its file alone, as a treatment looks for it after an edit, whichever of the
readers of its kind has found it."""

from __future__ import annotations

from pathlib import Path

from connexion_doctor.launches import project

PROJECTS = Path(__file__).parent / "projects"
SCRIPTS = '{"scripts": {"start": "gunicorn app:app"}}\n'


def test_every_launch_is_found_again(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(SCRIPTS)
    (tmp_path / "app.py").write_text("import connexion\n\napp = connexion.FlaskApp(__name__)\n")
    for folder in (tmp_path, *sorted(one for one in PROJECTS.iterdir() if one.is_dir())):
        found = project.read(folder, ())
        for launch in found.discovery.launches:
            again = {one.id: one.command for one in found.again(launch)}
            assert again.get(launch.id) == launch.command, f"{folder.name}: {launch.id}"
