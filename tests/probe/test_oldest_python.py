"""What runs in a target's interpreter is imported by the oldest Python of a target."""

from __future__ import annotations

import subprocess

import pytest

from tests.environments import find_python
from tests.running import PACKAGE

OLDEST = "3.8"
IMPORTS = """\
import importlib, pathlib, sys
root = pathlib.Path(sys.argv[1])
sys.path[:0] = [str(root / "probe"), str(root / "verify" / "redirect")]
found = (root / "probe" / "agent").rglob("*.py")
paths = [path.relative_to(root / "probe").with_suffix("") for path in found]
for name in sorted(".".join(path.parts) for path in paths if path.name != "__main__"):
    importlib.import_module(name[:-9] if name.endswith(".__init__") else name)
print(len(paths))
"""


def test_the_agent_is_imported_by_the_oldest_python() -> None:
    python = find_python(OLDEST)
    if python is None:
        pytest.skip(f"Python {OLDEST} is not on this machine")
    done = subprocess.run(
        [python, "-B", "-c", IMPORTS, str(PACKAGE)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20
