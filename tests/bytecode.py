"""The bytecode of what the tests' environments have installed: compiled once for all of them.

The same release of a package is the same file in each environment, down to its time. Compiled in each, the
packages of all took a sixth of a whole run.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path


def compile_packages(python: Path, store: Path) -> None:
    """Put the bytecode of every installed module where Python looks for it.

    :param python: the interpreter of a virtual environment
    :param store: a folder for this Python's bytecode, which other environments of it use too
    """
    store.mkdir(parents=True, exist_ok=True)
    tag, packages = _asked(python)
    absent = [source for source in packages.rglob("*.py") if not _taken(source, packages, tag, store)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(map(str, absent)))
        listed.flush()
        # What does not compile (templates, Python 2) is not imported either.
        words = [str(python), "-m", "compileall", "-q", "-i", listed.name]
        subprocess.run(words, check=False, capture_output=True, timeout=600)
    for source in absent:
        _link(_cached(source, tag), store / _key(source, packages))


def _asked(python: Path) -> tuple[str, Path]:
    script = (
        "import sys, sysconfig; print(sys.implementation.cache_tag); print(sysconfig.get_path('purelib'))"
    )
    done = subprocess.run([str(python), "-c", script], check=True, capture_output=True, text=True, timeout=60)
    tag, packages = done.stdout.splitlines()
    return tag, Path(packages)


def _taken(source: Path, packages: Path, tag: str, store: Path) -> bool:
    known, cached = store / _key(source, packages), _cached(source, tag)
    if not known.exists():
        return False
    cached.parent.mkdir(exist_ok=True)
    _link(known, cached)
    return cached.exists()


def _link(known: Path, wanted: Path) -> None:
    """Nobody writes into a file of bytecode: Python replaces it."""
    with contextlib.suppress(OSError):
        os.link(known, wanted)


def _cached(source: Path, tag: str) -> Path:
    return source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"


def _key(source: Path, packages: Path) -> str:
    """What bytecode is held against when it is read (its source's time and size), and whose it is."""
    status = source.stat()
    name = hashlib.sha256(str(source.relative_to(packages)).encode()).hexdigest()[:16]
    return f"{name}-{int(status.st_mtime)}-{status.st_size}"
