"""The HTML report read back: whole, alone in the world, true to the JSON of the same run."""

from __future__ import annotations

import base64
import dataclasses
import enum
import hashlib
import json
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.fixes.spans import apply
from connexion_doctor.model import Applicability, Edit, Location, Report, Treatment, Verdict
from connexion_doctor.model.question import Question
from connexion_doctor.reporters.html import render
from connexion_doctor.reporters.html.chain import chain, spoken
from connexion_doctor.reporters.html.changes import diff
from tests.reporters import made
from tests.reporters.html_read import Element, read
from tests.reporters.samples import ASKED, folder, reports
from tests.running import target

each_sample = pytest.mark.parametrize("sample", ASKED)
HOSTILE = "订单\"'><script>window.ran = 1</script><img src=x onerror=window.ran=1>\u202e\x00\ud800"


def alone(tree: Element) -> None:
    """Nothing in the document asks for anything outside of it, and every link inside leads somewhere."""
    everything = tree.all()
    ids = [one.attributes["id"] for one in everything if "id" in one.attributes]
    assert len(set(ids)) == len(ids)
    for one in everything:
        assert "style" not in one.attributes, one
        assert not [name for name in one.attributes if name.startswith("on")], one
        for name in ("href", "src", "action", "data", "xlink:href"):
            address = one.attributes.get(name)
            assert address is None or address == "data:," or address.removeprefix("#") in ids, address
        for name in ("aria-labelledby", "for"):
            assert set((one.attributes.get(name) or "").split()) <= set(ids)
    assert not re.search(r"@import|url\(", tree.all("style")[0].text)
    assert [one.name for one in everything].count("script") == 1


@each_sample
def test_the_file_is_whole_and_alone(sample: str) -> None:
    tree = read(reports(sample).text("html"))
    alone(tree)
    (policy,) = [
        one.attributes["content"] or ""
        for one in tree.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    given = dict(part.split(maxsplit=1) for part in policy.split("; "))
    assert given["default-src"] == "'none'"
    for directive, name in (("style-src", "style"), ("script-src", "script")):
        (element,) = tree.all(name)
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert given[directive] == f"'sha256-{digest}'"


def is_cured(finding: dict[str, Any], document: dict[str, Any]) -> bool:
    made = next((one["treatment"] for one in document["launches"] if one["id"] == finding["launch"]), None)
    return made is not None and made["predicted"] != "fails" and finding["code"] in made["cures"]


@each_sample
def test_it_says_what_the_json_says(sample: str) -> None:
    tree, document = read(reports(sample).text("html")), json.loads(reports(sample).text("json"))
    starts = tree.all("details", "start")
    told = sorted((one.all("span", "badge")[0].text, one.all("h3")[0].text) for one in starts)
    assert told == sorted((one["verdict"], one["command"]) for one in document["launches"])
    assert all(len(one.all("svg", "chain")) == 1 for one in starts)
    findings = tree.all("article", "finding")
    for element, finding in zip(findings, document["findings"], strict=True):
        assert f"{finding['code']} {finding['name']}" in element.all("h3")[0].text
        assert element.all("p", "message")[0].text == finding["message"].replace("`", "")
        ways = element.all(kind="way")
        shown = finding["fixes"]
        if is_cured(finding, document):  # the treatment stands with the start, once
            assert "stands with the start" in ways.pop(0).text
            shown = [fix for fix in shown if not fix["recommended"]]
        for way, fix in zip(ways, shown, strict=True):
            assert fix["title"].replace("`", "") in way.text
            assert all(cost.replace("`", "") in way.text for cost in fix["costs"])


@each_sample
def test_the_patch_that_is_copied_applies(sample: str, tmp_path: Path) -> None:
    """Every button's patch, given to ``git apply``, makes the file what the edits of the JSON make it."""
    findings = read(reports(sample).text("html")).all("article", "finding")
    for element, finding in zip(findings, json.loads(reports(sample).text("json"))["findings"], strict=True):
        for way, fix in zip(element.all(kind="way"), finding["fixes"], strict=True):
            for button in way.all("button"):
                patch = button.attributes.get("data-copy")
                if patch is None:
                    continue
                path = re.search(r"^--- a/(.*)$", patch, re.MULTILINE)[1]  # type: ignore[index]
                into = tmp_path / path
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(folder(sample) / path, into)
                subprocess.run(["git", "apply"], cwd=tmp_path, input=patch.encode(), check=True)
                edits = [
                    Edit(Location(path, *(one[key] for key in PLACE)), one["replacement"])
                    for one in fix["edits"]
                    if one["path"] == path
                ]
                before = (folder(sample) / path).read_bytes().decode()
                assert into.read_bytes().decode() == apply(before, edits)


PLACE = ("line", "column", "end_line", "end_column")


@cache
def verified() -> Report:
    """A sample with one error, looked at and booted."""
    question = Question(directory=str(folder("sync_worker")), python=str(target("c3new").python))
    return run(Options(question, verify=True))


# Kinds of the nodes from the outside in; the broken link's own is in brackets.
CHAINS = {
    "sync_worker": "server worker [Connexion] inside handlers",
    "wrong_conf": "server worker [Connexion] inside handlers",
    "wsgi_adapter": "server worker adapter Connexion inside handlers",
    "inner_flask": "server worker [inside]",
    "factory": "server worker [function] Connexion inside",
    "healthy": "server worker Connexion app handlers",
    "broken_operation": "server worker Connexion [inside] handlers",
    "connexion2": "server [Connexion] app",
}


@pytest.mark.parametrize("sample", CHAINS)
def test_the_chain_breaks_where_it_breaks(sample: str) -> None:
    asked = ASKED[sample]
    question = Question(directory=str(folder(sample)), python=str(target(asked.environment).python))
    (judgement,) = run(Options(question)).judgements
    links = chain(judgement)
    told = " ".join(f"[{one.node.kind}]" if one.broken else one.node.kind for one in links)
    assert told == CHAINS[sample]
    assert ("breaks here" in spoken(links)) == (judgement.verdict is Verdict.FAILS)
    broken = [index for index, one in enumerate(links) if one.broken]
    assert all(one.reached == (not broken or index <= broken[0]) for index, one in enumerate(links))


@pytest.mark.parametrize("sample", ["sync_worker", "wrong_conf", "inner_flask"])
def test_the_chain_that_was_read_breaks_there_too(sample: str) -> None:
    """Nothing of the project runs: no error is known, and the link is the same."""
    question = Question(directory=str(folder(sample)), python=str(target("c3new").python))
    (judgement,) = run(Options(question, do_import=False)).judgements
    (broken,) = [link for link in chain(judgement) if link.broken]
    assert f"[{broken.node.kind}]" in CHAINS[sample]


def test_a_server_that_is_missing_is_the_broken_link() -> None:
    question = Question(
        command=("daphne", "app:app"),
        directory=str(folder("sync_worker")),
        python=str(target("c3noflask").python),
    )
    (judgement,) = run(Options(question)).judgements
    assert judgement.verdict is Verdict.FAILS
    assert [link.node.title for link in chain(judgement) if link.broken] == ["daphne"]
    assert "not installed" in render(run(Options(question)))


def test_a_boot_is_shown_request_by_request() -> None:
    report = verified()
    happened: Any = report.judgements[0].verified
    tracks = read(render(report)).all("ol", "timeline")
    for track, outcome in zip(tracks, (happened["before"], happened["after"]), strict=True):
        requests = track.all("li", "request")
        shown = [(one.all("span", "ask")[0].text, one.all("span", "answer")[0].text) for one in requests]
        assert shown == [
            (f"GET {one['path']}", f"{one['status']} ({'right' if one['right'] else 'wrong'})")
            for one in outcome["requests"]
        ]
    assert "missing 1 required positional argument" in tracks[0].text


def test_a_treatment_is_shown_before_any_fix() -> None:
    report = verified()
    edit = Edit(Location("Procfile", 1, 1, 1, 5), "app:")
    treatment = Treatment(
        title="Two changes",
        applicability=Applicability.SAFE,
        predicted=Verdict.SERVES,
        reason="It would.",
        install=("a2wsgi",),
        edits=(edit,),
        costs=("Time.",),
        left=("Look.",),
    )
    judged = dataclasses.replace(report.judgements[0], treatment=treatment, verified=None)
    tree = read(render(dataclasses.replace(report, judgements=(judged,))))
    (told,) = tree.all("div", "told")
    for words in (
        "What to do: Two changes",
        "pip install a2wsgi",
        "+app:",
        "Time.",
        "Look.",
        "After it: serves",
    ):
        assert words in told.text, words


def hostile(value: Any, key: str = "") -> Any:
    """The same data with something that an unescaped place would run behind every text."""
    if isinstance(value, enum.Enum) or key in ("calls", "happened", "server", "stage", "outcome", "role"):
        return value
    if isinstance(value, str):
        return value + HOSTILE
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {one.name: hostile(getattr(value, one.name), one.name) for one in dataclasses.fields(value)}
        return type(value)(**given)
    if isinstance(value, Mapping):
        return {
            hostile(name) if key in ("sources", "packages", "settings") else name: hostile(one, str(name))
            for name, one in value.items()
        }
    if isinstance(value, (list, tuple)):
        return type(value)(hostile(one) for one in value)
    return value


def attacked() -> str:
    """The document of a report whose every text attacks it."""
    return render(hostile(verified()))


def test_every_text_of_a_project_is_text() -> None:
    document = attacked()
    alone(read(document))
    document.encode("utf-8")
    assert "\u202e" not in document and "\x00" not in document
    alone(read(render(made.nasty())))


def crowd() -> str:
    """The document of a report on 40 starts with one fault."""
    report = verified()
    many = [
        dataclasses.replace(
            report.judgements[0], launch=dataclasses.replace(report.judgements[0].launch, id=f"s{index}")
        )
        for index in range(40)
    ]
    finding = dataclasses.replace(report.findings[0], launch="s0", affects=tuple(f"s{i}" for i in range(40)))
    return render(dataclasses.replace(report, judgements=tuple(many), findings=(finding,)))


def test_many_starts_are_one_line_each() -> None:
    document = crowd()
    tree = read(document)
    alone(tree)
    assert not [one for one in tree.all("details", "start") if "open" in one.attributes]
    assert "Affects 40 starts" in tree.all("p", "affects")[0].text
    assert "40 of 40 starts fail" in tree.all("h1")[0].text
    assert len(document) < 40 * 8_500 + 40_000


def test_nothing_to_say_is_a_page_too() -> None:
    tree = read(render(made.report()))
    alone(tree)
    assert tree.all("h1")[0].text == "No start was looked at"


# The link that breaks where it is not the app's: the start, what stands there, a word of what is said.
OUTSIDE = {
    "gunicorn --no-such-option app:app": ("server", "no-such-option"),
    "gunicorn -k asgi --certfile no_such.pem app:app": ("server", "no_such.pem"),
    "gunicorn -k no_such_worker app:app": ("worker", "no_such_worker"),
    "gunicorn -k asgi no_such_module:app": ("target", "no_such_module"),
    "uvicorn app:nothing": ("target", "nothing"),
}


@pytest.mark.parametrize("command", OUTSIDE)
def test_the_link_that_breaks_before_the_app(command: str) -> None:
    kind, word = OUTSIDE[command]
    question = Question(
        command=tuple(command.split()),
        directory=str(folder("sync_worker")),
        python=str(target("c3new").python),
    )
    (judgement,) = run(Options(question)).judgements
    (broken,) = [link for link in chain(judgement) if link.broken]
    assert broken.node.kind == kind
    assert word in (broken.broken or "")


@pytest.mark.parametrize(("words", "bold"), [(3, ["gunicorn", "uvicorn"]), (4000, ["whole", "whole"])])
def test_lines_of_many_words_are_not_compared_word_by_word(words: int, bold: list[str]) -> None:
    rest = " app:app" + ".a" * words
    edit = Edit(Location("Procfile", 1, 1, 1, 9), "uvicorn")
    begin = time.process_time()
    page = diff("Procfile", f"gunicorn{rest}\n", [edit])
    assert time.process_time() - begin < 1.0
    lines = [f"gunicorn{rest}", f"uvicorn{rest}"]
    shown = [re.sub(r"</?b>", "", one) for one in re.findall(r'class="(?:removed|added)">[-+](.*)\n', page)]
    assert shown == lines
    assert re.findall(r"<b>(.*?)</b>", page) == (lines if bold[0] == "whole" else bold)
