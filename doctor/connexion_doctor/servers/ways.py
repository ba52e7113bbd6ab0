"""Ways to serve an app of some interface, whatever serves it now: this server changed, another one
with the options translated, an adapter. The first is the one to recommend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Fix, Interface
from connexion_doctor.servers.base import ADAPTER_SLOWER, Way, installed, taken_for_factory
from connexion_doctor.servers.translation import translated

# Servers whose own ways hold the adapter, written where that server wants it.
ADAPT_THEMSELVES = frozenset(
    "python flask connexion uwsgi unit passenger mod_wsgi zappa serverless-wsgi vercel mangum aws-wsgi "
    "apig-wsgi".split()
)
# Hosts that call the app themselves: nothing else can be started there.
HOSTS = frozenset("passenger zappa serverless-wsgi vercel mangum aws-wsgi apig-wsgi".split())

# Which servers are proposed instead, best first. Requirements bring what they need to run.
INSTEAD = {
    Interface.ASGI3: ("uvicorn", "hypercorn"),
    Interface.WSGI: ("gunicorn", "waitress"),
}

IN_FLASK = "the middleware acts inside of Flask, after routing, security and validation"


def to_serve(case: Case, interface: Interface, target: str | None = None) -> tuple[Fix, ...]:
    """Every fix that makes this launch call an app of ``interface``, the recommended one first.

    :param target: the object to serve, where it is another one than now
    """
    ways = [*_own_ways(case, interface, target), *_other_servers(case, interface, target)]
    needs, reason = needs_asgi(case), ""
    if needs and interface is Interface.ASGI3:
        reason = f", because the app needs ASGI: {', '.join(needs)}" if ways and ways[0].adapts else ""
        ways.sort(key=lambda way: way.adapts)
    fixes: list[Fix] = []
    for way in ways:
        if way.adapts and needs:
            way.remedy.cost(f"the app needs ASGI for {', '.join(needs)}: this is no way to stay")
        title = way.title if fixes or way.adapts else way.title + reason
        fixes.append(way.remedy.fix(title, recommended=not fixes, applicability=way.applicability))
    return tuple(fixes)


def needs_asgi(case: Case) -> list[str]:
    """Why the app is not the same behind an adapter: its lifespan handler, its coroutines, WebSockets."""
    connexion = case.facts.app.connexion if case.facts.app is not None else None
    needs = connexion.detail.get("needs_asgi") if connexion is not None else None
    return [str(need) for need in needs] if isinstance(needs, (list, tuple)) else []


def _own_ways(case: Case, interface: Interface, target: str | None) -> Iterator[Way]:
    for way in servers.of(case).ways(case, interface):
        if target is not None and target != case.target:
            way.remedy.set_target(target)
            if case.launch.server != "python":  # which edits the call, and says what it gives it
                way = replace(way, title=f"serve `{target}`, and {way.title}")
        yield way


def _other_servers(case: Case, interface: Interface, target: str | None) -> Iterator[Way]:
    served = importable(target) if target else _plain_target(case)
    if case.launch.server in HOSTS or not served:
        return
    names = [name for name in INSTEAD.get(interface, ()) if name != case.launch.server]
    names.sort(key=lambda name: not installed(case.environment, name))
    names.sort(key=lambda name: servers.get(name).target_words(served) is None)
    for name in names[:1]:
        yield translated(case, interface, served, name)


def second(fix: Fix) -> Fix:
    """A fix as an alternative behind the recommended one."""
    return replace(fix, recommended=False)


def other_servers(case: Case, interface: Interface) -> tuple[Fix, ...]:
    """Fixes that start another server, for what this one cannot do at all."""
    ways = list(_other_servers(case, interface, None))
    return tuple(way.remedy.fix(way.title, recommended=index == 0) for index, way in enumerate(ways))


def _plain_target(case: Case) -> str:
    """The target as every server reads it: module and attribute, without this server's defaults, a factory
    with its call; empty for an app that has no name to import it by."""
    load = case.facts.load
    if load is not None and load.module and load.attribute:
        call = "()" if _called(case) and "(" not in load.attribute else ""
        return importable(f"{load.module}:{load.attribute}{call}")
    return "" if case.launch.server in ADAPT_THEMSELVES else case.target or ""


def _called(case: Case) -> bool:
    """Whether the server calls what the target names to get the app: because it is told, or because it
    guesses."""
    load = case.facts.load
    return load is not None and (load.factory_called or (taken_for_factory(case) and not _is_the_app(case)))


def _is_the_app(case: Case) -> bool:
    """Whether the probe saw that what the target names answers without being called first."""
    load = case.facts.load
    return load is not None and any(one.depth == 0 and one.name == load.attribute for one in case.facts.tried)


def importable(target: str) -> str:
    """A target that names a file as one that names its module; empty where it cannot be imported."""
    module, colon, attribute = target.partition(":")
    if module.endswith(".wsgi") and not all(part.isidentifier() for part in module.split(".")):
        return ""
    if not module.endswith(".py"):
        return target
    module = module.removesuffix(".py").removeprefix("./").replace("/", ".")
    return f"{module}{colon}{attribute}" if all(part.isidentifier() for part in module.split(".")) else ""


def adapter(case: Case, name: str) -> Fix | None:
    """Serve the ASGI app ``name`` of the target's module through a2wsgi, on the WSGI server as it is.

    None where the module's file is not at hand, and for servers whose own ways hold it.
    """
    if case.launch.server in ADAPT_THEMSELVES:
        return None
    if case.module is None or case.facts.load is None or case.facts.load.module is None:
        return None
    remedy = servers.of(case).remedy(case)
    remedy.edits += case.module.append_once(
        "", "from a2wsgi import ASGIMiddleware", "", f"wsgi_app = ASGIMiddleware({name})"
    )
    remedy.set_target(f"{case.facts.load.module}:wsgi_app")
    remedy.call_nothing()
    remedy.need("a2wsgi>=1.10.4")
    needs = needs_asgi(case)
    if needs:
        remedy.cost(f"the app needs ASGI for {', '.join(needs)}: this is no way to stay")
    remedy.cost("lifespan handlers never run", ADAPTER_SLOWER)
    if case.launch.server != "waitress":  # which is one process, and has the body before it calls the app
        remedy.cost(
            "it must not be preloaded or made before the server forks", "chunked request bodies arrive empty"
        )
    fix = remedy.fix("keep the WSGI server and put the a2wsgi adapter in front of the app")
    return replace(fix, applicability=Applicability.UNSAFE)


def name_target(case: Case) -> tuple[Fix, ...]:
    """Fixes for a launch that names no app object: text where the object is not known."""
    title = f"name the app object: {servers.of(case).program} ... MODULE:ATTRIBUTE"
    if case.config is not None:
        title += f', or wsgi_app = "MODULE:ATTRIBUTE" in {case.config.path}'
    return (Fix.by_hand(title),)
