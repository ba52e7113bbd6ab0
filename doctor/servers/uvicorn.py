"""uvicorn: ASGI; ``--interface`` overrides its guess, ``--factory`` calls what the target names."""

from __future__ import annotations

from collections.abc import Iterable

from doctor.case import Case
from doctor.model import Interface
from doctor.servers.base import Remedy, Server, Way
from doctor.servers.neutral import Neutral, host_and_port

# Where uvicorn itself cannot be asked (uvicorn 0.54, uvicorn/main.py): options without a value.
FLAGS = (
    "--reload --use-colors --no-use-colors --proxy-headers --no-proxy-headers --server-header "
    "--no-server-header --date-header --no-date-header --access-log --no-access-log --factory --version "
    "--help --reset-contextvars"
).split()
VALUES = (
    "--host --port --uds --fd --reload-dir --reload-include --reload-exclude --reload-delay --workers "
    "--env-file --timeout-worker-healthcheck --log-config --log-level --loop --http --ws --ws-max-size "
    "--ws-max-queue --ws-ping-interval --ws-ping-timeout --ws-per-message-deflate --lifespan --interface "
    "--forwarded-allow-ips --root-path --limit-concurrency --backlog --limit-max-requests "
    "--timeout-keep-alive --timeout-graceful-shutdown --ssl-keyfile --ssl-certfile "
    "--ssl-keyfile-password --ssl-version --ssl-cert-reqs --ssl-ca-certs --ssl-ciphers --header --app-dir "
    "--h11-max-incomplete-event-size"
).split()

LOG_LEVELS = ("critical", "error", "warning", "info", "debug", "trace")


class Uvicorn(Server):
    """uvicorn."""

    name = package = program = "uvicorn"
    serves = (Interface.ASGI3,)
    static_options = (
        *(((flag,), flag.lstrip("-").replace("-", "_"), False) for flag in FLAGS),
        *(((flag,), flag.lstrip("-").replace("-", "_"), True) for flag in VALUES),
    )

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """``--interface`` set to what the app answers."""
        remedy = Remedy(case)
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
            remedy = Remedy(case)
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
        found = Neutral()
        host, port = settings.get("host"), settings.get("port")
        if "uds" in settings:
            found.binds = [f"unix:{settings['uds'].shown}"]
        elif "fd" in settings:
            found.binds = [f"fd://{settings['fd'].shown}"]
        elif host is not None or port is not None:
            name = host.shown if host is not None else "127.0.0.1"
            name = f"[{name}]" if ":" in name else name
            found.binds = [f"{name}:{port.shown if port is not None else 8000}"]
        for name, setting in settings.items():
            if name in ("host", "port", "uds", "fd", "interface", "factory"):
                continue
            if name in _SAME:
                setattr(found, _SAME[name], setting.value)
            else:
                found.lost.append(f"--{name.replace('_', '-')} {setting.shown}")
        return found

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """uvicorn's own arguments for these settings; it binds one address."""
        words, lost = ["uvicorn", target], []
        if neutral.binds:
            words += _bind(neutral.binds[0])
        lost += [f"bind {bind} (uvicorn binds one address)" for bind in neutral.binds[1:]]
        level = neutral.log_level
        if level is not None and level.lower() not in LOG_LEVELS:
            level = None
        pairs = (
            ("--workers", neutral.workers if neutral.workers != 1 else None),
            ("--timeout-keep-alive", _whole(neutral.keep_alive)),
            ("--timeout-graceful-shutdown", _whole(neutral.graceful_timeout)),
            ("--ssl-certfile", neutral.certfile),
            ("--ssl-keyfile", neutral.keyfile),
            ("--ssl-ca-certs", neutral.ca_certs),
            ("--ssl-ciphers", neutral.ciphers),
            ("--forwarded-allow-ips", neutral.forwarded_ips),
            ("--root-path", neutral.root_path),
            ("--limit-max-requests", neutral.max_requests or None),
            ("--backlog", neutral.backlog),
            ("--log-level", level.lower() if level else None),
            ("--app-dir", neutral.app_dir),
        )
        for flag, value in pairs:
            if value is not None:
                words += [flag, str(value)]
        if neutral.reload:
            words.append("--reload")
        return words, lost


_SAME = {
    "workers": "workers",
    "timeout_keep_alive": "keep_alive",
    "timeout_graceful_shutdown": "graceful_timeout",
    "ssl_certfile": "certfile",
    "ssl_keyfile": "keyfile",
    "ssl_ca_certs": "ca_certs",
    "ssl_ciphers": "ciphers",
    "forwarded_allow_ips": "forwarded_ips",
    "root_path": "root_path",
    "limit_max_requests": "max_requests",
    "backlog": "backlog",
    "log_level": "log_level",
    "reload": "reload",
    "app_dir": "app_dir",
}


def _bind(bind: str) -> list[str]:
    if bind.startswith("unix:"):
        return ["--uds", bind.removeprefix("unix:").removeprefix("//")]
    if bind.startswith("fd://"):
        return ["--fd", bind.removeprefix("fd://")]
    host, port = host_and_port(bind)
    words = ["--host", host or "0.0.0.0"]  # noqa: S104  # gunicorn reads ":8000" as every address
    return [*words, "--port", port] if port else words


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


SERVER = Uvicorn()
