"""The text report where it is no list of findings: the plan of an upgrade, the table of a bare target."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import click
import pytest

from connexion_doctor.facts import redaction
from connexion_doctor.model import Applicability, Edit, Fix, Location, Origin, Severity, Treatment, Verdict
from connexion_doctor.model.words import NOT_RUN
from connexion_doctor.reporters import html, markdown, text
from tests.cli.test_terminal import understood
from tests.reporters.made import finding, judgement, report
from tests.running import ROOT, doctor, environ, project, target

OLD = """import connexion
from connexion.decorators.produces import NoContent

app = connexion.FlaskApp(__name__, options={})
"""


@pytest.mark.parametrize("columns", ["60", "100"])
def test_the_plan_of_an_upgrade_comes_first_and_its_commands_last(columns: str, tmp_path: Path) -> None:
    requirements, procfile = "connexion<3\ngunicorn\n", "web: gunicorn app:app\n"
    folder = project(tmp_path, app__py=OLD, requirements__txt=requirements, Procfile=procfile)
    words = ("--python", str(target("c2new").python), "--no-import", "--target-version", "3")
    said = doctor(*words, cwd=folder, env=environ(COLUMNS=columns)).stdout
    steps = re.findall(r"^Step (\d) of (\d): ([\w ]+) \(", said, re.MULTILINE)
    assert steps == [
        ("1", "4", "Requirements"),
        ("2", "4", "Imports"),
        ("3", "4", "The app and its APIs"),
        ("4", "4", "Servers"),
    ]
    assert "(1 place, automatic)" in said
    assert said.index("places to change") < said.index("Step 1") < said.index("Today, on Connexion 2.14.2:")
    assert said.index("app.py:2  CXD401") > said.index("Step 2")
    assert said.index("Today, on") < said.index("gunicorn app:app  (Procfile:1)") < said.index("\nNext\n")
    assert said.count("CXD401  ") == 1, "nothing is said twice"
    last = said[said.index("\nNext\n") :]
    commands = re.findall(r"^  (connexion-doctor[^#\n]*|pip [^#\n]*)", last, re.MULTILINE)
    assert [shlex.split(one)[:2] for one in commands if one.startswith("pip")] == [["pip", "install"]]
    for one in commands:
        if one.startswith("connexion-doctor"):
            understood(shlex.split(one)[1:])
    assert "upgrade" in commands[-1]
    assert "judges the starts on Connexion 3" in last
    fixed = doctor(*words, "--fix", "--unsafe-fixes", cwd=folder, env=environ(COLUMNS=columns)).stdout
    after = " ".join(fixed[fixed.index("\nNext\n") :].split())
    assert "judges the starts once what the files ask for is installed" in after


def test_a_bare_target_is_a_table() -> None:
    words = ("--python", str(target("c3new").python), "--chdir", str(ROOT / "sample_projects/sync_worker"))
    said = doctor(*words, "app:app", cwd=ROOT, env=environ(COLUMNS="100")).stdout.splitlines()
    head = next(at for at, line in enumerate(said) if line.startswith("  start command"))
    column = said[head].index("verdict")
    table = said[head + 1 : said.index("", head)]
    rows = [line for line in table if line[column:].startswith(("serves", "fails"))]
    assert "  recommended; " in rows[0]
    verdicts = [line[column:].split()[0] for line in rows]
    assert verdicts == sorted(verdicts, reverse=True)
    assert set(verdicts) == {"serves", "fails"}
    narrow = doctor(*words, "app:app", cwd=ROOT, env=environ(COLUMNS="60")).stdout
    assert max(map(len, narrow.split("app:app under")[1].splitlines())) <= 60
    assert len(narrow.splitlines()) < 45


def test_what_is_worth_knowing_is_one_line_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    one = finding("CXD212", severity=Severity.INFO, message=f"`app` {'is worth knowing ' * 4}.")
    said = text.render(report(one))
    assert "\N{SYMBOL FOR ESCAPE}" not in said
    first, second = click.unstyle(said).split("\n\n")[1].splitlines()
    assert first.startswith("info CXD212 `app` is worth")
    assert max(len(first), len(second)) <= 60


def test_starts_with_one_reason_say_it_once() -> None:
    one, other = judgement("gunicorn one:app"), judgement("gunicorn two:app")
    different = replace(judgement("gunicorn three:app"), reason="another")
    said = click.unstyle(text.render(report(judgements=(one, other, different))))
    assert "FAILS    gunicorn one:app\nFAILS    gunicorn two:app\n         why\n\nFAILS" in said
    assert said.count("why") == 1


@pytest.mark.parametrize("columns", ["80", "100"])
def test_the_sample_of_the_readme_fits_on_a_screen(columns: str) -> None:
    folder = ROOT / "sample_projects/sync_worker"
    done = doctor("--python", str(target("c3new").python), cwd=folder, env=environ(COLUMNS=columns))
    _, body = done.stdout.split("\n\n", 1)  # the line about the environment is as long as its path
    assert len(body.splitlines()) + 2 <= 40
    assert done.stdout.splitlines()[-1].endswith("connexion-doctor --fix cures it (--diff shows it).")


@pytest.mark.parametrize("columns", range(40, 90, 5))
def test_the_command_that_cures_is_not_broken(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    edits = (Edit(Location("Procfile", 1, 15, 1, 15), "-k asgi "),)
    fault = finding(message="why", launch="web", fixes=(Fix("Do it.", edits=edits, recommended=True),))
    start = judgement(path="Procfile", line=1)
    said = text.render(report(fault, judgements=(start,), Procfile="web: gunicorn app:app\n"))
    last = click.unstyle(said).partition("1 start fails.")[2]
    assert "connexion-doctor --chdir /p --fix" in last
    assert max(map(len, last.splitlines())) <= columns


@pytest.mark.parametrize("where", ["named", "saved"])
def test_no_command_is_said_to_cure_what_it_does_not_read(where: str) -> None:
    edits = (Edit(Location("requirements.txt", 1, 1, 1, 1), "uvicorn-worker\n"),)
    fault = finding(message="why", launch="web", fixes=(Fix("Do it.", edits=edits, recommended=True),))
    start = judgement(path="Procfile", line=1)
    if where == "named":
        start = replace(start, launch=replace(start.launch, origin=Origin("command-line")))
    made = report(fault, judgements=(start,), requirements__txt="connexion\n")
    made = replace(made, root=redaction.ROOT) if where == "saved" else made
    assert "--fix" not in text.render(made)


def test_a_treatment_stands_once_with_its_start() -> None:
    edits = (Edit(Location("Procfile", 1, 15, 1, 15), "-k asgi "),)
    cure = Treatment(
        "Do both.", Applicability.SAFE, Verdict.SERVES, "", edits=edits, cures=("CXD101", "CXD105")
    )
    fixes = (
        Fix("Do both.", edits=edits, recommended=True),
        Fix("Use another server.", command="uvicorn app:app"),
    )
    start = replace(judgement(path="Procfile", line=1), treatment=cure)
    found = (
        finding(message="why", launch="web", fixes=fixes),
        finding("CXD105", launch="web", fixes=fixes),
        finding("CXD511", "requirements.txt", launch="web", fixes=(Fix("Ask for it.", recommended=True),)),
    )
    made = report(*found, judgements=(start,), Procfile="web: gunicorn app:app\n")
    said = click.unstyle(text.render(made))
    assert said.count("Do both.") == 1
    assert said.count("Use another server.") == 1
    assert said.index("FAILS") < said.index("fix (recommended): Do both.") < said.index("error CXD101")
    assert "+ web: gunicorn -k asgi app:app" in said
    assert "Ask for it." in said.partition("CXD511")[2]
    assert "\n\n\n" not in said
    whole = click.unstyle(text.render(made, "verbose"))
    assert whole.count("Use another server.") == whole.count("uvicorn app:app") == 1


def test_a_lifespan_handler_that_was_not_run_is_told_with_a_treatment() -> None:
    reason = f"Responds to a test request (404); {NOT_RUN}: it serves if that starts (--lifespan runs it)."
    cure = Treatment("Do it.", Applicability.SAFE, Verdict.SERVES, reason, command="uvicorn app:app")
    start = replace(judgement(path="Procfile", line=1), treatment=cure)
    said = " ".join(click.unstyle(text.render(report(judgements=(start,)))).split())
    assert "fix (recommended): Do it." in said
    assert f"{NOT_RUN}: it serves if that starts" in said


@pytest.mark.parametrize("predicted", list(Verdict))
def test_every_format_calls_a_treatment_recommended_where_the_app_serves_then(predicted: Verdict) -> None:
    cure = Treatment(
        "Do it.", Applicability.SAFE, predicted, "Its files do not tell.", command="uvicorn app:app",
        cures=("CXD101",), left=("Make a table.",),
    )  # fmt: skip
    start = replace(judgement(path="Procfile", line=1), treatment=cure)
    fixes = (
        Fix("Do it.", recommended=True, command="uvicorn app:app"),
        Fix("Do that.", command="daphne a:b"),
    )
    made = report(finding(message="why", launch="web", fixes=fixes), judgements=(start,))
    for render in (text.render, markdown.render, html.render):
        said = click.unstyle(render(made))
        assert ("ecommended" in said) == (predicted is Verdict.SERVES and render is not html.render)
        assert ("is open: Its files do not tell" in said) == (
            predicted is Verdict.UNKNOWN and render is not html.render
        )
        assert ("then, by hand: Its files do not tell" in said) == (
            predicted is Verdict.FAILS and render is not html.render
        )
        assert "Make a table." in said
        assert "Do that." in said


def test_starts_with_one_treatment_have_it_once() -> None:
    cure = Treatment("Do it.", Applicability.SAFE, Verdict.SERVES, "", command="uvicorn app:app")
    starts = [replace(judgement(path="Procfile", line=line), treatment=cure) for line in (1, 2)]
    other = replace(judgement(path="Procfile", line=3), treatment=replace(cure, title="Do that."))
    said = click.unstyle(text.render(report(judgements=(*starts, other))))
    assert said.count("Do it.") == said.count("Do that.") == 1
    assert "for Procfile:1, Procfile:2:" in said
    assert "for Procfile:3:" in said
