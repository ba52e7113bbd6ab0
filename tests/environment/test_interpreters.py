"""Which interpreter is the app's: where it is looked for, and what is said of those that are passed over."""

from __future__ import annotations

import os
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from connexion_doctor.environment import interpreters
from connexion_doctor.environment.interpreters import Unfit, find_interpreter
from tests.running import doctor, environ, project

POETRY = '[tool.poetry]\nname = "My_Shop.X"\n'


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a repository in it, and nothing of this machine: no Connexion beside the doctor."""
    home = tmp_path / "home"
    (home / "shop" / "services" / "api").mkdir(parents=True)
    (home / "shop" / ".git").mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home / "shop" / "services" / "api")
    asked = interpreters.has_connexion
    monkeypatch.setattr(
        interpreters, "has_connexion", lambda python, given: python != sys.executable and asked(python, given)
    )
    return home


def made(folder: Path, *, filled: bool = True) -> Path:
    """An environment as it lies on a disk; its interpreter must never be started."""
    packages = folder / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /nowhere\nversion = 3.11.7\n")
    if filled:
        (packages / "connexion-3.3.0.dist-info").mkdir()
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 99\n")
    python.chmod(0o755)
    return python


class Found(NamedTuple):
    """What ``find_interpreter`` gives."""

    python: str
    how: str
    unfit: Unfit | None


def found(home: Path, **given: str) -> Found:
    """What is found for the service's folder; ``~`` in a variable is the home."""
    variables = {name: value.replace("~", str(home)) for name, value in given.items()}
    return Found(
        *find_interpreter(None, (str(home / "shop" / "services" / "api"),), {"PATH": "/none", **variables})
    )


API, SHOP = "shop/services/api", "shop"
ACTIVE = {"VIRTUAL_ENV": "~/active"}
CONDA = {"CONDA_PREFIX": "~/conda"}
# the environments that there are (those with a minus are empty), variables, which one it is, how it was found
PLACES: dict[str, tuple[tuple[str, ...], Mapping[str, str], str, str]] = {
    "active": (("active", f"{API}/.venv"), ACTIVE, "active", "$VIRTUAL_ENV"),
    "conda": (("conda", f"{API}/.venv"), CONDA, "conda", "$CONDA_PREFIX"),
    "conda's base is in every shell": (
        ("conda", f"{API}/.venv"), {**CONDA, "CONDA_DEFAULT_ENV": "base"}, f"{API}/.venv", ".venv",
    ),
    "active, without Connexion": (("-active", f"{API}/.venv"), ACTIVE, f"{API}/.venv", ".venv"),
    ".venv before the others": ((f"{API}/.venv", f"{API}/venv", f"{API}/env"), {}, f"{API}/.venv", ".venv"),
    "venv": ((f"{API}/venv", f"{API}/env"), {}, f"{API}/venv", "venv"),
    "env": ((f"{API}/env",), {}, f"{API}/env", "env"),
    "an empty one in front": ((f"-{API}/.venv", f"{API}/venv"), {}, f"{API}/venv", "venv"),
    "the nearest": ((f"{API}/env", f"{SHOP}/.venv"), {}, f"{API}/env", "env"),
    "at the root of the repository": ((f"{SHOP}/.venv",), {}, f"{SHOP}/.venv", "../../.venv"),
    "on PATH": (("python3",), {"PATH": "~/python3/bin"}, "python3", "python on PATH"),
    "on PATH, without Connexion": (("-python3",), {"PATH": "~/python3/bin"}, "", "no environment"),
    "none": ((), {}, "", "no environment"),
    "above the repository": ((".venv",), {}, "", "no environment"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_where_it_is_looked_for(name: str, world: Path) -> None:
    there, variables, wanted, how = PLACES[name]
    for one in there:
        made(world / one.removeprefix("-"), filled=not one.startswith("-"))
    told = found(world, **variables)
    assert (told.python, told.how) == (str(world / wanted / "bin/python") if wanted else "", how)


def test_without_a_repository_the_way_up_ends_at_home(world: Path) -> None:
    (world / "shop" / ".git").rmdir()
    made(world / "env")
    assert found(world).python == ""
    made(world / "shop" / "env")
    assert found(world).how == "../../env"


# Files of the tools, variables, and where they keep the environment.
@pytest.mark.parametrize(
    ("files", "variables", "inside"),
    [
        ({"pyproject.toml": POETRY}, {}, ".cache/pypoetry/virtualenvs/{poetry}-py3.11"),
        ({"pyproject.toml": POETRY}, {"XDG_CACHE_HOME": "~/c"}, "c/pypoetry/virtualenvs/{poetry}-py3.11"),
        ({"pyproject.toml": POETRY}, {"POETRY_CACHE_DIR": "~/c"}, "c/virtualenvs/{poetry}-py3.11"),
        ({"pyproject.toml": POETRY}, {"POETRY_VIRTUALENVS_PATH": "~/v"}, "v/{poetry}-py3.9"),
        (
            {"pyproject.toml": POETRY, "poetry.toml": '[virtualenvs]\npath = "{cache-dir}/x"\n'},
            {},
            ".cache/pypoetry/x/{poetry}-py3.11",
        ),
        (
            {"pyproject.toml": POETRY, "../../../.config/pypoetry/config.toml": 'cache-dir = "~/d"\n'},
            {},
            "d/virtualenvs/{poetry}-py3.11",
        ),
        (
            {"pyproject.toml": '[project]\nname = "My_Shop.X"\n', "poetry.lock": ""},
            {},
            ".cache/pypoetry/virtualenvs/{poetry}-py3.11",
        ),
        ({"Pipfile": ""}, {}, ".local/share/virtualenvs/{pipenv}"),
        ({"Pipfile": ""}, {"WORKON_HOME": "~/w"}, "w/{pipenv}"),
        ({"Pipfile": ""}, {"XDG_DATA_HOME": "~/x", "PIPENV_PYTHON": "3.11"}, "x/virtualenvs/{pipenv}-3.11"),
        ({"Pipfile": ""}, {"PIPENV_CUSTOM_VENV_NAME": "mine"}, ".local/share/virtualenvs/mine"),
        ({"Pipfile": "", ".venv": "named\n"}, {"WORKON_HOME": "~/w"}, "w/named"),
        ({"Pipfile": "", ".venv": "../there\n"}, {}, "shop/services/api/../there"),
    ],
)
def test_what_poetry_and_pipenv_made(
    files: dict[str, str], variables: dict[str, str], inside: str, world: Path
) -> None:
    from connexion_doctor.environment import tools

    folder = world / API
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    names = {
        "poetry": tools._poetry_name("My_Shop.X", folder),
        "pipenv": tools._pipenv_name(folder, ""),
    }
    python = made(world / inside.format(**names))
    told = found(world, **variables)
    assert (told.python, told.how.partition("'")[0]) == (
        os.path.abspath(python),
        "Poetry" if "poetry" in inside else "Pipenv",
    )


def test_names_are_those_that_the_tools_give() -> None:
    """As Poetry 2 and Pipenv 2026 named them."""
    from connexion_doctor.environment import tools

    assert tools._poetry_name("My_Shop.X", Path("/srv/My Shop")) == "my-shop-x-uJw6oFwr"
    assert tools._pipenv_name(Path("/srv/My Shop"), "") == "My_Shop-9ew3JEVQ"


def test_the_python_that_poetry_was_told_to_use(world: Path) -> None:
    from connexion_doctor.environment import tools

    (world / API / "pyproject.toml").write_text(POETRY)
    place, base = world / "c/virtualenvs", tools._poetry_name("My_Shop.X", world / API)
    for version in ("3.9", "3.11", "3.12"):
        made(place / f"{base}-py{version}")
    given = {"POETRY_CACHE_DIR": "~/c"}
    assert found(world, **given).python == str(place / f"{base}-py3.12/bin/python")
    (place / "envs.toml").write_text(f'[{base}]\nminor = "3.9"\npatch = "3.9.1"\n')
    assert found(world, **given).python == str(place / f"{base}-py3.9/bin/python")


def test_a_shim_leads_to_the_python_that_was_chosen(world: Path) -> None:
    python = made(world / "pyenv/versions/shop-3.11")
    shim = world / "pyenv/shims/python"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\nexit 99\n")
    shim.chmod(0o755)
    given = {"PATH": "~/pyenv/shims"}
    assert found(world, **given).python == ""
    (world / SHOP / ".python-version").write_text("shop-3.11\n")
    assert found(world, **given).python == str(python)
    assert found(world, PYENV_VERSION="other", **given).python == ""


def test_what_was_passed_over_is_kept(world: Path) -> None:
    made(world / API / ".venv", filled=False)
    told = found(world)
    assert told.python == "" and told.unfit is not None
    assert (told.unfit.how, told.unfit.stale) == (".venv", "")
    python = world / API / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.9")
    told = found(world)
    assert told.unfit is not None and told.unfit.stale == "/nowhere/python3.9"


def test_an_environment_that_is_gone_is_kept(world: Path) -> None:
    told = found(world, **ACTIVE)
    assert told.unfit is not None and told.unfit.stale == str(told.unfit.folder) == str(world / "active")
    made(world / API / ".venv")
    assert found(world, **ACTIVE).how == ".venv", "the note says that it was taken instead"
    python = world / API / ".venv" / "bin" / "python"
    python.unlink()
    told = found(world)
    assert told.unfit is not None and told.unfit.stale == str(python)
    (world / API / ".venv" / "pyvenv.cfg").unlink()
    assert found(world).unfit is None, "a folder of that name is no environment"


# Files of a project with an environment that cannot be used, and what fills it.
CURES = {
    "a list": (
        {"requirements.txt": "connexion==3.3.0\n"},
        False,
        ".venv/bin/pip install -r requirements.txt",
    ),
    "a list, stale": (
        {"requirements.txt": "connexion==3.3.0\n"},
        True,
        "python3 -m venv --clear .venv && .venv/bin/pip install -r requirements.txt",
    ),
    "uv, stale": (
        {"uv.lock": 'version = 1\n[[package]]\nname = "connexion"\nversion = "3.3.0"\n'},
        True,
        "uv sync",
    ),
    "Pipenv": (
        {"Pipfile.lock": '{"default": {"connexion": {"version": "==3.3.0"}}}', "Pipfile": ""},
        False,
        "pipenv sync",
    ),
    "Poetry, without its lock file": (
        {"pyproject.toml": POETRY + '[tool.poetry.dependencies]\nconnexion = "3.3.0"\n'},
        False,
        "poetry install",
    ),
    "metadata": (
        {"pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["connexion==3.3.0"]\n'},
        False,
        ".venv/bin/pip install -e .",
    ),
}


@pytest.mark.parametrize("name", CURES)
def test_an_unusable_environment_is_said_first(name: str, tmp_path: Path) -> None:
    files, stale, cure = CURES[name]
    folder = project(tmp_path / "shop", Procfile="web: gunicorn app:app\n")
    for path, text in files.items():
        (folder / path).write_text(text)
    python = made(folder / ".venv", filled=False)
    (folder / ".venv" / "bin" / "pip").touch()
    if stale:
        python.unlink()
        python.symlink_to("/nowhere/python3.9")
    done = doctor(cwd=folder, env={**environ(), "PATH": "/usr/bin:/bin"})
    said = "".join(f"{line.strip()} " for line in done.stdout.splitlines()[:3])
    if stale:
        assert said.startswith(".venv is stale, its Python (/nowhere/python3.9) is gone: read from")
    else:
        assert said.startswith("Connexion is not installed in .venv: read from the project's files, ")
    assert f"  {cure}\n" in done.stdout
    assert "FAILS" in done.stdout and str(Path(sys.executable).parent) not in done.stdout
    assert "speaks WSGI" in done.stdout, "a Connexion 3 app under gunicorn's sync worker, as the files tell"


def test_a_named_environment_is_filled_from_the_files(tmp_path: Path) -> None:
    """``--python`` is believed: what is missing there fails, and the cure is the list that asks for it."""
    folder = project(tmp_path / "shop", requirements__txt="connexion[flask]==3.3.0\n")
    venv.create(tmp_path / "empty", symlinks=True)
    done = doctor(
        "--python", str(tmp_path / "empty"), "--format", "json", "--", "python", "app.py", cwd=folder
    )
    titles = [fix["title"] for fix in done.finding("CXD012")["fixes"]]
    assert titles == [
        "Fill the environment (`pip install -r requirements.txt`): requirements.txt:1 asks for connexion."
    ]


@pytest.mark.parametrize(
    ("asked", "receipt", "word"),
    [
        ("connexion", "", ""),
        ("connexion>=3\nacme", "", ""),
        ("connexion==2.14.2", "", "requirements.txt:1 asks for ==2.14.2"),
        (
            "connexion\ngunicorn==20.1.0",
            "",
            "it has gunicorn 23.0.0, and requirements.txt:2 asks for ==20.1.0",
        ),
        ("connexion\ngunicorn<22", "", "it has gunicorn 23.0.0, and requirements.txt:2 asks for <22"),
        ("connexion\ngunicorn==23.1.0\nclick==7.0", "", ""),
        ("connexion\nwerkzeug==2.1.2", "", "which werkzeug==2.1.2 (requirements.txt:2) keeps out"),
        ("connexion<3", "pipx_metadata.json", "requirements.txt:1 asks for <3"),
        ("connexion\nacme", "pipx_metadata.json", "the environment of a tool, without acme"),
        ("connexion\ngunicorn", "uv-receipt.toml", ""),
        ("connexion\nacme", "pyvenv.cfg", "a virtual environment that is not activated, without acme"),
        ("connexion\ngunicorn", "pyvenv.cfg", ""),
        ("-r base.txt", "", "what the app asks for is not known (requirements.txt:1: base.txt)"),
    ],
)
def test_the_doctors_own_environment_is_the_apps_where_it_fits(
    asked: str, receipt: str, word: str, tmp_path: Path
) -> None:
    from connexion_doctor.environment.own import why_not
    from connexion_doctor.requirements.installs import in_folder

    folder = project(tmp_path / "shop", requirements__txt=f"{asked}\n")
    (tmp_path / receipt if receipt else tmp_path / "nothing").touch()
    said = why_not(
        {"connexion": "3.3.0", "gunicorn": "23.0.0"}, in_folder(folder).of_folder(""), str(tmp_path)
    )
    assert (word in said) if word else not said


def test_another_connexion_beside_the_doctor_is_not_the_apps(tmp_path: Path) -> None:
    folder = project(
        tmp_path, requirements__txt="connexion==2.14.2\ngunicorn\n", Procfile="web: gunicorn app:app\n"
    )
    done = doctor(cwd=folder, env={**environ(), "PATH": "/usr/bin:/bin"})
    assert done.stdout.startswith("No environment with Connexion was found")
    assert "The doctor's own environment is not taken for the app's: it has Connexion" in " ".join(
        done.stdout.split()
    )
