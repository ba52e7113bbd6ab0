"""The command that fills an environment with what a project asks for."""

from __future__ import annotations

from connexion_doctor.requirements.declarations import Declaration
from connexion_doctor.requirements.installation import Installation

SYNCED = {
    "uv.lock": "uv sync",
    "poetry.lock": "poetry install",
    "pdm.lock": "pdm install",
    "Pipfile.lock": "pipenv sync",
    "Pipfile": "pipenv install",
}


def command(installation: Installation, pip: str) -> str | None:
    """What fills an environment; None where no file says what belongs into it.

    :param pip: ``.venv/bin/pip install``, or what installs into that environment otherwise
    """
    folder, _, name = installation.path.rpartition("/")
    if installation.by == "metadata" and any(map(_is_poetrys, installation.requirements)):
        name = "poetry.lock"  # without one, and without a back end to build with, pip installs nothing of it
    if name in SYNCED:
        return f"cd {folder} && {SYNCED[name]}" if folder else SYNCED[name]
    if installation.by == "requirements":
        return f"{pip} -r {installation.path}"
    if installation.by == "metadata":
        return f"{pip} -e {f'./{folder}' if folder else '.'}"
    if installation.by == "image":
        lists = dict.fromkeys(path for step in installation.steps for path in step.lists)
        return f"{pip} {' '.join(f'-r {path}' for path in lists)}" if lists else None
    if installation.by == "conda":
        return f"conda env update -f {installation.path}"
    return None


def _is_poetrys(one: Declaration) -> bool:
    """Whether a requirement stands in a table of Poetry's: it is no text of PEP 508."""
    return one.kind == "pyproject.toml" and not one.text


def makes_its_own(filling: str) -> bool:
    """Whether a command that fills an environment makes one where there is none."""
    return "pip install" not in filling
