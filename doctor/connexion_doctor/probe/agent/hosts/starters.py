"""The steps by which Python starts servers: what is replaced, and what it tells of the app.

Sources: the libraries' own code, uvicorn 0.29 to 0.54, Werkzeug 2.0 to 3.1, waitress 3.0, gevent 25,
hypercorn 0.18, gunicorn 20 to 27, granian 2.8, aiohttp 3, tornado 6, Python's socketserver and wsgiref.
"""

from __future__ import annotations

import os
import re
import threading
from typing import Any, Callable

from .capture import Capture, Patch, Started

PROGRAMS = re.compile(
    r"^(gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|uwsgi|flask|connexion|celery|nginx|"
    r"(ba|da|z)?sh|python[\d.]*|pypy\d*|supervisord|honcho|foreman)$"
)


def patches() -> list[Patch]:
    """All steps."""
    made = [Patch(module, path, _recorder(read)) for module, path, read in STEPS]
    made += [Patch(module, path, _async_recorder(read)) for module, path, read in ASYNC_STEPS]
    made += [Patch(module, path, _nothing) for module, path in SKIPPED]
    made += [Patch(module, path, _refuser(what)) for module, path, what in REFUSED]
    made += [Patch(module, path, _program) for module, path in PROGRAM_STEPS]
    made += [Patch("os", path, _refuser("it becomes another program")) for path in ("execv", "execve")]
    made += [
        Patch("werkzeug._reloader", "run_with_reloader", _run_main),
        Patch("multiprocessing.process", "BaseProcess.start", _process),
    ]
    return made


def blocking_patches() -> list[Patch]:
    """The steps that do not come back before their server ends. A module that is imported may make a server
    and leave it to a thread; it may not wait for it, and no second server may listen in the probe."""
    made = [Patch(module, path, _recorder(read)) for module, path, read in BLOCKING_STEPS]
    made += [Patch(module, path, _async_recorder(read)) for module, path, read in ASYNC_STEPS]
    made += [Patch(module, path, _nothing) for module, path in SKIPPED]
    made += [Patch("os", path, _refuser("it becomes another program")) for path in ("execv", "execve")]
    return made


Read = Callable[..., "Started | None"]


def _recorder(read: Read) -> Callable[[Capture, Any], Any]:
    def make(capture: Capture, original: Any) -> Any:
        def step(*args: Any, **kwargs: Any) -> Any:
            started = read(*args, **kwargs)
            if started is None:  # not a server of the kind we look for
                return original(*args, **kwargs)
            return capture.stop(started)

        return step

    return make


def _async_recorder(read: Read) -> Callable[[Capture, Any], Any]:
    def make(capture: Capture, original: Any) -> Any:
        async def step(*args: Any, **kwargs: Any) -> Any:
            started = read(*args, **kwargs)
            if started is None:
                return await original(*args, **kwargs)
            return capture.stop(started)

        return step

    return make


def _nothing(capture: Capture, original: Any) -> Any:
    return lambda *args, **kwargs: None


def _refuser(what: str) -> Callable[[Capture, Any], Any]:
    def make(capture: Capture, original: Any) -> Any:
        def step(*args: Any, **kwargs: Any) -> Any:
            return capture.refuse(what)

        return step

    return make


def _run_main(capture: Capture, original: Any) -> Any:
    """Werkzeug's reloader starts the script again and serves there: what it serves is seen here too."""
    return lambda main, *args, **kwargs: main()


def _program(capture: Capture, original: Any) -> Any:
    """Programs that may listen are not started; others (``git describe``, ``uname``) are."""

    def step(*args: Any, **kwargs: Any) -> Any:
        words = _words(
            args[1:] if args and not isinstance(args[0], (str, bytes, list, tuple)) else args, kwargs
        )
        if any(PROGRAMS.match(os.path.basename(word)) for word in words[:4]) or _own(words):
            return capture.refuse("it starts another program: %s" % " ".join(words[:3]))
        return original(*args, **kwargs)

    return step


def _words(args: Any, kwargs: dict[str, Any]) -> list[str]:
    given = kwargs.get("args", args[0] if args else "")
    if isinstance(given, bytes):
        given = os.fsdecode(given)
    if isinstance(given, str):
        import shlex

        try:
            words = shlex.split(given)
        except ValueError:
            words = given.split()
        rest = args[1] if len(args) > 1 and isinstance(args[1], (list, tuple)) else []
        return [*words, *map(str, rest)]
    return [os.fsdecode(word) if isinstance(word, bytes) else str(word) for word in given or ()]


def _own(words: list[str]) -> bool:
    """Whether a program lies in the working directory: a script of the project's."""
    path = os.path.abspath(words[0]) if words else ""
    return ("/" in (words[0] if words else "")) and path.startswith(os.getcwd() + os.sep)


def _process(capture: Capture, original: Any) -> Any:
    """A process that would run a server runs it here, up to where it would serve; others are not started."""

    def start(self: Any) -> None:
        target = getattr(self, "_target", None)
        module = str(getattr(target, "__module__", "") or "").partition(".")[0]
        if module in SERVER_MODULES or getattr(target, "__name__", "") in ("run", "serve", "main", "start"):
            self.run()
            return
        capture.refused.append("it starts a process of its own (%s)" % getattr(target, "__name__", self))

    return start


SERVER_MODULES = frozenset(
    "uvicorn waitress hypercorn gunicorn granian werkzeug flask connexion gevent bjoern".split()
)


# --- what each step tells ---------------------------------------------------------------------


def _uvicorn(config: Any, in_loop: bool) -> Started:
    return Started(
        "uvicorn",
        "uvicorn.run",
        config.app,
        interface=config.interface,
        factory=bool(getattr(config, "factory", False)),
        host=config.host,
        port=config.port,
        workers=getattr(config, "workers", 1),
        reload=bool(getattr(config, "reload", False)),
        config=config,
        in_loop=in_loop,
    )


def _uvicorn_server(self: Any, *args: Any, **kwargs: Any) -> Started:
    return _uvicorn(self.config, True)


def _uvicorn_socket(self: Any, *args: Any, **kwargs: Any) -> Started:
    return _uvicorn(self, True)


def _uvicorn_app(self: Any, *args: Any, **kwargs: Any) -> Started:
    """It loads the app before it has a loop."""
    return _uvicorn(self, False)


def _werkzeug(self: Any, host: str, port: int, app: Any, *args: Any, **kwargs: Any) -> Started:
    debugger = type(app).__module__ == "werkzeug.debug" and hasattr(app, "app")
    return Started("wsgi", "werkzeug's run_simple", app.app if debugger else app, host=host, port=port)


def _waitress(self: Any, application: Any, *args: Any, **kwargs: Any) -> Started:
    adj = kwargs.get("adj") or next((one for one in args if hasattr(one, "listen")), None)
    return Started(
        "wsgi",
        "waitress.serve",
        application,
        host=getattr(adj, "host", None),
        port=getattr(adj, "port", None),
        threads=getattr(adj, "threads", None),
    )


def _gevent(self: Any, *args: Any, **kwargs: Any) -> Started | None:
    if not hasattr(self, "application"):
        return None
    address = getattr(self, "address", None)
    host, port = address[:2] if isinstance(address, tuple) else (None, None)
    return Started("wsgi", "gevent's WSGIServer", self.application, host=host, port=port)


def _hypercorn(app: Any, config: Any, *args: Any, **kwargs: Any) -> Started:
    """hypercorn has decided already: its wrapper tells how it will call."""
    calls = "wsgi" if type(app).__name__ == "WSGIWrapper" else "asgi3"
    bind = (getattr(config, "bind", None) or [""])[0]
    host, _, port = str(bind).rpartition(":")
    return Started(calls, "hypercorn's serve", getattr(app, "app", app), host=host or None, port=port or None)


def _gunicorn(self: Any, *args: Any, **kwargs: Any) -> Started:
    return Started("gunicorn", "gunicorn's Application.run", None, application=self)


def _granian(self: Any, *args: Any, **kwargs: Any) -> Started:
    interface = getattr(self, "interface", "rsgi")
    return Started(
        "granian",
        "granian's Granian.serve",
        self.target,
        interface=str(getattr(interface, "value", interface)).lower(),
        factory=bool(getattr(self, "factory", False)),
        host=getattr(self, "bind_addr", None),
        port=getattr(self, "bind_port", None),
    )


def _tornado(self: Any, *args: Any, **kwargs: Any) -> Started:
    handler = getattr(self, "request_callback", self)
    if type(handler).__name__ == "WSGIContainer":
        return Started("wsgi", "tornado's WSGIContainer", handler.wsgi_application, **_address(args, kwargs))
    return Started("other", "tornado's HTTPServer", handler)


def _address(args: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    port = args[0] if args and isinstance(args[0], int) else kwargs.get("port")
    return {"host": kwargs.get("address", args[1] if len(args) > 1 else None), "port": port}


def _aiohttp(app: Any, *args: Any, **kwargs: Any) -> Started:
    return Started("other", "aiohttp's run_app", app)


def _socketserver(self: Any, *args: Any, **kwargs: Any) -> Started | None:
    application = getattr(self, "application", None)
    if application is None or threading.current_thread() is not threading.main_thread():
        raise SystemExit  # a server beside the app, of metrics or a health check: its thread ends
    host, port = self.server_address[:2]
    return Started("wsgi", "wsgiref's serve_forever", application, host=host, port=port)


def _daphne(self: Any, *args: Any, **kwargs: Any) -> Started:
    return Started("asgi3", "daphne's Server.run", self.application)


def _any_socketserver(self: Any, *args: Any, **kwargs: Any) -> Started:
    return Started("wsgi", "serve_forever", getattr(self, "application", None))


def _entry(entry: str) -> Read:
    return lambda *args, **kwargs: Started("other", entry, None)


def _first(entry: str) -> Read:
    return lambda app, *args, **kwargs: Started("wsgi", entry, app)


def _second(entry: str) -> Read:
    return lambda sock, app, *args, **kwargs: Started("wsgi", entry, app)


def _cheroot(self: Any, *args: Any, **kwargs: Any) -> Started | None:
    app = getattr(self, "wsgi_app", None)
    return Started("wsgi", "cheroot's Server", app) if app is not None else None


# module, path in it, what reads the arguments
STEPS: tuple[tuple[str, str, Read], ...] = (
    ("uvicorn.config", "Config.load_app", _uvicorn_app),
    ("uvicorn.config", "Config.bind_socket", _uvicorn_socket),
    ("uvicorn.server", "Server.run", _uvicorn_server),
    ("werkzeug.serving", "BaseWSGIServer.__init__", _werkzeug),
    ("waitress.server", "BaseWSGIServer.__init__", _waitress),
    ("gevent.baseserver", "BaseServer.start", _gevent),
    ("gevent.baseserver", "BaseServer.serve_forever", _gevent),
    ("gunicorn.app.base", "BaseApplication.run", _gunicorn),
    ("granian.server.common", "AbstractServer.serve", _granian),
    ("granian.server.mp", "MPServer.serve", _granian),
    ("granian.server.mt", "MTServer.serve", _granian),
    ("tornado.tcpserver", "TCPServer.listen", _tornado),
    ("tornado.tcpserver", "TCPServer.bind", _tornado),
    ("tornado.tcpserver", "TCPServer.add_sockets", _tornado),
    ("socketserver", "BaseServer.serve_forever", _socketserver),
    ("daphne.server", "Server.run", _daphne),
    ("bjoern", "run", _first("bjoern.run")),
    ("bjoern", "listen", _first("bjoern.listen")),
    ("meinheld.server", "run", _first("meinheld's run")),
    ("eventlet.wsgi", "server", _second("eventlet's wsgi.server")),
    ("cheroot.server", "HTTPServer.prepare", _cheroot),
)
# The steps of a start in the main thread behind which nothing of the module runs before the server ends.
BLOCKING_STEPS: tuple[tuple[str, str, Read], ...] = (
    ("uvicorn.config", "Config.bind_socket", _uvicorn_socket),
    ("uvicorn.server", "Server.run", _uvicorn_server),
    ("werkzeug.serving", "run_simple", _entry("werkzeug's run_simple")),
    ("waitress", "serve", _first("waitress.serve")),
    ("waitress.server", "BaseWSGIServer.run", _entry("waitress.serve")),
    ("waitress.server", "MultiSocketServer.run", _entry("waitress.serve")),
    ("gevent.baseserver", "BaseServer.serve_forever", _entry("gevent's serve_forever")),
    ("gunicorn.app.base", "BaseApplication.run", _gunicorn),
    ("granian.server.common", "AbstractServer.serve", _granian),
    ("granian.server.mp", "MPServer.serve", _granian),
    ("granian.server.mt", "MTServer.serve", _granian),
    ("tornado.tcpserver", "TCPServer.listen", _tornado),
    ("socketserver", "BaseServer.serve_forever", _any_socketserver),
    ("daphne.server", "Server.run", _daphne),
    ("bjoern", "run", _first("bjoern.run")),
    ("meinheld.server", "run", _first("meinheld's run")),
    ("eventlet.wsgi", "server", _second("eventlet's wsgi.server")),
    ("cheroot.server", "HTTPServer.start", _entry("cheroot's start")),
    ("hypercorn.run", "run", _entry("hypercorn's run")),
)
ASYNC_STEPS: tuple[tuple[str, str, Read], ...] = (
    ("uvicorn.server", "Server.serve", _uvicorn_server),
    ("hypercorn.asyncio", "worker_serve", _hypercorn),
    ("hypercorn.trio", "worker_serve", _hypercorn),
    ("granian.server.embed", "Server.serve", _granian),
    ("aiohttp.web", "_run_app", _aiohttp),
)
# Steps in front of those above that would bind a port already.
SKIPPED = (
    ("socketserver", "TCPServer.server_bind"),
    ("socketserver", "TCPServer.server_activate"),
    ("eventlet", "listen"),
)
# The last guard: whatever listens without having passed one of the steps above.
REFUSED = (
    ("socket", "socket.listen", "it listens on a socket by itself"),
    ("gevent._socket3", "socket.listen", "it listens on a socket by itself"),
)
PROGRAM_STEPS = (
    ("subprocess", "Popen.__init__"),
    ("os", "system"),
    ("os", "posix_spawn"),
    ("os", "posix_spawnp"),
)
