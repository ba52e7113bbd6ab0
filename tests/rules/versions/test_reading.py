"""Every kind of file that asks for packages."""

# ruff: noqa: E501  (a row is a file in one line)

from __future__ import annotations

import pytest

from connexion_doctor.requirements.specifiers import poetry_specifier
from tests.rules.versions.helpers import declared


def asked(files: dict[str, str]) -> dict[str, str]:
    return {d.name: d.specifier for d in declared(files).requirements}


def test_requirements_with_includes_constraints_hashes_and_markers() -> None:
    found = declared(
        {
            "requirements.txt": "-r base.txt\n-c constraints.txt\nflask==2.2.5 \\\n    --hash=sha256:00\n"
            'uvicorn[standard]>=0.30 ; python_version >= "3.9"  # fast\n-e .\nhttps://example.org/a.whl\n',
            "base.txt": "connexion[swagger-ui]>=2.14\n",
            "constraints.txt": "connexion<3\n",
        }
    )
    by = {(d.name, d.path): d for d in found.requirements}
    assert by["connexion", "base.txt"].extras == {"swagger-ui"}
    assert by["connexion", "constraints.txt"].constraint
    assert by["flask", "requirements.txt"].pinned == "2.2.5"
    assert by["flask", "requirements.txt"].text == ""
    assert by["uvicorn", "requirements.txt"].marker == 'python_version >= "3.9"'
    assert not found.unread


def test_a_missing_include_and_a_broken_line_are_recorded() -> None:
    found = declared({"requirements.txt": "-r nothing.txt\nfoo bar baz\n"})
    assert [u.reason for u in found.unread] == ["line 1: nothing.txt does not exist", "line 2: foo bar baz"]


PROJECT = """\
[project]
requires-python = ">=3.9"
dependencies = ["connexion[flask]>=3.1", "a2wsgi"]
optional-dependencies = {dev = ["pytest"]}

[dependency-groups]
test = ["httpx<0.28", {include-group = "dev"}]

[tool.poetry.dependencies]
python = "^3.8"
starlette = {version = "~0.35", extras = ["full"]}
gunicorn = "^23.0"
local = {path = "../local"}

[tool.poetry.group.dev.dependencies]
mypy = "*"

[tool.hatch.envs.default]
dependencies = ["flask==3.0.0"]

[tool.uv]
dev-dependencies = ["ruff"]
constraint-dependencies = ["werkzeug<4"]
"""


def test_pyproject_of_every_tool() -> None:
    found = declared({"pyproject.toml": PROJECT})
    assert {d.name: (d.specifier, d.group) for d in found.requirements} == {
        "connexion": (">=3.1", ""),
        "a2wsgi": ("", ""),
        "pytest": ("", "dev"),
        "httpx": ("<0.28", "test"),
        "starlette": (">=0.35,<0.36", ""),
        "gunicorn": (">=23.0,<24", ""),
        "mypy": ("", "dev"),
        "flask": ("==3.0.0", "environment default"),
        "ruff": ("", "development"),
        "werkzeug": ("<4", ""),
        "local": ("", ""),
    }
    assert [p.specifier for p in found.pythons] == [">=3.9", ">=3.8,<4"]
    place = found.of("connexion")[0].location
    assert place is not None and (place.line, place.column) == (3, 18)


OTHERS = {
    "pylock.toml": (
        'lock-version = "1.0"\n[[packages]]\nname = "connexion"\nversion = "3.3.0"\n',
        {"connexion": "==3.3.0"},
    ),
    "pylock.prod.toml": ('[[packages]]\nname = "flask"\nversion = "3.1.3"\n', {"flask": "==3.1.3"}),
    "pdm.lock": ('[[package]]\nname = "connexion"\nversion = "3.1.0"\n', {"connexion": "==3.1.0"}),
    "requirements/prod.txt": ("gunicorn==23.0.0\n", {"gunicorn": "==23.0.0"}),
    "server-requirements.txt": ("connexion[flask] >= 3.1 , < 4\n", {"connexion": "<4,>=3.1"}),
    "requirements.in": ("connexion\n", {"connexion": ""}),
    "api.Dockerfile": (
        "FROM python:3.12\nRUN uv pip install --system -r requirements.txt connexion==3.3.0\n",
        {"connexion": "==3.3.0"},
    ),
    "Containerfile": (
        "FROM python:3.12\nRUN python3 -m pip install -U pip && pip3 install 'gunicorn>=23'\n",
        {"pip": "", "gunicorn": ">=23"},
    ),
    "conda.yaml": (
        "dependencies:\n  - conda-forge::uvicorn=0.30\n  - gunicorn>=23\n",
        {"uvicorn": "==0.30.*", "gunicorn": ">=23"},
    ),
    "setup.cfg": (
        "[options]\ninstall_requires =\n  connexion==2.14.2\n  gunicorn\n",
        {"connexion": "==2.14.2", "gunicorn": ""},
    ),
    "setup.py": (
        'from setuptools import setup\nR = ["connexion<3"]\nsetup(install_requires=R)\n',
        {"connexion": "<3"},
    ),
    "Pipfile": (
        '[packages]\nconnexion = {extras = ["flask"], version = ">=3"}\nflask = "*"\n',
        {"connexion": ">=3", "flask": ""},
    ),
    "Pipfile.lock": ('{"default": {"connexion": {"version": "==3.1.0"}}}', {"connexion": "==3.1.0"}),
    "poetry.lock": ('[[package]]\nname = "connexion"\nversion = "2.14.2"\n', {"connexion": "==2.14.2"}),
    "uv.lock": ('[[package]]\nname = "Connexion"\nversion = "3.3.0"\n', {"connexion": "==3.3.0"}),
    "environment.yml": (
        "dependencies:\n  - python=3.9\n  - connexion=2.14\n  - pip:\n    - flask==2.2.5\n",
        {"connexion": "==2.14.*", "flask": "==2.2.5"},
    ),
    "Dockerfile": (
        "FROM python:3.9-slim\nRUN pip install --no-cache-dir \\\n"
        '  "connexion[flask]==3.1.0" gunicorn && rm -r x\n',
        {"connexion": "==3.1.0", "gunicorn": ""},
    ),
}


PROJECTS = {
    "PEP 621": ('[project]\ndependencies = ["connexion[flask]>=3"]\n', "connexion", ">=3", ""),
    "optional": ('[project]\n[project.optional-dependencies]\nserver = ["uvicorn>=0.30"]\n', "uvicorn", ">=0.30", "server"),
    "PEP 735": ('[dependency-groups]\nlint = ["flask<3", {include-group = "x"}]\n', "flask", "<3", "lint"),
    "poetry": ('[tool.poetry.dependencies]\nconnexion = "^2.14"\n', "connexion", ">=2.14,<3", ""),
    "poetry, several": (
        '[tool.poetry.dependencies]\nconnexion = [{version = "^3.1", python = ">=3.9"}]\n', "connexion", ">=3.1,<4", "",
    ),
    "poetry before 1.2": ('[tool.poetry.dev-dependencies]\nflask = "2.2.5"\n', "flask", "==2.2.5", "development"),
    "pdm": ('[tool.pdm.dev-dependencies]\ntest = ["httpx<0.28"]\n', "httpx", "<0.28", "test"),
    "hatch": ('[tool.hatch.envs.test]\nextra-dependencies = ["httpx<0.28"]\n', "httpx", "<0.28", "environment test"),
    "flit before the standard": ('[tool.flit.metadata]\nrequires = ["connexion<3"]\n', "connexion", "<3", ""),
    "uv, overrides": ('[tool.uv]\noverride-dependencies = ["starlette<1"]\n', "starlette", "<1", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "name", "specifier", "group"), PROJECTS.values(), ids=PROJECTS)
def test_every_build_tool(text: str, name: str, specifier: str, group: str) -> None:
    found = declared({"pyproject.toml": text}).of(name)
    assert [(d.specifier, d.group) for d in found] == [(specifier, group)]


@pytest.mark.parametrize(
    ("name", "development"),
    [("requirements.txt", False), ("requirements-docker.txt", False), ("requirements_latest.txt", False),
     ("requirements/circle.txt", False), ("requirements-prod.txt", False), ("requirements-dev.txt", True),
     ("requirements/test.txt", True), ("requirements_docs.txt", True), ("dev-requirements.txt", True),
     ("test_requirements.txt", True)],
)  # fmt: skip
def test_what_is_for_development(name: str, development: bool) -> None:
    assert bool(declared({name: "flask\n"}).requirements[0].group) is development


@pytest.mark.parametrize(("name", "text", "expected"), [(name, *pair) for name, pair in OTHERS.items()])
def test_other_files(name: str, text: str, expected: dict[str, str]) -> None:
    assert asked({name: text}) == expected


def test_a_file_that_is_broken_is_recorded() -> None:
    found = declared({"pyproject.toml": "[project\n", "setup.py": "def (", "Pipfile.lock": "{"})
    assert [u.path for u in found.unread] == ["pyproject.toml", "setup.py", "Pipfile.lock"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("^2.14", ">=2.14,<3"), ("^0.3.1", ">=0.3.1,<0.4"), ("~2.14", ">=2.14,<2.15"), ("2.14.2", "==2.14.2"),
     (">=2,<3", ">=2,<3"), ("*", ""), ("~=2.14", "~=2.14"), ("2.*", "==2.*"), ("^2 || ^3", ">=2,<3 || >=3,<4"),
     ("21.*.*", "==21.*"), ("~2.14.*", ">=2.14,<2.15"), (">=2.*", ">=2"), ("^2 | ^3", ">=2,<3 || >=3,<4"),
     (">= 2.14, < 3", ">=2.14,<3"), (">=2 <3", ">=2,<3"), ("2.x", "==2.*"), ("latest", None), ("==2.14.2.*.*", "==2.14.2.*")],
)  # fmt: skip
def test_poetry(text: str, expected: str | None) -> None:
    assert poetry_specifier(text) == expected
