"""``python -m tests.endurance``: every part in its long form; 0 of each may fail.

python -m tests.endurance --short            the counts that the test suite takes
python -m tests.endurance inputs --runs 5000 --seed 7
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.endurance import PARTS
from tests.endurance.runs import Part
from tests.running import campaign


def main() -> int:
    """Run the parts; the exit code is 1 where anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.endurance", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--short", action="store_true", help="the counts of the test suite")
    parser.add_argument("--runs", type=int, help="so many runs of each part")
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="printed, to do it again")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    campaign()
    failed = 0
    for name in given.parts or PARTS:
        part = PARTS[name]
        count = given.runs or (part.short if given.short else part.long)
        failed += _run(part, range(given.first, given.first + count), given.seed)
    return int(failed > 0)


def _run(part: Part, numbers: range, seed: int) -> int:
    begin, failed = time.monotonic(), 0
    for number in numbers:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            faults = list(part.run(number, Random(f"{seed}/{part.name}/{number}"), Path(folder)))
        if faults:
            failed += 1
            print(f"  {part.name} {number} ({part.names(number)}): {'; '.join(faults)}", flush=True)
    took = time.monotonic() - begin
    print(f"{part.name}: {len(numbers)} runs, {failed} failed, {took:.0f} s", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
