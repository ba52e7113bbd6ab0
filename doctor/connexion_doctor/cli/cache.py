"""``connexion-doctor cache``: what is kept for later runs."""

from __future__ import annotations

import click


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
    from connexion_doctor.environment.user_cache import TABLES, user_cache
    from connexion_doctor.model.voice import counted
    from connexion_doctor.processes import scratch_folder

    scratch_folder.remove(user_cache() / TABLES)
    count, size = clean()
    click.echo(f"{counted(count, 'environment')} removed, {spoken(size)}.")
    benches = earlier_bench.clean()
    if benches:
        click.echo(f"{counted(benches, 'measurement')} of benches removed.")
