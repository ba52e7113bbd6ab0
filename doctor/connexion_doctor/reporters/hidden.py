"""What no report of ``compare``, ``bench`` and ``upgrade`` shows: secrets of variables and of starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from connexion_doctor.facts import discreet
from connexion_doctor.model import Report
from connexion_doctor.model.source import Source

T = TypeVar("T")


def without_secrets(found: T, environ: Mapping[str, str], starts: Sequence[str] = (), root: str = ".") -> T:
    """What was found, every text in it without the secrets of variables, and of the launches in it.

    :param environ: the variables around the doctor, and those that the servers are given
    :param starts: commands as they were given, which may set variables
    :param root: the folder of the project, whose files of variables its servers may read
    """
    hiding = discreet.hiding(
        [
            *discreet.of_variables(environ),
            *discreet.of_commands(starts),
            *discreet.of_env_files(root),
            *_within(found),
        ]
    )
    made: T = hiding.of(found)
    return made


def of_file(path: str, text: str) -> str:
    """The text of a file, stars where it sets secrets."""
    return discreet.hiding(()).source(Source(path, text)).text


def about(report: Report, environ: Mapping[str, str], text: str) -> str:
    """A text about a report, without the secrets that ``discreet`` takes out of it."""
    return discreet.known(report, environ).text(text)


def _within(found: object) -> list[str]:
    return [value for launch in discreet.launches_in(found) for value in discreet.of_launch(launch)]
