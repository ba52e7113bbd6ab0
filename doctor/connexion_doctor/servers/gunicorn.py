"""gunicorn: workers decide how the app is called; settings come from file, environment, command line."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Interface
from connexion_doctor.servers import forwarded
from connexion_doctor.servers.base import Remedy, Server, Way, installed
from connexion_doctor.servers.gunicorn_remedy import GunicornRemedy
from connexion_doctor.servers.gunicorn_settings import READS, SKIPPED, VARIABLES, WRITES
from connexion_doctor.servers.listening import Listening
from connexion_doctor.servers.shared_settings import (
    Neutral,
    read,
    written,
)

UVICORN_WORKER = "uvicorn_worker.UvicornWorker"
UVICORN_WORKERS = "uvicorn.workers.UvicornWorker"
OWN_ASGI = "asgi"
OWN_ASGI_IN = "gunicorn>=25.1"  # the first in which it is no beta (gunicorn's news of 2026)

# Where gunicorn itself cannot be asked: its options that take no value (gunicorn 27,
# gunicorn/config.py, settings with action "store_true"); all others take one.
FLAGS_WITHOUT_VALUE = (
    "--reload --spew --check-config --print-config --preload --no-sendfile --reuse-port -D --daemon "
    "--initgroups --capture-output --log-syslog --disable-redirect-access-to-syslog "
    "--enable-stdio-inheritance -R --do-handshake-on-connect --suppress-ragged-eofs "
    "--permit-unconventional-http-method --permit-unconventional-http-version --casefold-http-method "
    "--no-control-socket --enable-backlog-metric --permit-obsolete-folding --strip-header-spaces "
    "-v --version -h --help"
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
    ("--paste --paster", "paste"),
    ("--dirty-app", "dirty_apps"),
    ("--uwsgi-allow-from", "uwsgi_allow_ips"),
    *(
        (f"--{name}", name.replace("-", "_"))
        for name in (
            "asgi-disconnect-grace-period asgi-lifespan asgi-loop cert-reqs control-socket "
            "control-socket-mode dirty-graceful-timeout dirty-threads dirty-timeout dirty-workers "
            "dogstatsd-tags forwarder-headers header-map http-parser http-protocols http2-cleartext "
            "http2-initial-window-size http2-max-concurrent-streams http2-max-frame-size "
            "http2-max-header-list-size limit-request-field_size limit-request-fields limit-request-line "
            "log-config-json log-syslog-facility log-syslog-prefix log-syslog-to logger-class paste-global "
            "protocol proxy-allow-from proxy-protocol reload-engine reload-extra-file ssl-version "
            "statsd-prefix websocket-max-message-size"
        ).split()
    ),
)


class Gunicorn(Server):
    """gunicorn."""

    name = package = program = "gunicorn"
    default_attribute = "application"
    calls_factory = True
    serves = (Interface.WSGI, Interface.ASGI3)
    repeated = frozenset({"bind"})
    listening = Listening(
        put=(
            ("-b", "127.0.0.1:{port}"),
            ("-p", "{folder}/pid"),
            ("--error-logfile", "-"),
            ("--no-control-socket",),
        ),
        drop=frozenset("--bind --pid --log-file -D --daemon --reload -u --user -g --group".split()),
        only_with=("--no-control-socket",),
        alone=("-w", "1"),
    )
    setting_of = {"preload": "preload_app", "D": "daemon", "R": "enable_stdio_inheritance"}
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
        if case.calls is Interface.ASGI2:  # uvicorn's guess, and its worker has no option against it
            if OWN_ASGI in usable:
                yield self._asgi_way(case, OWN_ASGI, "run the app with gunicorn's own ASGI worker")
            return
        if UVICORN_WORKER in usable:
            title = "run the app with uvicorn's worker, which is installed"
            yield self._asgi_way(case, UVICORN_WORKER, title)
        if OWN_ASGI in usable:
            yield self._asgi_way(case, OWN_ASGI, "run the app with gunicorn's own ASGI worker")
        if UVICORN_WORKER not in usable:
            title = "run the app with uvicorn's worker, of the package uvicorn-worker"
            yield self._asgi_way(case, UVICORN_WORKER, title, "uvicorn-worker")

    def _asgi_way(self, case: Case, worker: str, title: str, *install: str) -> Way:
        remedy = GunicornRemedy(self, case)
        remedy.worker(worker)
        surveyed = case.facts.server.details.get("surveyed")
        if install and surveyed and installed(case.environment, "uvicorn-worker"):
            install = ("uvicorn-worker>=0.4",)  # it is there, and it does not start: an old one
        remedy.require(*install)
        if worker == UVICORN_WORKER and not install:
            remedy.need("uvicorn-worker")
        if worker == OWN_ASGI:
            remedy.need(OWN_ASGI_IN)
        settings = case.facts.server.settings
        threads = settings.get("threads")
        if threads is not None and threads.value not in (None, 1):
            gone = "is left out: it " if remedy.without_threads(threads.source) else ""
            remedy.cost(
                f"threads = {threads.shown} {gone}has no effect on an event-loop worker; a FlaskApp runs its "
                "handlers in 10 threads per worker process: raise workers to match"
            )
        asked = case.facts.server.worker.asked if case.facts.server.worker else ""
        if asked in ("gevent", "eventlet"):
            remedy.cost(f"handlers no longer run as {asked} greenlets: raise workers if they wait a lot")
        if not case.launch.candidate:
            after = forwarded.SCHEME_ALONE if worker == OWN_ASGI else forwarded.BOTH
            remedy.cost(*forwarded.costs(forwarded.believed(case), after))
        if worker != OWN_ASGI:
            ignored = [name for name in ("limit_request_line", "access_log_format") if name in settings]
            if ignored:
                remedy.cost(f"{', '.join(ignored)}: uvicorn's worker does not read it")
        return Way(title, remedy)

    def _wsgi_way(self, case: Case) -> Way:
        remedy = GunicornRemedy(self, case)
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
        return GunicornRemedy(self, case)

    def factory(self, remedy: Remedy, call: str) -> bool:
        """``module:name()``."""
        remedy.set_target(f"{call}()")
        return True

    def neutral(self, case: Case) -> Neutral:
        """Every setting that was set, translated or listed as lost."""
        settings = case.facts.server.settings
        flags = {name: max(given, key=len) for given, name, _ in self.options(case)}
        found = read(settings, READS, skip=SKIPPED, flag=lambda name: flags.get(name, name))
        bind = settings.get("bind")
        if bind is not None and bind.source != "default":
            values = bind.value if isinstance(bind.value, list) else [bind.value]
            found.binds = [str(entry) for entry in values]
        for name, variable in VARIABLES.items():
            given = settings.get(name)
            if given is not None and given.source == "default":
                found.variables.append(variable)
        return found

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """gunicorn's own arguments for these settings."""
        words, lost = written(neutral, WRITES, reads=VARIABLES.values())
        return ["gunicorn", *words, *(self.target_words(target) or [target])], lost

    def target_words(self, target: str) -> list[str] | None:
        """A name, or a call of a name with literals (gunicorn/util.py, ``import_app``)."""
        attribute = target.partition(":")[2]
        try:
            node = ast.parse(attribute, mode="eval").body if attribute else None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
                    ast.literal_eval(value)
                return [target]
        except (SyntaxError, ValueError):
            return None
        return [target] if node is None or isinstance(node, ast.Name) else None


SERVER = Gunicorn()
