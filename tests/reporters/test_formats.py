"""Every format on every sample project, read back by a consumer that is not ours."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest

from connexion_doctor.fixes.spans import apply
from connexion_doctor.model import Edit, Location
from connexion_doctor.reporters import FORMATS
from connexion_doctor.reporters import FORMATS as RENDERED
from connexion_doctor.rules.catalogue import all_rules
from tests.reporters.samples import ASKED, folder, reports
from tests.running import ROOT, SCHEMA

DATA = Path(__file__).parent.parent / "data"
SARIF = DATA / "sarif" / "sarif-schema-2.1.0-rtm.5.json"
# What GitLab documents: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./)(?!/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}

each_sample = pytest.mark.parametrize("sample", ASKED)


def test_formats_are_the_same_everywhere() -> None:
    assert FORMATS == RENDERED


@cache
def validator(path: Path) -> Any:
    schema = json.loads(path.read_text("utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


@each_sample
def test_json_is_valid(sample: str) -> None:
    document = json.loads(reports(sample).text("json"))
    validator(SCHEMA).validate(document)
    found = {finding["code"] for finding in document["findings"]}
    assert any(code.startswith(ASKED[sample].code) for code in found) or not ASKED[sample].code
    assert document["summary"]["exit_code"] == reports(sample).code


@each_sample
def test_sarif_is_valid(sample: str) -> None:
    document = json.loads(reports(sample).text("sarif"))
    validator(SARIF).validate(document)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in all_rules()]
    assert all(rule["help"]["markdown"] and rule["helpUri"] for rule in rules)
    assert not [rule["id"] for rule in rules if "](../" in rule["help"]["markdown"]]
    assert not [rule["id"] for rule in rules if "``" in rule["fullDescription"]["text"]]
    assert len({tuple(result["partialFingerprints"].items()) for result in run["results"]}) == len(
        run["results"]
    )
    asked = json.loads(reports(sample).text("json"))["launches"]
    assert run["properties"]["launches"] == [
        {name: one[name] for name in ("id", "verdict", "basis")} for one in asked
    ]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1  # the final schema wants it, this one does not say so


@each_sample
def test_sarif_fixes_are_those_of_the_json(sample: str) -> None:
    """A consumer that applies the replacements gets what our own edits give."""
    sarif = json.loads(reports(sample).text("sarif"))["runs"][0]["results"]
    findings = json.loads(reports(sample).text("json"))["findings"]
    for result, finding in zip(sarif, findings, strict=True):
        ours = [fix["edits"] for fix in finding["fixes"] if fix["edits"]]
        theirs = result.get("fixes", [])
        assert len(ours) == len(theirs)
        for edits, fix in zip(ours, theirs, strict=True):
            for change in fix["artifactChanges"]:
                path = unquote(change["artifactLocation"]["uri"])
                text = (folder(sample) / path).read_text("utf-8")
                expected = apply(text, [_edit(edit) for edit in edits if edit["path"] == path])
                assert _replaced(text, change["replacements"]) == expected


def _edit(edit: dict[str, Any]) -> Edit:
    place = Location(edit["path"], edit["line"], edit["column"], edit["end_line"], edit["end_column"])
    return Edit(place, edit["replacement"])


def _replaced(text: str, replacements: list[dict[str, Any]]) -> str:
    """Replacements as SARIF means them: lines and columns from 1, the end column exclusive."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    spans = []
    for one in replacements:
        region = one["deletedRegion"]
        begin = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        spans.append((begin, end, one["insertedContent"]["text"]))
    for begin, end, new in sorted(spans, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


@each_sample
def test_gitlab_is_what_gitlab_documents(sample: str) -> None:
    document = json.loads(reports(sample).text("gitlab"))
    jsonschema.Draft202012Validator(GITLAB).validate(document)
    assert len({issue["fingerprint"] for issue in document}) == len(document)
    findings = json.loads(reports(sample).text("json"))["findings"]
    assert [issue["check_name"] for issue in document] == [finding["code"] for finding in findings]


@each_sample
def test_junit_is_read_by_junitparser(sample: str) -> None:
    junitparser = pytest.importorskip("junitparser")
    path = reports(sample).folder / "junit"
    ElementTree.parse(path)
    parsed = junitparser.JUnitXml.fromfile(str(path))
    (suite,) = list(parsed)
    document = json.loads(reports(sample).text("json"))
    cases = list(suite)
    assert len(cases) == suite.tests == len(document["launches"]) + len(document["findings"])
    failing = [case for case in cases if any(isinstance(one, junitparser.Failure) for one in case.result)]
    errors = [finding for finding in document["findings"] if finding["severity"] == "error"]
    fails = [launch for launch in document["launches"] if launch["verdict"] == "fails"]
    assert len(failing) == suite.failures == len(errors) + len(fails)
    skipped = [case for case in cases if any(isinstance(one, junitparser.Skipped) for one in case.result)]
    assert len(skipped) == suite.skipped


@each_sample
def test_markdown_is_read_as_it_is_meant(sample: str) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    tokens = markdown_it.MarkdownIt("commonmark").enable("table").parse(reports(sample).text("markdown"))
    document = json.loads(reports(sample).text("json"))
    rows: list[list[str]] = []
    for index, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open"):
            rows[-1].append("".join(child.content for child in tokens[index + 1].children or ()))
    heads = [at for at, row in enumerate(rows) if row[0] in ("Verdict", "Severity")]
    tables = {rows[at][0]: rows[at + 1 : end] for at, end in zip(heads, [*heads[1:], None], strict=True)}
    launches, findings = tables.get("Verdict", []), tables.get("Severity", [])
    assert [tuple(row[1:]) for row in launches] == [
        (launch["command"], launch["basis"], " ".join(launch["reason"].split()))
        for launch in document["launches"]
    ]
    expected = [
        (one["severity"], one["code"], " ".join(one["message"].split())) for one in document["findings"]
    ]
    assert [(row[0], row[1], row[3]) for row in findings] == expected
    fences = [token for token in tokens if token.type == "fence"]
    assert all("```" not in fence.content for fence in fences)


COMMAND = re.compile(
    r"^::(?P<kind>error|warning|notice) (?P<properties>[^:]*(?::(?!:)[^:]*)*)::(?P<text>.*)$"
)


@each_sample
def test_github_annotations_are_whole(sample: str) -> None:
    lines = reports(sample).text("github").splitlines()
    findings = json.loads(reports(sample).text("json"))["findings"]
    assert len(lines) == len(findings) + 1
    for line, finding in zip(lines, findings, strict=False):
        match = COMMAND.match(line)
        assert match is not None, line
        kinds = {"error": "error", "warning": "warning", "info": "notice"}
        assert match["kind"] == kinds[finding["severity"]]
        given = dict(part.partition("=")[::2] for part in match["properties"].split(","))
        assert given["title"] == f"{finding['code']} {finding['name']}"
        if finding["location"] is not None:
            assert given["file"] == finding["location"]["path"]
            assert given["line"] == str(finding["location"]["line"])
        text = match["text"].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
        assert text.splitlines()[0] == finding["message"]


@each_sample
def test_every_url_leads_to_its_page(sample: str) -> None:
    for finding in json.loads(reports(sample).text("json"))["findings"]:
        page = finding["url"].partition("/blob/main/")[2]
        assert (ROOT / page).read_text("utf-8").splitlines()[1] == f"# {finding['code']} {finding['name']}"
