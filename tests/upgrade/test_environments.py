"""The environments of both sides: what the start gets installed, as ``--build-env`` has it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from connexion_doctor.environment import cache
from connexion_doctor.environment.building import Built
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.requirements.installs import in_folder
from connexion_doctor.requirements.of_tests import of_tests
from connexion_doctor.upgrade import environments
from connexion_doctor.upgrade.environments import Environments, NotBuilt
from tests.running import uv_cache

OURS = ".".join(map(str, sys.version_info[:2]))
IMAGE = (
    f"FROM python:{OURS}\nWORKDIR /srv\nCOPY . .\nRUN pip install -r deploy/two.txt\n"
    'CMD ["gunicorn", "app:app"]\n'
)
APP = "import connexion\n\napp = connexion.FlaskApp(__name__)\n"
METADATA = """\
[project]
name = "greetings"
version = "1"
dependencies = ["connexion=={}"]
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[tool.setuptools]
py-modules = ["app"]
"""
LOCK = '[[package]]\nname = "connexion"\nversion = "2.14.2"\n'


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", uv_cache())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def made(folder: Path, files: dict[str, str]) -> Path:
    for name, text in {"app.py": APP, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def connexion_of(python: str) -> list[str]:
    return [
        path.name.split("-")[1].removesuffix(".dist")
        for path in Path(python).parents[1].glob("lib/*/site-packages/connexion-*.dist-info")
    ]


def test_the_image_of_the_start_decides_and_it_is_built_once(tmp_path: Path) -> None:
    files = {
        "Dockerfile": IMAGE,
        "deploy/two.txt": "connexion==2.14.2\n",
        "requirements.txt": "connexion==3.3.0\n",
    }
    said: list[str] = []
    root = made(tmp_path / "project", files)
    first = Environments(tmp_path / "kept", None, None, said.append).before(root)
    assert connexion_of(first.python) == ["2.14.2"]
    assert cache.place() in Path(first.python).parents
    again = Environments(tmp_path / "kept-2", "Dockerfile:4", None, said.append).before(root)
    assert (again.python, len(said)) == (first.python, 1)


def test_a_lock_file_that_does_not_fit_is_passed_over_and_the_copy_is_installed(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": METADATA.format("2.14.2"),
        "uv.lock": LOCK,
        "Procfile": "web: gunicorn app:app\n",
    }
    old = made(tmp_path / "old", files)
    copy = made(tmp_path / "copy", {**files, "pyproject.toml": METADATA.format("3.3.0")})
    kept = tmp_path / "kept"
    found = Environments(kept, None, None, lambda said: None).after(old, copy, None)
    assert connexion_of(found.python) == ["3.3.0"]
    assert kept in Path(found.python).parents, "what holds this copy alone is in no cache"
    assert (copy / "uv.lock").read_text() == LOCK, "whose it is writes it anew"
    assert not list(copy.glob("*.egg-info"))


def test_offline_no_option_is_named_that_an_upgrade_has_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    root = made(
        tmp_path / "project",
        {"requirements.txt": "connexion==2.14.3\n", "Procfile": "web: gunicorn app:app\n"},
    )
    with pytest.raises(NotBuilt) as caught:
        Environments(tmp_path / "kept", None, None, lambda said: None).before(root)
    assert str(caught.value).startswith("No package index can be reached")
    assert "--python" not in str(caught.value)


def test_what_cannot_be_had_is_said_with_its_line(tmp_path: Path) -> None:
    root = made(tmp_path / "project", {"requirements.txt": "gunicorn\nconnexion==2.99.0\n"})
    with pytest.raises(NotBuilt, match=r"2\.99\.0.*\(requirements\.txt:2\)"):
        Environments(tmp_path / "kept", None, None, lambda said: None).before(root)


@pytest.mark.parametrize(
    ("pin", "raised"), [("pyyaml==5.4.1", "pyyaml==6.0"), ("docopt==0.6.1", "docopt==0.6.2")]
)
def test_what_cannot_be_compiled_is_raised_to_a_wheel_or_to_the_newest(
    pin: str, raised: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(*given: object, **more: object) -> Built:
        if pin in (copy / "requirements.txt").read_text():
            raise NotBuilt(f"Failed to build `{pin}` The build backend returned an error")
        return Built("python", "python")

    files = {"requirements.txt": f"{pin}\npathlib==1.0.1\nconnexion==3.3.0\n"}  # pathlib has no wheel
    old, copy = made(tmp_path / "old", files), made(tmp_path / "copy", files)
    monkeypatch.setattr(environments, "build", build)
    found = Environments(tmp_path / "kept", None, None, lambda said: None).after(old, copy, sys.executable)
    assert (copy / "requirements.txt").read_text() == files["requirements.txt"].replace(pin, raised)
    assert [one.title for one in found.raised] == [f"Ask for `{raised}`."]


POETRY = """\
[tool.poetry.dependencies]
connexion = "2.14.2"
[tool.poetry.group.test.dependencies]
pytest = "^8"
[tool.poetry.group.dev.dependencies]
black = "*"
"""
GROUPS = '[project]\nname = "a"\n[dependency-groups]\ndev = ["pytest<9", "mypy"]\ndocs = ["sphinx"]\n'
EXTRAS = '[project]\nname = "a"\n[project.optional-dependencies]\ntesting = ["pytest", "flask-testing"]\n'
# files, the lists and the words that tests need
NEEDS: dict[str, tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]] = {
    "a list": ({"test-requirements.txt": "flask-testing\n"}, ("test-requirements.txt",), ("pytest",)),
    "a list in a folder": ({"requirements/test.txt": "nose\n"}, ("requirements/test.txt",), ("pytest",)),
    "tests before tools": (
        {"requirements-dev.txt": "black\n", "requirements-test.txt": "nose\n"},
        ("requirements-test.txt",),
        ("pytest",),
    ),
    "tools, where nothing else is": (
        {"requirements-dev.txt": "black\n", "requirements-dev.in": "black\n"},
        ("requirements-dev.txt",),
        ("pytest",),
    ),
    "a group of Poetry": ({"pyproject.toml": POETRY}, (), ("pytest>=8,<9", "pytest")),
    "a dependency group": ({"pyproject.toml": GROUPS}, (), ("pytest<9", "mypy", "pytest")),
    "an extra": ({"pyproject.toml": EXTRAS}, (), ("pytest", "flask-testing")),
    "nothing": ({"requirements.txt": "connexion\n", "latest.txt": "x\n"}, (), ("pytest",)),
}


@pytest.mark.parametrize("name", NEEDS)
def test_what_tests_need(tmp_path: Path, name: str) -> None:
    files, lists, words = NEEDS[name]
    step, declared = of_tests(in_folder(made(tmp_path, files)).files, ("pytest",))
    assert (step.lists, step.words) == (lists, words)
    assert len(declared) == len(lists) + len(words) - (words[-1] == "pytest")


def test_a_python_that_the_doctor_cannot_look_into_is_replaced_by_the_oldest_that_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bases: list[tuple[str | None, tuple[str, ...]]] = []

    def build(installation: Installation, *_: object, base: str | None, into: Path | None) -> Built:
        bases.append((base, installation.steps[-1].words))
        return Built("python", "")

    monkeypatch.setattr(environments, "build", build)
    monkeypatch.setattr(environments, "base_of", lambda asked, _: (f"/{asked.specifier}", None))
    monkeypatch.setattr(environments, "version_of", lambda base: base.strip("/=.*"))
    monkeypatch.setattr(environments, "python_for", lambda wanted, _: None if "3.8" in wanted else wanted)
    for version in ("3.6", "3.8"):
        files = {"Dockerfile": IMAGE.replace(OURS, version), "deploy/two.txt": "connexion>=2.6\n"}
        root = made(tmp_path / version, files)
        notes = Environments(tmp_path / "kept", None, None, list[str]().append).before(root).notes
        assert notes == (("with ==3.9.*: the doctor cannot look into /==3.6.*",) if version == "3.6" else ())
    assert bases == [("==3.9.*", ("connexion<3",)), (None, ())]  # on 3.6 there is no Connexion 3
