"""What happens while an app is loaded: what its modules import, ask of their surroundings, and start.

Read for what can keep an app from coming up that looks right otherwise. An import that is forgiven, and what
stands under ``if __name__ == "__main__"``, counts for nothing.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from connexion_doctor.foundation import late
from connexion_doctor.model import Location
from connexion_doctor.python.ignored import git_ignores
from connexion_doctor.python.module import Function, Module, Scope, Use
from connexion_doctor.python.nodes import name_of, short
from connexion_doctor.reading import protobuf
from connexion_doctor.reading.catching import is_caught
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.conditions import variables
from connexion_doctor.reading.course import Course
from connexion_doctor.reading.databases import makes_tables
from connexion_doctor.reading.doubts import Doubt
from connexion_doctor.reading.faults import Faults
from connexion_doctor.reading.libraries import Libraries
from connexion_doctor.reading.library import RUNS
from connexion_doctor.reading.machine import FILES, Machine
from connexion_doctor.reading.standing import for_types, is_straight, runs_in
from connexion_doctor.reading.turns import texts
from connexion_doctor.reading.unread import Raises
from connexion_doctor.reading.values import Values

# Calls that ask a machine, end the process, start something, or wait: by their dotted names.
ASKS = late.pattern(
    r"socket\.(create_connection|socket\(\)\.connect)|(requests|httpx)\.(get|post|put|patch|delete|head|request)|"
    r"urllib\.request\.urlopen|(psycopg2?|pymysql|MySQLdb|cx_Oracle|oracledb|pyodbc|mysql\.connector|asyncpg|"
    r"aiomysql|ldap3|pika|paramiko|smtplib|ftplib)\.\w*(connect|Connection|SMTP|FTP)\w*|"
    r"redis\.\w+\(\)\.(ping|get|set|info|keys|exists|publish)|pymongo\.MongoClient\(\)\.(\w+\.)*"
    r"(server_info|command|list_\w+|create_\w+|find\w*|insert\w*)|sqlalchemy\.create_engine\(\)\.(connect|begin)"
)
ENDS = late.pattern(r"sys\.exit|os\.(_exit|abort|kill|exec\w+)|exit|quit|signal\.pause")
STARTS = late.pattern(
    r"subprocess\.\w+|os\.(system|popen|fork)|asyncio\.run|uvicorn\.run|waitress\.serve|"
    r"connexion\.(FlaskApp|AsyncApp)\(\)(\.app)?\.run|flask\.Flask\(\)\.run|"
    r"connexion\.(FlaskApp|AsyncApp)\(\)(\.app)?\.test_client|flask\.Flask\(\)\.test_client"
)
METHODS = late.pattern(r"create_all|run_until_complete|run_forever|serve_forever|test_client")
DEEPEST = 6


class Imports:
    """Follows what runs when a launch's app is loaded.

    :param environ: the variables that are set
    :param is_there: whether a top-level module that is not the project's can be imported; None: not known
    :param libraries: what is in those that are there
    :param made: why a file of the project that is missing may be there where it runs
    :param in_loop: whether the server loads the app in an event loop that runs; None: not known
    """

    def __init__(
        self,
        values: Values,
        environ: Mapping[str, str],
        is_there: Callable[[str], bool | None],
        libraries: Libraries,
        made: Callable[[Path], str | None],
        *,
        major: int,
        main: bool,
        in_loop: bool | None = False,
    ) -> None:
        self.made, self.in_loop = made, in_loop
        self.modules, self.environ, self.is_there, self.libraries = (
            values.modules,
            environ,
            is_there,
            libraries,
        )
        self.directory = values.modules.directory
        self.machine = Machine(values.modules, environ)
        self.course = Course(Faults(values.modules, libraries, major, self._stays), main=main)
        self.seen: dict[str, Module] = {}
        self._ran: set[int] = set()
        self._called: dict[int, Sequence[Doubt]] = {}
        self.loading: dict[
            str, int
        ] = {}  # modules that are not loaded to their end: the line that they are at

    def loaded(self, module: Module, *, main: bool = False) -> Iterator[Doubt]:
        """What importing a module of the project brings about, its packages and what it imports included."""
        if module.path in self.seen:
            return
        self.seen[module.path] = module
        yield from self._packages(module)
        if not main:  # as __main__ it would be loaded a second time
            self.loading[module.path] = 0
        yield from _certain(self.course.of_module(module, main=main))
        yield from self._body(module, module.scope, main, 0)
        self.loading.pop(module.path, None)

    def forget(self, module: Module) -> None:
        """Take a module for one that was not loaded yet."""
        del self.seen[module.path]
        self._ran.clear()

    def called(self, module: Module, function: Function) -> Sequence[Doubt]:
        """What calling a function of the project brings about."""
        if id(function) not in self._called:
            certain = _certain(self.course.of_function(module, function))
            self._called[id(function)] = [*certain, *self._function(module, function, 0)]
        return self._called[id(function)]

    def _packages(self, module: Module) -> Iterator[Doubt]:
        parts = (module.names[0] if module.names else "").split(".")[:-1]
        for length in range(1, len(parts) + 1):
            name = ".".join(parts[:length])
            path = self.modules.file(name)
            package = self.modules.module(path, name) if path is not None else None
            if package is not None:
                yield from self.loaded(package)

    def _body(self, module: Module, scope: Scope, main: bool, depth: int) -> Iterator[Doubt]:
        uses: list[Use[Any]] = [*module.imports, *module.calls, *module.subscripts]
        mine = [one for one in uses if runs_in(one.scope, scope) and (main or not one.main)]
        for use in sorted(mine, key=lambda one: (one.node.lineno, one.node.col_offset)):
            reached = isinstance(use.node, ast.Call) and id(use.node) in self.course.reached
            if use.guarded and not reached or for_types(use):
                continue
            if scope.is_module and module.path in self.loading:
                self.loading[module.path] = use.node.lineno
            yield from _uncaught(self._of(use, depth), use)
        body = getattr(scope.node, "body", [])
        for node, wanted in self._raises(body, Where(module, scope)):
            unset = [one for one in wanted if one not in self.environ]
            if id(node) not in self.course.reached and not self.modules.given.issuperset(unset):
                what = short(node.exc) if node.exc is not None else "an exception"
                why = f" for want of the variable {' or '.join(unset)}" if unset else ""
                yield Doubt(f"may raise {what[:60]}{why}", module.location(node))

    def _of(self, use: Use[Any], depth: int) -> Iterator[Doubt]:
        if isinstance(use.node, ast.Call):
            return self._call(use, depth)
        return self.machine.variable(use) if isinstance(use.node, ast.Subscript) else self._import(use)

    def _raises(self, body: list[ast.stmt], where: Where) -> Iterator[tuple[ast.Raise, list[str]]]:
        """The ``raise`` statements of a body that run for want of a variable of the environment, with its
        name."""
        names = {
            target.id: one.value
            for one in body
            if isinstance(one, ast.Assign)
            for target in one.targets
            if isinstance(target, ast.Name)
        }
        for statement in body:
            match statement:
                case ast.If(test=test) if "__name__" in short(test) or "TYPE_CHECKING" in short(test):
                    pass
                case ast.If(test=test):
                    wanted = list(dict.fromkeys(variables(test, names)))
                    if wanted and self.course.holds(test, where) is not False:
                        yield from ((one, wanted) for one in statement.body if isinstance(one, ast.Raise))
                case ast.With():
                    yield from self._raises(statement.body, where)

    # -- imports ---------------------------------------------------------------------------

    def _import(self, use: Use[ast.Import | ast.ImportFrom]) -> Iterator[Doubt]:
        node, module = use.node, use.module
        at = module.location(node)
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from self._module(alias.name, use)
                yield from self._of_library(use, alias.name)
            return
        base = node.module or ""
        if node.level and (raised := _beyond(module, node.level)):
            straight = is_straight(use)
            yield Doubt(raised, at, f'ImportError("{raised}")' if straight else "")
            return
        find = self.modules.names.relative(module, base, node.level) if node.level else None
        inside = self.modules.parsed(find[1:]) if find is not None and find.startswith("%") else None
        if not node.level:
            path = self.modules.file(base)
            inside = self.modules.module(path, base) if path is not None else None
        if inside is None:
            if node.level:
                shown, folder = f"{'.' * node.level}{base}", Path(self.modules.root, module.path)
                below = folder.parents[node.level - 1].joinpath(*base.split("."))
                file = below.with_name(f"{below.name}.py")
                if os.path.isfile(file):
                    yield self._no_python(shown, file, at)
                elif not os.path.isdir(below):
                    yield self._missing(shown, file, use)
                return
            yield from self._module(base, use)
            yield from self._of_library(use, base)
            return
        yield from self.loaded(inside)
        for alias in node.names:
            yield from self._name(alias.name, inside, use)

    def _of_library(self, use: Use[ast.Import | ast.ImportFrom], dotted: str) -> Iterator[Doubt]:
        """A module that is not the project's, and the names that are imported from it."""
        if self.modules.file(dotted.partition(".")[0]) is not None:
            return
        lacking = self.libraries.lacks_module(dotted)
        what = f"ModuleNotFoundError({f'No module named {dotted!r}'!r})"
        names = use.node.names if isinstance(use.node, ast.ImportFrom) else []
        for name in [one.name for one in names if one.name != "*"] if lacking is False else []:
            found = self.libraries.lacks(dotted, name)
            if found is not False:
                lacking = found
                what = f"ImportError({f'cannot import name {name!r} from {dotted!r}'!r})"
                break
        if lacking is not False:
            sure = lacking is True and id(use.statement) in self.course.reached
            yield Doubt(f"may raise {what}", use.module.location(use.node), what if sure else "")

    def _name(self, name: str, inside: Module, use: Use[ast.Import | ast.ImportFrom]) -> Iterator[Doubt]:
        """A name that is imported from a module of the project: bound there, or a module below it."""
        names, at, straight = inside.scope.bindings, use.module.location(use.node), is_straight(use)
        below = f"{inside.names[0]}.{name}" if inside.names and inside.names[0] else name
        path = self.modules.file(below) if inside.is_package else None
        module = self.modules.module(path, below) if path is not None else None
        if module is not None and name not in names:
            yield from self.loaded(module)
        elif name in names and inside.path in self.loading:
            if min(one.position[0] for one in names[name]) > self.loading[inside.path]:
                shown = inside.names[0] if inside.names else inside.path
                what = f"cannot import name {name!r} from partially initialized module {shown!r}"
                error = f'ImportError("{what} (most likely due to a circular import)")'
                yield Doubt(what, at, error if straight else "")
        elif name != "*" and name not in names and "*" not in names and "__getattr__" not in names:
            if self.modules.is_folder(below) or name.startswith("__"):
                return
            lacks = not self.course.faults.boundness.may_have(inside, name) and not self.modules.has_below(
                inside, name
            )
            what = f"cannot import name {name!r} from {inside.names[0] if inside.names else inside.path!r}"
            error = f"ImportError({what!r})" if lacks and self._is_sure(use) else ""
            yield Doubt(f"imports {name} from {inside.path}, which has no such name", at, error)

    def _no_python(self, name: str, file: Path, at: Location) -> Doubt:
        """A module whose file is there: another Python than this one may read it."""
        line, message = self.modules.unparsed.get(str(file), (1, "it cannot be read"))
        python = ".".join(map(str, sys.version_info[:2]))
        return Doubt(f"imports {name}, which is no Python {python} (line {line}: {message})", at)

    def _missing(self, shown: str, file: Path, use: Use[Any]) -> Doubt:
        """A module of the project that is not there: it raises, unless something makes it."""
        why = self.made(file)
        sure = why is None and self._is_sure(use)
        error = f"ModuleNotFoundError({f'No module named {shown!r}'!r})" if sure else ""
        told = f"imports {shown}, which is not there{why or ''}"
        return Doubt(told, use.module.location(use.node), error)

    def _module(self, dotted: str, use: Use[Any]) -> Iterator[Doubt]:
        at = use.module.location(use.node)
        path = self.modules.file(dotted)
        inside = self.modules.module(path, dotted) if path is not None else None
        if inside is not None:
            yield from self.loaded(inside)
            return
        if path is not None:
            yield self._no_python(dotted, path, at)
            return
        top = dotted.partition(".")[0]
        own = self.modules.file(top)
        if own is not None:
            package = self.modules.module(own, top)
            if package is None or not self.modules.is_folder(dotted):
                file = Path(own).parent.joinpath(*dotted.split(".")[1:]).with_suffix(".py")
                yield self._missing(dotted, file, use)
            return
        if top in sys.stdlib_module_names or self.modules.is_folder(top):
            return
        there = self.is_there(top)
        if not there:
            known = "is not installed" if there is False else "nothing that is asked for is known to bring"
            if git_ignores(Path(self.modules.root), Path(self.directory), dotted):
                known = "git ignores: it is made where the app is deployed"
            proto = protobuf.origin(dotted, Path(self.modules.root))
            if proto is not None and protobuf.is_made(Path(self.directory), Path(self.modules.root)):
                return
            if proto is not None:
                known = f"protoc makes of {proto.name}"
            sure = there is False and known == "is not installed" and self._is_sure(use)
            error = f"ModuleNotFoundError({f'No module named {top!r}'!r})" if sure else ""
            yield Doubt(f"imports {dotted}, which {known}", at, error)

    # -- calls -----------------------------------------------------------------------------

    def _call(self, use: Use[ast.Call], depth: int) -> Iterator[Doubt]:
        node, module = use.node, use.module
        at = module.location(node)
        name = self.modules.names.raw(node.func, module, use.scope) or name_of(node.func)
        outside = self.modules.names.outside(name)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if ENDS.fullmatch(outside):
            plain = not any(isinstance(one, ast.Call) for given in node.args for one in ast.walk(given))
            sure = plain and self._is_sure(use) and outside in ("sys.exit", "exit", "quit")
            code = short(node.args[0])[:20] if node.args else "0"
            if sure or is_straight(use):
                yield Doubt(
                    f"ends the process: {short(node)[:60]}", at, f"SystemExit({code})" if sure else ""
                )
        elif (run := self.run_in(node, use.scope, module)) is not None:
            yield from self._function(*run, depth + 1)
            if self.in_loop is not False:
                sure = self.in_loop is True and self._is_sure(use)
                what = f"{last}() cannot be called from a running event loop"
                yield Doubt(f"raises RuntimeError: {what}", at, f"RuntimeError({what!r})" if sure else "")
        elif STARTS.fullmatch(outside) or METHODS.fullmatch(last):
            tables = last == "create_all" and makes_tables(use, self.course.values)
            if (module.path, at.line) != self.course.stop and not tables:
                yield Doubt(f"starts something while it is loaded: {short(node)[:60]}", at)
        elif ASKS.fullmatch(outside):
            yield Doubt(f"asks another machine while it is loaded: {short(node)[:60]}", at)
        elif outside in ("int", "float"):
            yield from self.machine.number(node, at)
        elif last in ("from_envvar", "from_pyfile") and ".config." in outside and is_straight(use):
            yield from self.machine.settings(node, last, at)
        elif outside in ("importlib.import_module", "__import__") and node.args:
            for dotted in texts(use, node.args[0], self.course.values):
                if not dotted.startswith("."):
                    yield from self._module(dotted, use)
        elif last == "from_object" and ".config." in outside and node.args:
            text = self.course.values.text(node.args[0], Where(module, use.scope))
            yield from self._string(text, use) if text is not None else ()
        elif outside in FILES and is_straight(use):
            yield from self.machine.file(node, outside, at)
        else:
            found = self.modules.definition(name) if name.startswith("@") else None
            if found is not None and depth < DEEPEST:
                owner, definition, _ = found
                if isinstance(definition, ast.ClassDef):
                    made = owner.scopes[id(definition)].bindings.get("__init__")
                    init = made[-1].node if made else None
                    if isinstance(init, ast.FunctionDef):
                        yield from self._function(owner, init, depth + 1)
                elif isinstance(definition, ast.FunctionDef) or use.awaited:
                    yield from self._function(owner, definition, depth + 1)

    def run_in(
        self, node: ast.Call, scope: Scope, module: Module
    ) -> tuple[Module, ast.AsyncFunctionDef] | None:
        """The coroutine function of the project that a call runs to its end: one that returns something, or
        in which the launch starts its server."""
        given = node.args[0] if node.args else None
        name = self.modules.names.raw(node.func, module, scope)
        if name not in RUNS or not isinstance(given, ast.Call):
            return None
        found = self.modules.definition(self.modules.names.raw(given.func, module, scope))
        inside = found[1] if found is not None else None
        if found is None or not isinstance(inside, ast.AsyncFunctionDef):
            return None
        path, line = self.course.stop or ("", 0)
        serves = path == found[0].path and inside.lineno <= line <= (inside.end_lineno or line)
        return (found[0], inside) if serves or found[0].scopes[id(inside)].returns else None

    def _string(self, dotted: str, use: Use[ast.Call]) -> Iterator[Doubt]:
        """What werkzeug imports by its name: a module, or what is in one."""
        at, parts = use.module.location(use.node), dotted.split(".")
        raised = f"import_string() failed for {dotted!r}"
        error = f"werkzeug.utils.ImportStringError({raised!r})" if self._is_sure(use) else ""
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[:length])
            path = self.modules.file(name)
            inside = self.modules.module(path, name) if path is not None else None
            if inside is None:
                continue
            yield from self.loaded(inside)
            lacks = length < len(parts) and not self.course.faults.boundness.may_have(inside, parts[length])
            if lacks and not self.modules.has_below(inside, parts[length]):
                yield Doubt(raised, at, error)
            return
        if not self.is_there(parts[0]) and not self.modules.is_folder(parts[0]):
            yield Doubt(f"imports {dotted}, which is not there", at)

    def _stays(self, node: ast.Call, where: Where) -> bool:
        """Whether a call serves, waits, or ends the process."""
        name = self.modules.names.raw(node.func, where.module, where.scope) or name_of(node.func)
        outside = self.modules.names.outside(name)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        goes_on = last in ("create_all", "test_client")
        starts = METHODS.fullmatch(last) is not None or any(one.fullmatch(outside) for one in (ENDS, STARTS))
        run = self.run_in(node, where.scope, where.module)
        ends = run is not None and bool(run[0].scopes[id(run[1])].returns)
        return starts and not goes_on and not ends

    def _is_sure(self, use: Use[Any]) -> bool:
        """Whether the app does not come up without what a statement does: in a script, only what stands
        before the call that serves."""
        reached = self.course.reached
        before = not self.course.main or self.course.stopped
        return before and (id(use.statement) in reached or id(use.node) in reached)

    def _function(self, module: Module, function: Function, depth: int) -> Iterator[Doubt]:
        if id(function) not in self._ran:
            self._ran.add(id(function))
            yield from self._body(module, module.scopes[id(function)], True, depth)


def _beyond(module: Module, level: int) -> str:
    """What a relative import raises that leads out of what the module was imported in."""
    parts = (module.names[0] if module.names else "").split(".")
    inside = len(parts) if module.is_package else len(parts) - 1
    if level <= inside or not parts[0]:
        return ""
    where = "beyond top-level package" if inside else "with no known parent package"
    return f"attempted relative import {where}"


def _uncaught(doubts: Iterable[Doubt], use: Use[Any]) -> Iterator[Doubt]:
    """What a use brings about, without what is caught around it."""
    for one in list(doubts):  # to the end: what is loaded by it is noted behind it
        caught = is_caught(one.certain.partition("(")[0], use) if one.certain else False
        if caught is True:
            return
        yield one if caught is False else replace(one, certain="")


def _certain(raised: Raises | None) -> Iterator[Doubt]:
    """What code surely raises, as the reason for which the app does not come up."""
    if raised is not None:
        what = f"{raised.error}({str(raised)!r})"
        yield Doubt(f"raises {what[:80]}", raised.location, what)
