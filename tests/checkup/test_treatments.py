"""One treatment a launch: all that it takes, held against the same judgement; what is left is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import APP, diagnose, project

FACTORY = """\
import connexion


def hello(name):
    return name


def make():
    app = connexion.FlaskApp(__name__)
    app.add_api("openapi.yaml")
    return app
"""
INNER = APP + "\napplication = app.app\n"
# files, command, what the treatment comes to, the rules it cures, the command after it
TREATED = {
    "a worker": ({}, "gunicorn app:app", "serves", ["CXD101"], "gunicorn -k "),
    "the next fault is behind the first": (
        {"app__py": INNER},
        "gunicorn app:app.app",
        "serves",
        ["CXD021", "CXD101"],
        "gunicorn -k ",
    ),
    "the inner app, on a WSGI worker": (
        {"app__py": INNER},
        "gunicorn -w 2 app:application",
        "serves",
        ["CXD105"],
        "gunicorn -w 2 ",
    ),
    "a factory and its worker": (
        {"app__py": FACTORY},
        "gunicorn app:make",
        "serves",
        ["CXD024"],
        "app:make()'",
    ),
    "a name that is not there": ({}, "gunicorn -k asgi app:server", "serves", ["CXD020"], "app:app"),
}  # fmt: skip


@pytest.mark.parametrize("case", TREATED)
def test_a_treatment_goes_on_until_it_serves(case: str, tmp_path: Path) -> None:
    files, command, predicted, cures, after = TREATED[case]
    folder = project(tmp_path, **files)
    done = diagnose("c3new", "--", *command.split(), cwd=folder)
    (launch,) = done.report["launches"]
    treatment = launch["treatment"]
    assert (launch["verdict"], treatment["predicted"]) == ("fails", predicted), treatment
    assert treatment["cures"] == cures
    assert after in treatment["command"]
    assert treatment["left"] == []
    again = diagnose("c3new", "--", *shell_words(treatment["command"]), cwd=folder)
    assert again.verdicts == ["serves"]


def shell_words(command: str) -> list[str]:
    import shlex

    return shlex.split(command)


def test_what_is_left_is_said(tmp_path: Path) -> None:
    """The worker is changed, and an operationId still leads nowhere."""
    from tests.running import SPECIFICATION

    folder = project(tmp_path, openapi__yaml=SPECIFICATION.replace("app.hello", "app.nobody"))
    done = diagnose("c3new", "--", "gunicorn", "app:app", cwd=folder)
    (launch,) = done.report["launches"]
    assert launch["treatment"]["predicted"] == "fails"
    assert "app.nobody" in launch["treatment"]["left"][0]


def test_edits_hold_nothing_but_what_changes(tmp_path: Path) -> None:
    folder = project(
        tmp_path, Procfile="web: TOKEN=hunter2aa gunicorn -k sync --env PASSWORD=hunter2bb app:app\n"
    )
    done = diagnose("c3new", cwd=folder)
    (launch,) = done.report["launches"]
    assert launch["treatment"]["predicted"] == "serves"
    assert "hunter2" not in done.stdout
    assert {edit["path"] for edit in launch["treatment"]["edits"]} == {"Procfile"}


def test_what_serves_needs_no_treatment(tmp_path: Path) -> None:
    done = diagnose("c3new", "--", "uvicorn", "app:app", cwd=project(tmp_path))
    assert [one["treatment"] for one in done.report["launches"]] == [None]
