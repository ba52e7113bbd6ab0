"""From the module to the object: grammar, attribute, None, not callable."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, LoadFacts, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.factories import (
    filled_in_later,
    made_at_the_top,
    may_make_the_app,
    plain,
    returning,
)
from connexion_doctor.servers import ways

ERROR = Severity.ERROR
# What a name in the module may be, as ``probe/agent/loading.py`` sorts them, the likeliest first.
SERVABLE = ("connexion", "adapter", "app")


def target_word(case: Case) -> int | None:
    """Index of the target among the words of the command."""
    return servers.of(case).target_index(case.command, servers.of(case).options(case))


def likely_names(load: LoadFacts) -> list[str]:
    """Names of the module that hold an app, the likeliest first."""
    return [name for kind in SERVABLE for name, found in load.names.items() if found == kind]


def retarget(case: Case, target: str, title: str, *, recommended: bool = True) -> Fix:
    """A fix that points the server to another object."""
    remedy = servers.of(case).remedy(case)
    remedy.set_target(target)
    return remedy.fix(title, recommended=recommended)


def _named_at_the_top(case: Case, load: LoadFacts) -> Fix | None:
    """A name at the module's top level for the app that an object of it holds, for servers differ in whether
    they take a dotted one; None where not exactly one is held."""
    held = [name for name, kind in load.names.items() if kind == "held"]
    if len(held) != 1 or case.module is None:
        return None
    wanted = (load.attribute or "app").partition("(")[0]
    names = [name for name in (wanted, "app", "application", "connexion_app") if name not in load.names]
    name = next((name for name in names if name.isidentifier()), None)
    if name is None:
        return None
    remedy = servers.of(case).remedy(case)
    remedy.edits += case.module.append_once("", "", f"{name} = {held[0]}")
    if name != load.attribute:
        remedy.set_target(f"{load.module}:{name}")
    remedy.call_nothing()
    return remedy.fix(f"give `{held[0]}` a name at the top level, `{name}`", recommended=True)


def _given_when_asked(case: Case, load: LoadFacts) -> Fix | None:
    """The name that the module's own ``__getattr__`` gives, for servers that look for it among the names."""
    source, name = case.module, load.attribute or ""
    body = source.tree.body if source is not None and source.tree is not None else ()
    gives = any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in body)
    if source is None or not gives or not name.isidentifier():
        return None
    remedy = servers.of(case).remedy(case)
    remedy.edits += source.append_once("", "", f'{name} = __getattr__("{name}")')
    return remedy.fix(
        f"give `{name}` a place in the module: this server asks no `__getattr__`", recommended=True
    )


def objects_instead(case: Case, load: LoadFacts, meant: str | None) -> list[Fix]:
    """The object that was meant: a close name, the only app, one that an object holds, a factory."""
    fixes: list[Fix] = []
    apps = likely_names(load)
    best = meant or (apps[0] if apps else None)
    if best is not None and load.names.get(best) != "factory":
        title = f"serve `{load.module}:{best}` instead"
        fixes.append(retarget(case, f"{load.module}:{best}", title))
    elif (named := _named_at_the_top(case, load)) is not None:
        fixes.append(named)
    factories = [n for n, kind in load.names.items() if kind == "factory" and may_make_the_app(case, n)]
    if not fixes and factories:
        wanted = meant if meant in factories else next((n for n in factories if "app" in n), factories[0])
        remedy = servers.of(case).remedy(case)
        if servers.of(case).factory(remedy, f"{load.module}:{wanted}"):
            fixes.append(remedy.fix(f"call the factory {wanted}()", recommended=True))
        elif (at_the_top := made_at_the_top(case, wanted)) is not None:
            fixes.append(at_the_top)
    if not fixes and (given := _given_when_asked(case, load)) is not None:
        fixes.append(given)
    if not fixes:
        fixes.append(Fix.by_hand(f"name an app object that {load.module} has at its top level"))
    return fixes


@rule("CXD020", "attribute-not-found", ERROR, breaks=True)
def attribute_not_found(case: Case) -> Iterator[Finding]:
    """The module is there, the object that the target names is not.

    What happens: gunicorn ends with ``Failed to find attribute 'ap' in 'app'.``, uvicorn with
        ``Error loading ASGI app. Attribute "ap" not found in module "app".``
    Why: a misspelt name, or none given: gunicorn then takes ``application``, hypercorn and granian
        take ``app``.
    Fix: name the object that the module has.
    Before:
        gunicorn app
    After:
        gunicorn app:app
    Sources:
        https://github.com/benoitc/gunicorn/blob/master/gunicorn/util.py
        truth: c3new/g-uvw2/app:no_such_name
    """
    load = case.facts.load
    if load is None or load.stage != "attribute":
        return
    name, *rest = (load.attribute or "").split("(")[0].split(".")
    close = difflib.get_close_matches(name, [one for one in load.names if "." not in one], n=1, cutoff=0.7)
    given = ":" in load.target
    inside = rest and name in load.names
    which = (
        f"`{load.module}:{name}` has no {'.'.join(rest)!r}" if inside else f"`{load.module}` has no {name!r}"
    )
    message = which if given else f"{which}, the name {case.launch.server} takes when the target gives none"
    yield finding(
        message,
        evidence=(load.error.short,) if load.error else (),
        word=target_word(case),
        fixes=objects_instead(case, load, close[0] if close else None),
    )


@rule("CXD021", "target-not-understood", ERROR, breaks=True)
def target_not_understood(case: Case) -> Iterator[Finding]:
    """The target is not written the way this server reads targets.

    What happens: gunicorn ends with ``Failed to parse 'app.app' as an attribute name or function
        call.``; uvicorn with ``Import string "app" must be in format "<module>:<attribute>".``
    Why: every server has its own grammar. gunicorn takes a name or a call with literal arguments,
        uvicorn dotted attributes and ``--factory`` but no call.
    Fix: write it this server's way.
    Before:
        uvicorn 'app:create_app()'
    After:
        uvicorn --factory app:create_app
    Sources:
        https://docs.gunicorn.org/en/stable/run.html
        https://www.uvicorn.org/settings/
        truth: c3new/g-sync/app:app.app
    """
    load = case.facts.load
    if load is None or load.stage != "grammar":
        return
    attribute = load.attribute or ""
    fixes: list[Fix] = []
    if attribute.endswith("()") and attribute[:-2].isidentifier():
        remedy = servers.of(case).remedy(case)
        if servers.of(case).factory(remedy, f"{load.module}:{attribute[:-2]}"):
            fixes.append(remedy.fix(f"call the factory the way {case.launch.server} does", recommended=True))
        elif (at_the_top := made_at_the_top(case, attribute[:-2])) is not None:
            fixes.append(at_the_top)
    elif likely_names(load):
        name = likely_names(load)[0]
        fixes.append(retarget(case, f"{load.module}:{name}", f"serve {load.module}:{name}"))
    elif load.module is None and load.target.count(":") < 2 and not load.target.partition(":")[2]:
        whole = f"{ways.importable(load.target.rstrip(':')) or load.target}:app"
        fixes.append(retarget(case, whole, f"name the object: {whole}"))
    yield finding(
        f"{case.launch.server} cannot read the target {load.target!r}",
        evidence=(load.error.short,) if load.error else (),
        word=target_word(case),
        fixes=fixes or objects_instead(case, load, None),
    )


@rule("CXD022", "target-is-none", ERROR, breaks=True)
def target_is_none(case: Case) -> Iterator[Finding]:
    """The target names something that is None.

    What happens: gunicorn ends with ``Failed to find application object: 'app'``; other servers answer
        every request 500.
    Why: the name is filled in later (``app = None`` at the top, set in ``main()``), or a factory
        forgets its ``return``.
    Fix: make the object when the module is imported, or return it.
    Before:
        def create_app():
            app = connexion.FlaskApp(__name__)
    After:
        def create_app():
            app = connexion.FlaskApp(__name__)
            return app
    Sources:
        https://flask.palletsprojects.com/en/stable/patterns/appfactories/
        truth: c3new/g-sync/not_apps:nothing
    """
    load = case.facts.load
    if load is None or load.found != "None" or load.stage not in ("callable", "grammar", "attribute"):
        return
    if load.factory_called:
        message = f"`{load.target}` returns None."
        name = (load.attribute or "").partition("(")[0]
        fixes = [returning(case, name) or Fix.by_hand(f"let {name} return the app")]
    else:
        message = f"`{load.target}` is None once the module is imported."
        filled = filled_in_later(case, load.attribute or "")
        fixes = [filled] if filled is not None else objects_instead(case, load, None)
    yield finding(message, word=target_word(case), fixes=fixes)


@rule("CXD023", "target-not-callable", ERROR, breaks=True)
def target_not_callable(case: Case) -> Iterator[Finding]:
    """The target names something that cannot be called.

    What happens: gunicorn ends with ``Application object must be callable.``
    Why: the name is a module, a string or another object that only has to do with the app.
    Fix: name the app object.
    Before:
        gunicorn package:app
    After:
        gunicorn package.app:app
    Sources:
        https://docs.gunicorn.org/en/stable/run.html
        truth: c3new/uvicorn/not_apps:number
    """
    load = case.facts.load
    if load is None or load.stage not in ("callable", "grammar") or load.found in (None, "None"):
        return
    callable_said = load.error is None or "must be callable" in load.error.message
    if not callable_said:
        return
    made = plain(case, load.attribute or "") if load.found.endswith(".coroutine") else None
    fixes = [made] if made is not None else objects_instead(case, load, None)
    if load.found and load.found.startswith("the module "):
        module = load.found.removeprefix("the module ")
        fixes = [retarget(case, f"{module}:app", f"look into the module: {module}:app")]
    yield finding(
        f"`{load.target}` is {load.found}, which cannot be called.",
        word=target_word(case),
        fixes=fixes,
    )
