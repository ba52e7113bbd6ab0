"""The variables of a launch as they are here: what the caller sets wins over the image's own, as with
``docker run -e``; paths of the image are those of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connexion_doctor.discovery.images import images
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.foundation import late
from connexion_doctor.model import Launch

# What is set in every shell, and is no wish for the app.
OF_SHELLS = late.pattern(
    r"(PATH|HOME|(OLD)?PWD|LANG(UAGE)?|LC_\w+|TERM|USER|LOGNAME|SHELL|HOSTNAME|SHLVL|PYTHON\w*|VIRTUAL_ENV)$"
)


def as_set(launch: Launch, tree: Tree, environ: Mapping[str, str]) -> Launch:
    """A launch with the values that the caller gives for variables of its image's ``ENV``, and with paths
    of the image mapped back to the project.

    :param tree: the project's files
    :param environ: the variables around the doctor
    """
    source = tree.source(launch.stage.path) if launch.stage is not None else None
    if launch.stage is None or source is None:
        return _mapped(launch)
    stages = images(source, tree, launch.stage.context)
    own = stages[launch.stage.index].environ if launch.stage.index < len(stages) else {}
    given = {
        name: environ[name]
        for name, text in own.items()
        if name in environ and launch.environ.get(name) == text.value and not OF_SHELLS.match(name)
    }
    places = {name: place for name, place in launch.variables.items() if name not in given}
    mapped = _mapped(launch)
    return replace(mapped, environ={**mapped.environ, **given}, variables=places)


def _mapped(launch: Launch) -> Launch:
    """The launch with the paths in its variables as the project has them."""
    return replace(launch, environ={name: launch.here(value) for name, value in launch.environ.items()})
