"""The pictures of a terminal in the README, from a real run: ``python -m tests.tools.picture`` writes them.

The doctor is run on a sample project, in colours, 84 columns wide. All that is changed is the interpreter's
path, which is another one on every machine.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.running import ROOT, doctor, environ, target

FOLDER = ROOT / "docs" / "pictures"
SAMPLE = "sync_worker"
COMMAND = "connexion-doctor"
COLUMNS = 84
MOST = 40  # lines that are shown
WIDE, HIGH, SIZE = 8.0, 19, 13.3  # of one character, in the picture's units
SGR = re.compile(r"\x1b\[([0-9;]*)m")
COLOURS = {"31": "red", "32": "green", "33": "yellow", "34": "blue", "35": "magenta", "36": "cyan"}
SCHEMES: Mapping[str, Mapping[str, str]] = {
    "light": {
        "ground": "#fbfbfa", "line": "#dfe0dc", "bar": "#f1f1ee", "ink": "#1e2329", "red": "#a8281c",
        "green": "#1b6a3f", "yellow": "#7a5000", "blue": "#0b5c7d", "magenta": "#6a3fa0", "cyan": "#0b6170",
    },
    "dark": {
        "ground": "#15181b", "line": "#30363c", "bar": "#1f2428", "ink": "#e4e7ea", "red": "#ff9a8f",
        "green": "#7dd4a1", "yellow": "#e7bd66", "blue": "#7cc4e4", "magenta": "#c5aef2", "cyan": "#7fd0dc",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """Characters of one line that look the same. ``column`` counts from 0."""

    text: str
    column: int
    colour: str | None = None
    bold: bool = False


def output() -> str:
    """What the doctor prints for the sample, with its colours."""
    python = target("c3new").python
    done = doctor(
        "--python", str(python), cwd=ROOT / "sample_projects" / SAMPLE,
        env=environ(FORCE_COLOR="1", FORCE_HYPERLINK="0", COLUMNS=str(COLUMNS)),
    )  # fmt: skip
    assert done.code == 1, done.stderr
    said = done.stdout.replace(str(python), ".venv/bin/python").replace("(--python)", "(.venv)")
    lines = re.sub(r"(\.venv/bin/python)\s+(\(\.venv\))", r"\1 \2", said).rstrip("\n").split("\n")
    return "\n".join(lines if len(lines) <= MOST else [*lines[: MOST - 1], "  …"])


def runs(line: str) -> Iterator[Run]:
    """A line with its escapes as runs of characters."""
    colour, bold, at, column = None, False, 0, 0
    for match in [*SGR.finditer(line), None]:
        text = line[at : match.start() if match else len(line)]
        if text.strip():
            yield Run(text, column, colour, bold)
        column += len(text)
        if match is None:
            return
        at = match.end()
        for code in match[1].split(";"):
            if code in ("", "0"):
                colour, bold = None, False
            elif code == "1":
                bold = True
            elif code in COLOURS:
                colour = COLOURS[code]


def plain(text: str) -> str:
    """The text without its escapes."""
    return SGR.sub("", text)


def svg(text: str, scheme: str) -> str:
    """The picture of a terminal with the command and what it prints."""
    colours = SCHEMES[scheme]
    lines = [f"\x1b[1m$ {COMMAND}\x1b[0m", *text.split("\n")]
    width, height = COLUMNS * WIDE + 40, len(lines) * HIGH + 62
    rows = [_row(run, 56 + index * HIGH) for index, line in enumerate(lines) for run in runs(line)]
    dots = [f'<circle cx="{20 + 18 * n}" cy="16" r="5" fill="{colours["line"]}"/>' for n in range(3)]
    frame = f'x="0.5" y="0.5" width="{width - 1:g}" rx="9"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">',
            f"<title>{COMMAND} in sample_projects/{SAMPLE}</title>",
            f"<style>{_style(colours)}</style>",
            f'<rect {frame} height="{height - 1:g}" fill="{colours["ground"]}" stroke="{colours["line"]}"/>',
            f'<path d="M1 10a9 9 0 0 1 9-9h{width - 20:g}a9 9 0 0 1 9 9v22h-{width - 2:g}z" '
            f'fill="{colours["bar"]}"/>',
            *dots,
            *rows,
            "</svg>\n",
        ]
    )


def _style(colours: Mapping[str, str]) -> str:
    font = f"{SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
    rules = [f".{name}{{fill:{colours[name]}}}" for name in COLOURS.values()]
    whole = f"text{{font:{font};white-space:pre;fill:{colours['ink']}}}"
    return whole + ".b{font-weight:700}" + "".join(rules)


def _row(run: Run, y: float) -> str:
    """A run at its columns, whatever font there is."""
    lead = len(run.text) - len(run.text.lstrip())
    text = run.text.strip()
    kinds = " ".join(filter(None, [run.colour, "b" if run.bold else None]))
    kind = f' class="{kinds}"' if kinds else ""
    x = 20 + (run.column + lead) * WIDE
    return f'<text x="{x:g}" y="{y:g}" textLength="{len(text) * WIDE:g}"{kind}>{html.escape(text)}</text>'


def path(scheme: str) -> Path:
    """Where the picture of a scheme is."""
    return FOLDER / f"{SAMPLE}.{scheme}.svg"


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    said = output()
    for scheme in SCHEMES:
        path(scheme).write_text(svg(said, scheme), "utf-8")
        print(path(scheme).relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
