"""Real servers under load, for a moment."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from connexion_doctor.bench import document, markdown, text
from connexion_doctor.bench.bench import Bench
from connexion_doctor.bench.run import Options, bench
from connexion_doctor.compare.sides import NotCompared, Wanted, examined
from tests.compare.comparing import APPS
from tests.environments import environment
from tests.running import PACKAGE


@pytest.fixture(scope="module")
def found() -> Bench:
    python = str(environment("c3new").python)
    sides = [
        examined(Wanted(start, start, APPS / "parameters", python))
        for start in ("gunicorn -k asgi app:app", "gunicorn -w 2 -k asgi app:app")
    ]
    return bench(sides, Options(concurrencies=(1, 4), rounds=2, seconds=0.4), lambda said: None)


def test_every_start_answers_rightly_at_every_concurrency(found: Bench) -> None:
    for start in found.starts:
        assert start.startup > 0
        assert start.memory is None or start.memory > 5_000_000
        for many in (1, 4):
            assert start.at[many].rate > 0
            assert start.at[many].errors == {}
    one, two = (start.memory for start in found.starts)
    assert one is None or two is None or two > one * 1.2, "both workers run"
    assert found.starts[0].at[1].ratio is None
    assert found.starts[1].at[1].ratio is not None
    assert not found.failed


def test_the_generator_has_a_ceiling_of_its_own(found: Bench) -> None:
    assert set(found.ceilings) == {1, 4}
    assert min(found.ceilings.values()) > max(start.at[1].rate for start in found.starts) / 2


def test_the_document_keeps_to_its_schema(found: Bench) -> None:
    schema = json.loads((PACKAGE / "schema" / "bench-1.0.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(document.render(found)))


def test_the_text_fits_and_names_the_generator(found: Bench) -> None:
    said = text.render(found)
    assert all(len(line) <= 80 for line in said.splitlines()), said
    assert "aiohttp" in said
    assert "aiohttp" in markdown.render(found)
    assert "| 2 | `gunicorn -w 2 -k asgi app:app` | 4 |" in markdown.render(found), "its name is its command"


def test_what_is_told_what_to_ask_needs_no_specification(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import connexion\n\napp = connexion.FlaskApp(__name__)\n"
        "app.add_url_rule('/up', 'up', lambda: 'yes')\n"
        "app.add_url_rule('/shut', 'shut', lambda: ('no', 401))\n"
    )
    start, python = "uvicorn app:app", str(environment("c3new").python)
    side = examined(Wanted(start, start, tmp_path, python, specification=False))
    options = Options(concurrencies=(1,), rounds=1, seconds=0.1)
    with pytest.raises(NotCompared, match="--path names what to ask"):
        bench([side], options, lambda said: None)
    with pytest.raises(NotCompared, match=r"^uvicorn app:app gives no right answer \(401\): --header"):
        bench([side], replace(options, paths=("/shut",)), lambda said: None)
    found = bench([side], replace(options, paths=("/up",)), lambda said: None)
    assert found.starts[0].at[1].errors == {} and "1 different request, each" in markdown.render(found)
