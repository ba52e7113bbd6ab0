"""The published table: what real servers did, cell by cell, and what the doctor said of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from tests.environments import RECIPES
from tests.truth.cells import Cell
from tests.truth.overview import topped
from tests.truth.report import counts
from tests.truth.run import Result


def table(results: Sequence[Result]) -> str:
    """A Markdown page: a summary, the environments, a table of launches for each environment."""
    today = datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()
    lines = [
        f"Measured on {today}",
        *(f"- {text}" for text in counts(results)),
        "",
        "| environment | installed |",
        "|---|---|",
    ]
    names = sorted({result.cell.environment for result in results if result.outcome})
    lines += [f"| {name} | {', '.join(RECIPES[name].requirements)} |" for name in names]
    for name in names:
        lines += [
            "",
            f"## {name}",
            "",
            "| command | folder | happened | said | detail |",
            "|---|---|---|---|---|",
        ]
        found = [result for result in results if result.cell.environment == name and result.outcome]
        lines += _rows(
            sorted(found, key=lambda result: (result.cell.command, result.cell.folder, result.cell.name))
        )
    return topped("\n".join(lines) + "\n")


def command_shown(cell: Cell) -> str:
    """A cell's command as the table shows it: without the address, its variables in front."""
    command = cell.command.replace("|", "\\|")
    for word in (" -b {bind}", " --host 127.0.0.1 --port {port}", " -w 1"):
        command = command.replace(word, "")
    return "".join(f"{key}='{value}' " for key, value in cell.environ.items()) + command


def _rows(results: Sequence[Result]) -> Iterator[str]:
    for result in results:
        assert result.outcome is not None
        said, codes = (result.diagnosis.verdict, result.diagnosis.codes) if result.diagnosis else ("-", ())
        shown = f"**{said}**" if result.agrees is False else said
        if codes:
            shown += f" ({', '.join(f'[{code}](rules/{code}.md)' for code in codes)})"
        happened, detail = result.outcome.happened, result.outcome.detail.replace("|", "\\|")
        yield f"| `{command_shown(result.cell)}` | {result.cell.folder} | {happened} | {shown} | {detail} |"
