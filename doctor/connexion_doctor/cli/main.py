"""The command line: options in, exit code out; nothing else."""

from __future__ import annotations

import os

import click

from connexion_doctor import __version__
from connexion_doctor.cli.arguments import DefaultCommand, Later
from connexion_doctor.reporters import terminal

COMMANDS = (
    Later("bench", "bench", "Ask several starts the same, under load: how fast."),
    Later("cache", "inquiries", "What is kept for later runs."),
    Later("check", "check", "Whether the app will serve, and the fix; the default."),
    Later("compare", "compare", "Ask two starts the same: what a client sees differ."),
    Later("completion", "inquiries", "Print the script with which a shell completes words."),
    Later("config", "inquiries", "Print the configuration in force, and where it stands."),
    Later("explain", "inquiries", "Explain a rule: what happens, why, how to fix it."),
    Later("info", "inquiries", "Print what to paste into a bug report."),
    Later("rules", "inquiries", "List every rule: code, severity, name."),
    Later("upgrade", "upgrade", "Walk the whole road from Connexion 2 to 3 in a copy."),
)


@click.group(cls=DefaultCommand, later=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
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
