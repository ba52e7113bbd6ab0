"""Options as they are read where a server is not installed: all that the installed one says it has."""

from __future__ import annotations

import json

import pytest

from connexion_doctor import servers
from tests import together
from tests.running import project

ASKED = ("uvicorn", "gunicorn", "granian", "daphne")  # those that say their options when they are asked
Options = dict[str, dict[str, bool]]


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    """Of each server: its flags, and whether each takes a value."""
    folder = project(tmp_path_factory.mktemp("options"))
    saved = folder / "facts.json"
    together.ask("c3new", [f"{name} app:app" for name in ASKED], folder, "--save-facts", str(saved))
    told = [case["facts"]["server"] for case in json.loads(saved.read_text("utf-8"))["cases"]]
    return {
        one["name"]: {flag: takes for flags, _, takes in one["options"] for flag in flags} for one in told
    }


@pytest.mark.parametrize("name", ASKED)
def test_every_option_is_known(name: str, options: Options) -> None:
    known = {flag: takes for flags, _, takes in servers.get(name).static_options for flag in flags}
    missing = {flag: takes for flag, takes in options[name].items() if known.get(flag) != takes}
    assert options[name] and not missing
