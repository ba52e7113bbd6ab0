"""What ``compare``, ``bench`` and ``upgrade`` have in common: the work, its reports, the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import click

T = TypeVar("T")


def reported(
    ctx: click.Context,
    given: Mapping[str, Any],
    work: Callable[[], T],
    renderers: Mapping[str, Callable[[T], str]],
    code: Callable[[T], int],
) -> NoReturn:
    """Do the work, write the reports that were asked for, and end with the exit code.

    :param given: the options of the command: ``formats`` and ``output`` are those of ``shared_options``
    :param renderers: the formats that the command has
    """
    from connexion_doctor.checkup.failure import BROKEN
    from connexion_doctor.compare.sides import NotCompared
    from connexion_doctor.model.errors import UsageError
    from connexion_doctor.probe.client import ProbeError

    try:
        outputs = _outputs(given["formats"], given["output"], tuple(renderers))  # before hours of work
        found = work()
    except UsageError as exc:
        raise click.UsageError(str(exc), ctx) from exc
    except (NotCompared, ProbeError) as exc:
        click.echo(f"connexion-doctor: {without_secrets(str(exc), given)}", err=True)
        sys.exit(BROKEN)
    shown = without_secrets(found, given)
    written = [_delivered(one.path, renderers[one.format](shown)) for one in outputs]
    sys.exit(code(found) if all(written) else BROKEN)


def without_secrets(found: T, given: Mapping[str, Any]) -> T:
    """What was found, without the values of variables that are secrets: those around the doctor, and those
    that the starts are given or set.

    :param given: the options of the command
    """
    from connexion_doctor.cli.shared_options import variables
    from connexion_doctor.reporters import hidden

    named = [given.get("before"), given.get("after"), given.get("start"), *given.get("starts", ())]
    starts = [one for one in named if one is not None]
    around = {**os.environ, **variables(given["environ"])}
    return hidden.without_secrets(found, around, starts, given.get("directory") or ".")


def _outputs(wanted: Sequence[str], output: str | None, names: Sequence[str]) -> tuple[Any, ...]:
    """Where the reports go.

    :raises UsageError: a format that the command has not, or two reports in one place
    """
    from connexion_doctor.model.errors import UsageError
    from connexion_doctor.reporters import delivery

    for spec in wanted:
        name = spec.partition("=")[0]
        if name not in names:
            raise UsageError(f"--format {name}: this command has {', '.join(names)}")
    return delivery.outputs(wanted, output)


def _delivered(path: str | None, text: str) -> bool:
    """Write a report; False where it could not be written."""
    from pathlib import Path

    from connexion_doctor.reporters import terminal

    if path is None:
        click.echo(text, nl=False)
        return True
    try:
        Path(path).write_text(terminal.plain(text), encoding="utf-8")
    except OSError as exc:
        click.echo(f"connexion-doctor: cannot write {path}: {exc.strerror or exc}", err=True)
        return False
    return True
