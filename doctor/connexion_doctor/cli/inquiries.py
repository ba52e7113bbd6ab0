"""The commands that check nothing: rules and their pages, what is configured, kept and installed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from connexion_doctor.cli import shared_options
from connexion_doctor.cli.arguments import SHELLS, RuleCode

if TYPE_CHECKING:
    from connexion_doctor.rules.index import Entry


@click.command()
def rules() -> None:
    """List every rule: code, severity, name, what it is about."""
    from connexion_doctor.rules.index import entries

    _list(entries())


def _list(rules: Sequence[Entry]) -> None:
    for rule in rules:
        click.echo(f"{rule.code}  {rule.severity:<7}  {rule.name}: {rule.summary}")


@click.command()
@shared_options.directory
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


@click.group()
def cache() -> None:
    """What is kept for later runs: environments that were built, figures that were measured."""


@cache.command("list")
def list_cache() -> None:
    """Print where they are, and how large."""
    from connexion_doctor.checkup import earlier_bench
    from connexion_doctor.environment.cache import kept, place, spoken

    click.echo(f"{place()}")
    for one in kept():
        click.echo(f"  {one.folder.name}  {spoken(one.size)}")
    click.echo(f"{earlier_bench.place()}")
    for path in earlier_bench.all_kept():
        click.echo(f"  {path.name}  {earlier_bench.shown(path)}")


@cache.command("clean")
def clean_cache() -> None:
    """Remove them all."""
    from connexion_doctor.checkup import earlier_bench
    from connexion_doctor.environment.cache import clean, spoken
    from connexion_doctor.environment.user_cache import REQUESTS, TABLES, user_cache
    from connexion_doctor.model.voice import counted
    from connexion_doctor.processes import scratch_folder

    for one in (TABLES, REQUESTS):
        scratch_folder.remove(user_cache() / one)
    count, size = clean()
    click.echo(f"{counted(count, 'environment')} removed, {spoken(size)}.")
    benches = earlier_bench.clean()
    if benches:
        click.echo(f"{counted(benches, 'measurement')} of benches removed.")


@click.command()
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


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that makes a shell complete commands, options, formats and rules.

    \b
      eval "$(connexion-doctor completion bash)"                      in ~/.bashrc
      eval "$(connexion-doctor completion zsh)"                       in ~/.zshrc
      connexion-doctor completion fish | source                       in config.fish
    """
    from connexion_doctor.cli.arguments import completion_script

    click.echo(completion_script(ctx.find_root().command, shell))


@click.command()
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
