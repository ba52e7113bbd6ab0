"""Without a start the project's own launch is benched, beside the same app with the adapter or without it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from connexion_doctor.bench.bench import Bench, Start
from connexion_doctor.bench.measured import Load, Measured, Ratio
from connexion_doctor.bench.run import Options, bench
from connexion_doctor.bench.variants import Variants, quoted, variants
from connexion_doctor.compare.credentials import credentials
from connexion_doctor.compare.sides import Side
from connexion_doctor.servers.base import ADAPTER_SLOWER
from tests.compare.comparing import APPS
from tests.environments import environment
from tests.running import ROOT

SAMPLES = ROOT / "sample_projects"


def test_the_recommended_treatment_and_the_adapter(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(APPS / "browser", project)
    (project / "Procfile").write_text("web: gunicorn -w 1 app:app\n")
    folder = tmp_path / "scratch"
    folder.mkdir()
    found = variants(project, str(environment("c3new").python), 30.0, folder, lambda said: None)
    _has_the_adapter(found, "recommended", project)
    assert len(found.notes) == 1


def _has_the_adapter(found: Variants, beside: str, project: Path) -> None:
    assert [one.name for one in found.sides] == [beside, "with the adapter"]
    assert [("a2wsgi" in one.versions) for one in found.sides] == [False, True]
    assert ADAPTER_SLOWER in found.costs["with the adapter"]
    assert not (project / "connexion_doctor_adapter.py").exists(), "the project is not touched"


def test_without_the_adapter_it_has(tmp_path: Path) -> None:
    python = str(environment("c3new").python)
    made = variants(SAMPLES / "wsgi_adapter", python, 30.0, tmp_path, lambda said: None)
    assert ([one.name for one in made.sides], made.notes) == (["as it is", "without the adapter"], [])
    options = Options((2,), 1, 0.3, credentials=credentials([], "alice:1234", [], {}))
    found = bench(made.sides, options, lambda said: None, proposed=True)
    assert [one.at[2].errors for one in found.starts] == [{}, {}]


def test_what_no_fix_puts_behind_the_adapter_is_put_there_as_it_is_treated(tmp_path: Path) -> None:
    """With the variables that its start sets."""
    project, folder = tmp_path / "project", tmp_path / "scratch"
    shutil.copytree(APPS / "browser", project)
    (project / "wsgi.py").write_text(
        "import os\n\nfrom app import app as cnx\n\nos.environ['SHOP_MODE']\napp = cnx.app\n"
    )
    (project / "Procfile").write_text("web: SHOP_MODE=live gunicorn -w 1 wsgi:app\n")
    folder.mkdir()
    made = variants(project, str(environment("c3new").python), 30.0, folder, lambda said: None)
    _has_the_adapter(made, "recommended", project)
    found = bench(made.sides, Options((1,), 1, 0.1), lambda said: None, made.notes, proposed=True)
    assert [one.at[1].errors for one in found.starts] == [{}, {}], found.notes


def test_costs_are_quoted_as_measured() -> None:
    """What a fix says of speed in general gives way to what this app showed."""
    side = Side("with the adapter", Path(), None, "", None, ())  # type: ignore[arg-type]
    first, other = (
        Start(name, replace(side, name=name), 1.0, None, {4: Measured(rounds, told)})
        for name, rounds, told in (
            ("recommended", (Load(1.0, (0.1,) * 8),) * 3, None),
            ("with the adapter", (Load(1.0, (0.1,) * 4),) * 3, Ratio(0.5, 0.45, 0.55)),
        )
    )
    found = quoted(
        Bench((first, other), {4: 100.0}, (), 3, 1.0, 2),
        {"with the adapter": ("lifespan handlers never run", ADAPTER_SLOWER)},
    )
    assert found.notes == (
        "with the adapter costs: lifespan handlers never run; with 4 at once 0.50 times the requests of "
        "recommended (95 %: 0.45 to 0.55), measured on this app",
    )


def test_what_does_not_answer_rightly_is_left_out_and_said(tmp_path: Path) -> None:
    """Behind the adapter the lifespan handler of this project does not run: it answers 500."""
    python = str(environment("c3new").python)
    made = variants(SAMPLES / "healthy", python, 30.0, tmp_path, lambda said: None)
    _has_the_adapter(made, "as it is", SAMPLES / "healthy")
    assert made.notes == []
    given = credentials(["Authorization: Bearer demo-token"], None, [], {})
    options = Options((1,), 1, 0.2, credentials=given, timeout=6.0)  # so long is the right answer waited for
    found = bench(made.sides, options, lambda said: None, made.notes, proposed=True)
    assert [one.name for one in found.starts] == ["as it is"]
    assert any("with the adapter" in one and "500" in one for one in found.notes)
