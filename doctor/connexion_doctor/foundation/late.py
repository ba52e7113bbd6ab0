"""Data classes whose methods are written when their first object is made.

``dataclasses.dataclass`` writes and compiles each method when the class is made: half a millisecond a class,
up to Python 3.12. A run imports more than a hundred data classes and makes objects of a third of them; their
methods took as long as a third of what the doctor does.
"""

from __future__ import annotations

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


def written(cls: type) -> type:
    """The class, with the methods of a data class; so are those that it inherits from."""
    with _lock:
        for one in reversed(cls.__mro__):
            if one in _unwritten:
                _write(one)
    return cls


def write(*modules: str) -> None:
    """Write the methods of the classes that stand in modules whose names begin so."""
    for cls in list(_unwritten):  # a copy: another thread may import more meanwhile
        if cls.__module__.startswith(modules):
            written(cls)


def _write(cls: Any) -> None:
    """The other threads make objects meanwhile: there is no moment in which the class has no ``__init__``. So
    the new one is written into a class below it, and set last."""
    import dataclasses  # with a parser of Python and a disassembler, for which the probe does not wait

    options = _unwritten[cls]
    dataclasses.dataclass(init=False, **options)(cls)
    below = type(cls)(cls.__name__, (cls,), {"__doc__": cls.__doc__, "__module__": cls.__module__})
    dataclasses.dataclass(repr=False, eq=False, frozen=options.get("frozen", False))(below)
    below.__init__.__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = below.__init__
    del _unwritten[cls]
