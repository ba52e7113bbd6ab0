"""The APIs of a Connexion app as a client sees them: each specification whole, where it is served, and
whether requests that break it are kept from the handlers; for ``compare``."""

from __future__ import annotations

from typing import Any, Iterator

from . import describe, layers
from .describe import quietly
from .operations import apis_of, prefix_of

DEPTH = 100


def of(app: Any) -> list[dict[str, Any]]:
    """Base path, specification, paths of the documentation and guards of every API behind ``app``."""
    connexion = layers.connexion_of(app)
    third = connexion is not None and layers.connexion_major(connexion) == 3
    guards = _guards(connexion) if third else []
    mounted = prefix_of(app)
    return [found for api in apis_of(app) for found in _api(api, mounted, guards, third)]


def _api(api: Any, mounted: str, guards: list[str], third: bool) -> Iterator[dict[str, Any]]:
    spec = quietly(lambda: api.specification)
    if spec is None:
        return
    given = quietly(lambda: dict(api.kwargs), default={}) if third else {}
    options = (given.get("swagger_ui_options") if third else quietly(lambda: api.options)) or None
    base_path = quietly(lambda: api.base_path)
    if base_path is None:
        base_path = quietly(lambda: spec.base_path)
    replaced = given.get("validator_map") if third else quietly(lambda: api.validator_map)
    open_to = list(guards)
    if replaced:
        open_to.append("validator_map replaces the validators of %s" % ", ".join(sorted(map(str, replaced))))
    if given.get("security_map"):
        open_to.append("security_map replaces the security handlers")
    yield {
        "base_path": mounted + str(base_path or "").rstrip("/"),
        "specification": _document(spec),
        "served": _served(spec, options, third),
        "open": open_to,
    }


def _document(spec: Any) -> Any:
    """The specification as its author wrote it; with its references followed, where they lead elsewhere."""
    raw = quietly(lambda: spec.raw)
    return plain(raw if raw is not None and not _leads_elsewhere(raw) else quietly(lambda: spec._spec))


def _leads_elsewhere(node: Any) -> bool:
    if isinstance(node, dict):
        target = node.get("$ref")
        return (
            isinstance(target, str)
            and not target.startswith("#")
            or any(_leads_elsewhere(entry) for entry in node.values())
        )
    return isinstance(node, list) and any(_leads_elsewhere(entry) for entry in node)


def _served(spec: Any, options: Any, third: bool) -> dict[str, Any]:
    """Where the specification and the Swagger UI are, below the base path; None where they are not."""
    version = quietly(lambda: tuple(spec.version), default=(2,))
    usual = "/openapi.json" if version >= (3,) else "/swagger.json"
    if third:
        shows = options is None or quietly(lambda: options.serve_spec, default=True)
        path = quietly(lambda: options.spec_path) or usual
        has_ui = options is None or quietly(lambda: options.swagger_ui, default=True)
        console = quietly(lambda: options.swagger_ui_path, default="/ui") or "/ui"
    else:
        shows = quietly(lambda: options.openapi_spec_available, default=True)
        path = quietly(lambda: options.openapi_spec_path) or usual
        has_ui = quietly(lambda: options.openapi_console_ui_available, default=True)
        console = quietly(lambda: options.openapi_console_ui_path) or "/ui"
    return {"specification": str(path) if shows else None, "ui": str(console) if has_ui else None}


def _guards(connexion: Any) -> list[str]:
    """What is missing of the layers that stand between a request and its handler."""
    middleware = quietly(lambda: connexion.middleware, default=connexion)
    names = {
        describe.class_name(one).rpartition(".")[2]
        for one in quietly(lambda: list(middleware.middlewares), default=[])
        if isinstance(one, type)
    }
    if not names:
        return []
    wanted = (("RequestValidationMiddleware", "validation"), ("SecurityMiddleware", "security"))
    return ["%s is taken out of the middlewares" % name for name, _ in wanted if name not in names]


def plain(value: Any, depth: int = DEPTH) -> Any:
    """A specification as JSON can hold it: YAML makes dates of what looks like one."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if depth == 0:
        return None
    if isinstance(value, (list, tuple)):
        return [plain(entry, depth - 1) for entry in value]
    if hasattr(value, "items"):
        return {str(key): plain(entry, depth - 1) for key, entry in value.items()}
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat is not None else str(value)
