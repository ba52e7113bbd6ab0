"""The command line: options in, exit code out; nothing else."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from connexion_doctor import __version__
from connexion_doctor.cli import shared_options
from connexion_doctor.cli.arguments import SHELLS, Check, DefaultCommand, Format, RuleCode
from connexion_doctor.cli.bench import bench
from connexion_doctor.cli.compare import compare
from connexion_doctor.cli.upgrade import upgrade
from connexion_doctor.reporters import terminal

if TYPE_CHECKING:
    from connexion_doctor.model import Report
    from connexion_doctor.probe.head_start import HeadStart
    from connexion_doctor.rules.index import Entry

FOLDER = click.Path(file_okay=False)  # so that shells complete folders
WRONG = 2  # the exit code of wrong usage
SERVER_NAMES = ("uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "waitress")


@click.group(cls=DefaultCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="connexion-doctor")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Tell whether a Connexion app will serve under the server that starts it, why not, and the change
    that makes it work.

    \b
    Ask about
      connexion-doctor                                  the starts found in this project
      connexion-doctor -- gunicorn -w 4 app:app         a start command as it stands
      connexion-doctor --gunicorn-conf gunicorn.conf.py
      connexion-doctor app:app                          every server installed here
      connexion-doctor --python .venv app:app           another environment than this one

    \b
    Get it cured
      connexion-doctor --diff -- gunicorn app:app       the change, as a diff
      connexion-doctor --fix                            made in the project's files
      connexion-doctor --verify                         proved with a real boot
      connexion-doctor explain CXD101                   why, with sources
      connexion-doctor info                             what to paste into a bug report
      connexion-doctor compare BEFORE AFTER             what a client sees differ
      connexion-doctor bench START START                how fast, how much memory
      connexion-doctor upgrade                          the whole road from Connexion 2 to 3

    \b
    Keep it switched on
      connexion-doctor --format github                  annotations in GitHub Actions
      connexion-doctor --format text --format sarif=out.sarif
      connexion-doctor --baseline old.json --write-baseline
      # connexion-doctor: ignore[CXD208] reason         a comment, on the line

    `check` is the default command: `connexion-doctor check --help` lists its options.
    """
    ctx.color = terminal.colour(os.environ)


@main.command(cls=Check, context_settings={"help_option_names": ["-h", "--help"]})
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
    type=FOLDER,
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
            mistakes.refuse_target(given["target"], given["directory"], main.commands)
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
        _print_diff(report, given["unsafe_fixes"])
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


def _print_diff(report: Report, unsafe: bool) -> None:
    from connexion_doctor.fixes import outcome

    text = outcome.diff(report, unsafe=unsafe)
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


@main.command()
def rules() -> None:
    """List every rule: code, severity, name, what it is about."""
    from connexion_doctor.rules.index import entries

    _list(entries())


def _list(rules: Sequence[Entry]) -> None:
    for rule in rules:
        click.echo(f"{rule.code}  {rule.severity:<7}  {rule.name}: {rule.summary}")


@main.command()
@click.option(
    "--app-dir", "--chdir", "directory", type=FOLDER, default=".", metavar="DIR", help="The project's folder."
)
@click.pass_context
def config(ctx: click.Context, directory: str) -> None:
    """Print the configuration in force, and where each value comes from."""
    from connexion_doctor import configuration
    from connexion_doctor.configuration.shown import lines
    from connexion_doctor.model.errors import UsageError

    try:
        found = configuration.load(directory)
    except UsageError as exc:
        raise click.UsageError(str(exc), ctx) from exc
    for line in lines(found, directory):
        click.echo(line)


@main.group()
def cache() -> None:
    """The environments that --build-env keeps."""


@cache.command("list")
def list_cache() -> None:
    """Print where they are, and how large."""
    from connexion_doctor.environment.cache import kept, place, spoken

    click.echo(f"{place()}")
    for one in kept():
        click.echo(f"  {one.folder.name}  {spoken(one.size)}")


@cache.command("clean")
def clean_cache() -> None:
    """Remove them all."""
    from connexion_doctor.environment.cache import clean, spoken

    count, size = clean()
    click.echo(f"{count} environment{'' if count == 1 else 's'} removed, {spoken(size)}.")


@main.command()
@shared_options.directory
@shared_options.python
def info(directory: str, python: str | None) -> None:
    """Print what to paste into a bug report: versions, environment, configuration.

    Nothing of the project runs, and no value of a variable is told. `--version -v` is the same.
    """
    from connexion_doctor import configuration
    from connexion_doctor.checkup.about import lines
    from connexion_doctor.configuration.shown import lines as configured
    from connexion_doctor.model.errors import UsageError

    for line in lines(python, directory):
        click.echo(line)
    try:
        found = list(configured(configuration.load(directory), directory))
        found = [line for line in found if not line.endswith("# default")] or ["all by default"]
    except UsageError as exc:
        found = [f"not understood: {exc}"]
    click.echo("configuration")
    for line in found:
        click.echo(f"  {line}")


@main.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that makes a shell complete commands, options, formats and rules.

    \b
      eval "$(connexion-doctor completion bash)"                      in ~/.bashrc
      eval "$(connexion-doctor completion zsh)"                       in ~/.zshrc
      connexion-doctor completion fish | source                       in config.fish
    """
    from connexion_doctor.cli.arguments import completion_script

    click.echo(completion_script(main, shell))


@main.command()
@click.argument("code", type=RuleCode())
def explain(code: str) -> None:
    """Explain the rule CODE (or its name): what happens, why, how to fix it.

    Of a beginning, as CXD10, the rules are listed.
    """
    from connexion_doctor.reporters.explain import page
    from connexion_doctor.rules.index import beginning, find, suggestion

    rule = find(code)
    if rule is None:
        several = beginning(code)
        if several:
            _list(several)
            return
        meant = suggestion(code)
        hint = f" Did you mean {meant}?" if meant else " `connexion-doctor rules` lists them."
        raise click.UsageError(f"There is no rule {code!r}.{hint}")
    click.echo(page(rule), nl=False)


for _command in (compare, bench, upgrade):
    main.add_command(_command)
