"""Invented projects, in memory, and what their starts get installed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from connexion_doctor.discovery.find import discover
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.model import Launch
from connexion_doctor.requirements.files import RequirementFiles
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.requirements.installs import installs

APP = {"app.py": "import connexion\n\napp = connexion.FlaskApp(__name__)\n"}
DOCKER = "FROM python:3.11-slim\nWORKDIR /app\nCOPY . /app/\n{runs}\nCMD gunicorn app:app\n"


def written(root: Path, files: Mapping[str, str]) -> Path:
    """A project's folder with these files, and an app."""
    for name, text in {**APP, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def starts(root: Path) -> list[tuple[Launch, Installation]]:
    """Every start of a project with what it gets installed."""
    found = discover(root)
    files = RequirementFiles(root, found.files)
    tree = Tree(root)
    return [(launch, installs(launch, files, tree)) for launch in found.launches]


def image(*runs: str, base: str = "python:3.11-slim") -> str:
    """A Dockerfile that copies the project, runs these lines and starts gunicorn."""
    lines = "\n".join(f"RUN {one}" for one in runs)
    return DOCKER.format(runs=lines).replace("python:3.11-slim", base)
