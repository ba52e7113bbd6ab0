"""A comparison as JUnit XML: a case an operation, a failure where a client breaks."""

from __future__ import annotations

from xml.etree import ElementTree

from connexion_doctor.compare.changes import Effect
from connexion_doctor.compare.comparison import Comparison, Difference
from connexion_doctor.compare.wording import title
from connexion_doctor.reporters.junit import cleaned


def render(comparison: Comparison, fail_on: str) -> str:
    """The report as XML."""
    found = comparison.differences()
    failing = (Effect.BREAKS,) if fail_on == "breaks" else (Effect.BREAKS, Effect.NOTICE)
    suite = ElementTree.Element("testsuite", name="connexion-doctor compare")
    failures = 0
    for name in comparison.operations():
        case = ElementTree.SubElement(
            suite, "testcase", classname="connexion-doctor.compare", name=cleaned(name), time="0"
        )
        here = [one for one in found if name in one.operations]
        bad = [one for one in here if one.effect in failing and fail_on != "never"]
        if bad:
            failures += 1
            failure = ElementTree.SubElement(
                case, "failure", type="difference", message=cleaned(title(bad[0]))
            )
            failure.text = cleaned("\n\n".join(_told(one, name) for one in bad))
        rest = [one for one in here if one not in bad]
        if rest:
            ElementTree.SubElement(case, "system-out").text = cleaned(
                "\n\n".join(_told(one, name) for one in rest)
            )
    suite.set("tests", str(len(comparison.operations())))
    suite.set("failures", str(failures))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _told(one: Difference, operation: str) -> str:
    result = next(each for each in one.results if each.request.operation == operation)
    return f"{title(one)}\nbefore: {one.change.before}\nafter: {one.change.after}\n{result.curl}"
