"""The app answers, and no Connexion app is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.target import retarget, target_word

UNSAFE = Applicability.UNSAFE


def without_connexion(case: Case) -> bool:
    """Whether the app answered the trial call and nothing of Connexion was seen, neither among its layers
    nor in the answer."""
    layers = case.layers()
    return case.answered() and bool(layers) and layers[0].detail.get("connexion_reached") is False


@rule("CXD121", "connexion-not-behind-the-target", Severity.ERROR, breaks=True)
def connexion_not_behind_the_target(case: Case) -> Iterator[Finding]:
    """The target leads to another app than the Connexion app that stands beside it.

    What happens: it boots and answers, but not what the specification says: its paths are missing, or they
        are answered without validation and without security.
    Why: the module makes a Connexion app, and the server is given another object of that module, or one
        that holds the Connexion app and calls what is inside of it.
    Fix: serve the Connexion app; an app of another framework goes inside it
        (``ConnexionMiddleware``), or beside it under a path of its own.
    Before:
        uvicorn --interface wsgi app:flask_app
    After:
        uvicorn app:app
    Sources:
        https://connexion.readthedocs.io/en/latest/quickstart.html
        truth: c3new/g-sync/beside:flask_app
        test: tests/checkup/test_bypassed.py
    """
    load = case.facts.load
    if not without_connexion(case) or load is None:
        return
    outer = case.layers()[0]
    if any(layer.role == "connexion" for layer in case.layers()):
        yield finding(
            f"`{load.target}` answers by itself: the Connexion app in {outer.type} is never called, and none "
            "of its operations, their validation and their security.",
            evidence=(f"{outer.type} is called as WSGI, and nothing in it calls ASGI",),
            word=target_word(case),
            fixes=(Fix.by_hand(f"serve the Connexion app of {outer.type}, on an ASGI server"),),
        )
        return
    name = outer.detail.get("beside")
    if not isinstance(name, str) or outer.role != "app" or case.launch.candidate:
        return
    target = f"{load.module}:{name}" if load.module else name
    costs = (f"what `{load.target}` answers by itself is served no more",)
    yield finding(
        f"`{load.target}` bypasses Connexion: the Connexion app, `{target}`, is not behind it.",
        evidence=(f"{outer.type}, and nothing of Connexion inside",),
        word=target_word(case),
        fixes=(replace(retarget(case, target, f"serve {target}"), applicability=UNSAFE, costs=costs),),
    )
