"""``connexion-doctor upgrade``: the whole road from Connexion 2 to 3."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from connexion_doctor.cli import shared_options as shared
from connexion_doctor.cli.reported import reported, without_secrets

if TYPE_CHECKING:
    from pathlib import Path

    from connexion_doctor.upgrade.upgrade import Step, Upgrade


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("start", required=False)
@shared.directory
@click.option("--before-python", type=click.Path(), metavar="PATH", help="The environment with Connexion 2.")
@click.option("--after-python", type=click.Path(), metavar="PATH", help="The environment with Connexion 3.")
@click.option("--before-ref", metavar="GITREF", help="The commit that runs on Connexion 2.")
@shared.environ
@shared.credentials
@click.option("--test", metavar="COMMAND", help="The project's tests, run on both sides: 'pytest -q'.")
@click.option("--bench", is_flag=True, help="Load both sides too, and say what it costs.")
@click.option("--all-methods", is_flag=True, help="Compare with what changes state too, in copies.")
@click.option("--origin", metavar="URL", help="The page that cross-origin requests come from.")
@click.option("--write", is_flag=True, help="Make the changes in the project.")
@click.option("--force", is_flag=True, help="With --write: though changes are not committed.")
@click.option("--patch", type=click.Path(dir_okay=False), metavar="FILE", help="Write the changes there.")
@click.option("--keep", type=shared.FOLDER, metavar="DIR", help="Where the copy, the patch and the logs go.")
@shared.timeout
@shared.formats(*shared.FORMATS)
@click.pass_context
def upgrade(ctx: click.Context, /, **given: Any) -> None:
    """Walk the whole road from Connexion 2 to 3 in a copy of the project, and report.

    The project is booted as it is, changed by the rules, installed anew, treated and booted on
    Connexion 3; both sides are compared. Nothing in the project is touched without --write. It can be
    run again after each change by hand; once the project is changed, --before-ref names the commit
    that runs on Connexion 2.

    \b
      connexion-doctor upgrade --test "pytest -q" --format text --format markdown=upgrade.md

    \b
    Exit codes: 0 no client breaks; 1 one does, or fewer tests pass; 2 wrong usage;
    3 a step could not be done.
    """
    from connexion_doctor.upgrade import document, html, markdown, text

    reported(
        ctx,
        given,
        lambda: _walked(given),
        {
            "text": text.render,
            "json": document.render,
            "markdown": markdown.render,
            "html": html.render,
        },
        lambda found: found.exit_code,
    )


def _walked(given: dict[str, Any]) -> Upgrade:
    from pathlib import Path

    from connexion_doctor.bench import run as benching
    from connexion_doctor.cli.progress import Progress
    from connexion_doctor.compare import generated, run, sides
    from connexion_doctor.compare.credentials import credentials
    from connexion_doctor.model.errors import UsageError
    from connexion_doctor.processes import scratch_folder, signals
    from connexion_doctor.upgrade import difference, starts, text
    from connexion_doctor.upgrade.road import Options, Road

    root = Path(given["directory"]).resolve()
    if not os.path.isdir(root):
        raise UsageError(f"There is no folder {given['directory']}.")
    if given["write"] and not given["force"]:
        reason = difference.unclean(root)
        if reason is not None:
            raise UsageError(f"--write: {reason}: commit them first, or give --force")
    generated.available()
    if given["bench"]:
        benching.available()
    shared.warn(all_methods=given["all_methods"])
    own = scratch_folder.for_the_user("upgrade") if given["keep"] is None else None
    folder = (own or Path(given["keep"])).resolve()
    if folder.is_relative_to(root):
        raise UsageError("--keep: the folder must not lie in the project")
    if own is None and os.path.isdir(folder) and any(folder.iterdir()):
        raise UsageError(f"--keep: {folder} is not empty")
    before = None
    if given["before_ref"]:
        before = sides.checked_out(root, given["before_ref"], folder / "checkout")
    starts.refuse_unknown(given["start"], [root] if before is None else [root, before])
    options = Options(
        root=root,
        folder=folder,
        start=given["start"],
        before=before,
        before_python=shared.interpreter("--before-python", given["before_python"]),
        after_python=shared.interpreter("--after-python", given["after_python"]),
        test=given["test"],
        bench=benching.Options(timeout=given["timeout"]) if given["bench"] else None,
        environ=shared.variables(given["environ"]),
        compare=run.Options(
            all_methods=given["all_methods"],
            credentials=credentials(given["header"], given["auth"], given["cookie"], os.environ),
            origin=given["origin"] or run.ORIGIN,
            seconds=given["timeout"],
        ),
        timeout=given["timeout"],
    )

    def tell(step: Step) -> None:
        click.echo(without_secrets(text.step(step), given), err=True)

    try:
        with Progress(sys.stderr, "connexion-doctor: looking at the project") as progress:
            found = Road(options, tell, progress.now).walk()
    except signals.Interrupted:
        if own is None:
            click.echo(f"connexion-doctor: what was done so far is in {folder}", err=True)
        raise
    if own is not None:
        scratch_folder.keep(own)
    return _given(found, root, given["patch"], given["write"])


def _given(found: Upgrade, root: Path, patch: str | None, write: bool) -> Upgrade:
    """Write the patch, and the changes, where that was asked for; what cannot be written does not take the
    report away."""
    from dataclasses import replace
    from pathlib import Path

    from connexion_doctor.model.errors import UsageError
    from connexion_doctor.upgrade import difference

    unwritten: list[str] = []
    if patch is not None:
        try:
            Path(patch).write_text(Path(found.patch).read_text("utf-8"), encoding="utf-8")
        except OSError as exc:
            unwritten.append(f"--patch {patch}: {exc.strerror or exc}")
    if write:
        try:
            difference.write_back(root, Path(found.copy), found.files)
            found = replace(found, written=True)
        except UsageError as exc:
            unwritten.append(str(exc))
    for one in unwritten:
        click.echo(f"connexion-doctor: {one}", err=True)
    return replace(found, unwritten=tuple(unwritten))
