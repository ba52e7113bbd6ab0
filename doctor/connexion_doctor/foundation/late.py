"""Data classes whose methods are written when their first object is made.

``dataclasses.dataclass`` writes and compiles each method when the class is made: half a millisecond a class,
up to Python 3.12. A run imports more than a hundred data classes and makes objects of a third of them; their
methods took as long as a third of what the doctor does.
"""

from __future__ import annotations

import dataclasses
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls: type | None = None, /, **options: Any) -> Any:
        """As ``dataclasses.dataclass``, later; ``slots`` makes another class, and cannot be had so.

        Until its first object is made, a class has no ``__dataclass_fields__``: ``written`` gives it them.
        """
        if cls is None:
            return lambda made: dataclass(made, **options)

        def first(self: Any, *args: Any, **named: Any) -> None:
            written(cls)
            cls.__init__(self, *args, **named)

        _unwritten[cls] = options
        cls.__init__ = first
        return cls


_unwritten: dict[type, dict[str, Any]] = {}
_lock = threading.RLock()
UNDISTURBED = 60.0  # seconds without a switch to another thread: more than writing takes


def written(cls: type) -> type:
    """The class, with the methods of a data class; so are those that it inherits from."""
    with _lock:
        for one in reversed(cls.__mro__):
            if one in _unwritten:
                _write(one)
    return cls


def write(*modules: str) -> None:
    """Write the methods of the classes that stand in modules whose names begin so."""
    for cls in [one for one in _unwritten if one.__module__.startswith(modules)]:
        written(cls)


def _write(cls: Any) -> None:
    """No other thread makes an object between the ``__init__`` that goes and the one that comes."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(UNDISTURBED)
    try:
        del cls.__init__
        dataclasses.dataclass(**_unwritten.pop(cls))(cls)
    finally:
        sys.setswitchinterval(interval)
