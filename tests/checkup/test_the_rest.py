"""Rules that nothing else shows: each with the smallest project that has the fault, and one that has not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connexion_doctor.checkup.judge import judge
from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import run
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Verdict
from connexion_doctor.model.question import Question
from connexion_doctor.rules.base import Rule
from connexion_doctor.rules.catalogue import find, launch_rules
from tests.running import APP, diagnose, project, target

HOOK = "\n\n@app.app.before_request\ndef log():\n    print(connexion.context.operation)\n"
FOUR = "\n\nclass Four:\n    def __call__(self, a, b, c, d):\n        return []\n\n\nfour = Four()\n"
MIDDLEWARE = (
    "\n\nclass Broken:\n    def __init__(self, app):\n        raise LookupError('no settings')\n\n\n"
    "app.add_middleware(Broken)\n"
)
# code -> environment, arguments, files, verdicts
FOUND: dict[str, tuple[str, list[str], dict[str, str], list[str]]] = {
    "CXD005": ("c3nothing", ["app:app"], {}, []),
    "CXD061": ("c3new", [], {"Procfile": "web: $START\n", "requirements__txt": "connexion>=3\n"}, []),
    "CXD104": ("c3new", ["--", "gunicorn", "-k", "asgi", "app:four"], {"app__py": APP + FOUR}, ["fails"]),
    "CXD513": (
        "c3new",
        [],
        {"Procfile": "web: uvicorn app:app\n", "requirements__txt": "connexion[aiohttp,flask]>=3\n"},
        ["serves"],
    ),
    "CXD112": ("c3new", ["--", "uvicorn", "app:app"], {"app__py": APP + MIDDLEWARE}, ["fails"]),
    "CXD113": ("c3new", ["--", "uvicorn", "app:app"], {"app__py": APP + HOOK}, ["unknown"]),
}


@pytest.mark.parametrize("code", FOUND)
def test_found(code: str, tmp_path: Path) -> None:
    environment, arguments, files, verdicts = FOUND[code]
    done = diagnose(environment, *arguments, cwd=project(tmp_path, **files))
    assert code in done.codes
    assert done.verdicts == verdicts


NOT_FOUND = "\ndef broken({}):\n    return {{}}, 500\n\n\napp.add_error_handler(404, broken)\n"


@pytest.mark.parametrize("hook", [False, True], ids=["alone", "behind a hook that fails"])
@pytest.mark.parametrize(
    ("environment", "server", "takes"),
    [("c2new", "gunicorn", "error"), ("c3new", "uvicorn", "request, error")],
)
def test_a_handler_for_404_that_fails_keeps_no_operation_from_being_served(
    environment: str, server: str, takes: str, hook: bool, tmp_path: Path
) -> None:
    app = APP + NOT_FOUND.format(takes) + (HOOK if hook else "")
    done = diagnose(environment, "--", server, "app:app", cwd=project(tmp_path, app__py=app))
    assert (done.codes, done.verdicts) == (["CXD113"], ["unknown" if hook else "serves"])


@pytest.mark.parametrize("code", ["CXD112", "CXD113"])
def test_not_found(code: str, tmp_path: Path) -> None:
    done = diagnose("c3new", "--", "uvicorn", "app:app", cwd=project(tmp_path))
    assert (done.codes, done.verdicts) == ([], ["serves"])


def test_a_request_before_the_stack_is_built_passes_through_connexion(tmp_path: Path) -> None:
    asked = (
        "\ntry:\n    app.app.test_client().get('/warm-up')\nexcept Exception as error:\n    print(error)\n"
    )
    done = diagnose("c3new", "--", "uvicorn", "app:app", cwd=project(tmp_path, app__py=APP + asked))
    (treatment,) = [one["treatment"] for one in done.report["launches"]]
    assert [edit["replacement"] for edit in done.fix("CXD112")["edits"]] == ["app"]
    assert treatment["predicted"] == "serves"


def test_a_rule_that_fails_is_said_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CXD000; and where that rule might have called the launch broken, it is not said to serve."""

    def crashes(case: Case) -> Iterator[Finding]:
        raise ZeroDivisionError("a fault of the doctor")

    seen = []

    def judged(case: Case, rules: tuple[Rule, ...]) -> object:
        broken = tuple(replace(one, check=crashes) if one.code == "CXD101" else one for one in rules)
        seen.append(judge(case, broken))
        return judge(case, rules)

    monkeypatch.setattr("connexion_doctor.checkup.assess.judge", judged)
    question = Question(
        command=("uvicorn", "app:app"),
        directory=str(project(tmp_path)),
        python=str(target("c3new").python),
    )
    assert run(Options(question)).judgements[0].verdict is Verdict.SERVES
    ((judgement, findings),) = seen
    assert [finding.code for finding in findings] == ["CXD000"]
    assert "ZeroDivisionError: a fault of the doctor" in findings[0].message
    assert (judgement.verdict, "CXD101" in judgement.reason) == (Verdict.UNKNOWN, True)
    assert find("CXD101") in launch_rules()
