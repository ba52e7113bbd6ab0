"""hypercorn: guesses between ASGI and WSGI; the target's prefix ``asgi:`` or ``wsgi:`` overrides it."""

from __future__ import annotations

from collections.abc import Iterable

from doctor.case import Case
from doctor.model import Interface
from doctor.servers.base import Remedy, Server, Way
from doctor.servers.neutral import Neutral

VALUES = (
    "--access-log --access-logfile --access-logformat --backlog -b --bind --ca-certs --certfile "
    "--cert-reqs --ciphers -c --config --error-log --error-logfile --log-file --graceful-timeout "
    "--read-timeout --max-requests --max-requests-jitter -g --group -k --worker-class --keep-alive "
    "--keyfile --keyfile-password --insecure-bind --log-config --log-level -p --pid --quic-bind "
    "--root-path --server-name --statsd-host --statsd-prefix -m --umask -u --user --verify-mode "
    "--websocket-ping-interval -w --workers"
).split()
FLAGS = "--daemon -D --debug --reload -h --help --version".split()


class Hypercorn(Server):
    """hypercorn."""

    name = package = program = "hypercorn"
    default_attribute = "app"
    calls_factory = True
    serves = (Interface.ASGI3, Interface.WSGI)
    static_options = (
        *(((flag,), flag.lstrip("-").replace("-", "_"), True) for flag in VALUES),
        *(((flag,), flag.lstrip("-").replace("-", "_"), False) for flag in FLAGS),
    )

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """A prefix before the target."""
        remedy = Remedy(case)
        mode = "wsgi" if interface is Interface.WSGI else "asgi"
        module, _, attribute = (case.target or "").removeprefix("asgi:").removeprefix("wsgi:").partition(":")
        remedy.set_target(f"{mode}:{module}:{attribute or 'app'}")
        yield Way(f"tell hypercorn that the app is {mode.upper()}", remedy)

    def factory(self, remedy: Remedy, call: str) -> bool:
        """hypercorn evaluates what stands behind the colon."""
        remedy.set_target(f"{call}()")
        return True

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """hypercorn's own arguments for these settings."""
        words, lost = ["hypercorn"], []
        for bind in neutral.binds:
            words += ["-b", bind]
        pairs = (
            ("-w", neutral.workers),
            ("--keep-alive", None if neutral.keep_alive is None else round(neutral.keep_alive)),
            ("--graceful-timeout", None if neutral.graceful_timeout is None else round(neutral.graceful_timeout)),
            ("--certfile", neutral.certfile),
            ("--keyfile", neutral.keyfile),
            ("--ca-certs", neutral.ca_certs),
            ("--ciphers", neutral.ciphers),
            ("--root-path", neutral.root_path),
            ("--max-requests", neutral.max_requests),
            ("--backlog", neutral.backlog),
            ("--log-level", neutral.log_level),
        )
        for flag, value in pairs:
            if value is not None:
                words += [flag, str(value)]
        if neutral.reload:
            words.append("--reload")
        if neutral.forwarded_ips:
            lost.append(f"forwarded IPs {neutral.forwarded_ips} (hypercorn has a middleware for it)")
        if neutral.app_dir:
            lost.append(f"directory {neutral.app_dir}")
        return [*words, target], lost


SERVER = Hypercorn()
