"""Options that several commands have, each said once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
FOLDER = click.Path(file_okay=False)  # so that shells complete folders
FORMATS = ("text", "json", "markdown", "html")
WITH_JUNIT = (*FORMATS, "junit")


def together(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Several options as one decorator; the first one is listed first."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


directory = click.option(
    "--app-dir",
    "--chdir",
    "directory",
    type=FOLDER,
    default=".",
    metavar="DIR",
    help="The project's folder, where the server runs.",
)
python = click.option(
    "--python",
    type=click.Path(),
    metavar="PATH",
    help="The interpreter, or virtual environment, of every start.",
)
environ = click.option(
    "--environ", multiple=True, metavar="NAME=VALUE", help="A variable for the servers; may be repeated."
)
timeout = click.option(
    "--timeout",
    type=click.FloatRange(min=0.5),
    default=30.0,
    metavar="S",
    help="Seconds for loading the app, and for coming up.",
)
credentials = together(
    click.option(
        "--header",
        multiple=True,
        metavar="'NAME: VALUE'",
        help="Send this header; the value may be $VARIABLE or @FILE.",
    ),
    click.option("--auth", metavar="USER:PASSWORD", help="Basic credentials, or $VARIABLE, @FILE with them."),
    click.option("--cookie", multiple=True, metavar="NAME=VALUE", help="Send this cookie; as --header."),
)


def formats(*names: str) -> Callable[[F], F]:
    """``--format`` and ``--output`` of a command that has these formats."""
    return together(
        click.option(
            "--format",
            "formats",
            multiple=True,
            default=("text",),
            metavar="F[=PATH]",
            help=f"{', '.join(names[:-1])} or {names[-1]}; several at once, to files.",
        ),
        click.option("--output", type=click.Path(dir_okay=False), help="Write the report there."),
    )


def warn(*, all_methods: bool) -> None:
    """What is changed for real by what was asked for."""
    if all_methods:
        click.echo(
            "connexion-doctor: every method is sent, to copies of the project: a database outside of its "
            "folder is changed for real",
            err=True,
        )


def variables(given: Sequence[str]) -> dict[str, str]:
    """``--environ`` as a mapping.

    :raises UsageError: one is no NAME=VALUE
    """
    from connexion_doctor.model.errors import UsageError

    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError("--environ takes NAME=VALUE")
        found[name] = value
    return found


def interpreter(option: str, given: str | None) -> str | None:
    """The interpreter that an option names.

    :raises UsageError: there is no such interpreter
    """
    from connexion_doctor.environment.interpreters import NoInterpreter, find_interpreter
    from connexion_doctor.model.errors import UsageError

    if given is None:
        return None
    try:
        return find_interpreter(given, (), {})[0]
    except NoInterpreter as exc:
        raise UsageError(str(exc).replace("--python", option, 1)) from exc
