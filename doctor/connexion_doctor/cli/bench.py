"""``connexion-doctor bench``: starts under load, side by side."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from connexion_doctor.cli import shared_options as shared
from connexion_doctor.cli.reported import reported


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("starts", nargs=-1, metavar="[START]...")
@shared.directory
@shared.python
@click.option(
    "--start-python",
    multiple=True,
    type=click.Path(),
    metavar="PATH",
    help="The interpreter of the first START, of the second, and so on.",
)
@shared.environ
@shared.credentials
@click.option(
    "--concurrency", default="1,16,64", metavar="N,...", help="How many requests at once.", show_default=True
)
@click.option("--rounds", type=click.IntRange(min=1), default=5, metavar="N", show_default=True)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=2.0,
    metavar="S",
    help="How long each start is loaded in a round, at each concurrency.",
    show_default=True,
)
@click.option("--operations", multiple=True, metavar="PATTERN", help="Only these: 'GET /items*', '/items*'.")
@click.option("--exclude-operations", multiple=True, metavar="PATTERN", help="Not these operations.")
@click.option("--path", "paths", multiple=True, metavar="PATH", help="Ask this, with its query, instead.")
@shared.timeout
@shared.formats(*shared.FORMATS)
@click.pass_context
def bench(ctx: click.Context, /, **given: Any) -> None:
    """Boot each START on loopback, load all with the same valid requests, and tell how they do.

    Each START is a start command, in quotes, or the id of a launch of the project. Without any: the
    project's launch as it is, as the doctor recommends it, and behind the a2wsgi adapter.

    \b
      connexion-doctor bench "gunicorn -w 2 -k asgi app:app" "uvicorn --workers 2 app:app"

    \b
    Exit codes: 0 measured; 1 a start answers wrongly under load; 2 wrong usage;
    3 nothing could be measured.
    """
    from connexion_doctor.bench import document, html, markdown, text

    reported(
        ctx,
        given,
        lambda: _measured(given),
        {
            "text": text.render,
            "json": document.render,
            "markdown": markdown.render,
            "html": html.render,
        },
        lambda found: int(found.failed),
    )


def _measured(given: dict[str, Any]) -> Any:
    from datetime import date
    from pathlib import Path

    from connexion_doctor.bench import run, variants
    from connexion_doctor.cli.progress import Progress
    from connexion_doctor.compare import generated
    from connexion_doctor.compare.credentials import credentials
    from connexion_doctor.model.errors import UsageError
    from connexion_doctor.processes import scratch_folder

    options = run.Options(
        concurrencies=_numbers(given["concurrency"]),
        rounds=given["rounds"],
        seconds=given["seconds"],
        operations=given["operations"],
        exclude=given["exclude_operations"],
        paths=given["paths"],
        credentials=credentials(given["header"], given["auth"], given["cookie"], os.environ),
        timeout=given["timeout"],
    )
    run.available()
    if not (given["paths"] and given["starts"]):
        generated.available()
    for path in given["paths"]:
        if not path.startswith("/"):
            raise UsageError(f"--path {path}: a path begins with a slash")
    for python in given["start_python"]:
        shared.interpreter("--start-python", python)
    folder = Path(given["directory"])
    with (
        Progress(sys.stderr, "connexion-doctor: examining the starts") as progress,
        scratch_folder.folder("bench") as scratch,
    ):
        if given["starts"]:
            return run.bench(_sides(given, folder), options, progress.now)
        found = variants.variants(folder, given["python"], given["timeout"], scratch, progress.now)
        measured = run.bench(found.sides, options, progress.now, found.notes, proposed=True)
        variants.remember(measured, found, date.today().isoformat())
        return variants.quoted(measured, found.costs)


def _sides(given: dict[str, Any], folder: Any) -> list[Any]:
    from connexion_doctor.compare.sides import Wanted, examined

    environ = shared.variables(given["environ"])
    pythons = [*given["start_python"], *[given["python"]] * len(given["starts"])]
    return [
        examined(Wanted(start, start, folder, python, environ, given["timeout"], not given["paths"]))
        for start, python in zip(given["starts"], pythons, strict=False)
    ]


def _numbers(text: str) -> tuple[int, ...]:
    """
    :raises UsageError: one is no number above 0
    """
    from connexion_doctor.model.errors import UsageError

    try:
        found = tuple(int(part) for part in text.split(","))
    except ValueError:
        found = ()
    if not found or min(found) < 1:
        raise UsageError("--concurrency takes numbers with commas between them: 1,16,64")
    return found
