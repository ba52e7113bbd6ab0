"""What a bench measured is said by later checkups of the same launch on the same versions, and no others."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from connexion_doctor.bench.bench import Bench, Start
from connexion_doctor.bench.measured import Load, Measured, Ratio
from connexion_doctor.bench.variants import Variants, remember
from connexion_doctor.checkup import earlier_bench
from connexion_doctor.checkup.options import Options
from connexion_doctor.checkup.run import diagnosed, run
from connexion_doctor.compare.sides import Side
from connexion_doctor.model import Judgement, Report
from connexion_doctor.model.question import Question
from connexion_doctor.servers.base import ADAPTER_SLOWER
from tests.compare.comparing import APPS
from tests.environments import environment
from tests.running import doctor, environ

GENERAL = (ADAPTER_SLOWER,)
# the second side, its ratio to the first -> what a checkup says that the adapter costs
SAID: dict[str, tuple[str, Ratio | None, tuple[str, ...]]] = {
    "with the adapter": (
        "with the adapter",
        Ratio(0.5, 0.4, 0.625),
        (
            "0.50 times the requests per second of an ASGI server (95 %: 0.40 to 0.62, 16 at once; "
            "measured on this app on 2026-01-31)",
        ),
    ),
    "without it": (
        "without the adapter",
        Ratio(2.0, 1.6, 2.5),
        (
            "0.50 times the requests per second of an ASGI server (95 %: 0.40 to 0.62, 16 at once; "
            "measured on this app on 2026-01-31)",
        ),
    ),
    "one round": ("with the adapter", Ratio(0.5, 0.0, float("inf")), GENERAL),
    "no right answer": ("with the adapter", None, GENERAL),
    "another side": ("recommended", Ratio(0.5, 0.4, 0.6), GENERAL),
}


def options(project: Path) -> Options:
    python = str(environment("c3new").python)
    return Options(question=Question(directory=str(project), python=python), treat=False)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    project = tmp_path_factory.mktemp("benched") / "project"
    shutil.copytree(APPS / "browser", project)
    (project / "Procfile").write_text("web: gunicorn -w 1 app:app\n")
    return diagnosed(options(project))


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def benched(report: Report, name: str, ratio: Ratio | None) -> None:
    """Keep a bench of two starts, of which the second has this ratio to the first."""
    remember_of(report, report.judgements[0], ratio, name)


def remember_of(
    report: Report, judgement: Judgement, ratio: Ratio | None, name: str = "with the adapter"
) -> None:
    load = (Load(1.0, (0.1,) * 8),) * 3
    made = Side("first", Path(), judgement, "", None, ())
    starts = tuple(
        Start(one.name, one, 1.0, None, {16: Measured(load, told)})
        for one, told in ((made, None), (replace(made, name=name), ratio))
    )
    bench = Bench(starts, {16: 1000.0}, (), 3, 1.0, 2)
    remember(bench, Variants(report, judgement, [], [], {}), "2026-01-31")


def costs(report: Report) -> tuple[str, ...]:
    """What the fixes say that the adapter costs, each once."""
    said = (cost for one in report.findings for fix in one.fixes for cost in fix.costs)
    return tuple(dict.fromkeys(cost for cost in said if "of an ASGI server" in cost))


@pytest.mark.parametrize("case", SAID)
def test_what_a_bench_measured_is_the_cost(report: Report, case: str) -> None:
    name, ratio, said = SAID[case]
    benched(report, name, ratio)
    assert costs(earlier_bench.with_measured_costs(report)) == said


def test_a_checkup_says_it(report: Report) -> None:
    benched(report, "with the adapter", Ratio(0.5, 0.4, 0.6))
    assert "on 2026-01-31" in costs(run(options(Path(report.root))))[0]


def test_of_several_starts_each_has_its_own_figure(report: Report) -> None:
    benched(report, "with the adapter", Ratio(0.5, 0.4, 0.6))
    finding = next(one for one in report.findings if any(ADAPTER_SLOWER in fix.costs for fix in one.fixes))
    first, second = report.judgements[0], report.judgements[0].launch
    others = [replace(first, launch=replace(second, id=name)) for name in ("Procfile:beat", "Procfile:api")]
    remember_of(report, others[0], Ratio(0.8, 0.7, 0.9))
    affects = (finding.launch or "", *(one.launch.id for one in others))
    found = replace(
        report,
        judgements=(first, *others),
        findings=(replace(finding, affects=affects),),
    )
    said = costs(earlier_bench.with_measured_costs(found))
    assert [one.split(" times")[0] for one in said] == [
        f"{finding.launch}: 0.50",
        "Procfile:beat: 0.80",
        ADAPTER_SLOWER.split(" times")[0],
    ]


def test_what_is_kept_is_listed_and_cleaned(report: Report, tmp_path: Path) -> None:
    def cache(word: str) -> str:
        return doctor("cache", word, cwd=tmp_path, env=environ(XDG_CACHE_HOME=str(tmp_path))).stdout

    benched(report, "with the adapter", Ratio(0.5, 0.4, 0.6))
    assert f"Procfile:web in {report.root}: 0.50 times the requests" in cache("list")
    assert "1 measurement of benches removed.\n" in cache("clean")
    assert "times the requests" not in cache("list")


def other(report: Report, packages: Mapping[str, str]) -> Report:
    assert report.environment is not None
    found = {**report.environment.packages, **packages}
    return replace(report, environment=replace(report.environment, packages=found))


def test_other_versions_and_other_projects_say_the_general_figure(report: Report, tmp_path: Path) -> None:
    benched(report, "with the adapter", Ratio(0.5, 0.4, 0.6))
    for changed in (
        other(report, {"connexion": "3.0.0"}),
        other(report, {"gunicorn": "20.0.0"}),
        replace(report, root=str(tmp_path)),
    ):
        assert costs(earlier_bench.with_measured_costs(changed)) == GENERAL


NO_BENCHES = ("", "[]", "null", '{"value": "x"}', '{"value": 1}')
WITHOUT_END = '{"value": 1, "low": 1, "high": 1, "concurrency": 1e999, "date": ""}'


@pytest.mark.parametrize("content", [*NO_BENCHES, "[" * 9000, WITHOUT_END])
def test_what_cannot_be_read_is_nothing(report: Report, tmp_path: Path, content: str) -> None:
    benched(report, "with the adapter", Ratio(0.5, 0.4, 0.6))
    (kept,) = (tmp_path / "connexion-doctor" / "benches").iterdir()
    kept.write_text(content)
    assert costs(earlier_bench.with_measured_costs(report)) == GENERAL
