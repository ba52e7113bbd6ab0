"""Reports in every format, one module each: ``render(report) -> str``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doctor.model import Report

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")


def renderer(name: str) -> Callable[[Report], str]:
    """The function that renders a report in a format of ``FORMATS``."""
    module = importlib.import_module(f"doctor.reporters.{name}")
    render: Callable[[Report], str] = module.render
    return render
