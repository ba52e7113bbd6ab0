"""The version rules: every page's example, what each rule finds, and what none may find."""

# ruff: noqa: E501  (a row is a file in one line)

from __future__ import annotations

import re

import pytest

from connexion_doctor.model import Severity
from connexion_doctor.rules.versions import check_versions
from tests.rules.migration.project import apply
from tests.rules.versions.helpers import PAGES, codes, found, noop, subject, transformed

USES = {"CXD506": "validate-responses", "CXD510": "flask", "CXD511": "uvicorn", "CXD512": "swagger-ui",
        "CXD514": "reload", "CXD534": "flask swagger-ui", "CXD539": "flask"}  # fmt: skip
BY_HAND = {"CXD530", "CXD531", "CXD532", "CXD533"}


@pytest.mark.parametrize("code", sorted(set(PAGES) - BY_HAND))
def test_the_example_of_the_page(code: str) -> None:
    sections = PAGES[code].sections
    options = {"uses": USES.get(code, ""), "target": 3 if code == "CXD534" else None}
    before = sections["Before"] + "\n"
    after = sections["After"] + "\n"
    finding = found(code, before, **options)
    assert code not in codes(after, **options)
    wanted = next(fix for fix in finding.fixes if fix.recommended)
    if wanted.edits:
        transformed(before, after, code, **options)


@pytest.mark.parametrize(
    ("code", "installed"),
    [
        ("CXD501", "connexion==2.14.2 flask==3.1.3"),
        ("CXD501", "connexion==2.14.1 flask==2.3.3"),
        ("CXD502", "connexion==2.14.2 flask==2.2.5 werkzeug==3.1.9"),
        ("CXD502", "connexion==2.14.2 flask==2.2.3 werkzeug==3.0.6"),
        ("CXD503", "connexion==2.15.0"),
        ("CXD504", "connexion==3.1.0 starlette==1.10.0 swagger-ui-bundle==1.1.0"),
        ("CXD505", "connexion==3.0.2 starlette==0.34.0"),
        ("CXD520", "uvicorn-worker==0.3.0 uvicorn==0.54.0"),
        ("CXD521", "gunicorn==24.1.0 uvicorn==0.54.0"),
        ("CXD522", "gunicorn==23.0.0 uvicorn==0.31.0"),
        ("CXD523", "a2wsgi==1.10.3"),
        ("CXD524", "gunicorn==20.1.0"),
    ],
)
def test_installed(code: str, installed: str) -> None:
    assert codes("", installed) == [code]


@pytest.mark.parametrize(
    "installed",
    [
        "connexion==3.3.0 flask==3.1.3 werkzeug==3.1.9 starlette==1.10.0 "
        "swagger-ui-bundle==1.1.0 a2wsgi==1.10.10 "
        "uvicorn==0.54.0 uvicorn-worker==0.4.0 gunicorn==27.0.1 httpx==0.28.1",
        "connexion==2.14.2 flask==2.2.5 werkzeug==2.2.3 gunicorn==23.0.0 uvicorn==0.54.0",
        "connexion==2.15.1 flask==3.1.3 werkzeug==3.1.9 packaging==26.3 gunicorn==27.0.1",
        "connexion==2.14.2 flask==2.2.5 werkzeug==2.3.8",
        "connexion==3.1.0 starlette==0.52.1 swagger-ui-bundle==1.1.0",
        "connexion==3.1.0 starlette==1.10.0",
        "connexion==3.0.2 starlette==0.35.0",
        "connexion==2.15.0 packaging==26.3 flask==3.1.3",
        "connexion==3.1.0 starlette==0.52.1 multipart==1.2.1 python-multipart==0.0.12",
        "connexion==3.1.0 starlette==0.37.2 httpx==0.28.1",
        "gunicorn==24.1.0 uvicorn==0.30.6",
    ],
)
def test_what_works_is_not_reported(installed: str) -> None:
    noop("", installed, uses="flask uvicorn swagger-ui" if "3.3.0" in installed else "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("connexion==2.14.1\n", ["CXD501"]),
        ("connexion==2.14.1\nflask<2.3\n", []),
        ("connexion==2.14.1\nwerkzeug==2.2.3\n", []),
        ("connexion==2.14.1\nflask-sqlalchemy==2.5\n", []),  # which may hold Flask
        ("connexion==2.14.2\n", []),  # it holds Flask itself
        ("connexion[swagger-ui]==3.1.0\n", ["CXD504"]),
        ("connexion[swagger-ui]==3.1.0\nstarlette<1\n", []),
        ("connexion[swagger-ui]==3.1.0\nfastapi\n", []),  # which may hold Starlette
        ("connexion[swagger-ui]==3.0.5\n", []),  # it holds Starlette itself
        ("connexion==3.1.0\n", []),
        ("connexion==2.15.0\ngunicorn==23.0.0\n", []),  # which brings packaging
    ],
)
def test_what_a_fresh_installation_takes(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_a_python_or_a_lock_file_that_holds_a_package() -> None:
    pin = {"requirements.txt": "connexion[swagger-ui]==3.1.0\n"}
    noop(pin | {"Dockerfile": "FROM python:3.9\n"})  # Starlette 1 needs Python 3.10
    assert codes(pin | {"Dockerfile": "FROM python:3.12\n"}) == ["CXD504"]
    lock = '[[package]]\nname = "connexion"\nversion = "3.1.0"\n'
    lock += '[[package]]\nname = "starlette"\nversion = "0.52.1"\n'
    noop(pin | {"uv.lock": lock})


def test_the_cure_depends_on_the_python() -> None:
    old = {"requirements.txt": "connexion==2.14.2\nflask==2.3.3\n", "Dockerfile": "FROM python:3.8\n"}
    recommended = [fix for fix in found("CXD501", old).fixes if fix.recommended]
    assert [fix.install for fix in recommended] == [("flask==2.2.5",)]


def test_severities_that_depend() -> None:
    pin = "connexion==3.2.0\n"
    assert found("CXD506", pin, uses="validate-responses").severity is Severity.WARNING
    assert found("CXD506", pin, uses="validate-responses references").severity is Severity.ERROR
    client = "connexion==2.14.2 flask==2.2.5 werkzeug==3.1.9"
    assert found("CXD502", "", client).severity is Severity.WARNING


@pytest.mark.parametrize(
    ("pins", "uses", "raised"),
    [
        ("flask==1.1.4 werkzeug==2.3.8", "flask", "flask==2.3.3"),
        ("flask==1.1.4", "", ""),  # Connexion 3 without its extra does not care
        ("flask", "flask", ""),
        ("requests==2.22.0 jinja2==2.11.3 pyyaml==5.4", "", "requests==2.31.0 jinja2==3.1.6"),
        ("swagger-ui-bundle==0.0.9", "swagger-ui", "swagger-ui-bundle==1.1.0"),
        ("markupsafe==2.0.1 idna<2.8", "", "markupsafe==2.1.5 idna>=2.8"),
        ("click==8.0.4 itsdangerous==2.0.1", "flask", ""),  # Flask 2.2 takes them
        (  # and the release of Flask that a pin becomes does not
            "click==8.0.4 flask==2.0.3 itsdangerous==2.0.1 werkzeug==2.2.3",
            "flask",
            "flask==2.3.3 click==8.1.3 itsdangerous==2.1.2 werkzeug==2.3.8",
        ),
    ],
)
def test_held_below_what_three_needs(pins: str, uses: str, raised: str) -> None:
    text = "connexion==2.7.0\n" + pins.replace(" ", "\n") + "\n"
    assert "CXD535" not in codes(text)
    findings = check_versions(subject(text, target=3, uses=uses))
    made = {one.fixes[0].edits[0].replacement for one in findings if one.code == "CXD535"}
    assert made == set(raised.split())


@pytest.mark.parametrize("pins", ["connexion==2.14.1 flask==2.3.3", "connexion==3.3.0 flask==3.1.3"])
def test_versions_that_an_index_gave_have_no_python(pins: str) -> None:
    files = {
        "requirements.txt": pins.replace(" ", " ; python_version > '3'\n") + "\n",
        "Dockerfile": "FROM python:3.6\n",
    }
    check_versions(subject(files, pins, python="", uses="flask"))


def test_lines_of_one_file_are_one_finding() -> None:
    text = "connexion>=2.6.0\nconnexion[swagger-ui]>=2.6.0\n"
    fix = found("CXD530", text, target=3, uses="flask").fixes[0]
    assert [edit.replacement for edit in fix.edits] == [
        "connexion[flask]>=3.3,<4",
        "connexion[swagger-ui]>=3.3,<4",
    ]
    findings = check_versions(subject(text.replace(">=2.6.0", "==2.6.0"), target=3, uses="flask"))
    assert [one.code for one in findings if one.code == "CXD534"] == ["CXD534"]


def test_a_pin_stays_a_pin() -> None:
    """Each file in its own manner; the pin is the installed release, where that will do."""
    files = {
        "requirements.txt": "gunicorn==21.2.0 ; python_version > '3.8'\n",
        "setup.cfg": "[options]\ninstall_requires =\n    gunicorn>=20,<22\n",
    }
    fix = found("CXD524", files).fixes[0]
    assert (fix.install, fix.title) == (("gunicorn==23.0.0",), "Install `gunicorn==23.0.0`.")
    assert {edit.location.path: edit.replacement for edit in fix.edits} == {
        "requirements.txt": "gunicorn==23.0.0; python_version > '3.8'", "setup.cfg": "gunicorn>=23",
    }  # fmt: skip
    text = "connexion[flask]>=3.3,<4\nflask==1.1.4\n"
    installed = found("CXD535", text, "connexion==3.3.0 flask==3.1.2").fixes[0]
    assert installed.edits[0].replacement == "flask==3.1.2"
    assert found("CXD524", "gunicorn>=20,<22\n", "gunicorn==21.2.0").fixes[0].install == ("gunicorn>=23",)


def test_unpinned() -> None:
    transformed(
        "connexion\n",
        "connexion>=3.3,<4\n",
        "CXD530",
        installed="connexion==3.3.0 flask==3.1.3 a2wsgi==1.10.10",
    )
    assert not any(fix.recommended for fix in found("CXD530", "connexion>=2.5\n").fixes)
    noop("connexion>=3\n")
    noop("connexion<3\n")
    noop(
        {"requirements.in": "connexion\n", "requirements.txt": "connexion==2.14.2\n"}
        | {"constraints.txt": "connexion<3\n"}
    )
    noop(
        {
            "pyproject.toml": '[project]\ndependencies=["connexion"]\n',
            "uv.lock": '[[package]]\nname="connexion"\nversion="3.3.0"\n',
        }
    )


def test_files_disagree() -> None:
    files = {
        "requirements.txt": "connexion==2.14.2\n",
        "setup.cfg": "[options]\ninstall_requires = connexion>=3\n",
    }
    assert found("CXD531", files).severity is Severity.ERROR
    files = {
        "requirements.txt": "gunicorn==23.0.0\n",
        "Dockerfile": "FROM python:3.12\nRUN pip install gunicorn==22.0.0\n",
    }
    assert found("CXD531", files).severity is Severity.WARNING


def test_files_that_agree() -> None:
    noop(
        {
            "requirements.txt": "connexion>=2.14,<3\n",
            "setup.cfg": "[options]\ninstall_requires = connexion<2.16\n",
        }
    )
    noop({"requirements.txt": "uvicorn~=0.30\n", "constraints.txt": "uvicorn==0.34.0\n"})
    noop({"a/requirements.txt": "connexion==2.14.2\n", "b/requirements.txt": "connexion==3.3.0\n"})


@pytest.mark.parametrize(
    ("files", "severities"),
    [
        # A lock file beside its own manifest agrees, or it is stale.
        ({"pyproject.toml": '[project]\ndependencies = ["connexion<3"]\n',
          "uv.lock": '[[package]]\nname = "connexion"\nversion = "2.15.1"\n'}, []),
        ({"pyproject.toml": '[project]\ndependencies = ["connexion>=3,<4"]\n',
          "uv.lock": '[[package]]\nname = "connexion"\nversion = "2.15.1"\n'}, ["warning"]),
        ({"Pipfile": '[packages]\nconnexion = ">=3"\n',
          "Pipfile.lock": '{"default": {"connexion": {"version": "==2.14.2"}}}'}, ["warning"]),
        # Groups of tools are not what runs.
        ({"requirements.txt": "connexion==3.3.0\n", "requirements-dev.txt": "connexion==2.14.2\n"}, []),
        ({"pyproject.toml": '[project]\ndependencies = ["connexion>=3,<4"]\n[dependency-groups]\nold = ["connexion<3"]\n'}, []),
        # Services of one repository have each its own.
        ({"a/requirements.txt": "gunicorn==23.0.0\n", "b/Dockerfile": "FROM python\nRUN pip install gunicorn==22.0.0\n"}, []),
        # Markers for different Pythons, and for different systems.
        ({"requirements.txt": "gunicorn==23.0.0; python_version < '3.10'\n",
          "constraints.txt": "gunicorn==27.0.1; python_version >= '3.10'\n"}, []),
        ({"requirements.txt": "connexion==3.3.0\n", "constraints.txt": "connexion==2.14.2\n"}, ["error"]),
        ({"requirements.txt": "connexion==3.3.0\n", "Dockerfile": "FROM python\nRUN pip install 'connexion<3'\n"}, ["error"]),
    ],
)  # fmt: skip
def test_which_files_disagree(files: dict[str, str], severities: list[str]) -> None:
    findings = [f for f in check_versions(subject(files)) if f.code == "CXD531"]
    assert [f.severity.value for f in findings] == severities


def test_markers_that_exclude_each_other_are_no_conflict() -> None:
    noop('connexion==2.14.2 ; python_version < "3.9"\nconnexion==3.3.0 ; python_version >= "3.9"\n')
    noop('gunicorn==23.0.0 ; sys_platform != "win32"\ngunicorn==22.0.0 ; sys_platform == "win32"\n')
    assert "CXD531" in codes(
        'connexion==2.14.2 ; python_version < "3.9"\nconnexion==3.3.0 ; python_version >= "3.8"\n'
    )


def test_installed_is_not_what_is_asked_for() -> None:
    assert codes("connexion>=2.14,<3\n", "connexion==3.3.0") == ["CXD532"]
    noop('connexion<3 ; python_version < "3.9"\n', "connexion==3.3.0")


def test_what_an_upgrade_leaves_behind_is_not_found_fault_with() -> None:
    """The environment of today has it, and the files ask for another already."""
    today = "connexion==2.14.2 gunicorn==20.1.0"
    assert "CXD524" not in codes("connexion==3.3.0\ngunicorn==23.0.0\n", today, target=3)
    assert "CXD524" in codes("connexion==3.3.0\ngunicorn==20.1.0\n", today, target=3)
    assert "CXD524" in codes("connexion==2.14.2\ngunicorn==23.0.0\n", today)


def test_an_extension_that_is_used() -> None:
    asked = "connexion[flask]==3.3.0\nflask-cors\nflask-testing\n"
    assert codes(asked, uses="flask flask_cors flask_testing") == []
    assert codes(asked, uses="flask flask_cors") == ["CXD539"]
    assert codes(asked) == []
    assert codes("connexion==2.14.2\nflask-cors\n", uses="flask") == []


def test_python() -> None:
    files = {"requirements.txt": "connexion==3.3.0\n", "Dockerfile": "FROM python:3.7-slim\n"}
    assert codes(files) == ["CXD533"]
    noop(files | {"Dockerfile": "FROM python:3.12\n"})


RANGES = {
    "connexion>=3.3,<4": True, "connexion~=3.2": True, "connexion>=3,<3.1": True, "connexion>=2.6": False,
    "connexion<3": False, "gunicorn>=25.1": True, "gunicorn>=20": False,
}  # fmt: skip


@pytest.mark.parametrize("asked", RANGES)
def test_a_range_that_needs_a_newer_python(asked: str) -> None:
    files = {"requirements.txt": f"{asked}\n", "Dockerfile": "FROM python:3.7\n"}
    assert ("CXD533" in codes(files)) == RANGES[asked]


def test_who_moves_to_connexion_3_takes_a_python_for_it() -> None:
    files = {"requirements.txt": "connexion>=2.6\n", "Dockerfile": "FROM python:3.6-alpine\n"}
    assert "CXD533" in codes(files, target=3)
    assert "CXD533" not in codes(files | {"Dockerfile": "FROM python:3.9\n"}, target=3)


TAGS = {
    "python:3.6-alpine": "python:3.11-alpine", "python:3.7.9": "python:3.11", "python:3.7": "python:3.11",
    "python:3.7-slim-buster": "python:3.11-slim", "python:3.6-alpine3.10": "python:3.11-alpine",
    "python:3.8.2-slim-bookworm": "python:3.11-slim-bookworm", "python:3.7-windowsservercore": None,
    "python:3.7@sha256:0f": None,
}  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_the_tag_of_the_image(tag: str) -> None:
    text = f"FROM registry.example.org/{tag} AS base\n"
    files = {"requirements.txt": "connexion==3.3.0\n", "Dockerfile": text}
    (fix,) = found("CXD533", files, "connexion==3.3.0", python="3.11.7").fixes
    made = TAGS[tag]
    assert (apply(text, fix.edits) if fix.edits else None) == (made and text.replace(tag, made))


def test_extras() -> None:
    assert found("CXD510", "connexion==3.3.0\n", "connexion==3.3.0", uses="flask").severity is Severity.ERROR
    by_chance = found(
        "CXD510", "connexion==3.3.0\n", "connexion==3.3.0 flask==3.1.3 a2wsgi==1.10.10", uses="flask"
    )
    assert by_chance.severity is Severity.WARNING
    noop("connexion==3.3.0\nflask\na2wsgi\n", uses="flask")
    noop("connexion==2.14.2\n", uses="flask uvicorn swagger-ui")
    assert found("CXD511", "connexion[flask]==3.3.0\ngunicorn\n", uses="uvicorn").severity is Severity.WARNING


def test_an_extra_of_connexion_3_is_not_asked_of_connexion_2() -> None:
    """What the files hold below 3 is another rule's, whatever happens to be installed."""
    installed = "connexion==3.3.0"
    assert codes("connexion>=2.14.2,<3\n", installed, uses="flask uvicorn") == ["CXD532"]


def test_what_else_stands_in_a_requirement_stays_as_it_was_written() -> None:
    (fix,) = found(
        "CXD510", "connexion[swagger-ui] >=3.1, <4  ; python_version > '3.8'\n", uses="flask"
    ).fixes
    assert [edit.replacement for edit in fix.edits] == [
        "connexion[flask,swagger-ui] >=3.1, <4  ; python_version > '3.8'"
    ]


def test_findings_of_one_requirement_share_an_edit() -> None:
    edits = {
        fix.edits
        for finding in check_versions(subject("connexion\n", uses="flask uvicorn", target=3))
        for fix in finding.fixes
        if fix.recommended
    }
    assert len(edits) == 1
    assert next(iter(edits))[0].replacement == "connexion[flask,uvicorn]>=3.3,<4"


def test_major() -> None:
    assert subject("connexion>=3\n").connexion_major() == 3
    assert subject("connexion<3\n").connexion_major() == 2
    assert subject("connexion>=3\n", "connexion==2.14.2").connexion_major() == 2
    assert subject("connexion\n").connexion_major() == 3
    assert subject("flask\n").connexion_major() == 3, "nothing asks for it: a fresh installation takes 3"


def test_pages_are_whole() -> None:
    for rule in PAGES.values():
        assert set(rule.sections) >= {"What happens", "Why", "Fix", "Before", "After", "Sources"}, rule.code
        assert re.fullmatch(r"CXD5\d\d", rule.code)


def test_connexion_1_stands_on_another_validator() -> None:
    assert "newer Werkzeug" in found("CXD509", "connexion==1.5.3\n").message
    assert "CXD509" not in codes("connexion==1.5.3\nwerkzeug==0.16.1\n")
    assert "CXD509" not in codes("connexion==1.5.3\n", target=3), "another is asked for then"


def test_the_environment_of_an_upgrade_is_not_held_against_the_pins_of_today() -> None:
    upgraded = "connexion==3.3.0 flask==3.1.3 werkzeug==3.1.9 a2wsgi==1.10.10"
    assert {"CXD501", "CXD532"}.isdisjoint(codes("connexion==2.14.2\nflask==2.2.5\n", upgraded, target=3))
    assert "CXD532" in codes("connexion==2.14.2\n", upgraded)


def test_an_open_requirement_that_only_the_python_holds() -> None:
    """The image's Python takes 2 alone, until somebody raises it."""
    told = found("CXD530", {"Dockerfile": "FROM python:3.7\nRUN pip install connexion\n"})
    assert "only Python 3.7 (Dockerfile:1) keeps 3 (ASGI) out" in told.message
    assert told.fixes[0].title == "Ask for `connexion>=2.14.2,<3`."
