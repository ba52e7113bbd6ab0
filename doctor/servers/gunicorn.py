"""gunicorn: workers decide how the app is called; settings come from file, environment, command line."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from doctor.case import Case
from doctor.commands import edit
from doctor.commands.argv import ASSIGNMENT
from doctor.model import Edit, Interface
from doctor.servers.base import Remedy, Server, Way, installed
from doctor.servers.neutral import Neutral
from doctor.text import Source

UVICORN_WORKER = "uvicorn_worker.UvicornWorker"
UVICORN_WORKERS = "uvicorn.workers.UvicornWorker"
OWN_ASGI = "asgi"

# Where gunicorn itself cannot be asked: its options that take no value (gunicorn 27,
# gunicorn/config.py, settings with action "store_true"); all others take one.
FLAGS_WITHOUT_VALUE = (
    "--reload --spew --check-config --print-config --preload --no-sendfile --reuse-port -D --daemon "
    "--initgroups --capture-output --log-syslog --disable-redirect-access-to-syslog "
    "--enable-stdio-inheritance -R --do-handshake-on-connect --suppress-ragged-eofs "
    "--permit-unconventional-http-method --permit-unconventional-http-version "
    "--casefold-http-method --no-control-socket -v --version -h --help"
).split()
NAMED = (
    ("-c --config", "config"),
    ("-b --bind", "bind"),
    ("-w --workers", "workers"),
    ("-k --worker-class", "worker_class"),
    ("--threads", "threads"),
    ("-t --timeout", "timeout"),
    ("--graceful-timeout", "graceful_timeout"),
    ("--keep-alive", "keepalive"),
    ("--chdir", "chdir"),
    ("-e --env", "raw_env"),
    ("-p --pid", "pidfile"),
    ("-u --user", "user"),
    ("-g --group", "group"),
    ("-m --umask", "umask"),
    ("-n --name", "proc_name"),
    ("--pythonpath", "pythonpath"),
    ("--max-requests", "max_requests"),
    ("--max-requests-jitter", "max_requests_jitter"),
    ("--access-logfile", "accesslog"),
    ("--access-logformat", "access_log_format"),
    ("--log-file --error-logfile", "errorlog"),
    ("--log-level", "loglevel"),
    ("--log-config", "logconfig"),
    ("--forwarded-allow-ips", "forwarded_allow_ips"),
    ("--keyfile", "keyfile"),
    ("--certfile", "certfile"),
    ("--ca-certs", "ca_certs"),
    ("--ciphers", "ciphers"),
    ("--backlog", "backlog"),
    ("--worker-connections", "worker_connections"),
    ("--worker-tmp-dir", "worker_tmp_dir"),
    ("--root-path", "root_path"),
    ("--statsd-host", "statsd_host"),
)


class GunicornRemedy(Remedy):
    """Knows the three places where a gunicorn setting can stand."""

    def set_setting(self, name: str, flag: str, value: str) -> None:
        """Set a setting where it is in force now; where it is not set, in the configuration file if
        the launch has one, else on the command line."""
        given = self.case.facts.server.settings.get(name)
        source = given.source if given is not None else None
        if source == "command" or self.given(name) is not None:
            self.set_option(name, flag, value)
        elif source == "environment" and self._set_in_environment(name, flag, value):
            return
        elif source != "environment" and self.case.config is not None:
            self.edits.append(_set_in_file(self.case.config, name, value))
        else:
            self.set_option(name, flag, value)

    def _set_in_environment(self, name: str, flag: str, value: str) -> bool:
        """Where the command itself sets GUNICORN_CMD_ARGS, change it there."""
        for index, word in enumerate(self.command.words[: self.command.program]):
            if not ASSIGNMENT.match(word.text) or not word.text.startswith("GUNICORN_CMD_ARGS="):
                continue
            from doctor.servers.options import scan

            arguments = shlex.split(word.text.partition("=")[2])
            options, _ = scan(arguments, 0, self.case.server.options(self.case))
            for option in options:
                if option.name == name and option.value_index is not None:
                    arguments[option.value_index] = option.prefix + value
                    self._apply(edit.put(self.command, index, "GUNICORN_CMD_ARGS=" + shlex.join(arguments)))
                    return True
        return False

    def set_target(self, target: str) -> None:
        """The positional argument beats ``wsgi_app``; without one, ``wsgi_app`` is changed."""
        at = self.case.server.target_index(self.command, self.case.server.options(self.case))
        wsgi_app = self.case.facts.server.settings.get("wsgi_app")
        if at is None and wsgi_app is not None and wsgi_app.source == "file" and self.case.config is not None:
            self.edits.append(_set_in_file(self.case.config, "wsgi_app", target))
        else:
            super().set_target(target)

    def worker(self, name: str) -> None:
        """Run with another worker class."""
        self.set_setting("worker_class", "-k", name)


def _set_in_file(source: Source, name: str, value: str) -> Edit:
    """``name = "value"`` in a configuration file: the value replaced where it is a literal, else a line
    at the end, where the last word is spoken."""
    assigned = source.assignments.get(name)
    if assigned is not None and assigned.is_literal and isinstance(assigned.literal, str):
        location = assigned.value
        old = source.line(location.line)[location.column - 1 : location.column]
        quote = old if old in "\"'" and old else '"'
        return Edit(location, f"{quote}{value}{quote}")
    return source.append(f'{name} = "{value}"')


class Gunicorn(Server):
    """gunicorn."""

    name = package = program = "gunicorn"
    default_attribute = "application"
    calls_factory = True
    serves = (Interface.WSGI, Interface.ASGI3)
    static_options = (
        *((tuple(flags.split()), name, True) for flags, name in NAMED),
        *(((flag,), flag.strip("-").replace("-", "_"), False) for flag in FLAGS_WITHOUT_VALUE),
    )

    def candidates(self, target: str) -> list[list[str]]:
        """The default worker, and each ASGI worker there may be."""
        return [
            [target],
            ["-k", UVICORN_WORKER, target],
            ["-k", OWN_ASGI, target],
            ["-k", UVICORN_WORKERS, target],
        ]

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """For ASGI the workers that would start here, then one that has to be installed; for WSGI a
        worker of gunicorn's own."""
        if interface is Interface.WSGI:
            yield self._wsgi_way(case)
            return
        usable = case.facts.server.workers
        if not case.facts.server.details.get("surveyed") and installed(case.environment, "uvicorn-worker"):
            usable = {UVICORN_WORKER: ""}  # nobody could be asked: what is installed is what there is
        if UVICORN_WORKER in usable:
            yield self._asgi_way(case, UVICORN_WORKER, "run the app with uvicorn's worker, which is installed")
        if OWN_ASGI in usable:
            yield self._asgi_way(case, OWN_ASGI, "run the app with gunicorn's own ASGI worker")
        if UVICORN_WORKER not in usable:
            yield self._asgi_way(
                case, UVICORN_WORKER, "run the app with uvicorn's worker", "uvicorn-worker"
            )

    def _asgi_way(self, case: Case, worker: str, title: str, *install: str) -> Way:
        remedy = GunicornRemedy(case)
        remedy.worker(worker)
        surveyed = case.facts.server.details.get("surveyed")
        if install and surveyed and installed(case.environment, "uvicorn-worker"):
            install = ("uvicorn-worker>=0.4",)  # it is there, and it does not start: an old one
        remedy.require(*install)
        settings = case.facts.server.settings
        threads = settings.get("threads")
        if threads is not None and threads.value not in (None, 1):
            remedy.cost(
                f"threads = {threads.shown} has no effect on an event-loop worker; a FlaskApp runs its "
                "handlers in 10 threads per worker process: raise workers to match"
            )
        asked = case.facts.server.worker.asked if case.facts.server.worker else ""
        if asked in ("gevent", "eventlet"):
            remedy.cost(f"handlers no longer run as {asked} greenlets: raise workers if they wait a lot")
        if worker == OWN_ASGI:
            remedy.cost("X-Forwarded-For does not become the client's address (only the scheme is taken)")
        else:
            ignored = [name for name in ("limit_request_line", "access_log_format") if name in settings]
            if ignored:
                remedy.cost(f"{', '.join(ignored)}: uvicorn's worker does not read it")
        return Way(title, remedy)

    def _wsgi_way(self, case: Case) -> Way:
        remedy = GunicornRemedy(case)
        given = case.facts.server.settings.get("worker_class")
        if given is not None and given.source == "command":
            remedy.drop_option("worker_class")
            title = "run the app with gunicorn's default WSGI worker"
        else:
            remedy.worker("sync")
            title = "run the app with gunicorn's sync worker"
        return Way(title, remedy)

    def remedy(self, case: Case) -> GunicornRemedy:
        """A remedy that knows gunicorn's configuration file."""
        return GunicornRemedy(case)

    def factory(self, remedy: Remedy, call: str) -> bool:
        """``module:name()``."""
        remedy.set_target(f"{call}()")
        return True

    def neutral(self, case: Case) -> Neutral:
        """Every setting that was set, translated or listed as lost."""
        found = Neutral()
        for name, setting in case.facts.server.settings.items():
            if name in ("worker_class", "wsgi_app", "config") or setting.source == "default":
                continue
            text, value = setting.shown, setting.value
            if name == "bind":
                found.binds = [str(entry) for entry in (value if isinstance(value, list) else [value])]
            elif name in _COUNTS and isinstance(value, int):
                setattr(found, _COUNTS[name], value)
            elif name in _TEXTS and value:
                setattr(found, _TEXTS[name], text)
            elif name == "reload":
                found.reload = bool(value)
            elif name == "accesslog":
                continue  # event-loop servers log to the console by default
            elif name not in ("threads", "proc_name", "default_proc_name"):
                found.lost.append(f"{name} = {text}")
        return found

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """gunicorn's own arguments for these settings."""
        words = ["gunicorn"]
        for bind in neutral.binds:
            words += ["-b", bind]
        pairs = (
            ("-w", neutral.workers),
            ("--keep-alive", _whole(neutral.keep_alive)),
            ("--graceful-timeout", _whole(neutral.graceful_timeout)),
            ("--certfile", neutral.certfile),
            ("--keyfile", neutral.keyfile),
            ("--ca-certs", neutral.ca_certs),
            ("--ciphers", neutral.ciphers),
            ("--forwarded-allow-ips", neutral.forwarded_ips),
            ("--max-requests", neutral.max_requests),
            ("--backlog", neutral.backlog),
            ("--log-level", neutral.log_level),
            ("--chdir", neutral.app_dir),
        )
        for flag, value in pairs:
            if value is not None:
                words += [flag, str(value)]
        if neutral.reload:
            words.append("--reload")
        lost = [f"root path {neutral.root_path}"] if neutral.root_path else []
        return [*words, target], lost


_COUNTS = {
    "workers": "workers",
    "keepalive": "keep_alive",
    "graceful_timeout": "graceful_timeout",
    "max_requests": "max_requests",
    "backlog": "backlog",
}
_TEXTS = {
    "certfile": "certfile",
    "keyfile": "keyfile",
    "ca_certs": "ca_certs",
    "ciphers": "ciphers",
    "forwarded_allow_ips": "forwarded_ips",
    "root_path": "root_path",
    "loglevel": "log_level",
    "chdir": "app_dir",
}


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


SERVER = Gunicorn()

