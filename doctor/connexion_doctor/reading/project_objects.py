"""Functions, classes and their objects of the project itself, as chains."""

from __future__ import annotations

import ast
from dataclasses import replace

from connexion_doctor.model import Interface, Layer
from connexion_doctor.python.module import Function, Module
from connexion_doctor.python.nodes import short
from connexion_doctor.reading import branches
from connexion_doctor.reading.callables import handed_on, shape_of
from connexion_doctor.reading.chains import Chain, Given, Made, Passed, Reader, Where
from connexion_doctor.reading.conditions import truth
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.value_kinds import Class, Evaluator, Unknown


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


def passed(owner: Module, node: Function, call: ast.Call, where: Where, *, method: bool = False) -> Passed:
    """What a call gives a function, its defaults included.

    :param method: whether its first parameter is the object, which the call does not give
    """
    arguments = node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)][int(method) :]
    given: dict[str, Given] = {}
    open_ = any(isinstance(one, ast.Starred) for one in call.args)
    open_ = open_ or any(keyword.arg is None for keyword in call.keywords)
    for name, value in zip(names, call.args, strict=False):
        if isinstance(value, ast.Starred):
            break
        given[name] = Given(value, where)
    for keyword in call.keywords:
        if keyword.arg is not None:
            given[keyword.arg] = Given(keyword.value, where)
    if not open_:  # what ``*`` and ``**`` give is not known: it may be any parameter
        _defaults(owner, node, given)
        if arguments.vararg is not None:
            given[arguments.vararg.arg] = Given(ast.Tuple(call.args[len(names) :], ast.Load()), where)
        if arguments.kwarg is not None:
            given[arguments.kwarg.arg] = Given(_others(arguments, call), where)
    scope = owner.scopes[id(node)]
    around = where.passed if scope.parent is not None and scope.parent.function is not None else None
    return Passed(given, scope, outer=around, caller=where)


def handed(owner: Module, node: Function, call: ast.Call, where: Where, reader: Evaluator) -> Passed:
    """What a call gives a function, a method of a class of the project with its object."""
    scope = owner.scopes[id(node)]
    decorators = [short(one).rpartition(".")[2] for one in node.decorator_list]
    if scope.owner is None or "staticmethod" in decorators or not isinstance(call.func, ast.Attribute):
        return passed(owner, node, call, where)
    try:
        itself = reader.of(call.func.value, where)
    except Unknown:
        itself = None
    if isinstance(itself, Class) and "classmethod" not in decorators:
        return passed(owner, node, call, where)  # Class.method(object, ...)
    given = passed(owner, node, call, where, method=True)
    return with_itself(given, scope.self_name or "", itself)


def with_itself(given: Passed, name: str, itself: object) -> Passed:
    """What a method is given, its object or class under the name of its first parameter."""
    if isinstance(itself, Made):
        return replace(given, itself=name, made=itself)
    return replace(given, known={name: itself}) if isinstance(itself, Class) else given


def _others(arguments: ast.arguments, call: ast.Call) -> ast.Dict:
    """The keywords of a call that are none of a function's parameters, as a dictionary."""
    own = {one.arg for one in (*arguments.args, *arguments.kwonlyargs)}
    others = [one for one in call.keywords if one.arg not in own]
    return ast.Dict([ast.Constant(one.arg) for one in others], [one.value for one in others])


def _defaults(owner: Module, node: Function, given: dict[str, Given]) -> None:
    arguments, where = node.args, Where(owner, owner.scope)
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    for name, default in zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True):
        given.setdefault(name, Given(default, where))
    for one, bare in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if bare is not None:
            given.setdefault(one.arg, Given(bare, where))


def returned(module: Module, node: Function, given: Passed, reader: Reader) -> Chain:
    """What a call of a function gives.

    :raises Unread: it cannot be known
    """
    at = module.location(node)
    if not any(one is node for _, one, _ in reader.ran):
        reader.ran.append((module, node, given))
    scope = module.scopes[id(node)]
    where = Where(module, scope, given)
    made = [reader.value(one, where) for one in _returns(node, where, reader)]
    if len({one.shape for one in made}) > 1:
        raise Unread(f"{node.name} returns different things", at)
    found = made[0] if made else Chain(kind="none")
    yields = branches.is_generator(node)
    if yields or isinstance(node, ast.AsyncFunctionDef):
        kind = "generator" if yields else "coroutine"
        return Chain(kind=kind, found=f"a {kind}", inside=found)
    return found


def _returns(node: Function, where: Where, reader: Reader) -> list[ast.expr]:
    """What a function may return, less what its arguments keep it from: ``if again: return _app``."""
    scope, given = where.scope, where.passed.values if where.passed is not None else {}
    names = {
        name: one.node
        for name, one in given.items()
        if isinstance(one.node, ast.Constant) and len(scope.bindings.get(name, ())) == 1
    }

    def decide(test: ast.expr) -> bool | None:
        found = truth(test, reader.modules.environ, names)
        holds: bool | None = reader.values.holds(test, where) if found is None else found
        return holds

    try:
        ways = branches.returned(node, decide)
    except branches.Ended:
        return list(scope.returns)
    return [one for one in scope.returns if any(one is way for way in ways)] or list(scope.returns)


def part(call: ast.Call, index: int, where: Where, reader: Reader) -> Chain:
    """One of the values that a function of the project returns together.

    :raises Unread: it cannot be known
    """
    unread = Unread("how this name gets its value cannot be read", where.at(call))
    names = reader.modules.names
    found = reader.modules.definition(names.raw(call.func, where.module, where.scope))
    if found is None or not isinstance(found[1], ast.FunctionDef):
        raise unread
    owner, node = found[0], found[1]
    scope = owner.scopes[id(node)]
    (made,) = scope.returns if len(scope.returns) == 1 else (None,)
    if not isinstance(made, ast.Tuple) or index >= len(made.elts):
        raise unread
    given = handed(owner, node, call, where, reader.values)
    reader.ran.append((owner, node, given))
    return reader.value(made.elts[index], Where(owner, scope, given))


def served(chain: Chain, reader: Reader) -> Chain:
    """A function as a server calls it for each request: its layer, and what it hands the call on to.

    :raises Unread: what it does with a request cannot be known
    """
    assert chain.function is not None
    module, node = chain.function
    target = handed_on(node)
    if target is None:
        raise Unread(f"what {node.name} does with a request cannot be read", module.location(node))
    inside = reader.value(target, Where(module, module.scopes[id(node)], chain.passed))
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
    itself = object_of(owner, node, call, where)
    if not made:
        found = f"an object of {node.name}" if not node.bases else None
        return Chain(kind="object", klass=(owner, node), found=found, made=itself)
    method = made[-1].node
    if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
        raise Unread(f"how an object of {node.name} is called cannot be read", where.at(call))
    shape = shape_of(method, method=True)
    target = handed_on(method, method=True)
    if target is None or shape.most is not None and shape.interface is Interface.UNKNOWN:
        what = f"what an object of {node.name} does with a request cannot be read"
        raise Unread(what, owner.location(method))
    first = next((one.arg for one in (*method.args.posonlyargs, *method.args.args)), "")
    scope = owner.scopes[id(method)]
    inside = reader.value(target, Where(owner, scope, Passed({}, scope, first, itself)))
    layers = (Layer(_dotted(owner, node), shape.interface, "middleware"), *inside.layers)
    return replace(inside, layers=layers, kind="app", coroutine=shape.coroutine)


def object_of(owner: Module, node: ast.ClassDef, call: ast.Call, where: Where) -> Made:
    """The object that a call of a class makes, with what its ``__init__`` is given."""
    made = owner.scopes[id(node)].bindings.get("__init__")
    init = made[-1].node if made else None
    if not isinstance(init, ast.FunctionDef):
        names = [
            one.target.id
            for one in node.body
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        ]
        values = {name: Given(value, where) for name, value in zip(names, call.args, strict=False)}
        values |= {one.arg: Given(one.value, where) for one in call.keywords if one.arg is not None}
        return Made(owner, node, Passed(values, caller=where))  # of a data class, or its like
    first = next((one.arg for one in (*init.args.posonlyargs, *init.args.args)), "")
    given = passed(owner, init, call, where, method=True)
    return Made(owner, node, replace(given, itself=first, made=Made(owner, node)))


def base_call(
    owner: Module, node: ast.ClassDef, call: ast.Call, where: Where, reader: Reader
) -> tuple[ast.Call, Where]:
    """The call that gives the library's class its arguments, where a class of the project extends it.

    :raises Unread: it cannot be known
    """
    names = reader.modules.names
    scope = owner.scopes[id(node)]
    above = next(
        (
            found
            for base in node.bases
            if (found := reader.modules.definition(names.raw(base, owner, scope.parent or scope))) is not None
        ),
        None,
    )
    bindings = scope.bindings.get("__init__")
    if bindings:
        init = bindings[-1].node
        made = object_of(owner, node, call, where).init
        inner = next((one for one in owner.calls if one.scope.node is init and _calls_init(one.node)), None)
        if inner is None or made is None:
            raise Unread(f"what {node.name} gives Connexion cannot be read", owner.location(init))
        given = inner.node.args if _by_super(inner.node) else inner.node.args[1:]  # behind self
        call = ast.copy_location(ast.Call(inner.node.func, given, inner.node.keywords), inner.node)
        where = Where(owner, inner.scope, made)
    if above is not None and isinstance(above[1], ast.ClassDef):
        return base_call(above[0], above[1], call, where, reader)
    return call, where


def _calls_init(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"


def _by_super(node: ast.Call) -> bool:
    """Whether it is ``super().__init__(...)``, and not the class by its name."""
    return isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call)
