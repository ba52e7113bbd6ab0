"""One session: every launch of the request is prepared by its server, loaded, described and called.

Records (``event``): ``hello``, then per launch ``server``, ``loading``, ``load``, ``app``, ``calling``,
``call``, ``refusals``, at the end ``done``. A process that dies leaves its last record to tell how far it
came.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import sys
from typing import Any, Iterator

from . import calls, describe, inside, layers, lifespan, loading, operations, specifications, unknown_paths
from .channel import Channel
from .prepared import Prepared

TRY_SECONDS = 2.0  # what does not answer by then is no cure


class Session:
    """State that the launches of one request share: the app is imported once, called once a way."""

    def __init__(self, request: dict[str, Any], channel: Channel) -> None:
        self.request = request
        self.channel = channel
        self.path = list(sys.path)
        self.prepared: list[tuple[str, Prepared]] = []
        self.answered: set[str] = set()
        self.adapted: set[str] = set()  # served through an adapter: an ASGI worker may be the better way
        self.pending: list[tuple[str, Prepared, loading.Loaded]] = []
        self.called: dict[tuple[int, str], dict[str, Any]] = {}
        self.ways: dict[str, tuple[tuple[int, str], str | None]] = {}  # of each launch: its call, and why so
        self.chains: dict[int, list[dict[str, Any]]] = {}
        self.kept: list[Any] = []  # ids stay true as long as the objects live
        self.paths: dict[str, list[str]] = {}  # sys.path as each launch's server, and the app, left it
        self.before: list[str] = []  # what the app put in front of sys.path when it was imported
        self.behind: list[str] = []  # what it put behind
        self.refused: set[str] = set()  # launches whose server would not start with its options
        self.served: dict[str, Any] = {}  # the object that is called, where it is not the one loaded

    def run(self) -> None:
        """Load every launch, then call each, those that call ASGI first: a WSGI request through the
        inner Flask app would keep Connexion from building its stack (Flask's setup is then closed)."""
        for launch in sorted(self.request["launches"], key=_order):
            self._load(launch)
        if self.request["call"]:
            ways = []
            for launch_id, prepared, loaded in self.pending:
                way = self._calls_as(launch_id, prepared, loaded)
                if way is not None:
                    ways.append((launch_id, loaded, way))
            for launch_id, loaded, way in sorted(ways, key=lambda item: item[2][1] == "wsgi"):
                self._call(launch_id, loaded, way)
        self._look_inside()
        if self.request.get("operations"):
            self._tell_all("operations", operations.of)
        if self.request.get("specifications"):
            self._tell_all("specifications", specifications.of)
        self._refusals()
        self._survey()

    def _look_inside(self) -> None:
        """What the Connexion apps say of themselves, once the calls have built their stacks; the ``app``
        records are sent again with it. Lifespan handlers run here, where that was asked for."""
        looked: set[int] = set()
        for launch_id, _, loaded in self.pending:
            sys.path[:] = self.paths[launch_id]
            app = self.served.get(launch_id, loaded.object)
            facts = self._describe_object(app)
            if id(app) not in looked:
                looked.add(id(app))
                layer = next((layer for layer in facts["layers"] if layer["role"] == "connexion"), None)
                if layer is not None:
                    layer["detail"].update(describe.quietly(inside.of_chain, app, default={}))
                if self.request.get("lifespan"):
                    self._run_lifespan(launch_id, app, facts["layers"])
            self.channel.emit("app", launch=launch_id, facts=facts)
            if self.request.get("lifespan"):
                self._tell(launch_id)

    def _run_lifespan(self, launch_id: str, app: Any, chain: list[dict[str, Any]]) -> None:
        """Run the lifespan of an app that is called as ASGI. A trial call that raised before is made again
        while it is up: what a request needs may be there only then."""
        called = self.called.get((id(app), "asgi3"), {})
        if called.get("outcome") not in ("answered", "raised"):
            return
        again: dict[str, Any] = {}

        async def meanwhile(state: dict[str, Any]) -> None:
            again.update(await calls.within(app, state, layers.prefix_of(chain)))

        self.channel.emit("calling", launch=launch_id, calls="lifespan")
        raised = called["outcome"] == "raised"
        chain[0]["detail"]["lifespan_run"] = lifespan.run(
            app, self.request["call_timeout"], meanwhile if raised else None
        )
        if again.get("outcome") == "answered":
            called.update(again)

    def _tell_all(self, event: str, facts_of: Any) -> None:
        """Send facts of each app: what can be asked of it over HTTP, or its whole specifications with what
        keeps requests that break them from the handlers."""
        for launch_id, _, loaded in self.pending:
            app = self.served.get(launch_id, loaded.object)
            self.channel.emit(event, launch=launch_id, facts=describe.quietly(facts_of, app))

    def _refusals(self) -> None:
        """Options that keep a server from starting, asked last: its logging would hide what the app says."""
        for launch_id, prepared in self.prepared:
            if prepared.refusals is None:
                continue
            sys.path[:] = self.paths[launch_id]
            refused = describe.quietly(prepared.refusals)
            if refused:
                self.refused.add(launch_id)
                self.channel.emit("refusals", launch=launch_id, facts=refused)

    def _survey(self) -> None:
        """What fixes need to know, asked only where something is wrong: healthy launches stay fast. A boot
        needs it too: where a script listens."""
        for launch_id, prepared in self.prepared:
            wanted = launch_id not in self.answered or launch_id in self.adapted or launch_id in self.refused
            if prepared.survey is not None and (wanted or self.request.get("operations")):
                self.channel.emit("survey", launch=launch_id, facts=describe.quietly(prepared.survey))
        for launch_id, _, loaded in self.pending:
            if launch_id not in self.answered and self.request["call"]:
                if launch_id not in self.served:  # else the server has called it
                    self._make(launch_id, loaded)
                self._try(launch_id, loaded)

    def _try(self, launch_id: str, loaded: loading.Loaded) -> None:
        """Call what lies in the chain of a launch that gets no answer, each object in each way that a server
        could: what answers through Connexion tells the fixes what to serve, and how."""
        app = self.served.get(launch_id, loaded.object)
        known = self.called.get((id(app), "asgi3")) or self.called.get((id(app), "wsgi")) or {}
        if known.get("outcome") in ("hung", "crashed"):
            return
        sys.path[:] = self.paths[launch_id]
        self.channel.emit("calling", launch=launch_id, calls="tried")
        self.channel.emit("tried", launch=launch_id, facts=list(self._answering(app, loaded)))

    def _answering(self, app: Any, loaded: loading.Loaded) -> Iterator[dict[str, Any]]:
        named_path = layers.named_path
        objects = named_path(app, loaded.facts["attribute"], loaded.namespace)
        # A server may take the app for a factory, and call it: what that makes has another name.
        if objects and app is not loaded.object:
            name, named, obj = objects[0]
            objects = [(name and f"{name}()", named, obj), *objects[1:]]
        objects = objects or named_path(loaded.object, loaded.facts["attribute"], loaded.namespace)
        # A WSGI call may close Flask's setup before Connexion has used it.
        for interface in ("asgi3", "wsgi"):
            for depth, (name, named, obj) in enumerate(objects):
                if name is None or describe.quietly(layers.interface, obj) not in (interface, "unknown"):
                    continue
                key = (id(obj), interface)
                if key not in self.called:
                    prefix = layers.prefix_of(layers.chain(obj))
                    self.called[key] = calls.trial(obj, interface, TRY_SECONDS, prefix)
                    self.kept.append(obj)
                answer = self.called[key]
                if answer["outcome"] == "hung":
                    return
                if answer["outcome"] == "answered" and (answer["status"] or 500) < 500:
                    yield {"name": name, "calls": interface, "depth": depth, "named": named}

    def _make(self, launch_id: str, loaded: loading.Loaded) -> None:
        """Call a factory that its server does not call, to know how what it makes has to be served."""
        factory = loaded.object
        sys.path[:] = self.paths[launch_id]
        if not (inspect.isfunction(factory) or inspect.isclass(factory)):
            return
        if not loading.callable_without_arguments(factory):
            return
        self.channel.emit("calling", launch=launch_id, calls="factory")
        made = loading.Loaded(loaded.facts["target"], None, None)
        made.namespace = loaded.namespace

        def call() -> None:
            made.object = describe.quietly(factory)

        loading.watched(made, call)  # it may start a server, and would not come back
        if made.object is not None and callable(made.object):
            self.kept.append(made.object)
            self.channel.emit("made", launch=launch_id, facts=self._describe(made))

    def _load(self, launch: dict[str, Any]) -> None:
        launch_id = launch["id"]
        sys.path[:] = self._path_for(launch)
        sys.argv = [launch["program"], *launch["argv"]]
        try:
            host = importlib.import_module(__package__ + ".hosts." + launch["server"])
            prepared = host.prepare(launch)
        except BaseException as exc:
            facts = {"name": launch["server"], "installed": True, "stage": "broken"}
            prepared = Prepared(dict(facts, error=describe.error(exc)))
        self.prepared.append((launch_id, prepared))
        self.paths[launch_id] = list(sys.path)
        self.channel.emit("server", launch=launch_id, facts=prepared.facts)
        if prepared.load is None:
            return
        self.channel.emit("loading", launch=launch_id, target=prepared.facts.get("target"))
        loaded = self._loaded(launch_id, prepared)
        self.channel.emit("load", launch=launch_id, facts=loaded.facts)
        if not loaded.ok:
            return
        self.kept.append(loaded.object)
        described = self._describe(loaded)
        if any(layer["role"] == "adapter" for layer in described["layers"]):
            self.adapted.add(launch_id)
        self.channel.emit("app", launch=launch_id, facts=described)
        self.pending.append((launch_id, prepared, loaded))

    def _loaded(self, launch_id: str, prepared: Prepared) -> loading.Loaded:
        """Load with the server's own ``sys.path``. What the app puts there while it is imported, which
        happens once, is there for every launch; handlers are imported by name much later, at the call."""
        served = list(sys.path)
        sys.path[:] = [*self.before, *served, *self.behind]
        loaded: loading.Loaded = prepared.load()
        known = {*served, *self.before, *self.behind}
        first = next((at for at, entry in enumerate(sys.path) if entry in known), 0)
        self.before = [entry for entry in sys.path[:first] if entry not in known] + self.before
        self.behind += [entry for entry in sys.path[first:] if entry not in known]
        self.paths[launch_id] = list(sys.path)
        return loaded

    def _path_for(self, launch: dict[str, Any]) -> list[str]:
        """A console script leads ``sys.path`` with its own folder, ``python -m`` with the directory."""
        first = os.getcwd() if launch.get("module_run") else os.path.dirname(sys.executable)
        return [first, *self.path]

    def _describe(self, loaded: loading.Loaded) -> dict[str, Any]:
        key = id(loaded.object)
        if key not in self.chains:
            self.chains[key] = layers.chain(loaded.object)
            for layer in self.chains[key]:
                if layer["role"] == "inner":
                    self._name_owner(layer, loaded)
        return self._describe_object(loaded.object)

    def _describe_object(self, obj: Any) -> dict[str, Any]:
        chain = self.chains[id(obj)]
        outer = chain[0]
        return {
            "type": outer["type"],
            "interface": outer["interface"],
            "signature": outer["signature"],
            "layers": chain,
        }

    def _name_owner(self, layer: dict[str, Any], loaded: loading.Loaded) -> None:
        objects = [current for _, current in layers.path(loaded.object)]
        inner = next((current for current in objects if layers.inner_of_connexion(current)), None)
        if inner is None:
            return
        owner, name = layers.owner_of(inner, loaded.namespace)
        if owner is not None:
            layer["detail"]["owner"] = describe.type_name(owner)
            layer["detail"]["owner_name"] = name

    def _calls_as(
        self, launch_id: str, prepared: Prepared, loaded: loading.Loaded
    ) -> tuple[Any, str, str | None] | None:
        """What is called, and how; None where the server's own code gives up on the object before any
        request, which is told as a call that was refused."""
        sys.path[:] = self.paths[launch_id]
        way: list[tuple[Any, str, str | None]] = []
        try:
            loading.watched(loaded, lambda: way.append(prepared.calls_as(loaded.object)))
            if loaded.facts.get("ended") is not None:  # called as a factory, it starts a server
                self.channel.emit("load", launch=launch_id, facts=loaded.facts)
                return None
            app, interface, why = way[0]
        except BaseException as exc:
            if loading.raised_inside(loaded.object, exc):  # the server has called it as a factory
                self.channel.emit(
                    "load", launch=launch_id, facts=loaded.fail("factory", exc, factory_called=True).facts
                )
                return None
            said = exc.__context__ if isinstance(exc, SystemExit) and exc.__context__ is not None else exc
            refused = {"calls": "unknown", "outcome": "refused", "error": describe.error(said)}
            self.channel.emit("call", launch=launch_id, facts=refused, why=None)
            return None
        if app is not loaded.object:  # the server made another object of it: a factory it called
            self.kept.append(app)
            self.served[launch_id] = app
            remade = loading.Loaded(loaded.facts["target"], None, None)
            remade.object, remade.namespace = app, loaded.namespace
            self.channel.emit("app", launch=launch_id, facts=self._describe(remade), remade=True)
        return app, interface, why

    def _call(self, launch_id: str, loaded: loading.Loaded, way: tuple[Any, str, str | None]) -> None:
        app, interface, why = way
        sys.path[:] = self.paths[launch_id]
        key = (id(app), interface)
        if key not in self.called:
            self.channel.emit("calling", launch=launch_id, calls=interface)
            chain = self.chains[id(app)]
            timeout = self.request["call_timeout"]
            self.called[key] = _trial(app, interface, timeout, layers.prefix_of(chain))
            if not any(layer["role"] == "connexion" for layer in chain):
                self._without_connexion(app, loaded, self.called[key])
            elif describe.quietly(layers.is_bypassed, app, chain, self.called[key], default=False):
                chain[0]["detail"]["connexion_reached"] = False
            else:
                self._build_all(app, self.called[key])
                again = functools.partial(calls.trial, app, interface, timeout, layers.prefix_of(chain))
                self._not_found(app, self.called[key], again)
        self.ways[launch_id] = key, why
        self._tell(launch_id)

    def _tell(self, launch_id: str) -> None:
        """What came of the trial call of a launch."""
        if launch_id not in self.ways:
            return
        key, why = self.ways[launch_id]
        answer = self.called[key]
        if answer["outcome"] == "answered" and (answer["status"] or 500) < 500:
            self.answered.add(launch_id)
        self.channel.emit("call", launch=launch_id, facts=answer, why=why)

    def _build_all(self, app: Any, answer: dict[str, Any]) -> None:
        """Something in front of a Connexion app may have answered (a redirect, a refused host, another
        mount): each app whose stack is not built yet is called by itself, and what keeps it from being
        built is what requests will get."""
        if answer["outcome"] != "answered" or (answer["status"] or 500) >= 500:
            return
        for one in layers.connexion_apps(app):
            if layers.connexion_major(one) != 3 or describe.quietly(layers.is_built, one, default=True):
                continue
            inner = calls.trial(one, "asgi3", self.request["call_timeout"])
            if inner["error"] is not None and not describe.quietly(layers.is_built, one, default=True):
                answer.update(outcome="raised", status=None, error=inner["error"])
                return

    def _not_found(self, app: Any, answer: dict[str, Any], again: Any) -> None:
        """Whether it is the project's handling of unknown paths that failed, behind all that operations
        have before them too."""
        if answer["outcome"] not in ("answered", "raised") or (answer["status"] or 500) < 500:
            return
        one = layers.connexion_of(app)
        if layers.connexion_major(one) == 2 or describe.quietly(layers.is_built, one, default=False):
            answer["not_found"] = describe.quietly(unknown_paths.reached, one, again, default=False)

    def _without_connexion(self, app: Any, loaded: loading.Loaded, answer: dict[str, Any]) -> None:
        """No Connexion app in the chain: whether the answer comes from one all the same, and the name of one
        beside the target. Connexion answers an unknown path with a problem document (RFC 9457)."""
        if answer["outcome"] != "answered":
            return
        problem = answer.get("content_type") == "application/problem+json"
        reached = problem or describe.quietly(layers.flask_of_connexion, app, default=False)
        detail = self.chains[id(app)][0]["detail"]
        detail["connexion_reached"] = bool(reached)
        if not reached:
            detail["beside"] = layers.connexion_name(loaded.namespace)


def _trial(app: Any, interface: str, timeout: float, prefix: str) -> dict[str, Any]:
    """The trial call; a server that the call would start (that of a factory, which is called in place of an
    app) is seen there: the request would wait for it, and nothing is bound."""
    from .hosts import starters
    from .hosts.capture import Capture

    with Capture(starters.blocking_patches()) as capture:
        answer = calls.trial(app, interface, timeout, prefix)
    begun = [one.entry for one in capture.started] + capture.refused
    if begun:
        answer.update(outcome="hung", status=None, error=None, reason="it starts a server: %s" % begun[0])
    return answer


def _order(launch: dict[str, Any]) -> int:
    """Those first whose server imports the app while an event loop runs: what such an import fails with is
    not seen where the app is there already."""
    several = any(word.startswith(("--reload", "--workers")) for word in launch["argv"])
    return 2 if launch["server"] != "uvicorn" else 0 if several else 1
