"""Python source -> the servers that it starts itself, read from its syntax tree.

Sources of the calls: connexion 2 and 3 ``App.run``, Flask ``app.run``, ``uvicorn.run``,
``hypercorn.asyncio.serve``, ``waitress.serve``, gevent's ``WSGIServer``, gunicorn's "Custom Application"
page (``BaseApplication``), and the standard library's ways to start a program.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from doctor.commands.expand import Built
from doctor.commands.text import Piece, Source, listed
from doctor.discovery.syntax import tree_of
from doctor.model import Style

# What a file that starts a server must contain, before it is worth parsing.
MARKS = re.compile(
    rb"\.run\s*\(|uvicorn|waitress|pywsgi|BaseApplication|WSGIApplication|hypercorn|gunicorn|run_simple|"
    rb"make_server|bjoern|cheroot|run_app|granian|wsgi\.server|WSGIContainer|\bserve\s*\("
)

# dotted name of a callable -> (what it is called here, index and keyword of the app argument)
CALLS: Mapping[str, tuple[str, int, str]] = {
    "uvicorn.run": ("uvicorn.run", 0, "app"),
    "uvicorn.Config": ("uvicorn.run", 0, "app"),
    "uvicorn.config.Config": ("uvicorn.run", 0, "app"),
    "hypercorn.asyncio.serve": ("hypercorn.serve", 0, "app"),
    "hypercorn.trio.serve": ("hypercorn.serve", 0, "app"),
    "waitress.serve": ("waitress.serve", 0, "app"),
    "waitress.server.create_server": ("waitress.serve", 0, "application"),
    "waitress.create_server": ("waitress.serve", 0, "application"),
    "gevent.pywsgi.WSGIServer": ("gevent.WSGIServer", 1, "application"),
    "gevent.wsgi.WSGIServer": ("gevent.WSGIServer", 1, "application"),
    "eventlet.wsgi.server": ("eventlet.wsgi.server", 1, "site"),
    "werkzeug.serving.run_simple": ("werkzeug.run_simple", 2, "application"),
    "werkzeug.run_simple": ("werkzeug.run_simple", 2, "application"),
    "wsgiref.simple_server.make_server": ("wsgiref.make_server", 2, "app"),
    "bjoern.run": ("bjoern.run", 0, "wsgi_app"),
    "bjoern.listen": ("bjoern.run", 0, "wsgi_app"),
    "meinheld.server.run": ("meinheld.run", 0, "app"),
    "cheroot.wsgi.Server": ("cheroot.Server", 1, "wsgi_app"),
    "cheroot.wsgi.WSGIServer": ("cheroot.Server", 1, "wsgi_app"),
    "cherrypy.wsgiserver.CherryPyWSGIServer": ("cheroot.Server", 1, "wsgi_app"),
    "tornado.wsgi.WSGIContainer": ("tornado.WSGIContainer", 0, "wsgi_application"),
    "aiohttp.web.run_app": ("aiohttp.run_app", 0, "app"),
    "granian.Granian": ("granian.Granian", 0, "target"),
    "daphne.server.Server": ("daphne.Server", 0, "application"),
}
PROGRAM_CALLS = frozenset(
    {
        "subprocess.run", "subprocess.Popen", "subprocess.call", "subprocess.check_call",
        "subprocess.check_output", "os.system", "os.popen", "os.execv", "os.execvp", "os.execvpe",
        "os.execve", "os.execl", "os.execlp", "os.spawnvp", "asyncio.create_subprocess_exec",
        "asyncio.create_subprocess_shell", "pexpect.spawn",
    }
)  # fmt: skip
GUNICORN_BASES = frozenset({"BaseApplication", "WSGIApplication", "Application"})
APP_CLASSES = re.compile(
    r"(^|\.)(App|FlaskApp|AsyncApp|AioHttpApp|ConnexionMiddleware|Flask|.*App(lication)?)$"
)
APP_NAME = re.compile(r"app|application|api|server|connexion|cnx", re.IGNORECASE)
NO_APPS = listed("asyncio subprocess anyio trio uvicorn loop nox tox pytest unittest typer click fire")


@dataclass(frozen=True)
class PythonStart:
    """One server start. ``object`` is the app as written; ``bound`` says that it is a module-level name.

    ``target`` is an import string that the call is given; ``words`` the program's words where a program is
    started; ``scope`` the name of the function around it (None: module level).
    """

    what: str
    line: int
    column: int
    scope: str | None
    object: str | None = None
    bound: bool = False
    target: str | None = None
    words: tuple[Built, ...] = ()
    shell: bool = False
    keywords: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PythonFile:
    """What is worth knowing of one Python file.

    ``calls``: function -> names it calls (None: module level); ``guarded``: it has an
    ``if __name__ == "__main__"``; ``imports``: name -> dotted name; ``names``: module-level names.
    """

    starts: tuple[PythonStart, ...]
    calls: Mapping[str | None, frozenset[str]]
    imports: Mapping[str, str]
    names: frozenset[str]
    guarded: bool
    decorated: frozenset[str]
    classes: Mapping[str, str] = field(default_factory=dict)

    def reached(self, entry: str | None) -> set[str | None]:
        """The scopes that run when ``entry`` runs."""
        seen: set[str | None] = set()
        pending: list[str | None] = [entry]
        while pending:
            scope = pending.pop()
            if scope in seen:
                continue
            seen.add(scope)
            for name in self.calls.get(scope, ()):
                bare = name.rpartition(".")[2]
                pending.extend(known for known in self.calls if known and known.rpartition(".")[2] == bare)
        return seen

    def starts_from(self, entry: str | None) -> list[PythonStart]:
        """The starts that are reached from ``entry`` (None: the file is run)."""
        scopes = self.reached(entry)
        found = [start for start in self.starts if start.scope in scopes]
        if not found and entry is None and self.guarded:
            commands = {start.scope for start in self.starts} & set(self.decorated)
            found = [start for start in self.starts if start.scope in commands]
        return found

    def foreign_calls(self, entry: str | None) -> list[tuple[str, str]]:
        """(module, function) of imported functions that are called from ``entry``."""
        found = []
        for scope in self.reached(entry):
            for name in sorted(self.calls.get(scope, ())):
                head, _, rest = name.partition(".")
                dotted = self.imports.get(head)
                if dotted is None:
                    continue
                found.append(_parts(f"{dotted}.{rest}" if rest else dotted))
        if entry is not None and entry not in self.calls and entry in self.imports:
            found.append(_parts(self.imports[entry]))  # a console script's function that is imported here
        return found


def parse(source: Source) -> PythonFile | None:
    """Read a file; None where it is not Python of our version."""
    tree = tree_of(source.text)
    if tree is None:
        return None
    try:
        reader = _Reader(source)
        reader.run(tree)
    except RecursionError:
        return None
    return reader.result()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = source.text.split("\n")
        self.imports: dict[str, str] = {}
        self.assigned: dict[str, ast.expr] = {}
        self.lists: dict[str, ast.expr] = {}
        self.names: set[str] = set()
        self.calls: dict[str | None, set[str]] = {None: set()}
        self.starts: list[PythonStart] = []
        self.decorated: set[str] = set()
        self.guarded = False
        self.gunicorn_classes: set[str] = set()
        self.classes: dict[str, str] = {}
        self.functions: dict[str, str] = {}

    def result(self) -> PythonFile:
        unique = list(dict.fromkeys((start.what, start.line, start.column) for start in self.starts))
        by_key = {(start.what, start.line, start.column): start for start in self.starts}
        calls = {scope: frozenset(names) for scope, names in self.calls.items()}
        return PythonFile(
            tuple(by_key[key] for key in unique), calls, dict(self.imports), frozenset(self.names),
            self.guarded, frozenset(self.decorated), dict(self.classes),
        )  # fmt: skip

    def run(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.imports[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                for alias in node.names:
                    dot = "" if module.endswith(".") or not module else "."
                    self.imports[alias.asname or alias.name] = f"{module}{dot}{alias.name}"
            elif isinstance(node, ast.ClassDef):
                self._class(node)
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self.assigned[target.id] = node.value
            elif (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and node.value is not None
            ):
                self.assigned[node.target.id] = node.value
        for statement in tree.body:
            self._names(statement)
            self._visit(statement, None)

    def _class(self, node: ast.ClassDef) -> None:
        for base in node.bases:
            dotted = self.dotted(base)
            if (
                dotted.rpartition(".")[2] in GUNICORN_BASES
                and "gunicorn" in dotted
                or dotted in self.gunicorn_classes
            ):
                self.gunicorn_classes.add(node.name)

    def _names(self, statement: ast.stmt) -> None:
        inner: list[ast.AST] = [statement]
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            inner = list(ast.walk(statement))
        for node in inner:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self.names.add(node.name)
            elif isinstance(node, ast.Assign):
                self.names.update(target.id for target in node.targets if isinstance(target, ast.Name))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                self.names.add(node.target.id)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self.names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)

    def _visit(self, node: ast.AST, scope: str | None) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = node.name if scope is None else f"{scope}.{node.name}"
            self.calls.setdefault(inner, set())
            if node.decorator_list:
                self.decorated.add(inner)
            for child in node.body:
                self._visit(child, inner)
            return
        if isinstance(node, ast.ClassDef):
            for child in node.body:
                self._visit(child, node.name if scope is None else f"{scope}.{node.name}")
            return
        if isinstance(node, ast.If) and _is_main_guard(node.test):
            self.guarded = True
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name:
                self.calls.setdefault(scope, set()).add(name)
            for argument in node.args:  # asyncio.run(main()), Process(target=main)
                if isinstance(argument, ast.Name):
                    self.calls.setdefault(scope, set()).add(argument.id)
            for keyword in node.keywords:
                if keyword.arg == "target" and isinstance(keyword.value, ast.Name):
                    self.calls.setdefault(scope, set()).add(keyword.value.id)
            self._call(node, scope)
        for below in ast.iter_child_nodes(node):
            self._visit(below, scope)

    def dotted(self, node: ast.expr) -> str:
        """A name with its first part replaced by what it was imported as."""
        name = _name(node)
        head, dot, rest = name.partition(".")
        return self.imports.get(head, head) + dot + rest

    # --- calls

    def _call(self, node: ast.Call, scope: str | None) -> None:
        dotted = self.dotted(node.func)
        if dotted in CALLS:
            what, index, keyword = CALLS[dotted]
            self._server(node, scope, what, _argument(node, index, keyword))
        elif dotted in PROGRAM_CALLS:
            self._program(node, scope, dotted)
        elif isinstance(node.func, ast.Name) and node.func.id in self.gunicorn_classes:
            app = next(
                (argument for argument in node.args if not isinstance(argument, (ast.Dict, ast.Constant))),
                None,
            )
            app = app if app is not None else _argument(node, 99, "app") or _argument(node, 99, "application")
            self._server(node, scope, "gunicorn.BaseApplication", app)
        elif (
            isinstance(node.func, ast.Attribute) and node.func.attr == "run" and self._is_app(node.func.value)
        ):
            given = _argument(node, 0, "import_string")
            target = self._string(given) if given is not None else None
            target = target if target and ":" in target else None
            self._server(node, scope, "app.run", node.func.value, target)

    def _is_app(self, receiver: ast.expr) -> bool:
        if isinstance(receiver, ast.Call):
            name = self.dotted(receiver.func)
            return bool(APP_CLASSES.search(name) or APP_NAME.search(name.rpartition(".")[2]))
        name = _name(receiver)
        if not name or name.partition(".")[0] in NO_APPS:
            return False
        value = self.assigned.get(name)
        if isinstance(value, ast.Call):
            made = self.dotted(value.func)
            if made in CALLS or made.rpartition(".")[2] in self.gunicorn_classes:
                return False  # Server(config).run(): the configuration tells
            if made.startswith(("uvicorn.", "gunicorn.", "hypercorn.")):
                return False
            return bool(
                APP_CLASSES.search(made) or APP_NAME.search(made.rpartition(".")[2]) or APP_NAME.search(name)
            )
        return bool(APP_NAME.search(name.rpartition(".")[2]))

    def _server(
        self, node: ast.Call, scope: str | None, what: str, app: ast.expr | None, target: str | None = None
    ) -> None:
        described = None
        bound = False
        if app is not None:
            string = self._string(app)
            if string is not None:
                target = target or string
            else:
                described = _name(app) or _short(app)
                bound = (
                    isinstance(app, (ast.Name, ast.Attribute)) and described.partition(".")[0] in self.names
                )
        keywords = {
            keyword.arg: _short(keyword.value)
            for keyword in node.keywords
            if keyword.arg and isinstance(keyword.value, (ast.Constant, ast.Name, ast.Attribute))
        }
        line, column = self._at(node)
        self.starts.append(
            PythonStart(what, line, column, scope, described, bound, target, (), False, keywords)
        )

    def _string(self, node: ast.expr) -> str | None:
        """A string, f-strings with ``__name__`` and ``Path(__file__).stem`` included."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name) and node.id in self.assigned:
            value = self.assigned[node.id]
            return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
        if not isinstance(node, ast.JoinedStr):
            return None
        parts = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
            elif isinstance(part, ast.FormattedValue):
                text = _short(part.value)
                if re.fullmatch(r"(pathlib\.)?Path\(__file__\)\.stem", text):
                    parts.append(self.source.path.rpartition("/")[2].removesuffix(".py"))
                else:
                    return None
        return "".join(parts)

    def _program(self, node: ast.Call, scope: str | None, dotted: str) -> None:
        line, column = self._at(node)
        what = dotted
        if dotted in ("os.execl", "os.execlp", "asyncio.create_subprocess_exec"):
            arguments = node.args[1:] if dotted.startswith("os.") else node.args
            words = tuple(self._word(argument) for argument in arguments)
        else:
            index = 1 if dotted.startswith(("os.exec", "os.spawn")) else 0
            index = 2 if dotted.startswith("os.spawn") else index
            given = _argument(node, index, "args")
            if isinstance(given, ast.Name):
                given = self.assigned.get(given.id)
            if isinstance(given, (ast.List, ast.Tuple)):
                words = tuple(self._word(element) for element in given.elts)
            elif given is not None and (text := self._word(given)).known:
                self.starts.append(PythonStart(what, line, column, scope, words=(text,), shell=True))
                return
            else:
                return
        if words:
            self.starts.append(PythonStart(what, line, column, scope, words=words))

    def _word(self, node: ast.expr) -> Built:
        start, end = self._offset(node.lineno, node.col_offset), self._end(node)
        location = self.source.location(start, end)
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)):
            text = str(node.value)
            inner = self.source.text[start + 1 : end - 1]
            spots = range(start + 1, end - 1) if inner == text else ()
            piece = Piece(text, self.source if spots else None, spots)
        elif _short(node) == "sys.executable":
            piece = Piece("python")
        else:
            piece = Piece(_short(node), known=False)
        return Built((piece,), location, Style.JSON)

    def _at(self, node: ast.expr) -> tuple[int, int]:
        return node.lineno, len(self._bytes(node.lineno)[: node.col_offset].decode("utf-8", "replace")) + 1

    def _end(self, node: ast.expr) -> int:
        return self._offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def _offset(self, line: int, column: int) -> int:
        characters = len(self._bytes(line)[:column].decode("utf-8", "replace"))
        return self.source.offset(line - 1, characters)

    def _bytes(self, line: int) -> bytes:
        return self.lines[line - 1].encode("utf-8", "replace") if line <= len(self.lines) else b""


def _parts(dotted: str) -> tuple[str, str]:
    """Module and name; the module of ``.name`` is ``.``."""
    bare = dotted.lstrip(".")
    module, _, name = bare.rpartition(".")
    return "." * (len(dotted) - len(bare)) + module, name


def _argument(node: ast.Call, index: int, keyword: str) -> ast.expr | None:
    for given in node.keywords:
        if given.arg == keyword:
            return given.value
    if index < len(node.args) and not isinstance(node.args[index], ast.Starred):
        return node.args[index]
    return None


def _name(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _short(node: ast.expr) -> str:
    try:
        return ast.unparse(node)[:200]
    except (RecursionError, ValueError):
        return "..."


def _is_main_guard(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and any(
        isinstance(part, ast.Name) and part.id == "__name__" for part in [test.left, *test.comparators]
    )


def imports_of(source: Source) -> Iterator[tuple[str, int]]:
    """Dotted names that a file imports, with the level of relative ones."""
    tree = tree_of(source.text)
    if tree is None:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, 0
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level
            for alias in node.names:
                yield f"{node.module}.{alias.name}" if node.module else alias.name, node.level
