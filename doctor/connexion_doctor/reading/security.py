"""The functions that a specification names for its security schemes (``connexion/security.py``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connexion_doctor.model import Raised
from connexion_doctor.python.ignored import git_ignores
from connexion_doctor.python.module import Module
from connexion_doctor.reading.functions import may_be_elsewhere
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.unread import Unread

# Keys of a scheme that name a function, and the variable that names it where the key is not there.
FUNCTIONS = {
    "x-basicInfoFunc": "BASICINFO_FUNC",
    "x-bearerInfoFunc": "BEARERINFO_FUNC",
    "x-apikeyInfoFunc": "APIKEYINFO_FUNC",
    "x-tokenInfoFunc": "TOKENINFO_FUNC",
    "x-scopeValidateFunc": "SCOPEVALIDATE_FUNC",
}
METHODS = frozenset("get put post delete options head patch trace".split())


def security_of(document: Mapping[str, object], modules: LaunchModules) -> tuple[list[Module], Raised | None]:
    """The modules of the functions of all schemes that are used; and what the first one raises that is not
    there.

    :raises Unread: one of them may be somewhere else
    """
    led: list[Module] = []
    schemes = _schemes(document)
    for name in dict.fromkeys(_used(document)):
        scheme = schemes.get(name)
        for key in FUNCTIONS:
            function = scheme.get(key) if isinstance(scheme, dict) else None
            if isinstance(function, str):
                module, error = _function(function, key, modules)
                if error is not None:
                    return led, error
                led += [module] if module is not None else []
    return led, None


def _schemes(document: Mapping[str, object]) -> Mapping[str, object]:
    components = document.get("components")
    found = components.get("securitySchemes") if isinstance(components, dict) else None
    found = found or document.get("securityDefinitions")
    return found if isinstance(found, dict) else {}


def _used(document: Mapping[str, object]) -> Iterator[str]:
    """The names of the schemes that operations ask for."""
    yield from _names(document.get("security"))
    paths = document.get("paths")
    for item in paths.values() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            if method in METHODS and isinstance(operation, dict):
                yield from _names(operation.get("security"))


def _names(security: object) -> Iterator[str]:
    for one in security if isinstance(security, list) else ():
        yield from (str(name) for name in one) if isinstance(one, dict) else ()


def _function(dotted: str, key: str, modules: LaunchModules) -> tuple[Module | None, Raised | None]:
    """The module of a function; or what importing it raises."""
    name, _, attribute = dotted.rpartition(".")
    path = modules.file(name)
    if path is None:
        first = name.partition(".")[0]
        if may_be_elsewhere(first, modules):
            raise Unread(f"the module of {key} {dotted} is not in this project")
        if git_ignores(modules.root, modules.directory, name) or _may_have(name, modules):
            raise Unread(f"what {key} {dotted} leads to cannot be read")
        return None, Raised("builtins.ModuleNotFoundError", f"No module named {name!r}")
    module = modules.module(path, name)
    if module is None:
        raise Unread(f"{path.name} cannot be read")
    names = module.scope.bindings
    if attribute in names:
        return module, None
    if "*" in names or "__getattr__" in names:
        raise Unread(f"whether {name} has {attribute} cannot be read")
    return None, Raised("builtins.AttributeError", f"module {name!r} has no attribute {attribute!r}")


def _may_have(name: str, modules: LaunchModules) -> bool:
    """Whether a name that no file has may be a class, or something that is made, in the module above it."""
    above, _, last = name.rpartition(".")
    path = modules.file(above)
    if path is None:
        return False if modules.is_folder(above) or not above else _may_have(above, modules)
    module = modules.module(path, above)
    names = module.scope.bindings if module is not None else {}
    return module is None or bool({last, "*", "__getattr__"} & set(names))
