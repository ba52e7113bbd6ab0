"""What Connexion finds when it resolves its operations, in the words in which it raises it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connexion_doctor.model import Frame, LaunchFacts, Raised
from connexion_doctor.reading.apis import Api
from connexion_doctor.reading.modules import LaunchModules

NO_SLASH = "must start with a slash"  # of werkzeug's (``werkzeug/routing/rules.py``)
BUILD = "_build_middleware_stack"  # where Connexion 3 finds out (connexion/middleware/main.py)


def wrong_with(apis: Sequence[Api], *, flask: bool = True) -> Raised | None:
    """The first operation, or security scheme, without its function; else a base path that cannot be one, or
    two APIs on one, or two operations of one name.

    :param flask: whether they are added to a Flask app, which takes no second blueprint of a name
    """
    for api in apis:
        for one in api.unresolved:
            return Raised(
                "connexion.exceptions.ResolverError",
                one.says,
                (_frame(api),),
                attributes={
                    **({"operation_written": one.wrote} if one.wrote else {}),
                    **({"operation_looked_for": one.looked_for} if one.looked_for else {}),
                    **({} if one.looked_for else {"operation_without": one.asked}),
                    "specification": str(api.path),
                    **api.meant,
                    **({"operation_others": "yes"} if len(api.unresolved) < len(api.looked_for) else {}),
                },
            )
    for api in apis:
        if api.security is not None:
            return replace(api.security, frames=(_frame(api),))
    without = next((api for api in apis if api.base_path and not api.base_path.startswith("/")), None)
    if without is not None:
        message = f"URL rule {without.base_path!r} {NO_SLASH}"
        return Raised("builtins.ValueError", message, (_frame(without),))
    bases = [api.base_path.rstrip("/") for api in apis if not api.named and api.base_path is not None]
    twice = next((base for base in bases if bases.count(base) > 1), None)
    if not flask:
        return None
    if twice is not None:
        message = f"The name {twice or '/'!r} is already registered for a different blueprint."
        return Raised("builtins.ValueError", message, (_frame(apis[-1]),))
    for api in apis:
        if api.twice is not None:
            message = f"View function mapping is overwriting an existing endpoint function: {api.twice}"
            return Raised("builtins.AssertionError", message, (_frame(api),))
    return None


def behind(api: Api, error: Raised, modules: LaunchModules) -> Raised:
    """What Connexion 3 raises when it builds its stack over a module of functions that raises when it is
    imported: an import that fails there it takes for a function that is not there."""
    places = {frame.path for frame in error.frames}
    if not error.is_a("ImportError", "ModuleNotFoundError"):
        return replace(error, frames=(_frame(api), *error.frames))
    own = (name for name in api.looked_for if str(modules.file(name.rpartition(".")[0])) in places)
    looked = next(own, api.looked_for[0] if api.looked_for else "")
    named = error.message.rpartition("No module named ")[2].strip("'")
    return Raised(
        "connexion.exceptions.ResolverError",
        f'Cannot resolve operationId "{looked}"!',
        (_frame(api),),
        cause=replace(error, mro=("builtins.ImportError",), attributes={"name": named}),
        attributes={"operation_looked_for": looked, "specification": str(api.path)},
    )


def with_specifications(
    facts: LaunchFacts, apis: Sequence[Api], wsgi_in_stack: Sequence[str] = ()
) -> LaunchFacts:
    """The facts with the specifications' files, and what was given to the Connexion app, in its details."""
    app = facts.app
    if app is None or app.connexion is None:
        return facts
    paths = [str(api.path) for api in apis]
    wrong = [one for api in apis for one in api.mismatches]
    more = {
        "specification_files": paths,
        "specifications": paths,
        "base_paths": [api.base_path or "" for api in apis],
        "operations_looked_at": sum(len(api.looked_for) for api in apis),
        "operations_never_called": len(wrong),
        "arguments": wrong,
        "wsgi_in_stack": list(wsgi_in_stack),
        "underscored_headers": list(dict.fromkeys(name for api in apis for name in api.headers)),
        "misread": [one for api in apis for one in api.misread],
    }
    layers = tuple(
        replace(layer, detail={**layer.detail, **more}) if layer is app.connexion else layer
        for layer in app.layers
    )
    return replace(facts, app=replace(app, layers=layers))


def _frame(api: Api) -> Frame:
    return Frame(str(api.path), 1, BUILD)
