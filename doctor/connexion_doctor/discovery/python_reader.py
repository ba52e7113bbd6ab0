"""Python source -> the servers that it starts itself, read from its syntax tree.

Sources of the calls: connexion 2 and 3 ``App.run``, Flask ``app.run``, ``uvicorn.run``,
``hypercorn.asyncio.serve``, ``waitress.serve``, gevent's ``WSGIServer``, gunicorn's "Custom Application"
page (``BaseApplication``), and the standard library's ways to start a program.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from connexion_doctor.commands.expand import Built
from connexion_doctor.commands.placed_text import Source, listed
from connexion_doctor.discovery.python_names import Names
from connexion_doctor.discovery.python_places import argument, name_of, short
from connexion_doctor.discovery.python_starts import PythonFile, PythonStart
from connexion_doctor.python.syntax import tree_of

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
APP_CLASSES = re.compile(
    r"(^|\.)(App|FlaskApp|AsyncApp|AioHttpApp|ConnexionMiddleware|Flask|.*App(lication)?)$"
)
APP_NAME = re.compile(r"app|application|api|server|connexion|cnx", re.IGNORECASE)
NO_APPS = listed("asyncio subprocess anyio trio uvicorn loop nox tox pytest unittest typer click fire")


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


class _Reader(Names):
    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.starts: list[PythonStart] = []

    def result(self) -> PythonFile:
        unique = list(dict.fromkeys((start.what, start.line, start.column) for start in self.starts))
        by_key = {(start.what, start.line, start.column): start for start in self.starts}
        calls = {scope: frozenset(names) for scope, names in self.calls.items()}
        return PythonFile(
            tuple(by_key[key] for key in unique), calls, dict(self.imports), frozenset(self.names),
            self.guarded, frozenset(self.decorated), dict(self.classes),
        )  # fmt: skip

    def on_call(self, node: ast.Call, scope: str | None) -> None:
        dotted = self.dotted(node.func)
        if dotted in CALLS:
            what, index, keyword = CALLS[dotted]
            self._server(node, scope, what, argument(node, index, keyword))
        elif dotted in PROGRAM_CALLS:
            self._program(node, scope, dotted)
        elif isinstance(node.func, ast.Name) and node.func.id in self.gunicorn_classes:
            app = next(
                (argument for argument in node.args if not isinstance(argument, (ast.Dict, ast.Constant))),
                None,
            )
            app = app if app is not None else argument(node, 99, "app") or argument(node, 99, "application")
            self._server(node, scope, "gunicorn.BaseApplication", app)
        elif (
            isinstance(node.func, ast.Attribute) and node.func.attr == "run" and self._is_app(node.func.value)
        ):
            given = argument(node, 0, "import_string")
            target = self._string(given) if given is not None else None
            target = target if target and ":" in target else None
            self._server(node, scope, "app.run", node.func.value, target)

    def _is_app(self, receiver: ast.expr) -> bool:
        if isinstance(receiver, ast.Call):
            name = self.dotted(receiver.func)
            return bool(APP_CLASSES.search(name) or APP_NAME.search(name.rpartition(".")[2]))
        name = name_of(receiver)
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
                described = name_of(app) or short(app)
                bound = (
                    isinstance(app, (ast.Name, ast.Attribute)) and described.partition(".")[0] in self.names
                )
        keywords = {
            keyword.arg: short(keyword.value)
            for keyword in node.keywords
            if keyword.arg and isinstance(keyword.value, (ast.Constant, ast.Name, ast.Attribute))
        }
        line, column = self.places.at(node)
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
                text = short(part.value)
                if re.fullmatch(r"(pathlib\.)?Path\(__file__\)\.stem", text):
                    parts.append(self.source.path.rpartition("/")[2].removesuffix(".py"))
                else:
                    return None
        return "".join(parts)

    def _program(self, node: ast.Call, scope: str | None, dotted: str) -> None:
        line, column = self.places.at(node)
        what = dotted
        if dotted in ("os.execl", "os.execlp", "asyncio.create_subprocess_exec"):
            arguments = node.args[1:] if dotted.startswith("os.") else node.args
            words = tuple(self._word(one) for one in arguments)
        else:
            index = 1 if dotted.startswith(("os.exec", "os.spawn")) else 0
            index = 2 if dotted.startswith("os.spawn") else index
            given = argument(node, index, "args")
            elements = self.elements(given) if given is not None else None
            if elements is None:
                self._command_string(node, scope, what, given)
                return
            words = tuple(self._word(element) for element in elements)
        if words:
            self.starts.append(PythonStart(what, line, column, scope, words=words))

    def _command_string(self, node: ast.Call, scope: str | None, what: str, given: ast.expr | None) -> None:
        """A command in one string, split by ``shlex.split`` or by a shell."""
        if isinstance(given, ast.Name):
            given = self.assigned.get(given.id)
        if isinstance(given, ast.Call) and self.dotted(given.func) == "shlex.split" and given.args:
            given = given.args[0]
        elif isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute):
            given = given.func.value if given.func.attr == "split" and not given.args else None
        if given is not None and (text := self._word(given)).known:
            line, column = self.places.at(node)
            self.starts.append(PythonStart(what, line, column, scope, words=(text,), shell=True))

    def _word(self, node: ast.expr) -> Built:
        """A word; a name stands for the text it was given."""
        value = self.assigned.get(node.id) if isinstance(node, ast.Name) else None
        text = isinstance(value, ast.Constant) and isinstance(value.value, str)
        return self.places.word(value if text and value is not None else node)
