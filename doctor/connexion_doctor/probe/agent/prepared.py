"""What a server makes of a launch, before its app is loaded."""

from __future__ import annotations

from typing import Any


class Prepared:
    """What a server makes of a launch: facts, and how it loads and calls the app."""

    def __init__(
        self,
        facts: dict[str, Any],
        load: Any = None,
        calls_as: Any = None,
        survey: Any = None,
        refusals: Any = None,
    ) -> None:
        self.facts = facts
        self.load = load  # () -> loading.Loaded, or None when there is nothing to load
        self.calls_as = calls_as  # (app) -> (object, interface, why)
        self.survey = survey  # () -> facts that only a launch that fails needs, for its fixes
        self.refusals = refusals  # () -> why the server would end before it listens, whatever the app is
