"""The summary on top of the truth table, made from the table itself: ``python -m tests.truth.overview PATH``
writes it anew above the rows that are there.

In: the page. Out: the page with another text between its title and the heading of the environments.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from connexion_doctor.rules.index import entries
from tests.truth.cells import SERVERS, server_of

BODY = "## Environments"
COUNTS = re.compile(r"^- (?:reality|doctor|gunicorn --check-config|skipped): .*$", re.MULTILINE)
MEASURED = re.compile(r"Measured on (\d{4}-\d\d-\d\d)")
ROW = re.compile(r"^\| `(?P<command>.*?)` \| (?P<folder>\S+) \| (?P<happened>\w+) \| (?P<said>.*?) \| ")
CODE = re.compile(r"\[(CXD\d+)\]")
PLAIN = re.compile(
    r"^(?:gunicorn(?: -k (?!workers\.|no[._]such)\S+)?|uvicorn|hypercorn|daphne|waitress-serve"
    r"|granian(?: --interface \S+)?)"
    r"(?: -b 127\.0\.0\.1 -p \{port\}| --listen \S+| -b \S+)? app:app$"
)
LISTEN = re.compile(r" (?:-b|-p|--listen) \S+")
MOST_CODES = 8
SHOWN = "c3new"


@dataclass(frozen=True)
class Row:
    """One cell as the page has it."""

    environment: str
    command: str
    folder: str
    happened: str
    said: str
    codes: tuple[str, ...]

    @property
    def server(self) -> str:
        """The server of its command."""
        return server_of(re.sub(r"^(?:[A-Z_]+='[^']*' )+", "", self.command))


def rows(page: str) -> Iterator[Row]:
    """The cells of the page."""
    environment = ""
    for line in page.splitlines():
        if line.startswith("## "):
            environment = line.removeprefix("## ")
        match = ROW.match(line)
        if match is not None:
            said = match["said"].split(" (")[0].strip("*")
            codes = tuple(CODE.findall(match["said"]))
            yield Row(environment, match["command"], match["folder"], match["happened"], said, codes)


def overview(date: str, counts: Sequence[str], found: Sequence[Row]) -> str:
    """The top of the page: what was measured, and what it comes to.

    :param counts: as ``tests.truth.report.counts`` says them
    """
    serve = sum(row.happened == "serves" for row in found)
    right = sum(row.said == row.happened for row in found)
    unknown = sum(row.said == "unknown" for row in found)
    lines = [
        "# Truth table",
        "",
        f"Measured on {date} by `python -m tests.truth --table docs/truth.md`. Each start below was booted "
        "for real, and asked three things: a good request, an invalid one, and one without credentials. It "
        "serves when the good one is answered and the others are refused. Then the doctor was asked.",
        "",
        f"**{len(found)} starts: {serve} serve, {len(found) - serve} fail. The doctor was right about "
        f"{right}, wrong about {len(found) - right - unknown}, and said `unknown` of {unknown}.** They were "
        "collected for their faults and near misses: the shares say nothing of what is deployed.",
        "",
        *(f"- {text}" for text in counts),
        "",
        "## By server",
        "",
        "| server | starts | serve | fail | doctor right | what is found most |",
        "|---|---|---|---|---|---|",
        *_servers(found),
        "",
        "## A Connexion 3 app, as it comes, on each server",
        "",
        f"The plain starts of the environment [{SHOWN}](#{SHOWN}), without any other option.",
        "",
        "| start | happened | why |",
        "|---|---|---|",
        *_plain(found),
        "",
        "## What is found most in starts that fail",
        "",
        "| rule | name | starts |",
        "|---|---|---|",
        *_rules(found),
        "",
        "",
    ]
    return "\n".join(lines)


def _servers(found: Sequence[Row]) -> Iterator[str]:
    grave = {entry.code for entry in entries() if entry.severity == "error"}
    for name in SERVERS:
        mine = [row for row in found if row.server == name]
        serve = sum(row.happened == "serves" for row in mine)
        right = sum(row.said == row.happened for row in mine)
        unknown = sum(row.said == "unknown" for row in mine)
        told = f"{right}" + (f", {unknown} unknown" if unknown else "")
        codes = Counter(code for row in mine if row.happened == "fails" for code in row.codes)
        codes = Counter({code: count for code, count in codes.items() if code in grave})
        most = ", ".join(f"{_link(code)} ({count})" for code, count in codes.most_common(3))
        yield f"| {name} | {len(mine)} | {serve} | {len(mine) - serve} | {told} | {most} |"


def _plain(found: Sequence[Row]) -> Iterator[str]:
    names = {entry.code: entry.name for entry in entries()}
    for row in found:
        if row.environment == SHOWN and row.folder == "c3" and PLAIN.match(row.command):
            shown = LISTEN.sub("", row.command)
            why = ", ".join(f"{_link(code)} {names[code]}" for code in row.codes)
            yield f"| `{shown}` | {row.happened} | {why} |"


def _rules(found: Sequence[Row]) -> Iterator[str]:
    names = {entry.code: entry.name for entry in entries()}
    codes = Counter(code for row in found if row.happened == "fails" for code in set(row.codes))
    for code, count in sorted(codes.items(), key=lambda one: (-one[1], one[0]))[:MOST_CODES]:
        yield f"| {_link(code)} | {names[code]} | {count} |"


def _link(code: str) -> str:
    return f"[{code}](rules/{code}.md)"


def topped(page: str) -> str:
    """The page with its top made anew from its own rows."""
    measured = MEASURED.search(page)
    assert measured is not None
    counts = [line.removeprefix("- ") for line in COUNTS.findall(page)]
    start = page.index(BODY) if BODY in page else page.index("| environment | installed |")
    body = page[start:].removeprefix(BODY).lstrip("\n")
    return overview(measured[1], counts, list(rows(body))) + f"{BODY}\n\n{body}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(topped(path.read_text("utf-8")), "utf-8")
