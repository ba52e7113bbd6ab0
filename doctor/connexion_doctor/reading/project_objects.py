"""Functions, classes and their objects of the project itself, as chains."""

from __future__ import annotations

import ast
from dataclasses import replace

from connexion_doctor.model import Interface, Layer
from connexion_doctor.python.module import Function, Module
from connexion_doctor.reading.callables import handed_on, shape_of
from connexion_doctor.reading.chains import Chain, Given, Passed, Reader, Where
from connexion_doctor.reading.unread import Unread


def of_function(module: Module, node: Function) -> Chain:
    """A function as an object: how it could be called, by its parameters."""
    shape = shape_of(node)
    layer = Layer(_dotted(module, node), shape.interface, "function", shape.signature)
    return Chain((layer,), kind="function", function=(module, node), coroutine=shape.coroutine)


def of_class(module: Module, node: ast.ClassDef) -> Chain:
    """A class as it stands."""
    layer = Layer(_dotted(module, node), Interface.UNKNOWN, "class")
    return Chain((layer,), kind="class", klass=(module, node))


def _dotted(module: Module, node: Function | ast.ClassDef) -> str:
    return f"{module.names[0] if module.names else ''}.{node.name}".lstrip(".")


def passed(owner: Module, node: Function, call: ast.Call, where: Where) -> Passed:
    """What a call gives a function, its defaults included."""
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    given: dict[str, Given] = {}
    for name, value in zip(names, call.args, strict=False):
        if isinstance(value, ast.Starred):
            break
        given[name] = Given(value, where)
    for keyword in call.keywords:
        if keyword.arg is not None:
            given[keyword.arg] = Given(keyword.value, where)
    defaults = node.args.defaults
    for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=True):
        given.setdefault(name, Given(default, Where(owner, owner.scope)))
    return Passed(given, owner.scopes[id(node)])


def returned(module: Module, node: Function, given: Passed, reader: Reader) -> Chain:
    """What a call of a function gives.

    :raises Unread: it cannot be known
    """
    at = module.location(node)
    if isinstance(node, ast.AsyncFunctionDef):
        raise Unread(f"{node.name} is a coroutine function", at)
    if (module, node) not in reader.ran:
        reader.ran.append((module, node))
    scope = module.scopes[id(node)]
    where = Where(module, scope, replace(given, scope=scope))
    made = [reader.value(one, where) for one in scope.returns]
    if not made:
        return Chain(kind="none")
    if len({one.shape for one in made}) > 1:
        raise Unread(f"{node.name} returns different things", at)
    return made[0]


def served(chain: Chain, reader: Reader) -> Chain:
    """A function as a server calls it for each request: its layer, and what it hands the call on to.

    :raises Unread: what it does with a request cannot be known
    """
    assert chain.function is not None
    module, node = chain.function
    target = handed_on(node)
    if target is None:
        raise Unread(f"what {node.name} does with a request cannot be read", module.location(node))
    inside = reader.value(target, Where(module, module.scopes[id(node)]))
    outer = chain.layers[0]
    if outer.interface is not Interface.UNKNOWN:
        outer = replace(outer, detail={"calls": outer.interface.value})
    made_here = isinstance(target, ast.Subscript | ast.Call)
    behind = tuple(
        replace(layer, detail={**layer.detail, "lazily": True}) if made_here else layer
        for layer in inside.layers
    )
    return replace(chain, layers=(outer, *behind), app=inside.app, kind="app")


def instance(owner: Module, node: ast.ClassDef, call: ast.Call, where: Where, reader: Reader) -> Chain:
    """An object of a class of the project: called by its ``__call__``, which hands the call on."""
    made = owner.scopes[id(node)].bindings.get("__call__")
    if not made and not node.bases:
        return Chain(kind="object", klass=(owner, node), found=f"an object of {node.name}")
    method = made[-1].node if made else None
    if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
        raise Unread(f"how an object of {node.name} is called cannot be read", where.at(call))
    shape = shape_of(method, method=True)
    target = handed_on(method, method=True)
    if target is None or shape.most is not None and shape.interface is Interface.UNKNOWN:
        what = f"what an object of {node.name} does with a request cannot be read"
        raise Unread(what, owner.location(method))
    given = _fields(owner, node, method, call, where)
    inside = reader.value(target, Where(owner, owner.scopes[id(method)], given))
    layers = (Layer(_dotted(owner, node), shape.interface, "middleware"), *inside.layers)
    return replace(inside, layers=layers, kind="app", coroutine=shape.coroutine)


def _fields(owner: Module, node: ast.ClassDef, method: Function, call: ast.Call, where: Where) -> Passed:
    """What the fields of an object are given by its ``__init__``, for its methods."""
    itself = next((one.arg for one in (*method.args.posonlyargs, *method.args.args)), "")
    made = owner.scopes[id(node)].bindings.get("__init__")
    init = made[-1].node if made else None
    if not isinstance(init, ast.FunctionDef):
        return Passed({}, owner.scopes[id(method)], itself)
    own = ast.copy_location(ast.Call(call.func, [ast.Constant(None), *call.args], call.keywords), call)
    inside = passed(owner, init, own, where)
    scope = owner.scopes[id(init)]
    fields = {
        name: Given(values[0][0], Where(owner, scope, inside))
        for name, values in owner.fields.get(id(node), {}).items()
        if len(values) == 1 and values[0][1] is scope
    }
    return Passed({}, owner.scopes[id(method)], itself, fields)
