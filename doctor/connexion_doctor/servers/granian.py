"""granian: calls as ``--interface`` says, RSGI by default; it looks at nothing."""

from __future__ import annotations

from collections.abc import Iterable

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Interface
from connexion_doctor.servers.base import Remedy, Server, Way
from connexion_doctor.servers.listening import listening
from connexion_doctor.servers.shared_settings import (
    Neutral,
    Writer,
    further,
    nothing,
    number,
    one_address,
    one_bind,
    read,
    switch,
    written,
)

# Where granian itself cannot be asked (granian 2.8, granian/cli.py): options that take a value.
VALUES = (
    "--host --port --uds --uds-permissions --interface --http --workers --blocking-threads "
    "--blocking-threads-idle-timeout --runtime-threads --runtime-blocking-threads --runtime-mode "
    "--loop --task-impl --backlog --backpressure --http1-buffer-size --http1-header-read-timeout "
    "--http2-initial-connection-window-size --http2-initial-stream-window-size "
    "--http2-keep-alive-interval --http2-keep-alive-timeout --http2-max-concurrent-streams "
    "--http2-max-frame-size --http2-max-headers-size --http2-max-send-buffer-size "
    "--log-level --log-config --access-log-fmt "
    "--ssl-certificate --ssl-keyfile --ssl-keyfile-password --ssl-protocol-min --ssl-ca --ssl-crl "
    "--url-path-prefix --respawn-interval --rss-sample-interval --rss-samples --workers-lifetime "
    "--workers-max-rss --workers-kill-timeout --working-dir --env-files --static-path-route "
    "--static-path-mount --static-path-dir-to-file --static-path-expires --metrics-scrape-interval "
    "--metrics-address --metrics-port --reload-paths --reload-ignore-dirs --reload-ignore-patterns "
    "--reload-ignore-paths --reload-tick --process-name --pid-file"
).split()
SWITCHES = (
    "ws log access-log factory metrics reload http1-keep-alive http1-pipeline-flush http2-adaptive-window "
    "ssl-client-verify respawn-failed-workers reload-ignore-worker-failure"
).split()
FLAGS = ["--version", "--help", *(f"--{no}{name}" for name in SWITCHES for no in ("", "no-"))]


class Granian(Server):
    """granian."""

    name = package = program = "granian"
    abbreviates = False
    default_attribute = "app"
    serves = (Interface.ASGI3, Interface.WSGI, Interface.RSGI)
    static_options = (
        *(((flag,), flag.lstrip("-").replace("-", "_"), True) for flag in VALUES),
        *(((flag,), flag.lstrip("-").replace("-", "_"), False) for flag in FLAGS),
    )
    listening = listening(
        "--host 127.0.0.1\n--port {port}",
        drop="--uds --pid-file --reload --metrics",
        unset="GRANIAN_UDS GRANIAN_PID_FILE GRANIAN_RELOAD GRANIAN_METRICS_ENABLED",
        certificate="ssl_certificate",
    )

    def candidates(self, target: str) -> list[list[str]]:
        """Only with an interface: the default, RSGI, is nothing that Connexion answers."""
        return [["--interface", "asgi", target]]

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """``--interface`` set to what the app answers."""
        remedy = Remedy(self, case)
        mode = "wsgi" if interface is Interface.WSGI else "asgi"
        remedy.set_option("interface", "--interface", mode)
        yield Way(f"tell granian that the app is {mode.upper()}", remedy)

    def neutral(self, case: Case) -> Neutral:
        """Every parameter that was given, translated or listed as lost."""
        settings = case.facts.server.settings
        found = read(settings, READS, skip=SKIPPED)
        found.binds = one_bind(settings, unix="uds")
        access = settings.get("log_access_enabled")
        if access is not None:
            found.access_log = "-" if access.value else ""
        return found

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """granian's own arguments for these settings, for an ASGI app; it binds one address."""
        words, lost = written(neutral, WRITES)
        folder = neutral.app_dir
        named = self.target_words(f"{folder.rstrip('/')}/{target}" if folder else target) or [target]
        return ["granian", "--interface", "asgi", *words, *named], lost + further(neutral.binds, "granian")

    def target_words(self, target: str) -> list[str] | None:
        """``--factory`` calls what the target names, with nothing."""
        if "(" not in target:
            return [target]
        return ["--factory", target.removesuffix("()")] if target.endswith("()") else None

    def factory_arguments(self, target: str) -> list[str]:
        """``--factory``."""
        return ["--interface", "asgi", "--factory", target.removesuffix("()")]

    def factory(self, remedy: Remedy, call: str) -> bool:
        """``--factory module:name``."""
        if remedy.given("factory") is None:
            remedy.set_option("factory", "--factory", None)
        remedy.set_target(call)
        return True


READS = {
    "workers": "workers",
    "blocking_threads": "threads",
    "ssl_certificate": "certfile",
    "ssl_keyfile": "keyfile",
    "ssl_keyfile_password": "key_password",
    "ssl_ca": "ca_certs",
    "url_path_prefix": "root_path",
    "backlog": "backlog",
    "log_level": "log_level",
    "reload": "reload",
    "working_dir": "directory",
    "pid_file": "pid_file",
    "process_name": "process_name",
}
SKIPPED = frozenset("host port uds interface factory log_access_enabled".split())
LOG_LEVELS = ("critical", "error", "warning", "warn", "info", "debug", "notset")


def _bind(binds: object) -> list[str] | None:
    if not isinstance(binds, list):
        return None
    return one_address(binds, "--uds", None, "--host", "--port")


WRITES: dict[str, Writer] = {
    "binds": _bind,
    "workers": "--workers",
    "certfile": "--ssl-certificate",
    "keyfile": "--ssl-keyfile",
    "key_password": "--ssl-keyfile-password",
    "ca_certs": "--ssl-ca",
    "client_certificates": lambda mode: {"0": [], "2": ["--ssl-client-verify"]}.get(number(mode)),
    "root_path": "--url-path-prefix",
    "backlog": "--backlog",
    "log_level": lambda level: ["--log-level", str(level)] if level in LOG_LEVELS else None,
    "access_log": lambda path: {"-": ["--access-log"], "": []}.get(str(path)),
    "error_log": nothing("-"),
    "reload": switch("--reload"),
    "directory": "--working-dir",
    "pid_file": "--pid-file",
    "process_name": "--process-name",
}

SERVER = Granian()
