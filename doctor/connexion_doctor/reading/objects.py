"""What an expression makes: the chain of layers from the outside in, as far as it can be read.

Followed are imports, rebinding, factories (their arguments included), classes of the project that hold an
app, and the libraries of ``library``. What is not certain is ``Unread``, with its place: never a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connexion_doctor.model import Interface, Layer, Location
from connexion_doctor.python.module import Binding, Function, Module, Position, Scope, position_of
from connexion_doctor.python.nodes import argument, short
from connexion_doctor.reading.callables import handed_on, shape_of
from connexion_doctor.reading.library import ADAPTERS, CONNEXION, MOUNT, ROUTERS, middleware_interface
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.unread import Raises, Unread

DEEPEST = 40
HARMLESS = ("cache", "lru_cache", "wraps", "staticmethod", "classmethod")  # decorators
BRANCHES = (ast.If, ast.Try, ast.For, ast.While, ast.With, ast.Match)


@dataclass(frozen=True)
class ReadApp:
    """A Connexion app as it is written: the call that makes it, and where."""

    framework: str
    module: Module
    call: ast.Call
    scope: Scope


@dataclass(frozen=True)
class Chain:
    """The layers of an object. ``kind``: ``app`` (something a server can call), ``function`` and ``class``
    (as they stand), ``none`` (the value None), ``other`` (``found`` says what, where that is known).

    ``coroutine``: whether its call is declared ``async``, by which servers guess; None: not known.
    ``given`` are arguments that ``functools.partial`` has put in front.
    """

    layers: tuple[Layer, ...] = ()
    app: ReadApp | None = None
    kind: str = "app"
    function: tuple[Module, Function] | None = None
    klass: tuple[Module, ast.ClassDef] | None = None
    coroutine: bool | None = True
    found: str | None = None
    given: int = 0


@dataclass(frozen=True)
class Passed:
    """Arguments of a call, by the names of the function's parameters, each where it was written."""

    values: Mapping[str, tuple[ast.expr, Module, Scope, Passed | None]] = field(default_factory=dict)
    scope: Scope | None = None
    itself: str = ""  # in a method: its first parameter, and what its fields were given
    fields: Mapping[str, tuple[ast.expr, Module, Scope, Passed | None]] = field(default_factory=dict)


class Objects:
    """Reads expressions of the modules of one launch.

    :param major: of the Connexion that will run
    """

    def __init__(self, modules: LaunchModules, major: int) -> None:
        self.modules, self.major = modules, major
        self.ran: list[tuple[Module, Function]] = []  # functions that were called on the way to the app
        self._depth = 0

    def named(self, module: Module, attribute: str) -> Chain:
        """What ``module:attribute`` stands for once the module is imported; dots lead on.

        :raises KeyError: the module has no such name
        :raises Unread: it cannot be known
        """
        first, *rest = attribute.split(".")
        found = self._global(module, first)
        for part in rest:
            found = self._attribute(found, part, Location(module.path, 1))
        return found

    def called(self, chain: Chain, at: Location, call: ast.Call | None = None) -> Chain:
        """What a function of the project makes when a server calls it, with the arguments of ``call``."""
        if chain.function is None:
            raise Unread("what is called here is no function of this project", at)
        owner, node = chain.function
        if call is None:
            call = ast.Call(ast.Name(node.name), [], [])
        return self._returned(owner, node, self._passed(node, owner, call, owner, owner.scope, None))

    def served(self, chain: Chain, at: Location) -> Chain:
        """A function as a server calls it for each request: its layer, and what it hands the call on to."""
        if chain.function is None:
            raise Unread("what it does with a request cannot be read", at)
        module, node = chain.function
        target = handed_on(node)
        if target is None:
            raise Unread(f"what {node.name} does with a request cannot be read", module.location(node))
        inside = self.value(target, module, module.scopes[id(node)])
        outer = chain.layers[0]
        if outer.interface is not Interface.UNKNOWN:
            outer = replace(outer, detail={"calls": outer.interface.value})
        made_here = isinstance(target, ast.Subscript | ast.Call)
        behind = tuple(
            replace(layer, detail={**layer.detail, "lazily": True}) if made_here else layer
            for layer in inside.layers
        )
        return replace(chain, layers=(outer, *behind), app=inside.app, kind="app")

    # -- names -----------------------------------------------------------------------------

    def _global(self, module: Module, name: str) -> Chain:
        bindings = module.scope.bindings.get(name)
        if not bindings:
            starred = self.modules.names.starred(name, module)
            if starred is not None:
                return self._reference(starred, Location(module.path, 1))
            if "*" in module.scope.bindings or "__getattr__" in module.scope.bindings:
                raise Unread(f"where {name} comes from cannot be read", Location(module.path, 1))
            raise KeyError(name)
        return self._settled(bindings, module, module.scope, None)

    def _settled(self, bindings: list[Binding], module: Module, scope: Scope, passed: Passed | None) -> Chain:
        """The last binding that surely happens, and those that may happen after it, if all agree."""
        straight = _straight(module, scope)
        sure = max((at for at, one in enumerate(bindings) if id(one.node) in straight), default=None)
        chosen = bindings if sure is None else bindings[sure:]
        made = [self._bound(one, module, scope, passed) for one in chosen]
        shapes = {tuple((layer.type, layer.interface) for layer in one.layers) for one in made}
        if len(shapes) > 1 or len({one.kind for one in made}) > 1:
            raise Unread(
                "which of several values it has is decided when it runs", _at(module, chosen[-1].node)
            )
        return made[-1]

    def _bound(self, binding: Binding, module: Module, scope: Scope, passed: Passed | None) -> Chain:
        at = _at(module, binding.node)
        if binding.kind == "import":
            if isinstance(binding.node, ast.Import):
                return Chain(kind="other", found=f"the module {binding.dotted}")
            return self._imported(binding.dotted or "", binding.level, module, at)
        if binding.kind == "def" and isinstance(binding.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return self._function(module, binding.node)
        if binding.kind == "class" and isinstance(binding.node, ast.ClassDef):
            return _class(module, binding.node)
        if binding.kind == "parameter" and isinstance(binding.node, ast.arg):
            given = passed.values.get(binding.node.arg) if passed is not None else None
            if given is None:
                raise Unread(f"what the parameter {binding.node.arg} is given cannot be read", at)
            return self.value(*given)
        if binding.value is None or binding.index is not None:
            raise Unread("how this name gets its value cannot be read", at)
        return self.value(binding.value, module, scope, passed)

    def _reference(self, name: str, at: Location) -> Chain:
        """A name as the resolver of names gives it: of a file of the project, or of a library."""
        if name.startswith("%"):
            return Chain(kind="other")
        if name.startswith("@"):
            path, _, dotted = name[1:].partition(":")
            module = self.modules.parsed(path)
            found = self.modules.definition(name)
            if found is not None and isinstance(found[1], ast.ClassDef):
                return _class(found[0], found[1])
            if found is not None and not isinstance(found[1], ast.ClassDef):
                return self._function(found[0], found[1])
            if module is not None and "." not in dotted:
                return self._global(module, dotted)
        raise Unread(f"what {_plain(name)} is cannot be read", at)

    def _imported(self, dotted: str, level: int, module: Module, at: Location) -> Chain:
        """A name that is imported from a module of the project, as that module leaves it."""
        base, _, name = dotted.rpartition(".")
        find = self.modules.relative if level else self._absolute
        found = find(module, base, level) if base or level else None
        inside = self.modules.parsed(found[1:]) if found is not None and found.startswith("%") else None
        if inside is not None:
            try:
                return self._global(inside, name)
            except KeyError:
                pass
        whole = find(module, dotted, level)
        if whole is not None and whole.startswith("%"):
            return Chain(kind="other")  # a module of a package
        if inside is not None:
            raise Unread(f"{inside.path} has no {name}", at)
        raise Unread(f"{dotted} is not in this project", at)

    def _absolute(self, module: Module, dotted: str, level: int) -> str | None:
        return self.modules.absolute(dotted, module)

    # -- expressions -----------------------------------------------------------------------

    def value(self, node: ast.expr, module: Module, scope: Scope, passed: Passed | None = None) -> Chain:
        """What an expression gives."""
        self._depth += 1
        try:
            if self._depth > DEEPEST:
                raise Unread("the way to the app is too long to follow", module.location(node))
            return self._value(node, module, scope, passed)
        finally:
            self._depth -= 1

    def _value(self, node: ast.expr, module: Module, scope: Scope, passed: Passed | None) -> Chain:
        at = module.location(node)
        if isinstance(node, ast.Constant):
            kind = type(node.value).__name__
            return (
                Chain(kind="none")
                if node.value is None
                else Chain(kind="other", found=f"an object of {kind}")
            )
        if isinstance(node, ast.Name):
            return self._name(node, module, scope, passed)
        if isinstance(node, ast.Attribute):
            inside = self._module_of(node.value, module, scope)
            if inside is not None:
                try:
                    return self._global(inside, node.attr)
                except KeyError:
                    raise Unread(f"{inside.path} has no {node.attr}", at) from None
            if self.modules.names.outside(self.modules.names.raw(node, module, scope) or "") in CONNEXION:
                return Chain((Layer(short(node), Interface.UNKNOWN, "class"),), kind="class")
            own = self._own_field(node, scope, passed)
            if own is not None:
                return self.value(*own)
            return self._attribute(self.value(node.value, module, scope, passed), node.attr, at)
        if isinstance(node, ast.Call):
            return self._call(node, module, scope, passed)
        if isinstance(node, ast.NamedExpr):
            return self.value(node.value, module, scope, passed)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            return self._entry(node.value.id, node, module, passed)
        if isinstance(node, ast.IfExp):
            made = [self.value(one, module, scope, passed) for one in (node.body, node.orelse)]
            if {one.layers for one in made} == {made[0].layers}:
                return made[0]
            raise Unread("which of two values it has is decided when it runs", at)
        if isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set | ast.JoinedStr):
            return Chain(kind="other", found=f"an object of {type(node).__name__.lower()}")
        raise Unread(f"what {short(node)[:60]} gives cannot be read", at)

    def _entry(self, name: str, node: ast.expr, module: Module, passed: Passed | None) -> Chain:
        """An entry of a dictionary that the file fills, where all that is put in agrees."""
        made = [
            self.value(use.node.value, module, use.scope, passed)
            for use in module.assigns
            for target in use.node.targets
            if isinstance(target, ast.Subscript)
            and isinstance(target.value, ast.Name)
            and target.value.id == name
        ]
        if not made or any(one.layers != made[0].layers for one in made):
            raise Unread(f"what {short(node)[:60]} gives cannot be read", module.location(node))
        return made[0]

    def _module_of(self, node: ast.expr, module: Module, scope: Scope) -> Module | None:
        found = self.modules.names.raw(node, module, scope)
        return self.modules.parsed(found[1:]) if found is not None and found.startswith("%") else None

    def _name(self, node: ast.Name, module: Module, scope: Scope, passed: Passed | None) -> Chain:
        where: Scope | None = scope
        first = True
        while where is not None:
            bindings = where.bindings.get(node.id)
            if bindings and (first or not where.is_class):
                if first or not where.is_module:
                    before = [one for one in bindings if one.position < position_of(node)]
                    bindings = before or bindings
                elif scope.function is not None and _is_rebound(bindings, position_of(node)):
                    bindings = bindings  # called later: as the module leaves it
                return self._settled(
                    bindings, module, where, passed if passed and where is passed.scope else None
                )
            first = False
            where = where.parent
        try:
            return self._global(module, node.id)
        except KeyError:
            raise Unread(f"the name {node.id} is not bound in this file", module.location(node)) from None

    def _attribute(self, chain: Chain, attr: str, at: Location) -> Chain:
        outer = chain.layers[0] if chain.layers else None
        if outer is not None and outer.role == "connexion" and chain.app is not None:
            if attr == "app" and chain.app.framework == "flask":
                return self._inner(chain)
            if attr == "middleware" and self.major == 3:
                return chain
        if outer is not None and attr in ("app", "wsgi_app", "asgi_app", "application"):
            if outer.role in ("adapter", "middleware") and len(chain.layers) > 1:
                return replace(chain, layers=chain.layers[1:])
            if outer.role in ("inner", "app") and attr == "wsgi_app":
                return chain
        if chain.klass is not None and chain.kind in ("class", "object"):
            return self._class_attribute(*chain.klass, attr, at)
        raise Unread(f"what its attribute {attr} is cannot be read", at)

    def _class_attribute(self, owner: Module, node: ast.ClassDef, attr: str, at: Location) -> Chain:
        """What the body of a class, or its methods, give a name; set in one place only."""
        inner = owner.scopes[id(node)]
        fields = owner.fields.get(id(node), {}).get(attr, [])
        bindings = inner.bindings.get(attr, [])
        if len(fields) == 1 and not bindings:
            return self.value(fields[0][0], owner, fields[0][1])
        if len(bindings) == 1 and not fields and bindings[0].kind == "value":
            return self._bound(bindings[0], owner, inner, None)
        raise Unread(f"what {node.name}.{attr} is cannot be read", at)

    def _own_field(
        self, node: ast.Attribute, scope: Scope, passed: Passed | None
    ) -> tuple[ast.expr, Module, Scope, Passed | None] | None:
        """What a method's ``self.name`` was given when its object was made, where that is known."""
        itself = isinstance(node.value, ast.Name) and passed is not None and node.value.id == passed.itself
        return passed.fields.get(node.attr) if itself and passed is not None else None

    def _inner(self, chain: Chain) -> Chain:
        """The Flask app inside: empty before Connexion 3 builds its stack, the app itself in Connexion 2."""
        if self.major == 2:
            layer = replace(chain.layers[0], type="flask.app.Flask")
            return replace(chain, layers=(layer,), coroutine=False)
        detail = {"inner_of_connexion": True, "owner_name": self._owner(chain)}
        layer = Layer("flask.app.Flask", Interface.WSGI, "inner", via="app", detail=detail)
        return replace(chain, layers=(layer,), coroutine=False)

    def _owner(self, chain: Chain) -> str | None:
        """The name of the module level that has the Connexion app itself."""
        app = chain.app
        if app is None or not app.scope.is_module:
            return None
        for name, bindings in app.module.scope.bindings.items():
            if bindings[-1].value is app.call:
                return name
        return None

    # -- calls -----------------------------------------------------------------------------

    def _call(self, node: ast.Call, module: Module, scope: Scope, passed: Passed | None) -> Chain:
        at = module.location(node)
        name = self.modules.names.raw(node.func, module, scope)
        if name is None:
            raise Unread(f"what {short(node.func)[:60]} is cannot be read", at)
        library = self.modules.names.outside(name)
        if library in CONNEXION:
            own = self.modules.definition(name)
            if own is not None and "__call__" in own[0].scopes[id(own[1])].bindings:
                raise Unread(f"{own[1].name} has a __call__ of its own", at)
            return self._connexion(node, module, scope, library)
        made = self._of_library(library, node, module, scope, passed)
        if made is not None:
            return made
        if library == "flask.Flask":
            return Chain((Layer("flask.app.Flask", Interface.WSGI, "app"),), coroutine=False)
        found = self.modules.definition(name)
        if found is None:
            raise Unread(f"made by {_plain(name)}, which is not in this project", at)
        owner, definition, _ = found
        if isinstance(definition, ast.ClassDef) and library != name and self._inherits(owner, definition):
            made = self._of_library(library, node, module, scope, passed)
            if made is not None:
                return made
        if any(_last(one) not in HARMLESS for one in definition.decorator_list):
            raise Unread(f"what the decorators of {definition.name} make of it cannot be read", at)
        if isinstance(definition, ast.ClassDef):
            return self._instance(owner, definition, node, module, scope, passed)
        return self._returned(owner, definition, self._passed(definition, owner, node, module, scope, passed))

    def _of_library(
        self, library: str, node: ast.Call, module: Module, scope: Scope, passed: Passed | None
    ) -> Chain | None:
        """An object of a library that is known: an adapter, a middleware, a router, a proxy."""
        at = module.location(node)
        if library in ADAPTERS:
            name, answers, calls = ADAPTERS[library]
            inside = self._first(node, module, scope, passed)
            detail = {"answers": answers.value, "calls": calls.value}
            coroutine: bool | None = answers is Interface.ASGI3
            layers = (Layer(name, answers, "adapter", detail=detail), *inside.layers)
            return replace(inside, layers=layers, kind="app", coroutine=coroutine)
        interface = middleware_interface(library)
        if interface is not None:
            inside = self._first(node, module, scope, passed)
            layers = (Layer(library, interface, "middleware"), *inside.layers)
            coroutine = interface is Interface.ASGI3 if not library.startswith("newrelic.") else None
            return replace(inside, layers=layers, kind="app", coroutine=coroutine)
        if library in ROUTERS:
            return self._router(ROUTERS[library], node, module, scope, passed)
        if library == "werkzeug.local.LocalProxy" and node.args and isinstance(node.args[0], ast.Lambda):
            return replace(self.value(node.args[0].body, module, scope, passed), coroutine=None)
        if library == "functools.partial" and node.args:
            return self._partial(node, module, scope, passed)
        if library in ("flask_cors.CORS", "prometheus_flask_exporter.PrometheusMetrics"):
            raise Unread(f"{library} gives no app", at)
        return None

    def _partial(self, node: ast.Call, module: Module, scope: Scope, passed: Passed | None) -> Chain:
        inside = self.value(node.args[0], module, scope, passed)
        if inside.function is None or node.keywords:
            raise Unread("what functools.partial makes cannot be read", module.location(node))
        owner, function = inside.function
        shape = shape_of(function)
        left = len(shape.required) - len(node.args) + 1
        interface = {3: Interface.ASGI3, 2: Interface.WSGI}.get(left, Interface.UNKNOWN)
        target = self._handed_behind(function, len(node.args) - 1)
        fits = interface is not Interface.UNKNOWN and shape.coroutine is (interface is Interface.ASGI3)
        if target is None or not fits:
            raise Unread("what functools.partial makes cannot be read", module.location(node))
        behind = self.value(target, owner, owner.scopes[id(function)])
        outer = Layer("functools.partial", interface, "function", detail={"calls": interface.value})
        return replace(behind, layers=(outer, *behind.layers), kind="app", coroutine=False)

    def _handed_behind(self, function: Function, front: int) -> ast.expr | None:
        """What a function hands its call on to, when its first parameters are taken."""
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)][front:]
        for statement in function.body:
            for call in ast.walk(statement):
                if isinstance(call, ast.Call) and len(call.args) == len(names):
                    given = [one.id for one in call.args if isinstance(one, ast.Name)]
                    if given == names:
                        return call.func
        return None

    def _router(
        self, library: str, node: ast.Call, module: Module, scope: Scope, passed: Passed | None
    ) -> Chain:
        """A router with one Connexion app mounted in it, in its ``routes`` or by ``mount``."""
        mounted: list[Chain] = []
        routes = argument(node, 99, "routes")
        for call in ast.walk(routes) if routes is not None else ():
            if not isinstance(call, ast.Call):
                continue
            name = self.modules.names.value(call.func, module, scope)
            given = argument(call, 1, "app") if name == MOUNT else None
            if given is not None:
                mounted.append(self.value(given, module, scope, passed))
        for use in module.calls:
            function = use.node.func
            if isinstance(function, ast.Attribute) and function.attr == "mount":
                made = self.modules.names.value(function.value, module, use.scope) or ""
                given = argument(use.node, 1, "app") if made.removesuffix("()") in ROUTERS else None
                if given is not None:
                    mounted.append(self.value(given, module, use.scope, passed))
        found = [one for one in mounted if one.app is not None]
        if len(found) != 1:
            raise Unread("which app is mounted in it cannot be read", module.location(node))
        layers = (Layer(library, Interface.ASGI3, "middleware"), *found[0].layers)
        return replace(found[0], layers=layers, kind="app", coroutine=True)

    def _inherits(self, owner: Module, node: ast.ClassDef) -> bool:
        """Whether objects of a class are called as its base says."""
        return "__call__" not in owner.scopes[id(node)].bindings

    def _first(self, node: ast.Call, module: Module, scope: Scope, passed: Passed | None) -> Chain:
        names = ("app", "application", "wsgi_app", "wsgi_application")
        given = next((one for name in names if (one := argument(node, 99, name)) is not None), None)
        given = given if given is not None else argument(node, 0, "app")
        if given is None:
            raise Unread("what it wraps cannot be read", module.location(node))
        return self.value(given, module, scope, passed)

    def _connexion(self, node: ast.Call, module: Module, scope: Scope, library: str) -> Chain:
        framework = CONNEXION[library]
        if framework == "middleware":
            return self._middleware(node, module, scope)
        asgi = self.major == 3
        names = {
            ("flask", True): "connexion.apps.flask.FlaskApp",
            ("flask", False): "connexion.apps.flask_app.FlaskApp",
            ("async", True): "connexion.apps.asynchronous.AsyncApp",
        }
        if (framework, asgi) not in names:
            name = library.rpartition(".")[2]
            what = f"module 'connexion' has no attribute '{name}'"
            raise Raises("AttributeError", what, module.location(node))
        layer = Layer(
            names[framework, asgi],
            Interface.ASGI3 if asgi else Interface.WSGI,
            "connexion",
            detail={"major": self.major, "framework": framework},
        )
        layers: tuple[Layer, ...] = (layer,)
        if framework == "flask":
            inner = {"inner_of_connexion": asgi}
            role = "inner" if asgi else "app"
            layers += (Layer("flask.app.Flask", Interface.WSGI, role, via="app", detail=inner),)
        return Chain(layers, ReadApp(framework, module, node, scope), coroutine=asgi)

    def _middleware(self, node: ast.Call, module: Module, scope: Scope) -> Chain:
        """Connexion's middleware, and what it stands in front of, as far as that can be read."""
        if self.major != 3:
            raise Unread(f"Connexion {self.major} has no ConnexionMiddleware", module.location(node))
        inside = self._first(node, module, scope, None)
        outer = Layer(
            "connexion.middleware.main.ConnexionMiddleware",
            Interface.ASGI3,
            "connexion",
            detail={"major": 3, "framework": "middleware"},
        )
        behind = tuple(replace(layer, via="app") for layer in inside.layers[:1]) + inside.layers[1:]
        return Chain((outer, *behind), ReadApp("middleware", module, node, scope))

    def _function(self, module: Module, node: Function) -> Chain:
        """A function as an object: how it could be called, by its parameters."""
        shape = shape_of(node)
        dotted = f"{module.names[0] if module.names else ''}.{node.name}".lstrip(".")
        layer = Layer(dotted, shape.interface, "function", shape.signature)
        return Chain((layer,), kind="function", function=(module, node), coroutine=shape.coroutine)

    def _passed(
        self,
        node: Function,
        owner: Module,
        call: ast.Call,
        module: Module,
        scope: Scope,
        passed: Passed | None,
    ) -> Passed:
        names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
        given: dict[str, tuple[ast.expr, Module, Scope, Passed | None]] = {}
        for name, value in zip(names, call.args, strict=False):
            if isinstance(value, ast.Starred):
                break
            given[name] = (value, module, scope, passed)
        for keyword in call.keywords:
            if keyword.arg is not None:
                given[keyword.arg] = (keyword.value, module, scope, passed)
        defaults = node.args.defaults
        for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=True):
            given.setdefault(name, (default, owner, owner.scope, None))
        return Passed(given, owner.scopes[id(node)])

    def _returned(self, module: Module, node: Function, passed: Passed) -> Chain:
        at = module.location(node)
        if isinstance(node, ast.AsyncFunctionDef):
            raise Unread(f"{node.name} is a coroutine function", at)
        if (module, node) not in self.ran:
            self.ran.append((module, node))
        scope = module.scopes[id(node)]
        passed = replace(passed, scope=scope)
        made = [self.value(one, module, scope, passed) for one in scope.returns]
        shapes = {(one.kind, tuple((layer.type, layer.interface) for layer in one.layers)) for one in made}
        if not made:
            return Chain(kind="none")
        if len(shapes) > 1:
            raise Unread(f"{node.name} returns different things", at)
        return made[0]

    def _instance(
        self,
        owner: Module,
        node: ast.ClassDef,
        call: ast.Call,
        module: Module,
        scope: Scope,
        passed: Passed | None,
    ) -> Chain:
        """An object of a class of the project: called by its ``__call__``, which hands the call on."""
        inner = owner.scopes[id(node)]
        made = inner.bindings.get("__call__")
        if not made:
            if node.bases:
                raise Unread(f"how an object of {node.name} is called cannot be read", module.location(call))
            found = f"an object of {node.name}"
            return Chain(kind="object", klass=(owner, node), found=found)
        method = made[-1].node
        if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            raise Unread(f"how an object of {node.name} is called cannot be read", module.location(call))
        shape = shape_of(method, method=True)
        target = handed_on(method, method=True)
        if target is None or shape.most is not None and shape.interface is Interface.UNKNOWN:
            raise Unread(
                f"what an object of {node.name} does with a request cannot be read", owner.location(method)
            )
        passed_in = self._fields(owner, node, method, call, module, scope, passed)
        inside = self.value(target, owner, owner.scopes[id(method)], passed_in)
        dotted = f"{owner.names[0] if owner.names else ''}.{node.name}".lstrip(".")
        layers = (Layer(dotted, shape.interface, "middleware"), *inside.layers)
        return replace(inside, layers=layers, kind="app", coroutine=shape.coroutine)

    def _fields(
        self,
        owner: Module,
        node: ast.ClassDef,
        method: Function,
        call: ast.Call,
        module: Module,
        scope: Scope,
        passed: Passed | None,
    ) -> Passed:
        """What the fields of an object are given by its ``__init__``, for its methods."""
        itself = next((one.arg for one in (*method.args.posonlyargs, *method.args.args)), "")
        made = owner.scopes[id(node)].bindings.get("__init__")
        init = made[-1].node if made else None
        if not isinstance(init, ast.FunctionDef):
            return Passed({}, owner.scopes[id(method)], itself)
        own = ast.copy_location(ast.Call(call.func, [ast.Constant(None), *call.args], call.keywords), call)
        inside = self._passed(init, owner, own, module, scope, passed)
        fields = {
            name: (values[0][0], owner, values[0][1], inside)
            for name, values in owner.fields.get(id(node), {}).items()
            if len(values) == 1 and values[0][1] is owner.scopes[id(init)]
        }
        return Passed({}, owner.scopes[id(method)], itself, fields)


def _class(module: Module, node: ast.ClassDef) -> Chain:
    """A class as it stands."""
    dotted = f"{module.names[0] if module.names else ''}.{node.name}".lstrip(".")
    return Chain((Layer(dotted, Interface.UNKNOWN, "class"),), kind="class", klass=(module, node))


def _straight(module: Module, scope: Scope) -> set[int]:
    """The statements of a scope that surely run: none that stands in a branch or a loop."""
    body = (
        scope.node.body if isinstance(scope.node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef) else []
    )
    found = set()
    for statement in body:
        if not isinstance(statement, BRANCHES):
            found |= {id(node) for node in [statement, *ast.walk(statement)]}
        elif isinstance(statement, ast.With):
            found |= {id(node) for inner in statement.body for node in [inner, *ast.walk(inner)]}
    found |= {
        id(one) for one in ast.walk(getattr(scope.node, "args", scope.node)) if isinstance(one, ast.arg)
    }
    return found


def _is_rebound(bindings: list[Binding], position: Position) -> bool:
    return any(one.position > position for one in bindings)


def _at(module: Module, node: ast.AST) -> Location:
    return Location(module.path, getattr(node, "lineno", 1), 1)


def _last(node: ast.expr) -> str:
    """The last name of a decorator."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _plain(name: str) -> str:
    """A resolved name for people."""
    return name.lstrip("@%").rpartition(":")[2] or name.lstrip("@%")
