"""Connexion 2 looks for the functions of an API while it is added: what is not there yet by then."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from connexion_doctor.model import Frame, Raised
from connexion_doctor.python.module import Module, Use
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.apis import Api
from connexion_doctor.reading.modules import LaunchModules


def too_early(apis: Sequence[Api], modules: LaunchModules) -> Raised | None:
    """What adding an API raises that stands above its functions, in the module that has them."""
    for api in apis:
        if api.use is None:
            continue
        module = api.use.module
        line = added_at(api.use)
        for dotted in api.looked_for if line is not None else ():
            name, _, attribute = dotted.rpartition(".")
            path = modules.file(name)
            if path is None or modules.module(path, name) is not module:
                continue
            bound = [one.position[0] for one in module.scope.bindings.get(attribute, [])]
            if bound and line is not None and min(bound) > line:
                message = (
                    f"partially initialized module {name!r} has no attribute {attribute!r} "
                    "(most likely due to a circular import)"
                )
                frame = Frame(str(modules.root / module.path), line, "<module>")
                return Raised("builtins.AttributeError", message, (frame,))
    return None


def added_at(use: Use[ast.Call]) -> int | None:
    """The line of the module at which an API is added while the module is imported; None where that is
    later."""
    if use.scope.is_module:
        return use.node.lineno
    function = use.scope.function
    name = getattr(function, "name", "")
    lines = [one.node.lineno for one in _calls(use.module) if name_of(one.node.func) == name]
    return min(lines) if name and lines else None


def _calls(module: Module) -> list[Use[ast.Call]]:
    return [one for one in module.calls if one.scope.is_module and not one.main]
