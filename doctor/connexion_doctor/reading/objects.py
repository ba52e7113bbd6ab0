"""What an expression makes: the chain of layers from the outside in, as far as it can be read.

Followed are imports, rebinding, factories (their arguments included), classes of the project that hold an
app, and the libraries of ``library``. What is not certain is ``Unread``, with its place: never a guess.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from connexion_doctor.model import Interface, Layer, Location
from connexion_doctor.python.module import Binding, Function, Module, Scope, position_of
from connexion_doctor.python.nodes import name_of, short
from connexion_doctor.reading import functions, library_objects, project_objects
from connexion_doctor.reading.attempts import importable
from connexion_doctor.reading.bindings import deciding, is_deleted
from connexion_doctor.reading.branches import taken
from connexion_doctor.reading.chains import Chain, Given, Made, Passed, ReadApp, Where
from connexion_doctor.reading.decorators import is_itself, name_of_decorator
from connexion_doctor.reading.entries import entry
from connexion_doctor.reading.keywords import preset
from connexion_doctor.reading.lazily import lazily
from connexion_doctor.reading.library import CONNEXION, RUNS
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.unread import Raises, Unread
from connexion_doctor.reading.values import Values

DEEPEST = 40
MOST_STEPS = 50_000  # expressions that are looked at for one launch
INSIDE = ("app", "wsgi_app", "asgi_app", "application")  # what wrappers call what they wrap


class Objects:
    """Reads expressions of the modules of one launch.

    :param major: of the Connexion that will run
    """

    def __init__(self, modules: LaunchModules, major: int) -> None:
        self.modules, self.major = modules, major
        self._values = Values(modules)
        self.ran: list[
            tuple[Module, Function, Passed]
        ] = []  # functions that were called on the way to the app
        self.main = False  # whether what stands under a __main__ guard runs
        self._depth = self._steps = 0

    @property
    def values(self) -> Values:
        """Who evaluates what is no app."""
        return self._values

    def named(self, module: Module, attribute: str) -> Chain:
        """What ``module:attribute`` stands for once the module is imported; dots lead on.

        :raises KeyError: the module has no such name
        :raises Unread: it cannot be known
        """
        first, *rest = attribute.split(".")
        found = self._global(module, first)
        for part in rest:
            if found.kind == "function" and not self.values.is_given(part):
                raise KeyError(part)
            try:
                found = self._attribute(found, part, Location(module.path, 1))
            except Raises:
                raise KeyError(part) from None
        return found

    def name_of(self, app: ReadApp, module: Module) -> str | None:
        """The name under which a module has a Connexion app itself."""
        for name in module.scope.bindings:
            try:
                found = self.named(module, name)
            except (KeyError, Unread, Raises):
                continue
            itself = bool(found.layers) and found.layers[0].role == "connexion"
            if itself and found.app is not None and found.app.at == app.at:
                return name
        return None

    def called(self, chain: Chain, at: Location, call: ast.Call | None = None) -> Chain:
        """What a function or a class of the project makes when a server calls it, with the arguments of
        ``call``."""
        if chain.klass is not None:
            owner, klass = chain.klass
            words = call if call is not None else ast.Call(ast.Name(klass.name, ast.Load()), [], [])
            made = ast.Call(ast.Name(klass.name, ast.Load()), words.args, words.keywords)
            placed = ast.fix_missing_locations(ast.copy_location(made, klass))
            return self.value(placed, Where(owner, owner.scope))
        if chain.function is None:
            raise Unread("what is called here is no function of this project", at)
        owner, node = chain.function
        whole = chain.with_preset(call) or ast.Call(ast.Name(node.name), [], [])
        where = Where(owner, owner.scope, chain.passed) if chain.preset is None else chain.preset[1]
        return project_objects.returned(owner, node, project_objects.passed(owner, node, whole, where), self)

    def value(self, node: ast.expr, where: Where) -> Chain:
        """What an expression gives.

        :raises Unread: it cannot be known
        :raises Raises: it fails for certain
        """
        self._depth += 1
        self._steps += 1
        try:
            if self._depth > DEEPEST or self._steps > MOST_STEPS:
                raise Unread("the way to the app is too long to follow", where.at(node))
            return self._value(node, where)
        finally:
            self._depth -= 1

    # -- names -----------------------------------------------------------------------------

    def _global(self, module: Module, name: str) -> Chain:
        bindings = module.scope.bindings.get(name)
        if bindings:
            if is_deleted(name, module):
                raise KeyError(name)
            return self._settled(bindings, Where(module, module.scope))
        inside = functions.starred(module, name, self.values)
        if inside is not None:
            return self._global(inside, name)
        if "__getattr__" in module.scope.bindings:
            return self._lazily(module, name)
        raise KeyError(name)

    def _lazily(self, module: Module, name: str) -> Chain:
        """What a module's ``__getattr__`` gives for a name.

        :raises KeyError: it raises
        """
        node, found, inside = lazily(module, name, self.values)
        assert inside.passed is not None
        self.ran.append((module, node, inside.passed))
        return self.value(found, inside)

    def _settled(self, bindings: list[Binding], where: Where) -> Chain:
        """What the bindings that may hold give, if all agree."""
        chosen = importable(deciding(bindings, where.scope), where, self.modules)
        chosen = taken(chosen, where.scope, lambda test: self.values.holds(test, where))
        made = [self._bound(one, where) for one in chosen]
        if len({one.shape for one in made}) > 1:
            at = _at(where.module, chosen[-1].node)
            raise Unread("which of several values it has is decided when it runs", at)
        return made[-1]

    def _bound(self, binding: Binding, where: Where) -> Chain:
        module, node = where.module, binding.node
        at = _at(module, node)
        if binding.kind == "import":
            if isinstance(node, ast.Import):
                return Chain(kind="other", found=f"the module {binding.dotted}")
            return self._imported(binding.dotted or "", binding.level, module, at)
        if binding.kind == "def" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return replace(project_objects.of_function(module, node), passed=where.passed)
        if binding.kind == "class" and isinstance(node, ast.ClassDef):
            return project_objects.of_class(module, node)
        if binding.kind == "parameter" and isinstance(node, ast.arg):
            passed = where.passed_in(where.scope)
            given = passed.values.get(node.arg) if passed is not None else None
            if given is None:
                raise Unread(f"what the parameter {node.arg} is given cannot be read", at)
            return self.value(given.node, given.where)
        if isinstance(binding.value, ast.Call) and binding.index is not None:
            return project_objects.part(binding.value, binding.index, where, self)
        if binding.value is None or binding.index is not None:
            raise Unread("how this name gets its value cannot be read", at)
        return self.value(binding.value, where)

    def _imported(self, dotted: str, level: int, module: Module, at: Location) -> Chain:
        """A name that is imported from a module of the project, as that module leaves it."""
        base, _, name = dotted.rpartition(".")
        find = self.modules.names.relative if level else self._absolute
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
        return self.modules.names.absolute(dotted, module)

    # -- expressions -----------------------------------------------------------------------

    def _value(self, node: ast.expr, where: Where) -> Chain:
        match node:
            case ast.Constant(value=None):
                return Chain(kind="none")
            case ast.Constant():
                return Chain(kind="other", found=f"an object of {type(node.value).__name__}")
            case ast.Name():
                return self._name(node, where)
            case ast.Attribute():
                return self._of_attribute(node, where)
            case ast.Call():
                return self._call(node, where)
            case ast.NamedExpr():
                return self.value(node.value, where)
            case ast.Await():
                return self._of_one(node.value, where, "coroutine")
            case ast.Subscript(value=ast.Name(id=name)):
                return self._entry(name, node, where)
            case ast.IfExp():
                holds = self.values.holds(node.test, where)
                if holds is not None:
                    return self.value(node.body if holds else node.orelse, where)
                made = [self.value(one, where) for one in (node.body, node.orelse)]
                if made[0].layers == made[1].layers:
                    return made[0]
                raise Unread("which of two values it has is decided when it runs", where.at(node))
            case ast.List() | ast.Tuple() | ast.Dict() | ast.Set() | ast.JoinedStr():
                return Chain(kind="other", found=f"an object of {type(node).__name__.lower()}")
        raise _cannot_be_read(node, where)

    def _entry(self, name: str, node: ast.Subscript, where: Where) -> Chain:
        """An entry of a dictionary or a list, as it is written; of one that the file fills, where all that is
        put in agrees."""
        written = entry(name, node.slice, where, self.values)
        if written is not None:
            return self.value(written.node, written.where)
        made = [
            self.value(use.node.value, replace(where, scope=use.scope))
            for use in where.module.assigns
            for target in use.node.targets
            if isinstance(target, ast.Subscript)
            and isinstance(target.value, ast.Name)
            and target.value.id == name
        ]
        if not made or any(one.layers != made[0].layers for one in made):
            raise _cannot_be_read(node, where)
        return made[0]

    def _name(self, node: ast.Name, where: Where) -> Chain:
        scope: Scope | None = where.scope
        first = True
        while scope is not None:
            bindings = scope.bindings.get(node.id)
            if bindings and (first or not scope.is_class):
                if first or not scope.is_module:  # one around it, that is called later, is as it was left
                    bindings = [one for one in bindings if one.position < position_of(node)] or bindings
                if scope.is_module and not first:
                    bindings = [one for one in bindings if _inside(one, where.scope)] or bindings
                return self._settled(bindings, Where(where.module, scope, where.passed))
            first = False
            scope = scope.parent
        try:
            return self._global(where.module, node.id)
        except KeyError:
            raise Unread(f"the name {node.id} is not bound in this file", where.at(node)) from None

    # -- attributes ------------------------------------------------------------------------

    def _of_attribute(self, node: ast.Attribute, where: Where) -> Chain:
        names = self.modules.names
        owner = names.raw(node.value, where.module, where.scope)
        inside = self.modules.parsed(owner[1:]) if owner is not None and owner.startswith("%") else None
        if inside is not None:
            try:
                return self._global(inside, node.attr)
            except KeyError:
                raise Unread(f"{inside.path} has no {node.attr}", where.at(node)) from None
        if names.outside(names.raw(node, where.module, where.scope) or "") in CONNEXION:
            return Chain((Layer(short(node), Interface.UNKNOWN, "class"),), kind="class")
        own = _own_field(node, where)
        if own is not None:
            return self.value(own.node, own.where)
        return self._attribute(self.value(node.value, where), node.attr, where.at(node))

    def _attribute(self, chain: Chain, attr: str, at: Location) -> Chain:
        outer = chain.layers[0] if chain.layers else None
        if outer is not None and outer.role == "connexion" and chain.app is not None:
            if attr == "app" and chain.app.framework == "flask":
                return self._inner(chain)
            if attr == "middleware" and self.major == 3:
                return chain
            if attr == "app" and chain.app.framework == "async" and chain.app.base is None:
                raise Raises("AttributeError", "'AsyncApp' object has no attribute 'app'", at)
        if outer is not None and attr in INSIDE:
            if outer.role in ("adapter", "middleware") and len(chain.layers) > 1:
                return replace(chain, layers=chain.layers[1:])
            if attr == "wsgi_app" and (outer.role in ("inner", "app") or outer.type == "flask.app.Flask"):
                return chain
        if chain.klass is not None and chain.kind in ("class", "object"):
            return self._class_attribute(*chain.klass, attr, at, chain.made)
        raise Unread(f"what its attribute {attr} is cannot be read", at)

    def _class_attribute(
        self, owner: Module, node: ast.ClassDef, attr: str, at: Location, made: Made | None = None
    ) -> Chain:
        """What the body of a class, or its methods, give a name; set in one place only."""
        inner = owner.scopes[id(node)]
        fields = owner.fields.get(id(node), {}).get(attr, [])
        bindings = inner.bindings.get(attr, [])
        given = made.field(attr) if made is not None else None
        if given is not None and not bindings:
            return self.value(given.node, given.where)
        if len(fields) == 1 and not bindings:
            return self.value(fields[0][0], Where(owner, fields[0][1]))
        if len(bindings) == 1 and not fields and bindings[0].kind == "value":
            return self._bound(bindings[0], Where(owner, inner))
        method = bindings[0].node if len(bindings) == 1 and not fields else None
        if isinstance(method, ast.FunctionDef) and made is not None and _is_property(method):
            inside = Passed({}, owner.scopes[id(method)])
            inside = project_objects.with_itself(inside, owner.scopes[id(method)].self_name or "", made)
            return project_objects.returned(owner, method, inside, self)
        raise Unread(f"what {node.name}.{attr} is cannot be read", at)

    def _inner(self, chain: Chain) -> Chain:
        """The Flask app inside: empty before Connexion 3 builds its stack, the app itself in Connexion 2."""
        if self.major == 2:
            layer = replace(chain.layers[0], type="flask.app.Flask")
            return replace(chain, layers=(layer,), coroutine=False)
        layer = Layer(
            "flask.app.Flask", Interface.WSGI, "inner", via="app", detail={"inner_of_connexion": True}
        )
        return replace(chain, layers=(layer,), coroutine=False)

    # -- calls -----------------------------------------------------------------------------

    def _of_one(self, node: ast.expr, where: Where, kind: str) -> Chain:
        """What a coroutine returns, or a generator yields first."""
        made = self.value(node, where)
        if made.kind != kind or made.inside is None:
            raise _cannot_be_read(node, where)
        return made.inside

    def _called(self, chain: Chain, node: ast.Call, where: Where) -> Chain:
        """What a function of the project makes that is called by something else than its name."""
        if chain.function is None or chain.function[1].decorator_list:
            raise _cannot_be_read(node, where)
        owner, function = chain.function
        if chain.preset is not None and chain.preset[1].module is not where.module:
            raise _cannot_be_read(node, where)
        call = chain.with_preset(node) or node
        given = project_objects.passed(owner, function, call, where)
        return project_objects.returned(owner, function, given, self)

    def _call(self, node: ast.Call, where: Where) -> Chain:
        at = where.at(node)
        name = self.modules.names.raw(node.func, where.module, where.scope)
        if name is None and name_of(node.func) == "getattr" and len(node.args) > 1:
            attribute = ast.Attribute(node.args[0], self.values.text(node.args[1], where) or "", ast.Load())
            return self._of_attribute(ast.copy_location(attribute, node), where)
        if name is None and name_of(node.func) == "next" and node.args:
            return self._of_one(node.args[0], where, "generator")
        if name in RUNS and node.args:
            return self._of_one(node.args[0], where, "coroutine")
        if name is None and isinstance(node.func, ast.Subscript):
            return self._called(self.value(node.func, where), node, where)
        if name is None:
            raise Unread(f"what {short(node.func)[:60]} is cannot be read", at)
        library = self.modules.names.outside(name)
        found = self.modules.definition(name)
        overrides = found is not None and "__call__" in found[0].scopes[id(found[1])].bindings
        if overrides and library in CONNEXION:
            raise Unread("its class has a __call__ of its own", at)
        made = library_objects.made_by(library, node, where, self) if not overrides else None
        of_library = found is None and library in CONNEXION
        of_function = found is not None and not isinstance(found[1], ast.ClassDef)
        bound = preset(node.func, where, self.values) if of_library or of_function else None
        if bound is not None:
            call = ast.Call(node.func, [*bound.args[1:], *node.args], [*bound.keywords, *node.keywords])
            node = node if made is not None and made.app is None else ast.copy_location(call, node)
        if made is not None and made.app is not None and bound is not None:
            return replace(made, app=replace(made.app, base=(node, where)))
        if made is not None and made.app is not None and found is not None and library in CONNEXION:
            owner, definition, _ = found
            if isinstance(definition, ast.ClassDef):
                base = project_objects.base_call(owner, definition, node, where, self)
                itself = project_objects.object_of(owner, definition, node, where)
                return replace(made, app=replace(made.app, base=base, made=itself))
        if made is not None:
            return made
        if found is None:
            raise Unread(f"made by {_plain(name)}, which is not in this project", at)
        owner, definition, _ = found
        if not is_itself(definition, Where(owner, found[2]), self.modules):
            raise Unread(f"what the decorators of {definition.name} make of it cannot be read", at)
        if isinstance(definition, ast.ClassDef):
            return project_objects.instance(owner, definition, node, where, self)
        given = project_objects.handed(owner, definition, node, where, self.values)
        return project_objects.returned(owner, definition, given, self)


def _inside(binding: Binding, scope: Scope) -> bool:
    """Whether a function binds a name of the module itself, as with ``global``."""
    node = scope.node
    first, last = position_of(node), (getattr(node, "end_lineno", 0) or 0, 0)
    place = position_of(binding.node)
    return isinstance(binding.node, ast.stmt) and first < place and binding.position < last


def _is_property(node: ast.FunctionDef) -> bool:
    return any(name_of_decorator(one) in ("property", "cached_property") for one in node.decorator_list)


def _own_field(node: ast.Attribute, where: Where) -> Given | None:
    """What a method's ``self.name`` was given when its object was made, where that is known."""
    passed = where.passed_in(where.scope)
    if passed is None or passed.made is None or not isinstance(node.value, ast.Name):
        return None
    return passed.made.field(node.attr, passed) if node.value.id == passed.itself else None


def _cannot_be_read(node: ast.expr, where: Where) -> Unread:
    return Unread(f"what {short(node)[:60]} gives cannot be read", where.at(node))


def _at(module: Module, node: ast.AST) -> Location:
    return Location(module.path, getattr(node, "lineno", 1), 1)


def _plain(name: str) -> str:
    """A resolved name for people."""
    return name.lstrip("@%").rpartition(":")[2] or name.lstrip("@%")
