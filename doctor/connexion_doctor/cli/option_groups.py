"""The options of ``check`` in the groups in which its help shows them, each with an example."""

from __future__ import annotations

import click

# Title, example, the options by their long name.
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "What to check",
        "connexion-doctor --gunicorn-conf gunicorn.conf.py",
        ("--gunicorn-conf", "--server", "--factory", "--chdir", "--exclude", "--target-version", "--facts"),
    ),
    (
        "The environment it runs in",
        "connexion-doctor --python .venv -- gunicorn app:app",
        ("--python", "--build-env", "--resolve", "--timeout"),
    ),
    (
        "How deep to look",
        "connexion-doctor --verify -- gunicorn app:app",
        ("--verify", "--lifespan", "--no-call", "--no-import"),
    ),
    ("What to fix", "connexion-doctor --fix", ("--diff", "--fix", "--unsafe-fixes")),
    (
        "Which findings count",
        "connexion-doctor --ignore CXD208 --fail-on warning",
        (
            "--select",
            "--ignore",
            "--no-ignores",
            "--baseline",
            "--write-baseline",
            "--fail-on",
            "--strict",
        ),
    ),
    (
        "Output",
        "connexion-doctor --format text --format html=report.html",
        ("--format", "--output", "--quiet", "--verbose", "--save-facts"),
    ),
)


def write(parameters: list[click.Parameter], ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the options group by group; those that stand in no group come last."""
    left = {
        name: record
        for one in parameters
        if isinstance(one, click.Option) and (record := one.get_help_record(ctx)) is not None
        for name in one.opts
    }
    for title, example, names in GROUPS:
        records = [left[name] for name in names if name in left]
        with formatter.section(title):
            formatter.write_text(f"$ {example}")
            formatter.write_dl(records)
        left = {name: record for name, record in left.items() if record not in records}
    rest = list(dict.fromkeys(left.values()))
    if rest:
        with formatter.section("Other"):
            formatter.write_dl(rest)
