"""The specifications of a project, each read once, whichever of its services asks."""

from __future__ import annotations

from collections.abc import Callable, Set
from functools import cached_property
from typing import TypeVar

from connexion_doctor.python.operations import (
    Operation,
    has_several_types,
    has_text_parameters,
    operations_of,
)

T = TypeVar("T")


class Specifications(dict[str, str]):
    """The texts of specifications by the path that reports show."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[tuple[object, str], object] = {}

    def made(self, how: Callable[[str, str], T], path: str) -> T:
        """What a function makes of one of them (its path, its text), kept as long as this is."""
        key = how, path
        if key not in self._made:
            self._made[key] = how(path, self[path])
        return self._made[key]  # type: ignore[return-value]

    def only(self, paths: Set[str]) -> Specifications:
        """Some of them; what was made of one is shared."""
        found = Specifications()
        found.update((path, text) for path, text in self.items() if path in paths)
        found._made = self._made
        return found

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of all."""
        return self._of_those(lambda _: True)

    @cached_property
    def with_several_types(self) -> tuple[Operation, ...]:
        """The operations of those that name several media types."""
        return self._of_those(has_several_types)

    @cached_property
    def with_text_parameters(self) -> tuple[Operation, ...]:
        """The operations of those that have headers or cookies."""
        return self._of_those(has_text_parameters)

    @cached_property
    def with_forms(self) -> tuple[Operation, ...]:
        """The operations of those that have forms as Swagger 2 writes them."""
        return self._of_those(lambda text: "formData" in text)

    def _of_those(self, wanted: Callable[[str], bool]) -> tuple[Operation, ...]:
        paths = [path for path, text in self.items() if wanted(text)]
        return tuple(one for path in paths for one in self.made(operations_of, path))
