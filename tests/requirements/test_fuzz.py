"""No text in a file that asks for packages may end a run."""

# ruff: noqa: E501  (a row is a file in a line)

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connexion_doctor.requirements.connexion import connexion_of
from connexion_doctor.requirements.files import RequirementFiles
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.requirements.installs import nearest
from connexion_doctor.requirements.specifiers import Range, poetry_specifier, python_marker, repaired
from connexion_doctor.rules.versions import Requirements, check_versions
from tests.requirements.projects import image, starts, written
from tests.requirements.test_installs import PDM, PIPENV, POETRY, TWO, UV_LOCK

FILES = {
    "requirements.txt": "-r base.txt\n-c constraints.txt\nconnexion[flask,swagger-ui]==2.14.2 ; python_version < '3.9' \\\n    --hash=sha256:00\nflask~=2.2\n",
    "pyproject.toml": POETRY + '[project]\nname = "x"\nrequires-python = ">=3.8"\ndependencies = ["connexion>=3,<4"]\n[tool.uv]\nconstraint-dependencies = ["flask<4"]\n',
    "Pipfile": '[packages]\nconnexion = {extras = ["flask"], version = "~=3.0"}\n[requires]\npython_version = "3.11"\n',
    "uv.lock": UV_LOCK,
    "poetry.lock": TWO,
    "pdm.lock": PDM,
    "Pipfile.lock": PIPENV,
    "setup.cfg": "[options]\ninstall_requires =\n  connexion==2.14.2\npython_requires = >=3.7\n",
    "environment.yml": "dependencies:\n  - python=3.9\n  - connexion=2.14\n  - pip:\n    - flask==2.2.5\n",
    "Dockerfile": image("--mount=type=bind,source=r.txt,target=/r pip install -r /r -c pins.txt 'connexion[flask]>=3' gunicorn==21.*", "uv sync --frozen --extra a", "poetry export -o r.txt"),
}  # fmt: skip
# What people and other tools write where PEP 440 has other words.
ODD = ["21.*.*", "^2", "~2.1", "||", "*", "latest", "==", ">=2.*", "=2", "!", "[", "]", "@ git+ssh://x", "{", "}", "'", '"', "\\", "\n", "=", ",", "#", "${X}", "é", "\x00", "2.14.2.post", "v2", "===", "~=2", "1!2", "file:///x"]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    name = draw(st.sampled_from(sorted(FILES)))
    text = FILES[name]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + draw(st.sampled_from(ODD) | st.text(max_size=6)) + text[end:]
    return name, text


@settings(max_examples=250, deadline=None)
@given(mutated())
def test_no_text_ends_a_run(case: tuple[str, str]) -> None:
    name, text = case
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        files = RequirementFiles(root, [name])
        made: Installation = nearest([""], files)
        assert isinstance(connexion_of(made).spoken, str)
        check_versions(Requirements(None, made.declared, frozenset({"flask"}), 3))
        check_versions(Requirements(None, files.declared, frozenset({"uvicorn", "swagger-ui"})))


@settings(max_examples=40, deadline=None)
@given(mutated())
def test_no_dockerfile_ends_a_run(case: tuple[str, str]) -> None:
    name, text = case
    if name != "Dockerfile" or "\x00" in text:
        return
    with tempfile.TemporaryDirectory() as folder:
        for _, made in starts(
            written(Path(folder), {"Dockerfile": text.encode("utf-8", "replace").decode()})
        ):
            check_versions(Requirements(None, made.declared))


@given(st.text(alphabet="0123456789.*^~<>=!|, vx-+abc", max_size=14))
def test_specifiers(text: str) -> None:
    said = poetry_specifier(text)
    assert said is None or isinstance(Range(said).contains("2.14.2"), bool)
    repaired(f"connexion{text}")
    python_marker(text)


@pytest.mark.parametrize(
    ("text", "lets_in", "keeps_out"),
    [("^2.14 || ^3", ["2.14.2", "3.1.0"], ["2.13.0", "4.0"]), ("==2.14.*", ["2.14.2"], ["2.15.1"]), ("nonsense", ["1", "9"], [])],
)  # fmt: skip
def test_ranges(text: str, lets_in: list[str], keeps_out: list[str]) -> None:
    known = Range(poetry_specifier(text) or text)
    assert all(known.contains(one) for one in lets_in)
    assert not any(known.contains(one) for one in keeps_out)
