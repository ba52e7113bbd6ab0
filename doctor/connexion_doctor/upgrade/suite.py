"""The project's own tests, run on a side; the counts that they end with."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.processes.child import Child
from connexion_doctor.verify.log import redacted

SECONDS = 1800
COUNT = late.pattern(r"(?<!\d)(\d{1,9}) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
UNITTEST = late.pattern(r"^Ran (\d{1,9}) tests?\b", re.MULTILINE)
FAILED = late.pattern(r"^FAILED \((.*)\)$", re.MULTILINE)


@dataclass(frozen=True)
class Suite:
    """How the tests ended: the exit code, the counts by their words, the file with all they said, and the
    last line of that."""

    exit_code: int
    counts: Mapping[str, int]
    log: str
    last: str = ""

    @property
    def passed(self) -> int:
        """How many passed."""
        return self.counts.get("passed", 0)

    @property
    def ran(self) -> bool:
        """Whether there were any: an end with nothing counted is none that is known to be good."""
        return bool(self.counts) or self.exit_code == 0

    @property
    def shown(self) -> str:
        """The counts in words."""
        some = ", ".join(f"{count} {word}" for word, count in self.counts.items())
        why = f": {self.last}" if self.last and not self.ran else ""
        return some or f"exit code {self.exit_code}{why}"


def run(
    command: str,
    folder: Path,
    python: str,
    environ: Mapping[str, str],
    log: Path,
    seconds: float = SECONDS,
) -> Suite:
    """Run the tests of a folder with the interpreter's environment in front of PATH.

    :param log: a file for all they print, without secrets
    :param seconds: how long they may take
    :raises OSError: the command cannot be started
    """
    binaries = Path(python).parent
    variables = {
        **environ,
        "PATH": os.pathsep.join([str(binaries), environ.get("PATH", os.defpath)]),
        "VIRTUAL_ENV": str(binaries.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
    }
    words = shlex.split(command)
    if words[0] in ("pytest", "py.test"):
        words = [python, "-m", "pytest", *words[1:]]
    elif words[0] in ("python", "python3"):
        words = [python, *words[1:]]
    try:
        with Child(words, str(folder), variables, output=log) as child:
            code = child.wait(seconds)
    finally:
        said = _kept(log, environ)
    if code is None:
        with log.open("a", encoding="utf-8") as stream:
            stream.write(f"\nThe tests did not end within {seconds:g} s.\n")
        code = 124  # as timeout(1) says it
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "")
    return Suite(code, counts(said), str(log), last)


def _kept(log: Path, environ: Mapping[str, str]) -> str:
    """What the tests printed, which stays in the log without secrets; nothing where they did not start."""
    try:
        said = redacted(log.read_text("utf-8", "replace"), environ)
    except OSError:
        return ""
    log.write_text(said, encoding="utf-8")
    return said


def counts(said: str) -> dict[str, int]:
    """What pytest or unittest counted, from the end of what it printed."""
    for line in reversed(said.splitlines()):
        found = COUNT.findall(line)
        if found:
            words = {
                word.removesuffix("s") if word == "errors" else word: int(count) for count, word in found
            }
            return {word: words[word] for word in ("passed", "failed", "error", "skipped") if word in words}
    ran = UNITTEST.search(said)
    if ran is None:
        return {}
    failed = FAILED.search(said)
    bad = sum(map(int, re.findall(r"(?:failures|errors)=(\d{1,9})", failed[1]))) if failed is not None else 0
    return {"passed": int(ran[1]) - bad, **({"failed": bad} if bad else {})}
