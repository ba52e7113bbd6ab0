"""The object that a target names, by what it is: an app, a factory, a function, a class."""

from __future__ import annotations

import ast
from dataclasses import replace

from connexion_doctor.model import Interface, LaunchFacts, LoadFacts, Location, Raised
from connexion_doctor.python.module import Module
from connexion_doctor.reading import failures, project_objects, stack
from connexion_doctor.reading.callables import Shape, missing_arguments, shape_of
from connexion_doctor.reading.chains import Chain
from connexion_doctor.reading.guesses import called_as
from connexion_doctor.reading.state import Reading
from connexion_doctor.reading.targets import Target
from connexion_doctor.reading.unread import Unread

# What an app that is taken for a factory says, by how it wants to be called.
LACKING = {
    Interface.WSGI: "2 required positional arguments: 'environ'",
    Interface.ASGI3: "3 required positional arguments: 'scope'",
}


def of_chain(reading: Reading, chain: Chain, target: Target, module: Module) -> LaunchFacts:
    """What was read of a launch whose target leads to an object."""
    at = Location(module.path, 1)
    guessed = chain.kind == "function" and reading.guesses() and not target.calls
    if chain.kind == "function" and (target.calls or guessed):
        return _of_factory(reading, chain, target, module, guessed)
    if chain.kind == "class" and (target.calls or reading.guesses() and _is_made_of_nothing(chain)):
        made = reading.objects.called(chain, at, target.call)
        load = replace(reading.load(target, module, "loaded"), factory="()", factory_called=target.calls)
        return stack.judged(reading, made, target, module, load)
    outer = chain.layers[0] if chain.layers else None
    if target.calls and target.call is None and outer is not None and outer.interface in LACKING:
        message = f"__call__() missing {LACKING[outer.interface]} ..."
        load = replace(reading.load(target, module, "factory"), app_called=True)
        return LaunchFacts(reading.server, replace(load, error=Raised("builtins.TypeError", message)))
    if target.calls:
        raise Unread(f"what calling {target.text} gives cannot be read", at)
    if chain.preset is not None:
        raise Unread("what functools.partial makes of a request cannot be read", at)
    if chain.kind == "function":
        return _of_function(reading, chain, target, module)
    if chain.kind == "class":
        return _of_class(reading, chain, target, module)
    return stack.judged(reading, chain, target, module)


def _of_factory(reading: Reading, chain: Chain, target: Target, module: Module, guessed: bool) -> LaunchFacts:
    """A function that the server calls to get the app; where it guesses, one that can be called so."""
    assert chain.function is not None
    owner, node = chain.function
    missing = missing_arguments(node, chain.with_preset(target.call))
    if missing and guessed and chain.preset is None:
        return _of_function(reading, chain, target, module)
    load = replace(
        reading.load(target, module, "loaded"), factory=shape_of(node).signature, factory_called=not guessed
    )
    if missing:
        message = f"{node.name}() missing required arguments: {', '.join(missing)}"
        error = Raised("builtins.TypeError", message)
        return LaunchFacts(reading.server, replace(load, stage="factory", error=error))
    if isinstance(node, ast.AsyncFunctionDef):
        return LaunchFacts(reading.server, replace(load, stage="callable", found="a coroutine"))
    raising = next((one for one in reading.imports.called(owner, node) if one.certain), None)
    if raising is not None and raising.place.path == owner.path:
        frame = failures.frame(reading.modules.root, raising.place, node.name)
        name = raising.certain.partition("(")[0]
        if guessed and name == "TypeError":  # taken for that of the guess (``uvicorn.config.Config.load``)
            return _of_function(reading, chain, target, module)
        error = Raised(f"builtins.{name}", raising.certain, (frame,))
        return LaunchFacts(reading.server, replace(load, stage="factory", error=error))
    made = reading.objects.called(chain, Location(module.path, 1), target.call)
    return stack.judged(reading, made, target, module, load)


def _of_function(reading: Reading, chain: Chain, target: Target, module: Module) -> LaunchFacts:
    """A function that the server calls with a request."""
    assert chain.function is not None
    owner, node = chain.function
    if any(one for one in node.decorator_list):
        raise Unread(f"what the decorators of {node.name} make of it cannot be read", owner.location(node))
    shape = shape_of(node)
    made_by = shape.signature if shape.most is not None else None  # one that takes any call makes no app
    load = replace(reading.load(target, module, "loaded"), factory=made_by, found="a function")
    if len(shape.required) < 2 and shape.most is not None and shape.required != ("scope",):
        made = None
        if not missing_arguments(node, None):
            try:
                made = reading.objects.called(chain, Location(module.path, 1))
            except Unread:
                made = None
        served = _served(reading, replace(chain, layers=chain.layers[:1]), module, load)
        made_facts = stack.app_of(made) if made is not None and made.kind == "app" and made.layers else None
        return replace(served, made=made_facts)
    outer = chain.layers[0]
    try:
        chain = project_objects.served(chain, reading.objects)
    except Unread:
        facts = _served(reading, chain, module, load)
        worker = facts.server.worker
        calls = worker.calls if worker is not None else facts.server.calls
        if Interface.UNKNOWN in (outer.interface, calls) or outer.interface is calls:
            raise
        return facts
    return stack.judged(reading, chain, target, module, load)


def _is_made_of_nothing(chain: Chain) -> bool:
    """Whether a class of the project says itself how it is made, and needs no argument for it."""
    shape = _shape_of_init(chain)
    return shape is not None and not shape.required


def _shape_of_init(chain: Chain) -> Shape | None:
    """What a class of the project is made of; None where it does not say so itself."""
    if chain.klass is None:
        return None
    owner, node = chain.klass
    made = owner.scopes[id(node)].bindings.get("__init__")
    init = made[-1].node if made else None
    return shape_of(init, method=True) if isinstance(init, ast.FunctionDef) else None


def _of_class(reading: Reading, chain: Chain, target: Target, module: Module) -> LaunchFacts:
    """A class that the server calls with a request: it makes an object, which answers nothing."""
    if chain.klass is not None:
        owner, node = chain.klass
        shape = _shape_of_init(chain)
        fits = shape is None or shape.most is None or shape.required == ("scope",)
        worker = reading.server.worker
        calls = worker.calls if worker is not None else reading.server.calls
        count = {Interface.WSGI: 2, Interface.ASGI3: 3}.get(calls)
        if fits or shape is not None and (count is None or len(shape.required) == count):
            raise Unread(f"{target.text} is a class", owner.location(node))
    load = replace(reading.load(target, module, "loaded"), found="a class")
    return _served(reading, chain, module, load)


def _served(reading: Reading, chain: Chain, module: Module, load: LoadFacts) -> LaunchFacts:
    """An object that is served as it is, whatever it does."""
    app = stack.app_of(chain)
    facts = LaunchFacts(called_as(reading.launch, reading.server, chain), load, app)
    return replace(facts, unread=("what it does with a request cannot be read",))
