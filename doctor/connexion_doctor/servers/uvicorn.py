"""uvicorn: ASGI; ``--interface`` overrides its guess, ``--factory`` calls what the target names."""

from __future__ import annotations

from collections.abc import Iterable

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Interface
from connexion_doctor.servers.base import Remedy, Server, Way, taken_for_factory
from connexion_doctor.servers.listening import listening
from connexion_doctor.servers.shared_settings import (
    Neutral,
    Writer,
    further,
    nothing,
    one_address,
    one_bind,
    read,
    switch,
    written,
)

# Where uvicorn itself cannot be asked (uvicorn 0.54, uvicorn/main.py): options without a value.
FLAGS = (
    "--reload --use-colors --no-use-colors --proxy-headers --no-proxy-headers --server-header "
    "--no-server-header --date-header --no-date-header --access-log --no-access-log --factory "
    "--version --help --reset-contextvars --http2"
).split()
VALUES = (
    "--host --port --uds --fd --reload-dir --reload-include --reload-exclude --reload-delay --workers "
    "--env-file --timeout-worker-healthcheck --log-config --log-level --loop --http --ws "
    "--ws-max-size --ws-max-queue --ws-ping-interval --ws-ping-timeout --ws-per-message-deflate "
    "--lifespan --interface --forwarded-allow-ips --root-path --limit-concurrency --backlog "
    "--limit-max-requests --limit-max-requests-jitter --timeout-keep-alive --timeout-graceful-shutdown "
    "--ssl-keyfile --ssl-certfile --ssl-keyfile-password --ssl-version --ssl-cert-reqs --ssl-ca-certs "
    "--ssl-ciphers --header --app-dir --h11-max-incomplete-event-size"
).split()

LOG_LEVELS = ("critical", "error", "warning", "info", "debug", "trace")


class Uvicorn(Server):
    """uvicorn."""

    name = package = program = "uvicorn"
    abbreviates = False
    serves = (Interface.ASGI3,)
    listening = listening(
        "--host 127.0.0.1\n--port {port}",
        drop="--uds --fd --reload --reload-dir --reload-include --reload-exclude --reload-delay",
        unset="UVICORN_UDS UVICORN_FD UVICORN_RELOAD",
        certificate="ssl_certfile",
    )
    static_options = (
        *(((flag,), flag.lstrip("-").replace("-", "_"), False) for flag in FLAGS),
        *(((flag,), flag.lstrip("-").replace("-", "_"), True) for flag in VALUES),
    )

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """``--interface`` set to what the app answers; nothing for what it calls to get an app."""
        if interface is Interface.ASGI3 and taken_for_factory(case):
            return
        remedy = Remedy(self, case)
        if interface is Interface.WSGI:
            remedy.set_option("interface", "--interface", "wsgi")
            remedy.cost("every request goes through a thread pool in front of the app; websockets are off")
            yield Way("tell uvicorn that the app is WSGI", remedy)
            return
        given = case.facts.server.settings.get("interface")
        if given is not None and given.source == "command":
            remedy.drop_option("interface")
            if case.calls is not Interface.ASGI2:
                yield Way("let uvicorn find the interface by itself", remedy)
                return
            remedy = Remedy(self, case)
        remedy.set_option("interface", "--interface", "asgi3")
        yield Way("tell uvicorn that the app is ASGI 3", remedy)

    def factory_arguments(self, target: str) -> list[str]:
        """``--factory``."""
        return ["--factory", target.removesuffix("()")]

    def factory(self, remedy: Remedy, call: str) -> bool:
        """``--factory module:name``."""
        if remedy.given("factory") is None:
            remedy.set_option("factory", "--factory", None)
        remedy.set_target(call)
        return True

    def neutral(self, case: Case) -> Neutral:
        """Every parameter that was given, translated or listed as lost."""
        settings = case.facts.server.settings
        found = read(settings, READS, skip=SKIPPED)
        found.binds = one_bind(settings, unix="uds", descriptor="fd")
        access = settings.get("access_log")
        if access is not None:
            found.access_log = "-" if access.value else ""
        return found

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """uvicorn's own arguments for these settings; it binds one address."""
        words, lost = written(neutral, WRITES, reads=("WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS"))
        lost += further(neutral.binds, "uvicorn")
        if neutral.max_requests and neutral.workers in (None, 1):
            lost.append("the restart after max requests: a single uvicorn process ends then")
        return ["uvicorn", *(self.target_words(target) or [target]), *words], lost

    def target_words(self, target: str) -> list[str] | None:
        """``--factory`` calls what the target names, with nothing."""
        if "(" not in target:
            return [target]
        return ["--factory", target.removesuffix("()")] if target.endswith("()") else None


READS = {
    "workers": "workers",
    "timeout_keep_alive": "keep_alive",
    "timeout_graceful_shutdown": "graceful_timeout",
    "ssl_certfile": "certfile",
    "ssl_keyfile": "keyfile",
    "ssl_keyfile_password": "key_password",
    "ssl_ca_certs": "ca_certs",
    "ssl_cert_reqs": "client_certificates",
    "ssl_ciphers": "ciphers",
    "forwarded_allow_ips": "forwarded_ips",
    "root_path": "root_path",
    "limit_max_requests": "max_requests",
    "limit_max_requests_jitter": "max_requests_jitter",
    "backlog": "backlog",
    "log_level": "log_level",
    "log_config": "log_config",
    "reload": "reload",
    "app_dir": "app_dir",
    "ws_ping_interval": "websocket_ping_interval",
}
SKIPPED = frozenset("host port uds fd interface factory access_log".split())


def _bind(binds: object) -> list[str] | None:
    if not isinstance(binds, list):
        return None
    return one_address(binds, "--uds", "--fd", "--host", "--port")


WRITES: dict[str, Writer] = {
    "binds": _bind,
    "workers": lambda count: ["--workers", str(count)] if count != 1 else [],
    "keep_alive": "--timeout-keep-alive",
    "graceful_timeout": "--timeout-graceful-shutdown",
    "certfile": "--ssl-certfile",
    "keyfile": "--ssl-keyfile",
    "key_password": "--ssl-keyfile-password",
    "ca_certs": "--ssl-ca-certs",
    "client_certificates": "--ssl-cert-reqs",
    "ciphers": "--ssl-ciphers",
    "forwarded_ips": "--forwarded-allow-ips",
    "root_path": "--root-path",
    "max_requests": lambda count: ["--limit-max-requests", str(count)] if count else [],
    "backlog": "--backlog",
    "log_level": lambda level: ["--log-level", str(level)] if level in LOG_LEVELS else None,
    "log_config": "--log-config",
    "access_log": lambda path: {"-": [], "": ["--no-access-log"]}.get(str(path)),
    "error_log": nothing("-"),
    "reload": switch("--reload"),
    "app_dir": "--app-dir",
    "websocket_ping_interval": "--ws-ping-interval",
}


SERVER = Uvicorn()
