"""What an expression makes: the chain of layers from the outside in, as far as it can be read.

Followed are imports, rebinding, factories (their arguments included), classes of the project that hold an
app, and the libraries of ``library``. What is not certain is ``Unread``, with its place: never a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connexion_doctor.model import Interface, Layer, Location
from connexion_doctor.python.module import Binding, Function, Module, Position, Scope, position_of
from connexion_doctor.python.nodes import argument, short
from connexion_doctor.python.reach import DEFINITIONS
from connexion_doctor.reading.library import ADAPTERS, CLASSES, CONNEXION, middleware_interface
from connexion_doctor.reading.modules import LaunchModules

DEEPEST = 40
# What the app classes take (connexion/apps/flask_app.py of 2.14, connexion/apps/flask.py of 3.3).
KEYWORDS = {
    2: frozenset(
        "import_name specification_dir port host server server_args arguments auth_all_paths debug resolver "
        "options skip_error_handlers".split()
    ),
    3: frozenset(
        "import_name lifespan middlewares server_args specification_dir arguments auth_all_paths jsonifier "
        "pythonic_params resolver resolver_error strict_validation swagger_ui_options uri_parser_class "
        "validate_responses validator_map security_map".split()
    ),
}
HARMLESS = ("cache", "lru_cache", "wraps", "staticmethod", "classmethod")  # decorators
BRANCHES = (ast.If, ast.Try, ast.For, ast.While, ast.With, ast.Match)


class Unread(Exception):
    """Something that decides could not be read; the message names it, ``location`` is its place."""

    def __init__(self, reason: str, location: Location | None = None) -> None:
        super().__init__(reason)
        self.location = location

    @property
    def told(self) -> str:
        """Place and reason, for people."""
        place = self.location
        return f"{place.path}:{place.line}: {self}" if place is not None else str(self)


class Refused(Exception):
    """A call that the function does not take; ``missing`` are the arguments it wants."""

    def __init__(self, name: str, missing: Sequence[str]) -> None:
        named = " and ".join(repr(one) for one in missing)
        plural = "s" if len(missing) > 1 else ""
        super().__init__(f"{name}() missing {len(missing)} required positional argument{plural}: {named}")


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
    (of the project, as they stand), ``none`` (the value None), ``other``."""

    layers: tuple[Layer, ...] = ()
    app: ReadApp | None = None
    kind: str = "app"
    function: tuple[Module, Function] | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Passed:
    """Arguments of a call, by the names of the function's parameters, each where it was written."""

    values: Mapping[str, tuple[ast.expr, Module, Scope, Passed | None]] = field(default_factory=dict)
    scope: Scope | None = None


class Objects:
    """Reads expressions of the modules of one launch.

    :param major: of the Connexion that will run
    """

    def __init__(self, modules: LaunchModules, major: int) -> None:
        self.modules, self.major = modules, major
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

    def called(self, chain: Chain, at: Location, given: Sequence[ast.expr] = ()) -> Chain:
        """What a function of the project makes when it is called, with literals or with nothing.

        :raises Refused: it needs other arguments
        """
        if chain.function is None:
            raise Unread("what is called here is no function of this project", at)
        module, node = chain.function
        missing = required(node)[len(given) :]
        if missing or node.args.kwonlyargs:
            raise Refused(node.name, missing or [one.arg for one in node.args.kwonlyargs])
        call = ast.Call(ast.Name(node.name), list(given), [])
        return self._returned(module, node, self._passed(node, module, call, module, module.scope, None))

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
                return Chain(kind="other")
            return self._imported(binding.dotted or "", binding.level, module, at)
        if binding.kind == "def" and isinstance(binding.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return self._function(module, binding.node)
        if binding.kind == "class" and isinstance(binding.node, ast.ClassDef):
            return Chain((Layer(binding.node.name, Interface.UNKNOWN, "class"),), kind="class")
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
                return Chain((Layer(found[1].name, Interface.UNKNOWN, "class"),), kind="class")
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
            return Chain(kind="none" if node.value is None else "other")
        if isinstance(node, ast.Name):
            return self._name(node, module, scope, passed)
        if isinstance(node, ast.Attribute):
            inside = self._module_of(node.value, module, scope)
            if inside is not None:
                try:
                    return self._global(inside, node.attr)
                except KeyError:
                    raise Unread(f"{inside.path} has no {node.attr}", at) from None
            return self._attribute(self.value(node.value, module, scope, passed), node.attr, at)
        if isinstance(node, ast.Call):
            return self._call(node, module, scope, passed)
        if isinstance(node, ast.NamedExpr):
            return self.value(node.value, module, scope, passed)
        if isinstance(node, ast.IfExp):
            made = [self.value(one, module, scope, passed) for one in (node.body, node.orelse)]
            if {one.layers for one in made} == {made[0].layers}:
                return made[0]
            raise Unread("which of two values it has is decided when it runs", at)
        if isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set | ast.JoinedStr):
            return Chain(kind="other")
        raise Unread(f"what {short(node)[:60]} gives cannot be read", at)

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
        raise Unread(f"what its attribute {attr} is cannot be read", at)

    def _inner(self, chain: Chain) -> Chain:
        """The Flask app inside: empty before Connexion 3 builds its stack, the app itself in Connexion 2."""
        if self.major == 2:
            return replace(chain, layers=(replace(chain.layers[0], type="flask.app.Flask"),))
        detail = {"inner_of_connexion": True, "owner_name": self._owner(chain)}
        return replace(
            chain, layers=(Layer("flask.app.Flask", Interface.WSGI, "inner", via="app", detail=detail),)
        )

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
        library = CLASSES.get(library, library)
        if library in CONNEXION:
            own = self.modules.definition(name)
            if own is not None and "__call__" in own[0].scopes[id(own[1])].bindings:
                raise Unread(f"{own[1].name} has a __call__ of its own", at)
            return self._connexion(node, module, scope, library)
        if library in ADAPTERS:
            answers, calls = ADAPTERS[library]
            inside = self._first(node, module, scope, passed)
            layer = Layer(
                library, answers, "adapter", detail={"answers": answers.value, "calls": calls.value}
            )
            return replace(inside, layers=(layer, *inside.layers), kind="app")
        interface = middleware_interface(library)
        if interface is not None:
            inside = self._first(node, module, scope, passed)
            return replace(
                inside, layers=(Layer(library, interface, "middleware"), *inside.layers), kind="app"
            )
        if library == "flask.Flask":
            return Chain((Layer("flask.app.Flask", Interface.WSGI, "app"),))
        found = self.modules.definition(name)
        if found is None:
            raise Unread(f"made by {_plain(name)}, which is not in this project", at)
        owner, definition, _ = found
        if any(_last(one) not in HARMLESS for one in definition.decorator_list):
            raise Unread(f"what the decorators of {definition.name} make of it cannot be read", at)
        if isinstance(definition, ast.ClassDef):
            return self._instance(owner, definition, node, module, scope, passed)
        return self._returned(owner, definition, self._passed(definition, owner, node, module, scope, passed))

    def _first(self, node: ast.Call, module: Module, scope: Scope, passed: Passed | None) -> Chain:
        given = argument(node, 0, "app") or argument(node, 99, "application")
        given = given or argument(node, 99, "wsgi_app") or argument(node, 99, "wsgi_application")
        if given is None:
            raise Unread("what it wraps cannot be read", module.location(node))
        return self.value(given, module, scope, passed)

    def _connexion(self, node: ast.Call, module: Module, scope: Scope, library: str) -> Chain:
        framework = CONNEXION[library]
        if framework == "middleware":
            raise Unread("what ConnexionMiddleware stands in front of is not read", module.location(node))
        taken = KEYWORDS[self.major]
        odd = next((one.arg for one in node.keywords if one.arg not in taken), None)
        if odd is not None or len(node.args) > 1:
            what = f"the argument {odd}" if odd else "more than one positional argument"
            raise Unread(f"whether {library} takes {what} is not read", module.location(node))
        asgi = self.major == 3
        names = {
            ("flask", True): "connexion.apps.flask.FlaskApp",
            ("flask", False): "connexion.apps.flask_app.FlaskApp",
            ("async", True): "connexion.apps.asynchronous.AsyncApp",
        }
        if (framework, asgi) not in names:
            raise Unread(f"Connexion {self.major} has no {library}", module.location(node))
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
        return Chain(layers, ReadApp(framework, module, node, scope))

    def _function(self, module: Module, node: Function) -> Chain:
        """A function as an object: how it could be called, by its parameters."""
        takes = len(required(node))
        interface = Interface.UNKNOWN
        if takes == 3 and isinstance(node, ast.AsyncFunctionDef):
            interface = Interface.ASGI3
        elif takes == 2 and isinstance(node, ast.FunctionDef):
            interface = Interface.WSGI
        dotted = f"{module.names[0] if module.names else ''}.{node.name}".lstrip(".")
        inside = self._handed_on(module, node) if interface is not Interface.UNKNOWN else None
        if inside is not None:
            layers = (Layer(dotted, interface, "middleware"), *inside.layers)
            return replace(inside, layers=layers, kind="app")
        return Chain((Layer(dotted, interface, "function"),), kind="function", function=(module, node))

    def _handed_on(self, module: Module, node: Function) -> Chain | None:
        """The app that a function hands its own arguments on to, where that is plain."""
        if node.decorator_list:
            return None
        names = required(node)
        scope = module.scopes[id(node)]
        plain = [one for one in node.body if not isinstance(one, (*BRANCHES, *DEFINITIONS))]
        for one in (inner for statement in plain for inner in ast.walk(statement)):
            if not isinstance(one, ast.Call) or [getattr(given, "id", "") for given in one.args] != names:
                continue
            try:
                found = self.value(one.func, module, scope)
            except Unread:
                return None
            return found if found.kind == "app" else None
        return None

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
        """An object of a class of the project: called by its ``__call__``, around the one app it is given."""
        at = module.location(call)
        inner = owner.scopes[id(node)]
        made = inner.bindings.get("__call__")
        if not made or not isinstance(made[-1].node, ast.FunctionDef | ast.AsyncFunctionDef):
            raise Unread(f"how an object of {node.name} is called cannot be read", at)
        method = made[-1].node
        count = len(method.args.posonlyargs) + len(method.args.args) - 1 - len(method.args.defaults)
        interface = Interface.UNKNOWN
        if count == 3 and isinstance(method, ast.AsyncFunctionDef):
            interface = Interface.ASGI3
        elif count == 2 and isinstance(method, ast.FunctionDef):
            interface = Interface.WSGI
        if interface is Interface.UNKNOWN or not _passes_on(method):
            raise Unread(f"what an object of {node.name} does with a request cannot be read", at)
        chains = [one for one in self._apps_among(call, module, scope, passed) if one.layers]
        if len(chains) != 1:
            raise Unread(f"which app an object of {node.name} stands in front of cannot be read", at)
        dotted = f"{owner.names[0] if owner.names else ''}.{node.name}".lstrip(".")
        return replace(
            chains[0], layers=(Layer(dotted, interface, "middleware"), *chains[0].layers), kind="app"
        )

    def _apps_among(
        self, call: ast.Call, module: Module, scope: Scope, passed: Passed | None
    ) -> Iterator[Chain]:
        for value in (*call.args, *(keyword.value for keyword in call.keywords)):
            try:
                found = self.value(value, module, scope, passed)
            except Unread:
                continue
            if found.kind == "app":
                yield found


def required(node: Function) -> list[str]:
    """The parameters that a call has to give."""
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    return names[: len(names) - len(node.args.defaults)]


def shown_parameters(node: Function) -> str:
    """The parameters of a function as the probe shows a signature: ``(a, b=...)``."""
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    first = len(names) - len(node.args.defaults)
    shown = [name if at < first else f"{name}=..." for at, name in enumerate(names)]
    if node.args.vararg is not None:
        shown.append(f"*{node.args.vararg.arg}")
    if node.args.kwarg is not None:
        shown.append(f"**{node.args.kwarg.arg}")
    return f"({', '.join(shown)})"


def _passes_on(method: Function) -> bool:
    """Whether the body of ``__call__`` plainly calls something of the object's with its own arguments."""
    names = [one.arg for one in (*method.args.posonlyargs, *method.args.args)][1:]
    for node in ast.walk(method):
        if not isinstance(node, ast.Call) or len(node.args) != len(names):
            continue
        own = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        given = [one.id for one in node.args if isinstance(one, ast.Name)]
        if own and given and given[0] == names[0]:
            return True
    return False


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
