"""A head start for the probe: its interpreter comes up while the rest of the doctor is imported.

Light on purpose: this is imported, and the probe started, before anything else of the package.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from connexion_doctor.environment.interpreters import DOCTORS_OWN, NoInterpreter, find_interpreter
from connexion_doctor.probe.client import Probe, ProbeError


@dataclass
class HeadStart:
    """The target interpreter, why it is that one, and a probe that waits for its request."""

    python: str = ""
    how: str = ""
    probe: Probe | None = None
    error: Exception | None = None

    @property
    def has_connexion(self) -> bool:
        """Whether Connexion is installed for the interpreter that runs the doctor."""
        return importlib.util.find_spec("connexion") is not None

    def take(self, directory: str, environ: dict[str, str]) -> Probe:
        """A probe for this directory and environment: the waiting one where it fits, else a new one."""
        probe, self.probe = self.probe, None
        if probe is not None:
            if probe.directory == directory and probe.environ == environ:
                return probe
            probe.close()
        return Probe(self.python, directory, environ)

    def close(self) -> None:
        """End a probe that nobody took."""
        if self.probe is not None:
            self.probe.close()
            self.probe = None


def start(python: str | None, directory: str, *, probe: bool = True) -> HeadStart:
    """Find the interpreter and start a probe in it; what goes wrong is kept for when it is needed.

    :param probe: False: the interpreter is found, and not started
    """
    head = HeadStart()
    root = Path(directory)
    if not root.is_dir():
        return head
    try:
        head.python, head.how = find_interpreter(python, (root.resolve(), Path.cwd()), os.environ)
        if probe and (head.how != DOCTORS_OWN or head.has_connexion):
            head.probe = Probe(head.python, str(root.resolve()), dict(os.environ))
    except (NoInterpreter, ProbeError) as exc:
        head.error = exc
    return head
