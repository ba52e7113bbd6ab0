"""One treatment a launch: all that it takes, held against the same judgement; what is left is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.checkup import treat
from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.model.question import Question
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
HANDS_ON = """

class HandsOn:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, *args):
        return self.inner(*args)


served = HandsOn(app)
"""
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
    "what hands on stays, where it was seen to": (
        {"app__py": APP + HANDS_ON},
        "gunicorn app:served",
        "serves",
        ["CXD302"],
        "gunicorn -k asgi app:served",
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

    text = SPECIFICATION.replace("app.hello", "app.nobody").replace("name: name,", "name: another,")
    done = diagnose("c3new", "--", "gunicorn", "app:app", cwd=project(tmp_path, openapi__yaml=text))
    (launch,) = done.report["launches"]
    assert launch["treatment"]["predicted"] == "fails"
    assert "app.nobody" in launch["treatment"]["left"][0]


@pytest.mark.parametrize("target", ["app:app", "ap:app"])
def test_what_a_later_fix_makes_needless_is_left_out(target: str, tmp_path: Path) -> None:
    """Waitress is not installed, and is not what the app is served by in the end."""
    start = f"web: waitress-serve {target}\n"
    folder = project(tmp_path, Procfile=start, requirements__txt="connexion[flask]>=3.3,<4\n")
    done = diagnose("c3wrapped", cwd=folder)
    (launch,) = done.report["launches"]
    treatment = launch["treatment"]
    assert (treatment["predicted"], treatment["install"]) == ("serves", [])
    assert {"CXD001", "CXD101"} <= {*treatment["cures"]}
    diagnose("c3wrapped", "--fix", cwd=folder)
    assert (folder / "requirements.txt").read_text("utf-8") == "connexion[flask]>=3.3,<4\nuvicorn\n"


@pytest.mark.parametrize("make", [APP, FACTORY], ids=["a module", "a factory"])
def test_what_an_extra_brings_is_taken_for_there(make: str, tmp_path: Path) -> None:
    """One cause, one finding, and a treatment that says that the app serves then."""
    target = "app:make()" if make is FACTORY else "app:app"
    folder = project(tmp_path, app__py=make)
    done = diagnose("c3noflask", "--", "gunicorn", "-k", "asgi", target, cwd=folder)
    (launch,) = done.report["launches"]
    assert done.codes == ["CXD013"]
    assert launch["treatment"]["predicted"] == "serves", launch["treatment"]


def test_where_the_better_way_is_by_hand_another_one_is_taken(tmp_path: Path) -> None:
    """`uvicorn.run` has no `listen`, and what it is made of is not written apart: waitress stays."""
    start = "\nif __name__ == '__main__':\n    import os\n    from waitress import serve\n\n"
    start += "    serve(app, listen=f\"127.0.0.1:{os.environ.get('PORT', '8000')}\")\n"
    folder = project(tmp_path, app__py=APP + start)
    done = diagnose("c3new", "--", "python", "app.py", cwd=folder)
    (launch,) = done.report["launches"]
    assert (launch["verdict"], launch["treatment"]["predicted"]) == ("fails", "serves")
    assert any("ASGIMiddleware" in edit["replacement"] for edit in launch["treatment"]["edits"])


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


@pytest.mark.parametrize("no_import", [False, True], ids=["loaded", "read"])
@pytest.mark.parametrize("behind", ["its size", "a link to the file itself", "a link out of the project"])
def test_the_file_that_a_treatment_is_tried_on_stays(behind: str, no_import: bool, tmp_path: Path) -> None:
    conf = 'wsgi_app = "app:app"\nworkers = 2\n'
    conf += f"# {'x' * 97}\n" * 12_000 if behind == "its size" else ""
    folder = project(tmp_path / "project", gunicorn__conf__py=conf)
    there = folder / "gunicorn.conf.py"
    if behind != "its size":
        there = folder / "real.py" if "itself" in behind else tmp_path / "elsewhere.py"
        (folder / "gunicorn.conf.py").rename(there)
        (folder / "gunicorn.conf.py").symlink_to(there)
    options = ["--no-import"] if no_import else []
    done = diagnose("c3new", *options, "--", "gunicorn", "-c", "gunicorn.conf.py", cwd=folder)
    (launch,) = done.report["launches"]
    assert launch["verdict"] == "fails"
    assert launch["treatment"] is not None
    assert there.read_text() == conf


def test_each_start_of_a_script_has_its_own_treatment(tmp_path: Path) -> None:
    script = 'serve() {\n  exec gunicorn app:app "$@"\n}\n'
    script += 'if [ -n "$MANY" ]; then serve --workers 8\nelse serve --threads 3\nfi\n'
    folder = project(tmp_path, start__sh=script)
    done = diagnose("c3new", cwd=folder)
    commands = {one["treatment"]["command"] for one in done.report["launches"]}
    assert {"--workers 8" in one for one in commands} == {True, False}, commands


def test_there_is_a_report_where_there_is_no_time_for_treatments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(treat, "SECONDS", 0)
    folder = project(tmp_path, Procfile="web: gunicorn app:app\n")
    report = run(Options(Question(directory=str(folder)), do_import=False))
    assert [one.treatment for one in report.judgements] == [None]
    assert any("0 of the 1 starts that fail were treated" in note for note in report.notes)
