"""Ways to serve an app of some interface, whatever serves it now: this server changed, another one
with the options translated, an adapter. The first is the one to recommend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from doctor import servers
from doctor.case import Case
from doctor.model import Applicability, Fix, Interface
from doctor.servers.base import Remedy, Way, installed

# Servers whose own ways hold the adapter, written where that server wants it.
ADAPT_THEMSELVES = frozenset(
    "python flask connexion uwsgi unit passenger mod_wsgi zappa serverless-wsgi vercel".split()
)
# Hosts that call the app themselves: nothing else can be started there.
HOSTS = frozenset("passenger zappa serverless-wsgi vercel".split())

# Which servers are proposed instead, best first. Requirements bring what they need to run.
INSTEAD = {
    Interface.ASGI3: ("uvicorn", "hypercorn"),
    Interface.WSGI: ("gunicorn", "waitress"),
}


def to_serve(case: Case, interface: Interface, target: str | None = None) -> tuple[Fix, ...]:
    """Every fix that makes this launch call an app of ``interface``, the recommended one first.

    :param target: the object to serve, where it is another one than now
    """
    ways = [*_own_ways(case, interface, target), *_other_servers(case, interface, target)]
    fixes: list[Fix] = []
    for way in ways:
        fixes.append(way.remedy.fix(way.title, recommended=not fixes, applicability=way.applicability))
    return tuple(fixes)


def _own_ways(case: Case, interface: Interface, target: str | None) -> Iterator[Way]:
    for way in case.server.ways(case, interface):
        if target is not None:
            way.remedy.set_target(target)
        yield way


def _other_servers(case: Case, interface: Interface, target: str | None) -> Iterator[Way]:
    served = _importable(target) if target else _plain_target(case)
    if case.server.name in HOSTS or not served:
        return
    names = [name for name in INSTEAD.get(interface, ()) if name != case.server.name]
    names.sort(key=lambda name: not installed(case.environment, name))
    own = case.server.neutral(case)
    for name in names[:1]:
        server = servers.get(name)
        words, lost = server.start(own, served)
        if name == "uvicorn" and interface is Interface.ASGI3 and case.calls is Interface.ASGI2:
            words += ["--interface", "asgi3"]  # it would guess as the server does that is left
        remedy = Remedy(case)
        remedy.replace_command(words)
        if not installed(case.environment, server.package):
            remedy.require(server.package)
        missing = [*own.lost, *lost]
        if missing:
            remedy.cost("no counterpart, left out: " + "; ".join(missing))
        place = "" if installed(case.environment, server.package) else ", to be installed"
        yield Way(f"start it with {name} instead{place}", remedy)


def second(fix: Fix) -> Fix:
    """A fix as an alternative behind the recommended one."""
    return replace(fix, recommended=False)


def other_servers(case: Case, interface: Interface) -> tuple[Fix, ...]:
    """Fixes that start another server, for what this one cannot do at all."""
    ways = list(_other_servers(case, interface, None))
    return tuple(way.remedy.fix(way.title, recommended=index == 0) for index, way in enumerate(ways))


def _plain_target(case: Case) -> str:
    """The target as every server reads it: module and attribute, without this server's defaults; empty
    for an app that has no name to import it by."""
    load = case.facts.load
    if load is not None and load.module and load.attribute:
        return _importable(f"{load.module}:{load.attribute}")
    return "" if case.server.name in ADAPT_THEMSELVES else case.target or ""


def _importable(target: str) -> str:
    """A target that names a file as one that names its module; empty where it cannot be imported."""
    module, colon, attribute = target.partition(":")
    if module.endswith(".wsgi"):
        return ""
    if not module.endswith(".py"):
        return target
    module = module.removesuffix(".py").removeprefix("./").replace("/", ".")
    return f"{module}{colon}{attribute}" if all(part.isidentifier() for part in module.split(".")) else ""


def adapter(case: Case, name: str) -> Fix | None:
    """Serve the ASGI app ``name`` of the target's module through a2wsgi, on the WSGI server as it is.

    None where the module's file is not at hand, and for servers whose own ways hold it.
    """
    if case.server.name in ADAPT_THEMSELVES:
        return None
    if case.module is None or case.facts.load is None or case.facts.load.module is None:
        return None
    remedy = case.server.remedy(case)
    remedy.edits.append(
        case.module.append("", "from a2wsgi import ASGIMiddleware", "", f"wsgi_app = ASGIMiddleware({name})")
    )
    remedy.set_target(f"{case.facts.load.module}:wsgi_app")
    if not installed(case.environment, "a2wsgi"):
        remedy.require("a2wsgi>=1.10.4")
    connexion = case.facts.app.connexion if case.facts.app is not None else None
    needs = connexion.detail.get("needs_asgi") if connexion is not None else None
    if isinstance(needs, (list, tuple)) and needs:
        remedy.cost(f"the app needs ASGI for {', '.join(map(str, needs))}: this is no way to stay")
    remedy.cost(
        "lifespan handlers never run",
        "about half the requests per second of an ASGI server",
        "it must not be preloaded or made before the server forks",
        "chunked request bodies arrive empty under gunicorn",
    )
    fix = remedy.fix("keep the WSGI server and put the a2wsgi adapter in front of the app")
    return replace(fix, applicability=Applicability.UNSAFE)


def name_target(case: Case) -> tuple[Fix, ...]:
    """Fixes for a launch that names no app object: text where the object is not known."""
    title = f"name the app object: {case.server.program} ... MODULE:ATTRIBUTE"
    if case.config is not None:
        title += f', or wsgi_app = "MODULE:ATTRIBUTE" in {case.config.path}'
    return (Fix(title=title, applicability=Applicability.MANUAL, recommended=True),)
