"""Comments, per-file ignores, severities and baselines, on real runs and on made reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.quiet import BaselineEntry
from connexion_doctor.screening import baseline
from connexion_doctor.screening.screen import matches, screen
from connexion_doctor.screening.screening import Screening
from tests.reporters.made import finding, judgement, report
from tests.running import diagnose, doctor, project, target

LAUNCH = ("--gunicorn-conf", "gunicorn.conf.py")


def configured(folder: Path, conf: str) -> Path:
    return project(folder, gunicorn__conf__py=conf)


def test_a_comment_silences_its_line(tmp_path: Path) -> None:
    conf = 'wsgi_app = "app:app"\nworker_class = "sync"  # connexion-doctor: ignore[CXD101] next week\n'
    folder = configured(tmp_path, conf)
    done = diagnose("c3new", *LAUNCH, cwd=folder)
    assert (done.codes, done.code, done.verdicts) == ([], 0, ["fails"])
    assert done.report["summary"]["suppressed"] == 1
    loud = diagnose("c3new", "--no-ignores", *LAUNCH, cwd=folder)
    assert (loud.codes, loud.code) == (["CXD101"], 1)
    assert loud.report["summary"]["suppressed"] == 0


def test_an_unused_comment_is_reported(tmp_path: Path) -> None:
    conf = '# connexion-doctor: ignore[CXD101] was so\nwsgi_app = "app:app"\nworker_class = "asgi"\n'
    folder = configured(tmp_path, conf)
    done = diagnose("c3new", *LAUNCH, cwd=folder)
    assert done.codes == ["CXD601"]
    assert done.finding("CXD601")["location"]["line"] == 1
    # A rule that was not asked for, or a launch that was only read, says nothing about the comment.
    for option in (["--ignore", "CXD1"], ["--select", "CXD2,CXD601"], ["--no-import"]):
        assert "CXD601" not in diagnose("c3new", *option, *LAUNCH, cwd=folder).codes


def test_one_launch_is_not_the_project(tmp_path: Path) -> None:
    """Another launch may need a comment, and old findings elsewhere were not looked for."""
    folder = project(
        tmp_path,
        Procfile="web: gunicorn -k asgi app:app\n",
        gunicorn__conf__py="threads = 4  # connexion-doctor: ignore[CXD208] known\n",
        requirements__txt="connexion[flask]\ngunicorn\n",
    )
    assert diagnose("c3new", cwd=folder).codes == ["CXD530"]
    (folder / "Procfile").write_text("web: gunicorn -k asgi --reload --preload app:app\n")
    whole = diagnose("c3new", "--baseline", "b.json", "--write-baseline", cwd=folder)
    assert whole.report["summary"]["suppressed"] == 3
    for words in (["--", "gunicorn", "-k", "gthread", "app:app"], ["app:app", "--server", "uvicorn"]):
        found = diagnose("c3new", "--baseline", "b.json", *words, cwd=folder).codes
        assert not {"CXD601", "CXD603"} & set(found)


def test_a_comment_above_a_command_in_yaml_counts_for_it(tmp_path: Path) -> None:
    service = "      - gunicorn\n      - -k\n      - sync\n      - app:app\n"
    said = "    # connexion-doctor: ignore[CXD101] known\n"
    compose = f"services:\n  web:\n    image: x\n{said}    command:\n{service}"
    assert diagnose("c3new", cwd=project(tmp_path, compose__yml=compose)).codes == []


def test_a_misspelt_comment_silences_nothing(tmp_path: Path) -> None:
    conf = 'wsgi_app = "app:app"\nworker_class = "sync"  # connexion-doctor: ignore[CDX101]\n'
    done = diagnose("c3new", *LAUNCH, cwd=configured(tmp_path, conf))
    assert done.codes == ["CXD101", "CXD602"]


def test_a_baseline_keeps_old_findings_quiet(tmp_path: Path) -> None:
    conf = 'wsgi_app = "app:app"\nworker_class = "sync"\n'
    folder = configured(tmp_path, conf)
    made = diagnose("c3new", "--write-baseline", "--baseline", "old.json", *LAUNCH, cwd=folder)
    assert (made.code, made.codes, made.report["summary"]["suppressed"]) == (0, [], 1)
    known = ("--baseline", "old.json", *LAUNCH)
    assert diagnose("c3new", *known, cwd=folder).codes == []
    configured(tmp_path, f"# moved\n\n{conf}")
    assert diagnose("c3new", *known, cwd=folder).codes == []
    configured(tmp_path, conf.replace("sync", "gthread"))
    assert diagnose("c3new", *known, cwd=folder).codes == ["CXD101", "CXD603"]
    configured(tmp_path, conf.replace("sync", "asgi"))
    cured = diagnose("c3new", *known, cwd=folder)
    assert (cured.codes, cured.code) == (["CXD603"], 0)


def test_a_baseline_holds_no_text_of_lines(tmp_path: Path) -> None:
    conf = 'wsgi_app = "app:app"\nworker_class = "sync"  # hunter2\n'
    folder = configured(tmp_path, conf)
    diagnose("c3new", "--write-baseline", *LAUNCH, cwd=folder)
    assert "hunter2" not in (folder / "connexion-doctor-baseline.json").read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"baseline_version": 2}', '{"baseline_version": 1, "findings": [1]}', "[" * 9000],
)
def test_what_is_no_baseline_is_an_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(text)
    with pytest.raises(UsageError):
        baseline.read(str(path))


def test_a_missing_baseline_is_an_error(tmp_path: Path) -> None:
    python = target("c3new").python
    done = doctor("--python", str(python), "--baseline", "no.json", "app:app", cwd=project(tmp_path))
    assert done.code == 2
    assert "--write-baseline makes it" in done.stderr


def test_one_more_of_the_same_is_new() -> None:
    one = report(finding(line=1), Procfile="web: a\nweb: a\n")
    two = report(finding(line=1), finding(line=2), Procfile="web: a\nweb: a\n")
    entries = [BaselineEntry("CXD101", "Procfile", key) for key in _keys(one)]
    new, old, gone = baseline.divide(entries, two.findings, two)
    assert (len(new), len(old), gone) == (1, 1, [])


def _keys(made: object) -> list[str]:
    from connexion_doctor.screening.places import line_key

    return [line_key(one, made) for one in made.findings]  # type: ignore[attr-defined, arg-type]


PATTERNS = [
    ("deploy/web.yml", "deploy", True),
    ("deploy/web.yml", "deploy/", True),
    ("deploy/web.yml", "deploy/*.yml", True),
    ("deploy/web.yml", "*.yml", True),
    ("deploy/web.yml", "./deploy/web.yml", True),
    ("deploy/web.yml", "web", False),
    ("deployed/web.yml", "deploy", False),
    ("Procfile", "Procfile", True),
]


@pytest.mark.parametrize(("path", "pattern", "expected"), PATTERNS)
def test_patterns_of_files(path: str, pattern: str, expected: bool) -> None:
    assert matches(path, pattern) is expected


def test_per_file_ignores_and_severities() -> None:
    screening = Screening(
        per_file_ignores={"legacy": ("CXD1",)}, severities={"CXD1": "info", "CXD101": "warning"}
    )
    made = report(finding(path="legacy/Procfile"), finding(path="Procfile"))
    screened = screen(made, screening, lambda path: True)
    assert [one.severity.value for one in screened.findings] == ["warning"]
    assert [(one.how, one.reason) for one in screened.suppressed] == [("per-file", "legacy")]


def test_an_unused_comment_is_found_in_the_whole_project(tmp_path: Path) -> None:
    """Where the project is looked through, in files too that nothing else is said about."""
    silent = "x = 1  # connexion-doctor: ignore[CXD401]\n"
    folder = project(tmp_path, Procfile="web: gunicorn -k asgi app:app\n", lib__py=silent)
    done = diagnose("c3new", cwd=folder)
    assert done.codes == ["CXD601"]
    assert done.finding("CXD601")["location"]["path"] == "lib.py"
    assert diagnose("c3new", "--", "gunicorn", "-k", "asgi", "app:app", cwd=folder).codes == []


def test_a_comment_at_the_line_of_the_launch_counts() -> None:
    text = "web: gunicorn app:app # connexion-doctor: ignore[CXD101]\n"
    made = report(
        finding(path=None, launch="web"), judgements=(judgement(path="Procfile", line=1),), Procfile=text
    )
    assert screen(made, Screening(), lambda path: True).findings == ()


def test_the_summary_counts(tmp_path: Path) -> None:
    conf = 'wsgi_app = "app:app"\nworker_class = "sync"  # connexion-doctor: ignore[CXD101] next week\n'
    python = str(target("c3new").python)
    done = doctor("--python", python, *LAUNCH, cwd=configured(tmp_path, conf))
    assert "1 start still fails; 1 finding hidden (1 by comment)." in done.stdout


def test_the_baseline_is_sorted_json(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    made = report(finding(path="z"), finding(path="a"), z="x\n", a="y\n")
    baseline.written(made, str(path))
    assert [one["path"] for one in json.loads(path.read_text("utf-8"))["findings"]] == ["a", "z"]
