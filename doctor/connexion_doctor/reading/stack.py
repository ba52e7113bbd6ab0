"""From the object that takes the requests down to Connexion, and all that may keep it from coming up."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

from connexion_doctor.model import AppFacts, CallFacts, Interface, LaunchFacts, LoadFacts, Location
from connexion_doctor.python.module import Module
from connexion_doctor.python.nodes import argument, short
from connexion_doctor.reading import failures, insisted, needs, settings, workers
from connexion_doctor.reading.apis import Api, Missing, apis_of, others_of
from connexion_doctor.reading.chains import Chain, ReadApp
from connexion_doctor.reading.doubts import Doubt
from connexion_doctor.reading.eager import added_at, too_early
from connexion_doctor.reading.guesses import called_as
from connexion_doctor.reading.made_elsewhere import made_elsewhere
from connexion_doctor.reading.middleware import misfit_in_stack, wsgi_in_stack
from connexion_doctor.reading.operations import NO_SLASH, behind, with_specifications, wrong_with
from connexion_doctor.reading.state import Reading
from connexion_doctor.reading.targets import Target
from connexion_doctor.reading.unread import Unread


def judged(
    reading: Reading, chain: Chain, target: Target, module: Module, load: LoadFacts | None = None
) -> LaunchFacts:
    """An object that takes requests, as far as it was understood."""
    load = load or reading.load(target, module, "loaded")
    at = Location(module.path, 1)
    if chain.kind == "none" or chain.kind not in ("app", "function", "class") and chain.found is not None:
        found = "None" if chain.kind == "none" else chain.found
        return LaunchFacts(reading.server, replace(load, stage="callable", found=found))
    if chain.kind != "app" or not chain.layers:
        raise Unread(f"what {target.text} stands for cannot be read", at)
    chain = _with_owner(reading, chain, module)
    facts = LaunchFacts(called_as(reading.launch, reading.server, chain, target.mode), load, app_of(chain))
    worker = facts.server.worker
    calls = worker.calls if worker is not None else facts.server.calls
    framework = chain.app.framework if chain.app is not None else ""
    broken = needs.lacking(facts, framework, reading.versions)
    if broken is not None and (reading.versions.installed or not _breaks(chain, calls)):
        return replace(facts, load=broken, app=None)
    if calls is Interface.UNKNOWN and (worker is None or worker.error is None):
        open_ = facts.server.details.get("unread_settings")
        why = open_.get("worker_class") if isinstance(open_, dict) else None
        raise Unread(str(why or f"how {reading.launch.server} calls the app cannot be read"))
    if chain.app is None and not _breaks(chain, calls):
        raise Unread("no Connexion app was found behind the target", at)
    return _down_to_connexion(reading, facts, chain, calls, module)


def _with_owner(reading: Reading, chain: Chain, module: Module) -> Chain:
    """The chain, with the name that the target's module has for the Connexion app around a Flask app."""
    roles = [layer.role for layer in chain.layers]
    outer = roles[: roles.index("connexion")] if "connexion" in roles else roles
    if chain.app is None or "inner" not in outer:
        return chain
    named = {"owner_name": reading.objects.name_of(chain.app, module)}
    layers = (
        replace(one, detail={**one.detail, **named}) if one.role == "inner" else one for one in chain.layers
    )
    return replace(chain, layers=tuple(layers))


def _down_to_connexion(
    reading: Reading, facts: LaunchFacts, chain: Chain, calls: Interface, module: Module
) -> LaunchFacts:
    """The stack, and all that may keep the app from coming up."""
    unread: list[str] = []
    doubts = reading.while_loading(module)
    certain = next((one for one in doubts if one.certain), None)
    if certain is not None and _own(reading, certain.place):
        return failures.importing(
            facts, failures.certain(reading.modules.root, certain.place, certain.certain)
        )
    unread += [one.told for one in (*doubts, *_of_configuration(reading))]
    if chain.app is not None:
        try:
            facts = _stack(reading, facts, chain, calls)
        except Missing as missing:
            why = made_elsewhere(missing.path, reading.launch, reading.modules.root)
            if why is None:
                return failures.importing(facts, failures.no_specification(reading.modules.root, missing))
            unread.append(f"{missing.told}{why}")
        except Unread as reason:
            unread.append(reason.told)
    framework = chain.app.framework if chain.app is not None else ""
    unread += needs.doubts(facts.server, framework, reading.versions)
    unread += settings.doubts(
        reading.launch,
        reading.server,
        reading.versions.packages or {},
        lambda name: workers.is_logger(name, reading),
    )
    ended, open_ = insisted.refusals(facts.server, chain.layers[0], calls, reading.versions)
    facts = replace(facts, server=replace(facts.server, refusals=(*facts.server.refusals, *ended)))
    unread += open_
    if chain.app is not None and calls is Interface.ASGI3:
        facts, told = _lifespan(reading, facts, chain.app)
        unread += told
    return replace(facts, unread=tuple(dict.fromkeys(unread)))


def _of_configuration(reading: Reading) -> list[Doubt]:
    """What may keep gunicorn's configuration file from being loaded."""
    file = reading.server.config_file if reading.launch.server == "gunicorn" else None
    module = reading.modules.module(Path(file), Path(file).stem) if file is not None else None
    return list(reading.imports.loaded(module)) if module is not None else []


def _lifespan(reading: Reading, facts: LaunchFacts, app: ReadApp) -> tuple[LaunchFacts, list[str]]:
    """The app's lifespan handler, where it has one: what it may fail with when the server runs it."""
    given = argument(app.call, 99, "lifespan")
    off = any(
        setting.shown == "off"
        for name, setting in reading.server.settings.items()
        if name in ("lifespan", "asgi_lifespan")
    )
    if given is None or off or reading.launch.server == "daphne":
        return facts, []
    name = reading.modules.names.raw(given, app.module, app.scope)
    found = reading.modules.definition(name)
    if found is None or isinstance(found[1], ast.ClassDef):
        return facts, [f"what the lifespan handler {short(given)[:40]} does cannot be read"]
    return facts, [one.told for one in reading.imports.called(found[0], found[1])]


def _stack(reading: Reading, facts: LaunchFacts, chain: Chain, calls: Interface) -> LaunchFacts:
    """What Connexion finds when it resolves the operations, in the words in which it would raise it:
    Connexion 2 while the API is added, Connexion 3 when it builds its stack."""
    assert chain.app is not None
    apis = apis_of(chain.app, reading.objects)
    facts = with_specifications(facts, apis, tuple(wsgi_in_stack(chain.app, reading.objects)))
    others = list(others_of(chain.app, reading.objects, reading.imports.course.reached))
    refused = next((api.invalid for api in (*apis, *others) if api.invalid is not None), None)
    if refused is not None:
        return failures.importing(facts, refused)
    error = misfit_in_stack(chain.app, reading.objects, reading.imports.libraries)
    error = error or wrong_with(apis, flask=chain.app.framework == "flask")
    if error is None and reading.versions.major == 2:
        error = too_early(apis, reading.modules) or wrong_with(others)
    for api in apis:
        for doubt in _behind(reading, api):
            if error is None and doubt.certain and _own(reading, doubt.place):
                error = failures.certain(reading.modules.root, doubt.place, doubt.certain)
                if reading.versions.major == 3:
                    error = behind(api, error, reading.modules)
            elif error is None:
                raise Unread(doubt.reason, doubt.place)
    if error is None or chain.layers[0].role == "inner":
        return facts
    if reading.versions.major == 2:
        lenient = (
            reading.versions.python == "3.6"
            or (reading.versions.packages or {}).get("flask", "")[:4] == "2.0."
        )
        if error.is_a("ValueError") and NO_SLASH not in error.message and lenient:
            return facts  # two APIs on one base path, of which Flask 2.0 only warns
        return failures.importing(facts, error)
    return replace(facts, call=CallFacts(calls, "read", error=error))


def _behind(reading: Reading, api: Api) -> list[Doubt]:
    """What loading the modules of an API's functions brings about: in Connexion 2 while it is added."""
    imports, use = reading.imports, api.use
    line = added_at(use) if use is not None and reading.versions.major == 2 else None
    if use is not None and line is not None and reading.launch.server != "python":
        imports.loading[use.module.path] = line
    found = [doubt for module in api.modules for doubt in imports.loaded(module)]
    if use is not None:
        imports.loading.pop(use.module.path, None)
    return found


def _own(reading: Reading, place: Location) -> bool:
    return not Path(place.path).is_absolute()


def app_of(chain: Chain) -> AppFacts:
    """The object that the server calls, as facts."""
    outer = chain.layers[0]
    return AppFacts(outer.type, outer.interface, outer.signature or outer.interface.spoken, chain.layers)


def _breaks(chain: Chain, calls: Interface) -> bool:
    """Whether the outermost layer does not answer the way it is called."""
    return chain.layers[0].interface not in (Interface.UNKNOWN, calls)
