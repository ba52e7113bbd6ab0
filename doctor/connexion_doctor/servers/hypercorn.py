"""hypercorn: guesses between ASGI and WSGI; the target's prefix ``asgi:`` or ``wsgi:`` overrides it."""

from __future__ import annotations

from collections.abc import Iterable

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Interface
from connexion_doctor.model.numbers import whole_number
from connexion_doctor.servers.base import Remedy, Server, Way
from connexion_doctor.servers.listening import listening
from connexion_doctor.servers.shared_settings import (
    Grave,
    Neutral,
    Writer,
    console,
    host_and_port,
    nothing,
    read,
    switch,
    unix_path,
    whole,
    written,
)

VALUES = (
    "--access-log --access-logfile --access-logformat --backlog -b --bind --ca-certs --certfile "
    "--cert-reqs --ciphers -c --config --error-log --error-logfile --log-file --graceful-timeout "
    "--read-timeout --max-requests --max-requests-jitter -g --group -k --worker-class --keep-alive "
    "--keyfile --keyfile-password --insecure-bind --log-config --log-level -p --pid --quic-bind "
    "--root-path --server-name --statsd-host --statsd-prefix -m --umask -u --user --verify-mode "
    "--websocket-ping-interval -w --workers"
).split()
FLAGS = "--daemon -D --debug --reload -h --help --version".split()
# Names of settings by those of the options (hypercorn/__main__.py and hypercorn/config.py).
SETTING_OF = {
    "access_log": "accesslog",
    "access_logfile": "accesslog",
    "access_logformat": "access_log_format",
    "b": "bind",
    "c": "config",
    "error_log": "errorlog",
    "error_logfile": "errorlog",
    "log_file": "errorlog",
    "D": "daemon",
    "g": "group",
    "k": "worker_class",
    "keep_alive": "keep_alive_timeout",
    "log_config": "logconfig",
    "log_level": "loglevel",
    "p": "pid_path",
    "pid": "pid_path",
    "reload": "use_reloader",
    "m": "umask",
    "u": "user",
    "w": "workers",
}


class Hypercorn(Server):
    """hypercorn."""

    name = package = program = "hypercorn"
    default_attribute = "app"
    calls_factory = True
    serves = (Interface.ASGI3, Interface.WSGI)
    repeated = frozenset({"bind"})
    setting_of = SETTING_OF
    listening = listening(
        "-b 127.0.0.1:{port}\n-p {folder}/pid",
        drop="--bind --insecure-bind --quic-bind --pid --daemon -D --reload -u --user -g --group",
    )
    static_options = (
        *(((flag,), flag.lstrip("-").replace("-", "_"), True) for flag in VALUES),
        *(((flag,), flag.lstrip("-").replace("-", "_"), False) for flag in FLAGS),
    )

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """A prefix before the target."""
        remedy = Remedy(self, case)
        mode = "wsgi" if interface is Interface.WSGI else "asgi"
        module, _, attribute = (case.target or "").removeprefix("asgi:").removeprefix("wsgi:").partition(":")
        remedy.set_target(f"{mode}:{module}:{attribute or 'app'}")
        yield Way(f"tell hypercorn that the app is {mode.upper()}", remedy)

    def factory(self, remedy: Remedy, call: str) -> bool:
        """hypercorn evaluates what stands behind the colon."""
        remedy.set_target(f"{call}()")
        return True

    def neutral(self, case: Case) -> Neutral:
        """What differs from hypercorn's defaults, translated or listed as lost."""
        settings = case.facts.server.settings
        skipped = ("bind", "worker_class", "debug", "verify_mode")
        found = read(settings, READS, skip=skipped, flag=lambda name: name)
        verify = settings.get("verify_mode")
        if verify is not None and verify.source != "default":
            asked = verify.shown.rpartition(".")[2]
            modes = {name: mode for mode, name in VERIFY_MODES.items()}
            found.client_certificates = modes.get(asked, whole_number(asked))
            if found.client_certificates is None:
                found.lost.append(Grave(f"verify_mode {asked}"))
        bind = settings.get("bind")
        if bind is not None:
            found.binds = [
                str(entry) for entry in (bind.value if isinstance(bind.value, list) else [bind.value])
            ]
        return found

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """hypercorn's own arguments for these settings; a folder to import from stands before the module."""
        folder = neutral.app_dir
        words, lost = written(neutral, WRITES)
        named = f"{folder.rstrip('/')}/{target}" if folder else target
        return ["hypercorn", *words, *(self.target_words(named) or [named])], lost

    def target_words(self, target: str) -> list[str] | None:
        """It evaluates what stands behind the colon, of which there is one (hypercorn/utils.py)."""
        return [target] if target.count(":") < 2 else None


READS = {
    "workers": "workers",
    "keep_alive_timeout": "keep_alive",
    "graceful_timeout": "graceful_timeout",
    "certfile": "certfile",
    "keyfile": "keyfile",
    "keyfile_password": "key_password",
    "ca_certs": "ca_certs",
    "ciphers": "ciphers",
    "root_path": "root_path",
    "max_requests": "max_requests",
    "max_requests_jitter": "max_requests_jitter",
    "backlog": "backlog",
    "loglevel": "log_level",
    "logconfig": "log_config",
    "accesslog": "access_log",
    "access_log_format": "access_log_format",
    "errorlog": "error_log",
    "use_reloader": "reload",
    "pid_path": "pid_file",
    "user": "user",
    "group": "group",
    "umask": "umask",
    "statsd_host": "statsd_host",
    "statsd_prefix": "statsd_prefix",
    "websocket_ping_interval": "websocket_ping_interval",
}


def _binds(binds: object) -> list[str] | None:
    if not isinstance(binds, list) or any(whole(str(bind)) for bind in binds):
        return None
    return [word for bind in binds for word in ("-b", _address(str(bind)))]


def _address(bind: str) -> str:
    path = unix_path(bind)
    if path is not None:
        return f"unix:{path}"
    if bind.startswith("fd://"):
        return bind
    host, port = host_and_port(bind)
    host = f"[{host}]" if ":" in host else host or "0.0.0.0"  # ":8000" is every address
    return f"{host}:{port or 8000}"


VERIFY_MODES = {0: "CERT_NONE", 1: "CERT_OPTIONAL", 2: "CERT_REQUIRED"}


def _verify(mode: object) -> list[str] | None:
    name = VERIFY_MODES.get(mode) if isinstance(mode, int) else None
    return ["--verify-mode", name] if name is not None else None


WRITES: dict[str, Writer] = {
    "binds": _binds,
    "workers": "-w",
    "keep_alive": "--keep-alive",
    "graceful_timeout": "--graceful-timeout",
    "certfile": "--certfile",
    "keyfile": "--keyfile",
    "key_password": "--keyfile-password",
    "ca_certs": "--ca-certs",
    "client_certificates": _verify,
    "ciphers": "--ciphers",
    "root_path": "--root-path",
    "max_requests": lambda count: ["--max-requests", str(count)] if count else [],
    # --max-requests-jitter is left out: hypercorn 0.18 sets it to --max-requests (hypercorn/__main__.py).
    "backlog": "--backlog",
    "log_level": lambda level: ["--log-level", {"trace": "debug"}.get(str(level), str(level))],
    "log_config": "--log-config",
    "access_log": console("--access-logfile"),
    "access_log_format": "--access-logformat",
    "error_log": console("--error-logfile"),
    "reload": switch("--reload"),
    "app_dir": nothing(),  # it stands before the module
    "pid_file": "-p",
    "user": lambda user: ["-u", str(user)] if str(user).isdigit() else None,  # no name, a number
    "group": lambda group: ["-g", str(group)] if str(group).isdigit() else None,
    "umask": "-m",
    "daemon": switch("--daemon"),
    "statsd_host": "--statsd-host",
    "statsd_prefix": "--statsd-prefix",
    "websocket_ping_interval": "--websocket-ping-interval",
}


SERVER = Hypercorn()
