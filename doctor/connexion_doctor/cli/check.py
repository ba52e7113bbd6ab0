"""``connexion-doctor check``: the options of a checkup, and what is done with its report."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import click

from connexion_doctor.cli import shared_options
from connexion_doctor.cli.arguments import Check, Format, RuleCode

if TYPE_CHECKING:
    from connexion_doctor.model import Report
    from connexion_doctor.probe.head_start import HeadStart

WRONG = 2  # the exit code of wrong usage
SERVER_NAMES = ("uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "waitress")


@click.command(cls=Check, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("target", required=False)
@click.option(
    "--gunicorn-conf", type=click.Path(), metavar="PATH", help="A gunicorn configuration file to check."
)
@click.option("--server", type=click.Choice(SERVER_NAMES), help="The server that gets TARGET.")
@click.option("--factory", is_flag=True, help="TARGET is a factory; with --server.")
@click.option(
    "--app-dir",
    "--chdir",
    "directory",
    type=shared_options.FOLDER,
    default=".",
    metavar="DIR",
    help="The directory the server runs in.",
)
@click.option(
    "--python",
    type=click.Path(),
    metavar="PATH",
    help="The interpreter, or virtual environment, the app runs in.",
)
@click.option(
    "--build-env", is_flag=True, help="Build the environment that each start runs in, from its own files."
)
@click.option("--resolve", is_flag=True, help="Ask the package index which versions a fresh install takes.")
@click.option("--no-import", is_flag=True, help="Run no code of the project.")
@click.option("--no-call", is_flag=True, help="Make no trial call.")
@click.option("--lifespan", is_flag=True, help="Run the app's lifespan handlers too, start and end.")
@click.option(
    "--target-version",
    type=click.Choice(["2", "3"]),
    help="The Connexion the project shall run on; 3 gives the plan of an upgrade.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.5),
    default=30.0,
    metavar="S",
    help="Seconds for loading the app.",
)
@click.option(
    "--format",
    multiple=True,
    type=Format(),
    default=("text",),
    metavar="F[=PATH]",
    help="text, json, sarif, github, gitlab, junit, markdown or html; several at once, to files.",
)
@click.option("--output", type=click.Path(dir_okay=False, writable=True), help="Write the report there.")
@click.option(
    "--select",
    multiple=True,
    type=RuleCode(),
    metavar="CODE",
    help="Only these rules (codes, beginnings, names).",
)
@click.option("--ignore", multiple=True, type=RuleCode(), metavar="CODE", help="Not these rules.")
@click.option(
    "--exclude", multiple=True, metavar="PATTERN", help="Look for nothing in these folders and files."
)
@click.option("--no-ignores", is_flag=True, help="Report what comments in the files silence, too.")
@click.option("--baseline", type=click.Path(), metavar="FILE", help="Keep the findings of this file quiet.")
@click.option("--write-baseline", is_flag=True, help="Write what is found now as the baseline.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="error",
    help="The severity from which the exit code is 1.",
)
@click.option("--strict", is_flag=True, help="A start that could not be settled makes the exit code 1.")
@click.option("--diff", is_flag=True, help="Print the recommended fixes as a diff, in place of the report.")
@click.option("--fix", is_flag=True, help="Apply the recommended fixes, and report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --diff or --fix: those too that change behaviour.")
@click.option("--verify", is_flag=True, help="Boot the launches for real, as they are and with their fixes.")
@click.option("-q", "--quiet", is_flag=True, help="A line a finding, nothing else.")
@click.option("-v", "--verbose", is_flag=True, help="What was found where, who read it, how long it took.")
@click.option(
    "--save-facts",
    type=click.Path(),
    metavar="FILE",
    help="Save what was found out, for --facts; secrets taken out.",
)
@click.option("--facts", type=click.Path(), metavar="FILE", help="Judge saved facts, in place of a project.")
@click.pass_context
def check(ctx: click.Context, /, **given: Any) -> None:
    """Check TARGET, a configuration file, or the start command behind --.

    \b
    Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage;
    3 the doctor could not do its work.

    [tool.connexion-doctor] in pyproject.toml, or [connexion-doctor] in setup.cfg, gives options a value;
    the command line wins. `connexion-doctor config` shows what is in force.
    """
    from connexion_doctor import configuration
    from connexion_doctor.cli import mistakes
    from connexion_doctor.cli.asked_options import refuse_contradictions
    from connexion_doctor.model.errors import NothingToCheck, UsageError
    from connexion_doctor.probe import head_start

    command = ctx.meta["start_command"]
    folder = mistakes.folder_in(given["target"], given["directory"])
    if folder is not None:
        given = {**given, "target": None, "directory": folder}
    try:
        refuse_contradictions(given, command if ctx.meta["has_command"] else None)
        given = configuration.load(given["directory"]).merged(given, _explicit(ctx))
        if given["target"] not in {one.name for one in given.get("launches", ())}:
            mistakes.refuse_target(given["target"], given["directory"], _commands(ctx))
    except UsageError as exc:
        raise click.UsageError(str(exc), ctx) from exc
    head = None
    if given["facts"] is None:
        probes = not (given["no_import"] or given["build_env"])
        head = head_start.start(given["python"], given["directory"], probe=probes)
    from connexion_doctor.reporters import delivery  # while the probe's interpreter comes up

    try:
        outputs = delivery.outputs(given["format"], given["output"])
        report = _checked(given, command, head)
    except NothingToCheck as exc:
        click.echo(str(exc), err=True)
        ctx.exit(WRONG)
    except UsageError as exc:
        raise click.UsageError(str(exc), ctx) from exc
    if given["diff"]:
        _print_diff(report, given, command)
        outputs = tuple(one for one in outputs if one.path is not None)
    from connexion_doctor.checkup.failure import BROKEN

    detail = "quiet" if given["quiet"] else "verbose" if given["verbose"] else "normal"
    unwritten = delivery.deliver(report, outputs, _print, detail=detail)
    for reason in unwritten:
        click.echo(f"connexion-doctor: {reason}", err=True)
    sys.exit(BROKEN if unwritten else report.exit_code)


def _print(text: str) -> None:
    """Write to standard output. :raises OSError: it is closed, or what it leads to is full"""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed")
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        raise
    except OSError:  # what could not be written must not be tried again when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise


def _checked(given: dict[str, Any], command: Sequence[str], head: HeadStart | None) -> Report:
    """The report; on what is left, where the fixes were to be applied. A fault of the doctor is a report
    that says so: a machine that reads it must not take it for clean.

    :raises UsageError: the options name what is not there
    """
    from connexion_doctor.checkup.run import run
    from connexion_doctor.cli.asked_options import options
    from connexion_doctor.cli.progress import LONG, Progress
    from connexion_doctor.model.errors import UsageError
    from connexion_doctor.rules import index

    asked = options(given, command)
    try:
        index.check(asked.screening.select, "--select")
        index.check(asked.screening.ignore, "--ignore")
        doing = "connexion-doctor: reading the project, asking the target environment"
        with Progress(sys.stderr, doing, long=LONG) as progress:
            report = run(asked, head, progress.now)
        return _fixed(report, lambda: run(asked), given["unsafe_fixes"]) if given["fix"] else report
    except UsageError:
        raise
    except Exception as exc:
        return _failed(exc, given)


def _commands(ctx: click.Context) -> Collection[str]:
    """The names of all commands: a target that is nearly one of them may be meant for it."""
    program = ctx.find_root().command
    return program.list_commands(ctx) if isinstance(program, click.Group) else ()


def _explicit(ctx: click.Context) -> list[str]:
    """The options that the command line gives."""
    default = (click.core.ParameterSource.DEFAULT, click.core.ParameterSource.DEFAULT_MAP)
    return [name for name in ctx.params if ctx.get_parameter_source(name) not in default]


def _failed(error: Exception, given: dict[str, Any]) -> Report:
    """A report that says why there is none; the same on standard error."""
    from connexion_doctor.checkup import failure
    from connexion_doctor.checkup.run import ProbeError

    reason = str(error) if isinstance(error, ProbeError) else failure.internal(error)
    click.echo(f"connexion-doctor: {reason}", err=True)
    if given["verbose"]:
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    return failure.report(os.path.abspath(given["directory"]), reason)


def _print_diff(report: Report, given: dict[str, Any], command: Sequence[str]) -> None:
    from connexion_doctor.checkup.ahead import diff
    from connexion_doctor.checkup.run import run
    from connexion_doctor.cli.asked_options import options

    text = diff(report, options(given, command), run, unsafe=given["unsafe_fixes"])
    click.echo(text.encode("utf-8", "surrogateescape"), nl=False)  # names of files as they are


def _fixed(report: Report, again: Callable[[], Report], unsafe: bool) -> Report:
    """Apply the fixes; what was done is said on standard error, the report is on what is left."""
    from connexion_doctor.checkup.failure import BROKEN
    from connexion_doctor.fixes import outcome
    from connexion_doctor.fixes.applying import NotApplied

    try:
        report, told = outcome.fix(report, again, unsafe=unsafe)
    except NotApplied as exc:
        click.echo(f"connexion-doctor: {exc}", err=True)
        sys.exit(BROKEN)
    for line in told:
        click.echo(line, err=True)
    return report
