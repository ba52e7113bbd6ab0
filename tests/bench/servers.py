"""The same app under four servers: ``python -m tests.bench.servers [TABLE.json]`` prints a table.

``python -m tests.bench.servers FIRST.json SECOND.json`` puts two such runs side by side, and says of each
ratio whether the intervals overlap.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from connexion_doctor.bench import document, markdown, run
from connexion_doctor.compare import generated
from connexion_doctor.compare.sides import Wanted, examined
from tests.compare.comparing import APPS
from tests.environments import environment
from tests.running import campaign

STARTS = {
    "gunicorn, 16 threads, a2wsgi": "gunicorn -w 1 --threads 16 app:application",
    "gunicorn, uvicorn-worker": "gunicorn -w 1 -k uvicorn_worker.UvicornWorker app:app",
    "gunicorn, its ASGI worker": "gunicorn -w 1 -k asgi app:app",
    "uvicorn": "uvicorn app:app",
}
OPERATIONS = ("GET */whole/*", "GET */query")
ADAPTED = "\n\nfrom a2wsgi import ASGIMiddleware\n\napplication = ASGIMiddleware(app)\n"

Ratios = Mapping[tuple[str, int], Mapping[str, float]]


def measured(folder: Path) -> Any:
    """A bench of all starts."""
    shutil.copytree(APPS / "parameters", folder / "project")
    app = folder / "project" / "app.py"
    app.write_text(app.read_text() + ADAPTED)
    generated.available()
    run.available()
    python = str(environment("c3new").python)
    sides = [
        examined(Wanted(name, start, folder / "project", python, {}, 60.0)) for name, start in STARTS.items()
    ]
    options = run.Options(rounds=6, seconds=1.5, operations=OPERATIONS, timeout=60.0)
    return run.bench(sides, options, lambda said: print(f"  {said}", file=sys.stderr, flush=True))


def ratios(told: Mapping[str, Any]) -> Ratios:
    """Start and concurrency -> its ratio to the first start, of a document of ``bench``."""
    return {
        (one["name"], at["concurrency"]): at["ratio"]
        for one in told["starts"]
        for at in one["measured"]
        if at["ratio"] is not None
    }


def side_by_side(first: Ratios, second: Ratios) -> Iterator[tuple[str, bool]]:
    """A line for each ratio that both runs have, and whether its intervals overlap."""
    for key in first:
        if key in second:
            one, other = first[key], second[key]
            overlap = max(one["low"], other["low"]) <= min(one["high"], other["high"])
            shown = [
                f"{each['value']:.2f} ({each['low']:.2f} to {each['high']:.2f})" for each in (one, other)
            ]
            said = "overlap" if overlap else "apart"
            yield f"{key[0]:<30}{key[1]:>4} at once  {shown[0]:<24}{shown[1]:<24}{said}", overlap


def main(words: list[str]) -> int:
    """Measure, or compare two runs; of these, how many intervals lie apart is the exit code."""
    parser = argparse.ArgumentParser("tests.bench.servers", description=__doc__)
    parser.add_argument(
        "table", nargs="?", type=Path, help="where the table of this run goes, or a first one"
    )
    parser.add_argument("second", nargs="?", type=Path, help="a second one: nothing is measured")
    given = parser.parse_args(words)
    if given.second is not None:
        both = [ratios(json.loads(path.read_text("utf-8"))) for path in (given.table, given.second)]
        found = list(side_by_side(*both))
        print("\n".join(line for line, _ in found))
        return sum(not overlap for _, overlap in found)
    with tempfile.TemporaryDirectory() as folder:
        found_bench = measured(Path(folder))
    print(markdown.render(found_bench))
    if given.table is not None:
        given.table.write_text(document.render(found_bench), encoding="utf-8")
    return 0


if __name__ == "__main__":
    campaign()
    sys.exit(main(sys.argv[1:]))
