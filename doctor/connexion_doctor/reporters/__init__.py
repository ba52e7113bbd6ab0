"""Reports in every format, one module each: ``render(report) -> str``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connexion_doctor.model import Report

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")


def renderer(name: str) -> Callable[[Report], str]:
    """The function that renders a report in a format of ``FORMATS``."""
    module = importlib.import_module(f"connexion_doctor.reporters.{name}")
    render: Callable[[Report], str] = module.render
    return render


def check_format(spec: str, where: str) -> None:
    """Refuse a format that there is not.

    :param where: names the place in the message, ``--format``
    :raises UsageError: there is no such format
    """
    name = spec.partition("=")[0]
    if name not in FORMATS:
        import difflib

        from connexion_doctor.model.errors import UsageError

        close = difflib.get_close_matches(name, FORMATS, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise UsageError(
            f"{where} {spec}: there is no format {name!r}{hint} (there are {', '.join(FORMATS)})"
        )
