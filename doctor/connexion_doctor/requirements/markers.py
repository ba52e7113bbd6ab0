"""Environment markers, asked for one Python on Linux, where images and servers run."""

from __future__ import annotations

NEWEST = "3.12"  # the Python that is assumed where no file names one


def holds(marker: str | None, python: str | None = None) -> bool:
    """Whether a marker holds; one that cannot be read does.

    :param python: ``3.11`` or ``3.11.4``
    """
    if not marker:
        return True
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

    version = python or NEWEST
    world = {
        "python_version": ".".join(version.split(".")[:2]),
        "python_full_version": version if version.count(".") > 1 else f"{version}.1",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_machine": "x86_64",
        "extra": "",
    }
    try:
        return Marker(marker).evaluate(world)
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, ValueError, KeyError, TypeError):
        return True
