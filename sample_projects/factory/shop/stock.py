"""What is in the warehouse."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Stock:
    pieces: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of_the_day(cls) -> Stock:
        return cls({"mug": 40, "poster": 12, "sticker": 500})

    def at_least(self, count: int) -> dict[str, int]:
        return {name: n for name, n in self.pieces.items() if n >= count}
