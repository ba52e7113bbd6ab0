"""In front of a launch under verification: it listens where the doctor asks it, and nowhere else.

Python imports ``sitecustomize`` before anything of the project (``site``, "The sitecustomize module"), in
the processes too that a launch starts: workers, reloaders. Here the step that binds is given another
address, whoever takes it; where a server has the address as a setting, and does something to what lies
there (removes an old Unix socket, writes a pid file), the setting is changed. Python 3.8, standard library.

``$CONNEXION_DOCTOR_LISTEN`` is ``PORT:EXPECTED``: the port of loopback to take, and the one the launch
would have listened on, empty where nobody knows (the first is taken then). All other ports become free
ones of loopback.

Sources: uvicorn 0.29 to 0.54 (``Config``), gunicorn 20 to 27 (``BaseApplication.do_load_config``), hypercorn
0.16 to 0.18 (``Config.create_sockets``), waitress 2 to 3 (``Adjustments``), granian 1.2 to 2.8
(``AbstractServer``), Werkzeug 2.0 to 3.1 (``run_simple``), asyncio, uvloop, gevent.
"""

from __future__ import annotations

import errno
import os
import sys

TYPE_CHECKING = False  # ``typing`` is not imported in front of everybody else
if TYPE_CHECKING:
    from typing import Any

VARIABLE = "CONNEXION_DOCTOR_LISTEN"
HOST = "127.0.0.1"
REFUSAL = "connexion-doctor does not let it listen on"
LOOPBACK = ("127.", "::1", "::ffff:127.")


def port() -> int:
    """The port to take."""
    return int(os.environ[VARIABLE].partition(":")[0])


def moved(number: int) -> int:
    """The port that takes the place of another one: ours for the launch's own, else any that is free."""
    expected = os.environ[VARIABLE].partition(":")[2]
    if not expected:
        expected = str(number)
        os.environ[VARIABLE] = "%s:%s" % (port(), expected)  # for the processes that are started now
    return port() if number in (port(), int(expected)) else 0


# --- sockets -----------------------------------------------------------------------------------


def address_of(sock: Any, address: Any) -> Any:
    """Where a socket binds instead."""
    import socket

    if sock.family == getattr(socket, "AF_UNIX", None):
        refuse_unix(address)
    inet = sock.family in (socket.AF_INET, socket.AF_INET6)
    if not inet or not sock.type & socket.SOCK_STREAM or not address[1]:
        return address
    loopback = HOST if sock.family == socket.AF_INET else "::1"
    return (loopback, moved(int(address[1])), *address[2:])


def refuse_unix(path: Any) -> None:
    """A Unix socket somewhere is somebody's; those of multiprocessing lie among the temporary files."""
    import tempfile

    text = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
    if text and not text.startswith("\0") and not os.path.abspath(text).startswith(tempfile.gettempdir()):
        raise OSError(errno.EACCES, "%s the Unix socket %s" % (REFUSAL, text))


def bind(original: Any) -> Any:
    return lambda self, address: original(self, address_of(self, address))


def listen(original: Any) -> Any:
    """The last guard: whatever listens does so on loopback."""

    def step(self: Any, *args: Any) -> Any:
        name = self.getsockname()
        if isinstance(name, tuple) and not str(name[0]).startswith(LOOPBACK):
            raise OSError(errno.EACCES, "%s %s" % (REFUSAL, name[0]))
        return original(self, *args)

    return step


def create_server(original: Any) -> Any:
    """uvloop binds by itself."""

    def step(self: Any, factory: Any, host: Any = None, port: Any = None, **kwargs: Any) -> Any:
        if kwargs.get("sock") is None:
            host, port = HOST, moved(int(port or 0))
        return original(self, factory, host, port, **kwargs)

    return step


def create_unix_server(original: Any) -> Any:
    """asyncio removes what lies at the path."""

    def step(self: Any, factory: Any, path: Any = None, **kwargs: Any) -> Any:
        if path is not None:
            refuse_unix(path)
        return original(self, factory, path, **kwargs)

    return step


# --- settings ----------------------------------------------------------------------------------


def uvicorn(original: Any) -> Any:
    def step(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.host, self.port, self.uds, self.fd = HOST, moved(int(self.port)), None, None

    return step


GUNICORN: dict[str, object] = {
    "daemon": False,
    "pidfile": None,
    "accesslog": None,
    "errorlog": "-",
    "logconfig": None,
    "logconfig_dict": {},
    "logconfig_json": None,
    "syslog": False,
    "statsd_host": None,
    "user": os.geteuid(),
    "group": os.getegid(),
    "control_socket_disable": True,
}
"""What would leave the process group, write or talk elsewhere, or needs rights that we may not have."""


def gunicorn(original: Any) -> Any:
    """All sources of its settings at once: file, environment, command line, the project's own class."""

    def step(self: Any) -> Any:
        original(self)
        known = self.cfg.settings
        self.cfg.set("bind", ["%s:%d" % (HOST, port())])
        for name, value in GUNICORN.items():
            if name in known:
                self.cfg.set(name, value)
        if str(known["loglevel"].get()).lower() not in ("debug", "info"):
            self.cfg.set("loglevel", "info")  # its log tells how it goes

    return step


def hypercorn(original: Any) -> Any:
    def step(self: Any) -> Any:
        self.bind, self.insecure_bind, self.quic_bind = ["%s:%d" % (HOST, port())], [], []
        self.pid_path = self.user = self.group = None
        return original(self)

    return step


def waitress(original: Any) -> Any:
    def step(self: Any, **kwargs: Any) -> Any:
        given = {"listen", "host", "port", "unix_socket", "sockets"} & set(kwargs)
        if "listen" in given:
            kwargs["listen"] = "%s:%d" % (HOST, port())
        if given == {"unix_socket"}:
            del kwargs["unix_socket"]
            given = set()
        if not given & {"listen", "unix_socket", "sockets"}:
            kwargs.update(host=HOST, port=port())
        return original(self, **kwargs)

    return step


def granian(original: Any) -> Any:
    def step(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.bind_addr, self.bind_port, self.bind_uds = HOST, port(), None
        self.pid_file = None

    return step


def werkzeug(original: Any) -> Any:
    """``unix://path`` for a host; an old socket there is removed."""

    def step(hostname: Any, number: Any, *args: Any, **kwargs: Any) -> Any:
        if str(hostname).startswith("unix://"):
            hostname, number = HOST, port()
        return original(hostname, number, *args, **kwargs)

    return step


# module, path in it, what makes the replacement
PATCHES = (
    ("socket", "socket.bind", bind),
    ("socket", "socket.listen", listen),
    ("gevent._socket3", "socket.bind", bind),
    ("gevent._socket3", "socket.listen", listen),
    ("asyncio.unix_events", "_UnixSelectorEventLoop.create_unix_server", create_unix_server),
    ("uvloop", "Loop.create_server", create_server),
    ("uvloop", "Loop.create_unix_server", create_unix_server),
    ("uvicorn.config", "Config.__init__", uvicorn),
    ("gunicorn.app.base", "BaseApplication.do_load_config", gunicorn),
    ("hypercorn.config", "Config.create_sockets", hypercorn),
    ("waitress.adjustments", "Adjustments.__init__", waitress),
    ("granian.server.common", "AbstractServer.__init__", granian),
    ("granian.server", "Granian.__init__", granian),  # granian 1
    ("werkzeug.serving", "run_simple", werkzeug),
    ("werkzeug.serving", "make_server", werkzeug),
)


def patch(module: Any) -> None:
    """Replace what stands in a module that has just been imported."""
    for name, path, make in PATCHES:
        if name != module.__name__:
            continue
        owner = module
        *above, last = path.split(".")
        for part in above:
            owner = getattr(owner, part, None)
        original = getattr(owner, last, None) if owner is not None else None
        if original is not None and not hasattr(original, "redirected"):
            replacement = make(original)
            replacement.redirected = True
            setattr(owner, last, replacement)


class Finder:
    """Finds the modules of the table like everybody else, and patches them once they are imported."""

    names = frozenset(name for name, _, _ in PATCHES)

    def __init__(self) -> None:
        self.busy: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in self.names or name in self.busy:
            return None
        self.busy.add(name)
        try:
            for finder in sys.meta_path:
                spec: Any = finder.find_spec(name, path, target) if hasattr(finder, "find_spec") else None
                if spec is not None:
                    if hasattr(spec.loader, "exec_module"):
                        spec.loader = Loader(spec.loader)
                    return spec
        finally:
            self.busy.discard(name)
        return None


class Loader:
    """A module's own loader, and the patch behind it."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def create_module(self, spec: Any) -> Any:
        return self.inner.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self.inner
        self.inner.exec_module(module)
        patch(module)


def step_aside() -> None:
    """The project's own ``sitecustomize`` runs as if this one were not there."""
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != own]
    this = sys.modules.pop("sitecustomize")
    try:
        __import__("sitecustomize")
    except ImportError as exc:
        if exc.name != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", this)


if __name__ == "sitecustomize" and VARIABLE in os.environ:
    setattr(os, "setsid", os.getpid)  # noqa: B010  # whoever leaves the group could not be ended with it
    sys.meta_path.insert(0, Finder())
    for module in [sys.modules[name] for name in Finder.names & set(sys.modules)]:
        patch(module)
    step_aside()
