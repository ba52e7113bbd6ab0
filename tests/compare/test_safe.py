"""By default nothing that changes state reaches a handler, of the specification or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.compare import run
from connexion_doctor.compare.comparison import Comparison
from connexion_doctor.compare.sides import AFTER, BEFORE, Wanted, examined
from tests.compare.comparing import APPS, THREE, TWO
from tests.environments import environment


def asked(record: Path, options: run.Options, **variables: str) -> Comparison:
    environ = {"RECORD": str(record), **variables}
    sides = [
        examined(Wanted(name, start, APPS / "recording", str(environment(which).python), environ))
        for name, (which, start) in ((BEFORE, TWO), (AFTER, THREE))
    ]
    return run.compare(sides[0], sides[1], options, lambda said: None)


def called(record: Path) -> set[str]:
    return {line.split()[0] for line in record.read_text().splitlines()} if record.exists() else set()


@pytest.mark.parametrize("variables", [{}, {"NO_VALIDATION": "1"}], ids=["as usual", "validation off"])
def test_no_handler_that_changes_state_is_called(tmp_path: Path, variables: dict[str, str]) -> None:
    record = tmp_path / "called"
    found = asked(record, run.Options(), **variables)
    assert called(record) == {"get_it"}
    unsafe = [one for one in found.results if not one.request.safe]
    assert bool(unsafe) is not bool(variables), "what is surely refused is sent, where something refuses"
    assert any("may change state" in note for note in found.notes)
    if variables:
        assert any("validator_map" in note for note in found.notes)


def test_all_methods_call_every_handler_in_copies(tmp_path: Path) -> None:
    record = tmp_path / "called"
    found = asked(record, run.Options(all_methods=True))
    wanted = {
        "post_json",
        "put_optional",
        "patch_loose",
        "post_nullable",
        "delete_thing",
        "post_guest",
        "get_it",
    }
    assert called(record) >= wanted
    assert found.all_methods
