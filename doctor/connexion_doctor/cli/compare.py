"""``connexion-doctor compare``: two starts, asked the same."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from connexion_doctor.cli import shared_options as shared
from connexion_doctor.cli.reported import reported

if TYPE_CHECKING:
    from pathlib import Path

    from connexion_doctor.compare.comparison import Comparison
    from connexion_doctor.compare.sides import Side
    from connexion_doctor.probe.head_start import HeadStart


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

    def code(found: Comparison) -> int:
        from connexion_doctor.compare.comparison import exit_code

        return exit_code(found, given["fail_on"])

    def rendered(name: str) -> Callable[[Comparison], str]:
        def render(found: Comparison) -> str:
            # Imported where it is known what is to be said: until then a probe would wait for it.
            from connexion_doctor.compare import document, html, junit, markdown, text

            if name == "json":
                return document.render(found, code(found))
            if name == "junit":
                return junit.render(found, given["fail_on"])
            return {"text": text.render, "markdown": markdown.render, "html": html.render}[name](found)

        return render

    reported(ctx, given, lambda: _compared(given), {one: rendered(one) for one in shared.WITH_JUNIT}, code)


def _compared(given: dict[str, Any]) -> Comparison:
    from pathlib import Path

    from connexion_doctor.model.errors import UsageError
    from connexion_doctor.probe import head_start
    from connexion_doctor.processes import scratch_folder

    if given["before_dir"] and given["before_ref"]:
        raise UsageError("--before-dir and --before-ref: give one of them")
    environ = shared.variables(given["environ"])
    folders = {"before": Path(given["before_dir"] or given["directory"]), "after": Path(given["directory"])}
    with scratch_folder.folder("compare") as folder, contextlib.ExitStack() as stack:
        heads: dict[str, HeadStart] = {}
        for name, directory in folders.items():
            # Interpreters come up while all that is behind this is imported.
            if not environ and not (name == "before" and given["before_ref"]):
                python = given[f"{name}_python"] or given["python"]
                heads[name] = head_start.start(python, str(directory))
                stack.callback(heads[name].close)
        if given["before_ref"]:
            from connexion_doctor.compare import sides

            folders["before"] = sides.checked_out(folders["after"], given["before_ref"], folder / "before")
        return _with_heads(given, environ, folders, heads)


def _with_heads(
    given: dict[str, Any],
    environ: dict[str, str],
    folders: Mapping[str, Path],
    heads: Mapping[str, HeadStart],
) -> Comparison:
    from connexion_doctor.checkup.run import run as checkup
    from connexion_doctor.cli.progress import Progress
    from connexion_doctor.compare import sides
    from connexion_doctor.compare.credentials import credentials
    from connexion_doctor.processes.together import Job

    _refuse_what_is_wrong(given)
    given = {**given, "credentials": credentials(given["header"], given["auth"], given["cookie"], os.environ)}

    def examined(name: str) -> Side:
        python = given[f"{name}_python"] or given["python"]
        wanted = sides.Wanted(name, given[name], folders[name], python, environ, given["timeout"])
        return sides.examined(wanted, lambda options: checkup(options, heads.get(name)))

    with (
        Progress(sys.stderr, "connexion-doctor: examining both starts") as progress,
        Job(lambda: examined(sides.BEFORE)) as before,
        Job(lambda: examined(sides.AFTER)) as after,
    ):
        return _of(given, folders, before.result, after.result, progress.now)


def _refuse_what_is_wrong(given: Mapping[str, Any]) -> None:
    """Look at what needs no examination before there is one.

    :raises UsageError: something of it cannot be done
    """
    from connexion_doctor.compare import generated, sides
    from connexion_doctor.model.errors import UsageError

    generated.installed()
    for name in ("python", "before_python", "after_python"):
        shared.interpreter(f"--{name.replace('_', '-')}", given[name])
    for start in ("before", "after"):
        sides.start_words(given[start])
    for place in given["ignore_path"]:
        if not place.startswith("/"):
            raise UsageError(f"--ignore-path {place}: a place begins with a slash, as /items/*/updated does")


def _of(
    given: dict[str, Any],
    folders: Mapping[str, Path],
    before: Callable[[], Side],
    after: Callable[[], Side],
    say: Callable[[str], None],
) -> Comparison:
    """The comparison of sides that are being examined: what asks them is imported meanwhile."""
    from connexion_doctor.compare import kept_requests, run

    start = [os.path.realpath(folders["before"]), given["before"]]
    if given["before_ref"]:
        start[0] = os.path.realpath(folders["after"])  # a checkout is somewhere else each time
    kept_requests.ahead(start)
    options = run.Options(
        all_methods=given["all_methods"],
        operations=given["operations"],
        exclude=given["exclude_operations"],
        ignore_headers=given["ignore_header"],
        ignore_paths=given["ignore_path"],
        credentials=given["credentials"],
        seed=given["seed"],
        origin=given["origin"] or run.ORIGIN,
        seconds=given["timeout"],
    )
    shared.warn(all_methods=given["all_methods"])
    found = run.examined_and_compared(before, after, options, say)
    kept_requests.met(start)
    return found
