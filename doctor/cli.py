"""The command line: options in, exit code out; nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from doctor import __version__

SERVER_NAMES = ("uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "waitress")
FORMAT_NAMES = ("text", "json")
USAGE, BROKEN = 2, 3


class DefaultCommand(click.Group):
    """``connexion-doctor app:app`` means ``connexion-doctor check app:app``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        if not args or (args[0] not in self.commands and args[0] not in own):
            args = ["check", *args]
        return super().parse_args(ctx, args)


@click.group(cls=DefaultCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="connexion-doctor")
def main() -> None:
    """Tell whether a Connexion app will serve under the server that starts it, why not, and the change
    that makes it work.

    \b
      connexion-doctor app:app                          every server installed here
      connexion-doctor --gunicorn-conf gunicorn.conf.py
      connexion-doctor -- gunicorn -w 4 app:app         a start command as it stands
      connexion-doctor --format json app:app
      connexion-doctor explain CXD101

    `check` is the default command: `connexion-doctor check --help` lists its options.
    """


def _split_command(args: list[str]) -> tuple[list[str], list[str]]:
    """What stands before ``--`` and behind it."""
    if "--" not in args:
        return args, []
    index = args.index("--")
    return args[:index], args[index + 1 :]


class Check(click.Command):
    """Takes the start command behind ``--`` off before click sees it as positionals."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own, command = _split_command(args)
        ctx.meta["start_command"] = tuple(command)
        ctx.meta["has_command"] = "--" in args
        return super().parse_args(ctx, own)


@main.command(cls=Check, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("target", required=False)
@click.option("--gunicorn-conf", metavar="PATH", help="A gunicorn configuration file to check.")
@click.option("--server", type=click.Choice(SERVER_NAMES), help="The server that gets TARGET.")
@click.option("--factory", is_flag=True, help="TARGET is a factory; with --server.")
@click.option(
    "--app-dir", "--chdir", "directory", default=".", metavar="DIR", help="The directory the server runs in."
)
@click.option("--python", metavar="PATH", help="The interpreter, or virtual environment, the app runs in.")
@click.option("--no-import", is_flag=True, help="Run no code of the project.")
@click.option("--no-call", is_flag=True, help="Make no trial call.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.5), default=30.0, metavar="S", help="Seconds for loading the app."
)
@click.option("--format", "format_", type=click.Choice(FORMAT_NAMES), default="text", help="Of the report.")
@click.option("--output", type=click.Path(dir_okay=False, writable=True), help="Write the report there.")
@click.option("--select", multiple=True, metavar="CODE", help="Only these rules (codes, beginnings, names).")
@click.option("--ignore", multiple=True, metavar="CODE", help="Not these rules.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="error",
    help="The severity from which the exit code is 1.",
)
@click.pass_context
def check(ctx: click.Context, **given: Any) -> None:
    """Check TARGET, a configuration file, or the start command behind --.

    \b
    Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage;
    3 the doctor could not do its work.
    """
    from doctor import checkup, reporters

    command = ctx.meta["start_command"]
    if ctx.meta["has_command"] and not command:
        raise click.UsageError("a start command must follow --", ctx)
    if given["factory"] and given["server"] is None:
        raise click.UsageError("--factory goes with --server: which server is to call it?", ctx)
    options = checkup.Options(
        target=given["target"],
        command=command,
        gunicorn_conf=given["gunicorn_conf"],
        server=given["server"],
        factory=given["factory"],
        directory=given["directory"],
        python=given["python"],
        do_import=not given["no_import"],
        call=not given["no_call"],
        timeout=given["timeout"],
        select=_listed(given["select"]),
        ignore=_listed(given["ignore"]),
        fail_on=given["fail_on"],
    )
    try:
        report = checkup.run(options)
    except checkup.UsageError as exc:
        raise click.UsageError(str(exc), ctx) from exc
    except checkup.ProbeError as exc:
        click.echo(f"connexion-doctor: {exc}", err=True)
        sys.exit(BROKEN)
    _write(reporters.renderer(given["format_"])(report), given["output"])
    sys.exit(report.exit_code)


def _listed(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _write(text: str, output: str | None) -> None:
    if output is not None and output != "-":
        Path(output).write_text(click.unstyle(text), encoding="utf-8")
        return
    click.echo(text, nl=False)


@main.command()
def rules() -> None:
    """List every rule: code, severity, name, what it is about."""
    from doctor.rules import all_rules

    for rule in all_rules():
        click.echo(f"{rule.code}  {rule.severity.value:<7}  {rule.name}: {rule.summary}")


@main.command()
@click.argument("code")
def explain(code: str) -> None:
    """Explain the rule CODE (or its name): what happens, why, how to fix it."""
    from doctor.reporters.explain import page
    from doctor.rules import all_rules, find

    rule = find(code)
    if rule is None:
        import difflib

        names = [name for rule in all_rules() for name in (rule.code, rule.name)]
        close = difflib.get_close_matches(code, [*names, code.upper()], n=1, cutoff=0.6)
        hint = f"; did you mean {close[0]}?" if close and close[0] in names else ""
        raise click.UsageError(f"there is no rule {code!r}{hint} (`connexion-doctor rules` lists them)")
    click.echo(page(rule), nl=False)
