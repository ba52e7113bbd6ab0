"""`python -m tests.truth`: run cells and print what came of them."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.environments import RECIPES
from tests.running import campaign
from tests.truth.cells import SERVERS, select
from tests.truth.doctor import FORMS
from tests.truth.report import line, summary
from tests.truth.run import Options, run
from tests.truth.table import table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.truth", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="the cells of every test run")
    parser.add_argument("--env", action="append", default=[], choices=list(RECIPES))
    parser.add_argument("--server", action="append", default=[], choices=SERVERS)
    parser.add_argument("--only", action="append", default=[], help="part of a cell's name")
    parser.add_argument("--reality-only", action="store_true", help="do not ask the doctor")
    parser.add_argument("--no-check-config", action="store_true", help="do not ask gunicorn")
    parser.add_argument("--reuse", action="store_true", help="remember outcomes, use remembered")
    parser.add_argument("--forms", action="store_true", help="ask in every form")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--table", metavar="PATH", help="write what came of them as a Markdown page")
    parser.add_argument("--list", action="store_true", help="name the cells, run none")
    asked = parser.parse_args()

    cells = select(asked.fast, tuple(asked.env), tuple(asked.server), tuple(asked.only))
    if asked.list:
        for cell in cells:
            print(cell.name)
        return 0
    if not cells:
        parser.error("no cell fits")
    if asked.reality_only:
        print("reality only: the doctor is not asked")
    started = time.monotonic()
    forms = FORMS[1:] if asked.forms and not asked.reality_only else ()
    options = Options(not asked.reality_only, not asked.no_check_config, asked.reuse, asked.jobs, forms)
    results = []
    for number, result in enumerate(run(cells, options), 1):
        results.append(result)
        print(f"[{number}/{len(cells)}] {line(result)}", flush=True)
    print()
    for text in summary(results):
        print(text)
    if asked.table:
        Path(asked.table).write_text(table(results), encoding="utf-8")
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if any(result.agrees is False for result in results) else 0


if __name__ == "__main__":
    campaign()
    sys.exit(main())
