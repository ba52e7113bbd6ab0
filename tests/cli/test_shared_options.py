"""Options that several commands have."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from connexion_doctor.cli import shared_options
from connexion_doctor.model.errors import UsageError


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ((), {}),
        (("A=b",), {"A": "b"}),
        (("A=", "B=c=d", "A=e"), {"A": "e", "B": "c=d"}),
    ],
)
def test_variables(given: tuple[str, ...], found: dict[str, str]) -> None:
    assert shared_options.variables(given) == found


@pytest.mark.parametrize("given", ["A", "=b", ""])
def test_what_is_no_variable_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="--environ takes NAME=VALUE"):
        shared_options.variables(("X=y", given))


def test_several_options_as_one_are_listed_in_their_order() -> None:
    @click.command()
    @shared_options.credentials
    @shared_options.formats(*shared_options.WITH_JUNIT)
    def command(**given: object) -> None:
        click.echo(repr(given))

    said = CliRunner().invoke(command, ["--help"], terminal_width=200).output
    places = [said.index(name) for name in ("--header", "--auth", "--cookie", "--format", "--output")]
    assert places == sorted(places)
    assert "text, json, markdown, html or junit; several at once, to files." in said
    done = CliRunner().invoke(command, ["--header", "A: b", "--header", "C: d"])
    assert "'header': ('A: b', 'C: d')" in done.output
    assert "'formats': ('text',)" in done.output


@pytest.mark.parametrize("all_methods", [True, False])
def test_what_is_changed_for_real_is_said(all_methods: bool, capsys: pytest.CaptureFixture[str]) -> None:
    shared_options.warn(all_methods=all_methods)
    out, err = capsys.readouterr()
    assert out == ""
    assert ("a database outside of its folder is changed for real" in " ".join(err.split())) is all_methods
