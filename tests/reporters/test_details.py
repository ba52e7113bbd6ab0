"""What the formats do with texts that could break them, with places, and with fingerprints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click
import jsonschema
import pytest

from connexion_doctor.model import Applicability, Edit, Finding, Fix, Location, Severity, Suppressed
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.source import Source
from connexion_doctor.reporters import (
    FORMATS,
    delivery,
    github,
    gitlab,
    junit,
    markdown,
    renderer,
    sarif,
    terminal,
    text,
    wording,
)
from connexion_doctor.reporters import json as json_format
from connexion_doctor.screening.places import fingerprints, repository_path
from tests.reporters.made import NASTY, finding, judgement, nasty, report
from tests.reporters.test_formats import GITLAB, SARIF, validator


def test_nasty_texts_are_valid_everywhere() -> None:
    validator(SARIF).validate(sarif.document(nasty()))
    jsonschema.Draft202012Validator(GITLAB).validate(gitlab.document(nasty()))
    json.loads(json_format.render(nasty()))
    assert len(github.render(nasty()).splitlines()) == 3


def test_nasty_texts_pass_through_markdown_whole() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    tokens = markdown_it.MarkdownIt("commonmark").enable("table").parse(markdown.render(nasty()))
    cells = [tokens[index + 1] for index, token in enumerate(tokens) if token.type == "td_open"]
    last = "".join(child.content for child in cells[-1].children)
    # CommonMark itself replaces NUL.
    assert last == " ".join(NASTY.replace("\x00", "\N{REPLACEMENT CHARACTER}").split())


def test_nasty_texts_are_xml() -> None:
    junitparser = pytest.importorskip("junitparser")
    (suite,) = list(junitparser.JUnitXml.fromstring(junit.render(nasty())))
    assert suite.tests == 3


def test_what_others_wrote_does_not_steer_the_terminal() -> None:
    steering = "a\x1b]0;title\x07 \x1b[2J\u202e b\x9b31m c\r\nd"
    place = Location("P\x1b[1mx", 1, 3, 1, 5)
    fix = Fix(
        steering, Applicability.SAFE, True, (steering,), (Edit(place, "\x1b[3m"),), steering, (steering,)
    )
    one = Finding("CXD101", "x", Severity.ERROR, steering, (steering,), "web", place, None, (fix,))
    made = report(one, judgements=(judgement("gunicorn \x1b[31m:app"),))
    made = replace(made, sources={place.path: Source(place.path, "w: \x1b[31mline\n")})
    for detail in ("quiet", "normal", "verbose"):
        said = click.unstyle(text.render(made, detail))
        assert not terminal.CONTROL.search(said), repr(said)
        assert "line" in said or detail == "quiet"


def test_the_caret_stands_below_wide_characters() -> None:
    line = "web: 漢字😀é e\u0301 gunicorn x\n"
    start = line.index("gunicorn") + 1
    one = replace(finding(), location=Location("Procfile", 1, start, 1, start + 8))
    lines = text.render(report(one, Procfile=line)).splitlines()
    (index,) = [index for index, said in enumerate(lines) if "gunicorn" in said]
    caret = click.unstyle(lines[index + 1])
    assert len(caret) - len(caret.lstrip()) == terminal.columns(
        lines[index][: lines[index].index("gunicorn")]
    )
    assert caret.strip() == "^" * 8


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_report_is_whole(name: str) -> None:
    assert renderer(name)(report())


def test_fingerprints_survive_moved_lines() -> None:
    first = report(finding(line=1), Procfile="web: gunicorn app:app\n")
    moved = report(finding(line=3), Procfile="# new\n\nweb:   gunicorn app:app\n")
    changed = report(finding(line=1), Procfile="web: gunicorn other:app\n")
    assert fingerprints(first.findings, first) == fingerprints(moved.findings, moved)
    assert fingerprints(first.findings, first) != fingerprints(changed.findings, changed)


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    twice = report(finding(), finding(), Procfile="web: gunicorn app:app\n")
    assert len(set(fingerprints(twice.findings, twice))) == 2


CHECKOUTS: list[tuple[str, dict[str, str], str]] = [
    ("app.py", {}, "app.py"),
    ("app.py", {"GITHUB_WORKSPACE": "/w"}, "shop/app.py"),
    ("../Procfile", {"CI_PROJECT_DIR": "/w"}, "Procfile"),
    ("app.py", {"GITHUB_WORKSPACE": "/elsewhere"}, "app.py"),
    ("/etc/x.conf", {"GITHUB_WORKSPACE": "/w"}, "/etc/x.conf"),
]


@pytest.mark.parametrize(("path", "environ", "expected"), CHECKOUTS)
def test_paths_are_those_of_the_checkout(path: str, environ: Mapping[str, str], expected: str) -> None:
    assert repository_path(path, "/w/shop", environ) == expected


def test_a_finding_without_a_place_is_put_at_the_line_of_its_launch() -> None:
    made = report(
        finding(path=None, launch="web"),
        judgements=(judgement(path="Procfile", line=2),),
        Procfile="\nweb: x\n",
    )
    place = sarif.document(made)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("Procfile", 2)
    assert gitlab.document(made)[0]["location"] == {"path": "Procfile", "lines": {"begin": 2, "end": 2}}
    assert "file=Procfile,line=2" in github.render(made)


def test_quiet_text_is_a_line_a_finding() -> None:
    made = report(finding(), finding(path=None, launch="web"), judgements=(judgement(),))
    lines = text.render(made, "quiet").splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Procfile:1:1: ")
    assert lines[1].startswith("gunicorn app:app: ")
    assert text.render(report(), "quiet") == ""


def test_the_end_leads_to_the_worst_and_can_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    made = report(finding("CXD062", severity=Severity.WARNING), finding("CXD101"), finding("CXD001"))
    made = replace(made, suppressed=(Suppressed(finding(), "comment"), Suppressed(finding(), "baseline")))
    for columns in ("40", "88"):
        monkeypatch.setenv("COLUMNS", columns)
        assert text.render(made).splitlines()[-2].endswith("more: connexion-doctor explain CXD101")


def test_what_is_kept_quiet_is_no_failed_test() -> None:
    junitparser = pytest.importorskip("junitparser")
    one = finding(launch="web")
    quiet = replace(report(judgements=(judgement(),)), suppressed=(Suppressed(one, "baseline"),))
    for made, failures, skipped in ((quiet, 0, 1), (replace(quiet, findings=(one,)), 2, 0)):
        (suite,) = list(junitparser.JUnitXml.fromstring(junit.render(made)))
        assert (suite.failures, suite.skipped) == (failures, skipped)
    assert "kept quiet by baseline" in junit.render(quiet)


@pytest.mark.parametrize("name", ["text", "markdown", "sarif"])
def test_what_is_to_be_noted_is_said(name: str) -> None:
    assert "old.json: 2 findings written" in renderer(name)(
        replace(report(finding()), notes=("old.json: 2 findings written",))
    )


def test_many_findings_are_counted_by_rule() -> None:
    made = report(*(finding() for _ in range(30)), finding("CXD208"))
    assert "by rule: CXD101 asgi-app-on-wsgi-server (30), CXD208" in text.render(made)
    assert "by rule" not in text.render(report(finding(), finding("CXD208")))


def test_suppressed_findings_are_counted() -> None:
    made = replace(report(), suppressed=(Suppressed(finding(), "comment"), Suppressed(finding(), "baseline")))
    assert "2 suppressed (1 by comment, 1 by baseline)" in text.render(made)
    assert json.loads(json_format.render(made))["summary"]["suppressed"] == 2
    assert wording.counts(made) == "2 suppressed"


OUTPUTS: list[tuple[list[str], str | None, Any]] = [
    (["text"], None, [("text", None)]),
    (["json"], "o.json", [("json", "o.json")]),
    (["text", "sarif=s.json"], None, [("text", None), ("sarif", "s.json")]),
    (["text", "sarif=s.json"], "t.txt", [("text", "t.txt"), ("sarif", "s.json")]),
    (["json=-"], "-", [("json", None)]),
    (["text", "json"], None, "cannot both be on standard output"),
    (["json=x", "sarif=x"], None, "cannot both be x"),
    (["sarfi"], None, "did you mean sarif?"),
    (["sarif=x"], "y", "--output has no report to take"),
    (["json=no/such/folder.json"], None, "there is no folder no/such"),
]


@pytest.mark.parametrize(("formats", "output", "expected"), OUTPUTS)
def test_outputs(formats: list[str], output: str | None, expected: Any) -> None:
    if isinstance(expected, str):
        with pytest.raises(UsageError, match=expected):
            delivery.outputs(formats, output)
    else:
        assert [(one.format, one.path) for one in delivery.outputs(formats, output)] == expected


def test_what_cannot_be_written_is_said_and_the_rest_goes_on(tmp_path: Any) -> None:
    written: list[str] = []
    wanted = [delivery.Output("json", str(tmp_path)), delivery.Output("text")]
    (said,) = delivery.deliver(report(), wanted, written.append)
    assert said.startswith(f"cannot write {tmp_path}: ")
    assert written


def test_github_writes_the_step_summary(tmp_path: Any) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    environ = {"GITHUB_STEP_SUMMARY": str(summary)}
    made = report(finding(severity=Severity.WARNING))
    delivery.deliver(made, [delivery.Output("github")], lambda _: None, environ=environ)
    assert summary.read_text("utf-8") == "before\n" + markdown.render(made) + "\n"


def test_a_step_summary_is_no_longer_than_github_takes(tmp_path: Any) -> None:
    summary = tmp_path / "summary.md"
    environ = {"GITHUB_STEP_SUMMARY": str(summary)}
    made = report(*(finding(message=f"{number} {'x' * 300}") for number in range(2000)))
    delivery.deliver(made, [delivery.Output("github")], lambda _: None, environ=environ)
    written = summary.read_text("utf-8")
    assert 900_000 < len(written.encode()) <= 1024 * 1024
    assert written.endswith("has all of it.*\n")
    assert written.count("```") % 2 == 0
    delivery.deliver(made, [delivery.Output("github")], lambda _: None, environ=environ)
    assert summary.stat().st_size <= 1024 * 1024
