"""How time and memory grow with a project: ``python -m tests.discovery.growth [SERVICES ...]``.

Monorepos of 100 to 1,000 services with 50 Python files each, and the same where every file imports Connexion,
examined with nothing run. The time is that of the processors, for a file; the memory is the most that one
process of the doctor takes. Both are to be the same for a file whatever the size, and under 500 MB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.discovery import monorepo
from tests.running import campaign

SIZES = (100, 200, 400, 1000)
DOCTOR = [sys.executable, "-m", "connexion_doctor", "--no-import", "--format", "json"]


def main() -> None:
    """Print a line for each size."""
    print(f"{'files':>7}{'import it':>11}{'wall':>9}{'processors':>12}{'per file':>10}{'memory':>9}")
    for services in [int(word) for word in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder, "repo")
            monorepo.write(root, services)
            for everywhere in (False, True):
                if everywhere:
                    monorepo.import_everywhere(root)
                _measure(root, services * monorepo.FILES, everywhere)


def _measure(root: Path, files: int, everywhere: bool) -> None:
    begin = os.times()
    process = subprocess.Popen(DOCTOR, cwd=root, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall, spent = os.times().elapsed - begin.elapsed, usage.ru_utime + usage.ru_stime
    assert process.returncode in (0, 1)
    print(
        f"{files:>7,}{'all' if everywhere else 'few':>11}{wall:>8.1f}s{spent:>11.1f}s"
        f"{1000 * spent / files:>7.2f} ms{usage.ru_maxrss / 1024:>6.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    campaign()
    main()
