"""What the Connexion app says of itself, as rules read it; the probe's ``inside`` module wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Frame, Layer


def connexion_layer(case: Case) -> Layer | None:
    """The Connexion 3 app of the launch, if the call got as far as there."""
    layer = case.facts.app.connexion if case.facts.app is not None else None
    return layer if layer is not None and layer.detail.get("major") == 3 else None


def details(case: Case) -> Mapping[str, object]:
    """The details of that app, empty where there is none."""
    layer = connexion_layer(case)
    return layer.detail if layer is not None else {}


def handlers_source(case: Case, name: str) -> object:
    """What the source of the handlers says, which the probe reads of Connexion 2 too: the detail ``name``."""
    layer = case.facts.app.connexion if case.facts.app is not None else None
    return layer.detail.get(name) if layer is not None else None


def texts(value: object) -> list[str]:
    """A list of texts from a detail."""
    return [str(entry) for entry in value] if isinstance(value, (list, tuple)) else []


def needs_asgi(case: Case) -> tuple[str, ...]:
    """Why the app is not the same without an ASGI server: a lifespan handler, async handlers, WebSockets."""
    return tuple(texts(details(case).get("needs_asgi")))


def own_frame(case: Case, place: Mapping[str, object]) -> Frame | None:
    """The place that a detail gives (``path``, ``line``, ``function``), where it is in the project's code."""
    path, line = place.get("path"), place.get("line")
    if not isinstance(path, str) or not isinstance(line, int):
        return None
    whole = str(Path(case.launch.directory, path))
    return Frame(whole, line, str(place.get("function"))) if case.own(whole) else None
