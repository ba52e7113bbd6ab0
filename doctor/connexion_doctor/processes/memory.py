"""How much memory processes take together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from connexion_doctor.foundation import late

PSS = late.pattern(rb"^Pss:\s+(\d+) kB", re.MULTILINE)
RSS = late.pattern(rb"^VmRSS:\s+(\d+) kB", re.MULTILINE)


def taken(pids: Iterable[int]) -> int | None:
    """The bytes that processes take: each page once, split among those that share it (proc(5), ``Pss``), else
    the resident set of each. None where the system does not tell."""
    found = [one for pid in pids if (one := _of(pid)) is not None]
    return sum(found) if found else None


def _of(pid: int) -> int | None:
    for name, pattern in (("smaps_rollup", PSS), ("status", RSS)):
        try:
            match = pattern.search(Path(f"/proc/{pid}/{name}").read_bytes())
        except OSError:
            continue
        if match is not None:
            return int(match[1]) * 1024
    return None
