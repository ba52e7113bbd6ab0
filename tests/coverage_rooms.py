"""What the tests cover, a line a room: ``python -m pytest --cov && python -m tests.coverage_rooms``."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from tests.running import PACKAGE, ROOT


def main() -> None:
    """Print covered lines and branches of each room, the least covered first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "coverage.json")
        subprocess.run(
            [sys.executable, "-m", "coverage", "json", "-q", "-o", str(path)], cwd=ROOT, check=True
        )
        files = json.loads(path.read_text("utf-8"))["files"]
    covered: dict[str, int] = defaultdict(int)
    there: dict[str, int] = defaultdict(int)
    for name, file in files.items():
        room = Path(name).resolve().relative_to(PACKAGE).parts[0]
        totals = file["summary"]
        covered[room] += totals["covered_lines"] + totals["covered_branches"]
        there[room] += totals["num_statements"] + totals["num_branches"]
    for room in sorted(there, key=lambda room: covered[room] / (there[room] or 1)):
        print(f"{room:<16}{100 * covered[room] / (there[room] or 1):6.1f} %  of {there[room]}")


if __name__ == "__main__":
    main()
