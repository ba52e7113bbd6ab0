"""Whether a trial call that failed has come through to the app's handling of unknown paths.

What runs for every request lies before it: operations are reached, and what fails is the project's own
handler for 404. The call is made once more, with a note at each error handler.
"""

from __future__ import annotations

import functools
from typing import Any, Callable, Iterator

from . import describe, layers


def reached(app: Any, again: Callable[[], Any]) -> bool:
    """Whether an error handler of a Connexion app is given the 404 when the call is made ``again``."""
    noted: list[bool] = []
    asynchronous = layers.connexion_major(app) == 3
    tables = list(_starlette(app) if asynchronous else _flask(app))
    kept = [dict(table) for table in tables]
    for table in tables:
        for key, handler in list(table.items()):
            table[key] = _noting(handler, noted, asynchronous)
    try:
        again()
    finally:
        for table, before in zip(tables, kept):
            table.update(before)
    return bool(noted)


def _noting(handler: Any, noted: list[bool], asynchronous: bool) -> Any:
    def note(given: tuple[Any, ...]) -> Any:
        codes = [getattr(given[-1], name, None) for name in ("status_code", "code", "status")]
        if 404 in codes:
            noted.append(True)
        return handler(*given)

    @functools.wraps(handler)
    async def awaited(*given: Any) -> Any:
        return await note(given)

    @functools.wraps(handler)
    def called(*given: Any) -> Any:
        return note(given)

    return awaited if asynchronous else called


def _starlette(app: Any) -> Iterator[dict[Any, Any]]:
    """The handlers of the stack (``starlette.middleware.exceptions``)."""
    main = describe.quietly(lambda: app.middleware, default=app)
    for layer in main.middleware_stack or ():
        for name in ("_status_handlers", "_exception_handlers"):
            table = describe.quietly(lambda layer=layer, name=name: vars(layer).get(name))
            if isinstance(table, dict):
                yield table


def _flask(app: Any) -> Iterator[dict[Any, Any]]:
    """The handlers of the Flask app (``flask.sansio.scaffold``): by blueprint, status and class."""
    for by_code in app.app.error_handler_spec.values():
        yield from by_code.values()
