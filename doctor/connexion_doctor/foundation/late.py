"""Data classes whose methods are written when their first object is made, and regular expressions that are
compiled when they are first used.

``dataclasses.dataclass`` writes and compiles each method when the class is made: half a millisecond a class,
up to Python 3.12. A run imports more than a hundred data classes and makes objects of half of them, and it
imports as many expressions and uses a fifth: all of them together took as long as a third of what it does.
"""

from __future__ import annotations

import operator
import sys
import threading

TYPE_CHECKING = False  # ``typing`` takes its time to import, and the probe waits for this module
if TYPE_CHECKING:
    import re
    from dataclasses import dataclass as dataclass
    from typing import Any

    pattern = re.compile
else:

    class pattern:
        """As ``re.compile``, later. It is no ``re.Pattern``: ``re`` itself takes it for none."""

        def __init__(self, text: Any, flags: int = 0) -> None:
            self._given = text, flags
            _uncompiled.append((sys._getframe(1).f_globals["__name__"], self))

        def __getattr__(self, name: str) -> Any:
            import re  # not for a probe that is started

            made = re.compile(*self._given)
            self.__dict__.update((one, getattr(made, one)) for one in dir(made) if not one.startswith("_"))
            return getattr(made, name)

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
_uncompiled: list[tuple[str, Any]] = []  # with the module of each
_lock = threading.RLock()


def written(cls: type) -> type:
    """The class, with the methods of a data class; so are those that it inherits from."""
    with _lock:
        for one in reversed(cls.__mro__):
            if one in _unwritten:
                _write(one)
    return cls


def ready(*modules: str) -> None:
    """Write the methods of the classes, and compile the expressions, of modules whose names begin so."""
    for cls in list(_unwritten):  # a copy: another thread may import more meanwhile
        if cls.__module__.startswith(modules):
            written(cls)
    for module, expression in tuple(_uncompiled):  # as above
        if module.startswith(modules):
            expression.pattern  # noqa: B018  # what it is asked first compiles it


def _write(cls: Any) -> None:
    """``dataclasses`` gathers the fields; the methods are those it would write (Python 3.10's to 3.14's
    ``dataclasses``), of which only ``__init__`` is compiled: up to Python 3.12 it compiles each of eight.

    Other threads make objects meanwhile: there is no moment in which the class has no ``__init__``.
    """
    import dataclasses  # with a parser of Python and a disassembler, for which the probe does not wait

    frozen, compares = _unwritten[cls].get("frozen", False), _unwritten[cls].get("eq", True)
    dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
    fields = dataclasses.fields(cls)
    methods: dict[str, Any] = {"__repr__": _repr}
    if compares:
        methods |= _comparing([one.name for one in fields], frozen)
    if frozen:
        methods |= _refusing({one.name for one in fields})
    for name, method in methods.items():
        if cls.__dict__.get(name) is None:
            setattr(cls, name, method)
    cls.__init__ = _init(cls, fields, frozen)
    del _unwritten[cls]


def _init(cls: type, fields: Any, frozen: bool) -> Any:
    """The ``__init__`` of a class: what it is given, else the defaults of its fields."""
    from dataclasses import MISSING

    names: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    parameters, lines = ["self"], []
    for one in fields:
        value, makes = one.name, f"_make_{one.name}"
        if one.default_factory is not MISSING:
            names[makes] = one.default_factory
            value = f"{makes}() if {one.name} is _missing else {one.name}" if one.init else f"{makes}()"
            default = "=_missing"
        elif one.default is not MISSING:
            names[f"_default_{one.name}"] = one.default
            default = f"=_default_{one.name}"
        else:
            default = ""
        if one.init:
            parameters.append(one.name + default)
        elif one.default_factory is MISSING:
            continue  # the class has its value, or somebody sets it
        lines.append(f"_set(self, {one.name!r}, {value})" if frozen else f"self.{one.name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), names)
    names["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
    return names["__init__"]


def _repr(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, one in self.__dataclass_fields__.items() if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _comparing(names: list[str], frozen: bool) -> dict[str, Any]:
    """Objects of one class are equal where all their fields are. What can change has no hash."""
    key: Any = operator.attrgetter(*names) if names else lambda one: ()

    def equal(self: Any, other: object) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(key(self))

    return {"__eq__": equal, "__hash__": hashed if frozen else None}


def _refusing(names: set[str]) -> dict[str, Any]:
    """No field is set or deleted once the object is made."""

    def set_(self: Any, name: str, value: object) -> None:
        _refuse("assign to", name, names)
        object.__setattr__(self, name, value)

    def delete(self: Any, name: str) -> None:
        _refuse("delete", name, names)
        object.__delattr__(self, name)

    return {"__setattr__": set_, "__delattr__": delete}


def _refuse(what: str, name: str, names: set[str]) -> None:
    if name in names:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot {what} field {name!r}")
