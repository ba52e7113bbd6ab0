"""Where Poetry and Pipenv keep the environment of a project, told from its files and their settings.

Computed as they do it, so that neither has to be started.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from connexion_doctor.model import overlay
from connexion_doctor.requirements.canonical import canonical

POETRY, PIPENV = "Poetry's environment", "Pipenv's environment"


def environments(folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """The folders that may be the environment of the project in a folder, and whose each is."""
    if _is_poetrys(folder):
        yield from ((path, POETRY) for path in _poetry(folder, environ))
    if os.path.isfile(folder / "Pipfile"):
        yield _pipenv(folder, environ), PIPENV


def _is_poetrys(folder: Path) -> bool:
    if os.path.isfile(folder / "poetry.lock"):
        return True
    try:
        path = folder / "pyproject.toml"
        return os.path.isfile(path) and b"[tool.poetry" in overlay.read(path)
    except OSError:
        return False


# -- Poetry: poetry/utils/env/env_manager.py, poetry/config/config.py, poetry/locations.py ----


def _poetry(folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """``virtualenvs.path`` / NAME-HASH-pyX.Y; first the one that was chosen with ``poetry env use``."""
    from connexion_doctor.requirements.manifests import table

    manifest = _toml(folder / "pyproject.toml")
    name = table(manifest, "project").get("name") or table(manifest, "tool", "poetry").get("name")
    place, base = _poetry_place(folder, environ), _poetry_name(str(name or "non-package-mode"), folder)
    chosen = table(_toml(place / "envs.toml"), base).get("minor")
    if isinstance(chosen, str):
        yield place / f"{base}-py{chosen}"
    try:
        found = [one for one in os.listdir(place) if re.fullmatch(rf"{re.escape(base)}-py\d+\.\d+", one)]
    except OSError:
        return
    found.sort(key=lambda one: int(one.rpartition(".")[2]), reverse=True)
    yield from (place / one for one in found)


def _poetry_name(name: str, folder: Path) -> str:
    """The name of an environment, without its Python."""
    name = canonical(name)
    where = os.path.normcase(os.path.realpath(folder))
    mark = _hash(where)[:8]
    named = re.sub(r'[ $`!*@"\\\r\n\t]', "_", name)[:42]
    return f"{named}-{mark}"


def _poetry_place(folder: Path, environ: Mapping[str, str]) -> Path:
    """``virtualenvs.path``: of the environment, of ``poetry.toml``, of the user, or in the cache."""
    from connexion_doctor.requirements.manifests import table

    own = Path(environ.get("POETRY_CONFIG_DIR") or _user_folder("config", environ) / "pypoetry")
    configured = (_toml(folder / "poetry.toml"), _toml(own / "config.toml"))
    cache = environ.get("POETRY_CACHE_DIR") or next(
        (one["cache-dir"] for one in configured if one.get("cache-dir")),
        str(_user_folder("cache", environ) / "pypoetry"),
    )
    path = environ.get("POETRY_VIRTUALENVS_PATH") or next(
        (found for one in configured if (found := table(one, "virtualenvs").get("path"))),
        "{cache-dir}/virtualenvs",
    )
    return Path(
        str(path).replace("{cache-dir}", str(cache)).replace("{project-dir}", str(folder))
    ).expanduser()


def _user_folder(kind: str, environ: Mapping[str, str]) -> Path:
    """The folder of a user for settings (``config``), what can be made again (``cache``), or the rest
    (``data``)."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / ("Caches" if kind == "cache" else "Application Support")
    given = environ.get(f"XDG_{kind.upper()}_HOME")
    return Path(given) if given else Path.home() / {"data": ".local/share"}.get(kind, f".{kind}")


def _toml(path: Path) -> dict[str, object]:
    """The tables of a file; none where it is not there, or is no TOML."""
    from connexion_doctor.requirements.manifests import toml

    try:
        return toml(overlay.read_text(path)) if os.path.isfile(path) else {}
    except (OSError, ValueError):
        return {}


# -- Pipenv: pipenv/utils/venv_locator.py -----------------------------------------------------


def _pipenv(folder: Path, environ: Mapping[str, str]) -> Path:
    """``WORKON_HOME`` / NAME-HASH, or what a file ``.venv`` says."""
    home = environ.get("WORKON_HOME")
    given = environ.get("XDG_DATA_HOME")
    above = Path(home or Path(given or "~/.local/share") / "virtualenvs").expanduser()
    try:
        said = overlay.read_text(folder / ".venv").strip() if os.path.isfile(folder / ".venv") else ""
    except (OSError, ValueError):
        said = ""
    if said:
        return folder / said if "/" in said or os.sep in said else above / said
    name = environ.get("PIPENV_CUSTOM_VENV_NAME")
    return above / (name or _pipenv_name(folder, environ.get("PIPENV_PYTHON", "")))


def _pipenv_name(folder: Path, python: str) -> str:
    mark = _hash(str(folder / "Pipfile"))[:8]
    named = re.sub(r'[ &$`!*@"()\[\]\\\r\n\t]', "_", folder.name)[:42]
    return f"{named}-{mark[:8]}{'-' if python else ''}{os.path.basename(python)}"


def _hash(text: str) -> str:
    """SHA-256 of a text, in the letters that file names may have."""
    import base64
    import hashlib  # with OpenSSL, which is not loaded where no tool keeps environments

    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
