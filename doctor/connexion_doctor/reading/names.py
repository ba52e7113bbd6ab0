"""The names of a module that may have been meant as the app."""

from __future__ import annotations

from connexion_doctor.python.module import Module


def kinds(module: Module) -> dict[str, str]:
    """Public names -> kind, as the probe sorts them, those that are Connexion apps first."""
    found = {}
    for name, bindings in module.scope.bindings.items():
        last = bindings[-1]
        if name.startswith("_") or name == "*" or last.kind in ("import", "class"):
            continue
        made = last.value is not None and "App(" in module.text(last.value)
        found[name] = "connexion" if made else "factory" if last.kind == "def" else "other"
    return dict(sorted(found.items(), key=lambda item: item[1] != "connexion"))
