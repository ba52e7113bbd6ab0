"""``connexion-doctor compare``: two starts, asked the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from connexion_doctor.cli import shared_options as shared
from connexion_doctor.cli.reported import reported

if TYPE_CHECKING:
    from connexion_doctor.compare.comparison import Comparison
    from connexion_doctor.compare.sides import Side


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("before")
@click.argument("after")
@shared.directory
@shared.python
@click.option("--before-python", type=click.Path(), metavar="PATH", help="The interpreter of BEFORE.")
@click.option("--after-python", type=click.Path(), metavar="PATH", help="The interpreter of AFTER.")
@click.option("--before-dir", type=shared.FOLDER, metavar="DIR", help="The project's folder of BEFORE.")
@click.option("--before-ref", metavar="GITREF", help="BEFORE runs in a scratch checkout of this commit.")
@shared.environ
@shared.credentials
@click.option("--all-methods", is_flag=True, help="Send what changes state too, in copies of the project.")
@click.option("--operations", multiple=True, metavar="PATTERN", help="Only these: 'GET /items*', '/items*'.")
@click.option("--exclude-operations", multiple=True, metavar="PATTERN", help="Not these operations.")
@click.option("--ignore-header", multiple=True, metavar="NAME", help="Do not compare this header.")
@click.option(
    "--ignore-path", multiple=True, metavar="PLACE", help="Not this place of the JSON: /items/*/updated."
)
@click.option("--origin", metavar="URL", help="The page that cross-origin requests come from.")
@click.option("--seed", type=int, metavar="N", help="More valid requests, drawn with this seed.")
@shared.timeout
@shared.formats(*shared.WITH_JUNIT)
@click.option(
    "--fail-on",
    type=click.Choice(["breaks", "notice", "never"]),
    default="breaks",
    help="From which difference on the exit code is 1.",
)
@click.pass_context
def compare(ctx: click.Context, /, **given: Any) -> None:
    """Boot BEFORE and AFTER on loopback, ask both the same, and tell what a client sees differ.

    BEFORE and AFTER are start commands, in quotes, or ids of launches of the project.

    \b
      connexion-doctor compare "gunicorn app:app" "uvicorn app:app" \\
          --before-python .venv2 --after-python .venv3

    The requests come from the app's own specification. Without --all-methods only those are sent
    that change nothing: GET, HEAD, OPTIONS, and of the other methods what no handler is called for.

    \b
    Exit codes: 0 no client breaks; 1 one does (or what --fail-on says); 2 wrong usage;
    3 nothing could be compared.
    """
    from connexion_doctor.compare import document, html, junit, markdown, text
    from connexion_doctor.compare.comparison import exit_code

    def code(found: Comparison) -> int:
        return exit_code(found, given["fail_on"])

    reported(
        ctx,
        given,
        lambda: _compared(given),
        {
            "text": text.render,
            "json": lambda found: document.render(found, code(found)),
            "markdown": markdown.render,
            "html": html.render,
            "junit": lambda found: junit.render(found, given["fail_on"]),
        },
        code,
    )


def _compared(given: dict[str, Any]) -> Comparison:
    from pathlib import Path

    from connexion_doctor.cli.progress import Progress
    from connexion_doctor.compare import run, sides
    from connexion_doctor.compare.credentials import credentials
    from connexion_doctor.model.errors import UsageError
    from connexion_doctor.processes import scratch_folder

    if given["before_dir"] and given["before_ref"]:
        raise UsageError("--before-dir and --before-ref: give one of them")
    options = run.Options(
        all_methods=given["all_methods"],
        operations=given["operations"],
        exclude=given["exclude_operations"],
        ignore_headers=given["ignore_header"],
        ignore_paths=given["ignore_path"],
        credentials=credentials(given["header"], given["auth"], given["cookie"], os.environ),
        seed=given["seed"],
        origin=given["origin"] or run.ORIGIN,
        seconds=given["timeout"],
    )
    if given["all_methods"]:
        click.echo(
            "connexion-doctor: every method is sent, to copies of the project: a database outside of its "
            "folder is changed for real",
            err=True,
        )
    after = Path(given["directory"])
    with (
        Progress(sys.stderr, "connexion-doctor: examining both starts") as progress,
        scratch_folder.folder("compare") as folder,
    ):
        before = Path(given["before_dir"] or after)
        if given["before_ref"]:
            before = sides.checked_out(after, given["before_ref"], folder / "before")
        both = _examined(given, before, after)
        return run.compare(*both, options, progress.now)


def _examined(given: dict[str, Any], before: Any, after: Any) -> tuple[Side, Side]:
    """Both sides, examined at the same time, and Schemathesis imported beside them."""
    from connexion_doctor.compare import generated, sides
    from connexion_doctor.processes.together import together

    environ = shared.variables(given["environ"])

    def wanted(name: str, folder: Any) -> sides.Wanted:
        python = given[f"{name}_python"] or given["python"]
        return sides.Wanted(name, given[name], folder, python, environ, given["timeout"])

    tasks: list[Callable[[], Any]] = [
        generated.available,
        lambda: sides.examined(wanted(sides.BEFORE, before)),
        lambda: sides.examined(wanted(sides.AFTER, after)),
    ]
    _, one, other = together(*tasks)
    return one, other
