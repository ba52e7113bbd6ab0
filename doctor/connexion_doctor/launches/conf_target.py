"""``--gunicorn-conf`` without a target: which object that configuration is there for."""

from __future__ import annotations

from pathlib import Path

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.launches.project import Project
from connexion_doctor.model import Launch
from connexion_doctor.model.source import read_source
from connexion_doctor.servers import gunicorn
from connexion_doctor.servers.option_table import scan


@dataclass(frozen=True)
class Answer:
    """A launch of the project that names the file, or a target; neither where none is certain."""

    launch: Launch | None = None
    target: str | None = None


def names_target(conf: Path) -> bool:
    """Whether the file itself says ``wsgi_app``, or computes something, so that only running it tells."""
    source = read_source(conf, str(conf))
    return source is None or source.tree is None or "wsgi_app" in source.text


def find(conf: Path, project: Project) -> Answer:
    """The launch that starts gunicorn with this file, else the only Connexion app of the project."""
    for launch in project.discovery.launches:
        if launch.server == "gunicorn" and _names(launch, conf, project):
            return Answer(launch=launch)
    apps = project.app_objects()
    return Answer(target=apps[0] if len(apps) == 1 else None)


def _names(launch: Launch, conf: Path, project: Project) -> bool:
    texts = [word.text for word in launch.command.words]
    options, _ = scan(texts, launch.command.arguments, gunicorn.SERVER.static_options)
    for option in options:
        if option.name == "config" and option.value:
            mapped = launch.options.get(f"path:{option.value}")
            named = project.root / mapped if mapped else Path(launch.directory, option.value)
            if named.resolve() == conf.resolve():
                return True
    return False
