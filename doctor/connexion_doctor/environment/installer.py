"""What installs packages: uv where it is there, else the pip of the interpreter."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def uv_program() -> str | None:
    """uv, beside the doctor or on PATH."""
    return shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


def installer(python: str) -> list[str]:
    """``pip install`` for an interpreter."""
    uv = uv_program()
    if uv is not None:
        return [uv, "pip", "install", "--quiet", "--python", python]
    return [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
