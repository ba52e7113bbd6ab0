"""JUnit XML: one test case a launch, one more a finding.

A launch that serves passes, one that fails is a failure; one without a verdict is skipped with the reason,
and so is one whose faults are kept quiet. Of the findings, errors are failures; the others pass and say what
they have to say.
"""

from __future__ import annotations

from xml.etree import ElementTree

from connexion_doctor.commands import show
from connexion_doctor.foundation import late
from connexion_doctor.model import Finding, Judgement, Report, Severity, Verdict
from connexion_doctor.reporters import wording
from connexion_doctor.screening.places import nearest_place

# What XML 1.0 cannot hold, not even escaped.
FORBIDDEN = late.pattern("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """The report as one XML document."""
    suite = ElementTree.Element("testsuite", name="connexion-doctor")
    for judgement in report.judgements:
        _launch(suite, judgement, report)
    for finding in report.findings:
        _finding(suite, finding, report)
    seconds = f"{sum(report.timings.values()):.3f}"
    for tag, name in (
        ("testcase", "tests"),
        ("testcase/failure", "failures"),
        ("testcase/skipped", "skipped"),
    ):
        suite.set(name, str(len(suite.findall(tag))))
    suite.set("errors", "0")
    suite.set("time", seconds)
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"
    )


def _launch(suite: ElementTree.Element, judgement: Judgement, report: Report) -> None:
    name = cleaned(show.shown(judgement.launch.command))
    case = ElementTree.SubElement(suite, "testcase", classname="connexion-doctor.launch", name=name, time="0")
    reason = cleaned(judgement.reason)
    known = _known(judgement, report)
    if judgement.verdict is Verdict.FAILS and known:
        ElementTree.SubElement(
            case, "skipped", message=cleaned(f"fails, and is kept quiet by {known}: {reason}")
        )
    elif judgement.verdict is Verdict.FAILS:
        ElementTree.SubElement(case, "failure", type="fails", message=reason).text = reason
    elif judgement.verdict is Verdict.UNKNOWN:
        ElementTree.SubElement(case, "skipped", message=reason)


def _known(judgement: Judgement, report: Report) -> str:
    """By what the faults of a launch are kept quiet, where none of them is reported: not a failed test."""
    mine = judgement.launch.id
    if any(one.launch == mine and one.severity is Severity.ERROR for one in report.findings):
        return ""
    hows = (one.how for one in report.suppressed if one.finding.launch == mine)
    return ", ".join(dict.fromkeys(hows))


def _finding(suite: ElementTree.Element, finding: Finding, report: Report) -> None:
    place = nearest_place(finding, report)
    name = cleaned(f"{wording.title(finding)} at {place.path}:{place.line}")
    classname = f"connexion-doctor.{finding.code}"
    case = ElementTree.SubElement(suite, "testcase", classname=classname, name=name, time="0")
    text = cleaned("\n".join(wording.paragraphs(finding, report)))
    if finding.severity is Severity.ERROR:
        message = cleaned(finding.message)
        ElementTree.SubElement(case, "failure", type=finding.code, message=message).text = text
    else:
        ElementTree.SubElement(case, "system-out").text = text


def cleaned(text: str) -> str:
    """The text without characters that XML 1.0 forbids."""
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
