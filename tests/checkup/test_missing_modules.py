"""A module that an import did not find (CXD012): what brings it, or where the project has it itself."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Frame, Raised
from connexion_doctor.rules.loading import imports
from tests.running import APP, diagnose, project

# the import, files beside the app -> packages to install, what the fix says
MISSING = {
    "of a distribution": ("import nowhere_to_be_found", {}, ["nowhere_to_be_found"], "Install what brings"),
    "a neighbour of Connexion's": ("import flask_cors", {}, ["flask-cors"], "Install flask-cors"),
    "pkg_resources": ("import pkg_resources", {}, ["setuptools<82"], "setuptools"),
    "the project's own, in src": ("import shop.db", {"src/shop/__init__.py": ""}, [], "Put src on the path"),
    "the project's own module": ("import helpers", {"lib/helpers.py": ""}, [], "Put lib on the path"),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_proposed(tmp_path: Path, name: str) -> None:
    line, files, install, said = MISSING[name]
    project(tmp_path, app__py=f"{line}\n{APP}")
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    done = diagnose("c3new", "--", "uvicorn", "app:app", cwd=tmp_path)
    assert done.verdicts == ["fails"]
    fix = done.fix("CXD012")
    assert fix["install"] == install
    assert said in fix["title"]


ABOVE = APP.replace('specification_dir="."', 'specification_dir=".."')


def test_a_console_script_finds_the_package_whose_installation_makes_it(tmp_path: Path) -> None:
    scripts = '[project]\nname = "shop"\nversion = "1"\n[project.scripts]\nshop = "shop.cli:main"\n'
    folder = project(tmp_path, pyproject__toml=scripts, Procfile="web: shop\n")
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").write_text("")
    (folder / "shop" / "cli.py").write_text(f"{ABOVE}\n\ndef main():\n    app.run(port=8080)\n")
    done = diagnose("c3new", cwd=folder)
    assert done.verdicts == ["serves"], done.stdout


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/env/lib/python3.10/site-packages/flask_jwt_extended/types.py", "of flask_jwt_extended and of jwt"),
        ("/env/lib/python3.10/site-packages/jwt/api.py", None),  # broken in itself
        ("/shop/app.py", None),
    ],
)
def test_libraries_that_do_not_fit_together(path: str, said: str | None) -> None:
    error = Raised(
        "builtins.ImportError",
        "cannot import name 'Options' from 'jwt.types' (...)",
        (Frame(path, 1, "<module>"),),
    )
    case = SimpleNamespace(own=lambda path: path.startswith("/shop"))
    title = imports._of_library(cast(Case, case), error)
    assert (said in title) if said is not None and title is not None else title is said
