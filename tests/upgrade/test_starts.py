"""Which starts an upgrade is about, and what is said of those that cannot be had."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from connexion_doctor.commands.argv import read, words_of
from connexion_doctor.compare.run import Options
from connexion_doctor.compare.sides import NotCompared, Side
from connexion_doctor.launches.find import find
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.question import Question
from connexion_doctor.upgrade import starts
from connexion_doctor.verify.scratch import NotInstalled
from tests.environments import environment
from tests.running import environ

APP = """import connexion

app = connexion.FlaskApp(__name__)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "app.py").write_text(APP)
    (root / "Procfile").write_text("# the web\nweb: uvicorn app:app\n")
    return root


@pytest.mark.parametrize("start", [None, "Procfile:web", "uvicorn nowhere:app"])
def test_a_start_that_may_be_one_is_taken(project: Path, start: str | None) -> None:
    starts.refuse_unknown(start, [project])


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("Procfile:worker.x", None),
        (".", "'.' is neither a launch of {root} (there: Procfile:web) nor a command in quotes."),
        ("", "A start is a command in quotes"),
        ("uvicorn 'app", "cannot be read"),
    ],
)
def test_a_start_that_is_none_is_refused(project: Path, start: str, said: str | None) -> None:
    if said is None:  # of the same file, where a line was added above it
        starts.refuse_unknown(start, [project])
        return
    with pytest.raises(UsageError) as refused:
        starts.refuse_unknown(start, [project])
    assert said.format(root=project) in str(refused.value)


def test_a_launch_of_the_old_code_is_one_too(project: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    starts.refuse_unknown("Procfile:web", [bare, project])
    with pytest.raises(UsageError, match="there: none"):
        starts.refuse_unknown("Procfile:web", [bare])


def test_a_launch_is_found_by_its_file_where_its_line_moved(project: Path) -> None:
    (project / "run.sh").write_text("uvicorn app:app\n")
    launches = find(Question(directory=str(project)), project).launches
    (moved,) = starts.named(launches, "run.sh:7")
    assert moved.id == "run.sh:1"
    assert [one.id for one in starts.named(launches, "Procfile:web")] == ["Procfile:web"]
    assert starts.named(launches, "other.sh:1") == []


def side(project: Path, start: str | None) -> Side:
    return starts.side("before", project, start, str(environment("c3new").python), environ(), 60.0)


def test_a_project_without_a_start_has_no_side(project: Path) -> None:
    (project / "Procfile").unlink()  # that the app could be started is no start
    with pytest.raises(NotCompared, match="no start was found in .*: name the one to upgrade"):
        side(project, None)


def test_a_side_that_does_not_come_up_says_why_and_keeps_its_log(project: Path, tmp_path: Path) -> None:
    found = side(project, "uvicorn app:app")
    (project / "app.py").write_text("raise RuntimeError('not today')\n")
    log = tmp_path / "before.log"
    with pytest.raises(NotCompared, match="^uvicorn app:app does not come up: "):
        starts.booted(found, 60.0, log, Options())
    assert "RuntimeError: not today" in log.read_text()


def test_what_is_started_the_same_way_is_one(project: Path) -> None:
    found = side(project, "uvicorn app:app")
    again = replace(found, name="after")
    launch = replace(found.judgement.launch, command=read(words_of(("uvicorn", "--port=9", "app:app"))))
    other = replace(found, judgement=replace(found.judgement, launch=launch))
    assert starts.different([found, again, other]) == [found, other]


def test_a_treatment_that_cannot_be_tried_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fix installs cannot be had: the start stays as it is, and that is said."""

    def offline(*args: object, **named: object) -> None:
        raise NotInstalled("a2wsgi cannot be installed: no network")

    monkeypatch.setattr(starts, "treat", offline)
    (project / "Procfile").write_text("web: gunicorn -k sync app:app\n")
    python, around = str(environment("c3new").python), environ()
    found = starts.treated(project, None, python, around, 60.0, project.parent, lambda said: None)
    assert found.failed == ("Procfile:web was not treated: a2wsgi cannot be installed: no network",)
    assert (found.sides, found.changes, found.root) == ((), (), project)
