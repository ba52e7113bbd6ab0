"""Hosts that call the app themselves, as a table: what they call, and how a Connexion 3 app gets there.

Sources: NGINX Unit, "Configuration: Python" (``protocol``); Passenger, "Spawn methods" (smart spawning
loads the app before it forks); mod_wsgi, "WSGIScriptAlias"; serverless-wsgi and Zappa build a WSGI environ
(https://github.com/spec-first/connexion/issues/1807); Vercel's Python runtime looks at ``app``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Applicability, Command, Edit, Fix, Interface, Launch
from connexion_doctor.servers.base import ADAPTER_SLOWER, Remedy, Server, Way
from connexion_doctor.servers.option_table import Table

COSTS = ("lifespan handlers never run", ADAPTER_SLOWER)


@dataclass(frozen=True)
class Host:
    """``calls`` is unknown where the host looks at the object; ``lazily`` says that it may fork after it
    has loaded the app; ``lambda_`` that it runs one event at a time in AWS Lambda."""

    name: str
    calls: Interface
    lazily: bool = False
    lambda_: bool = False


HOSTS = (
    Host("unit", Interface.UNKNOWN),
    Host("passenger", Interface.WSGI, lazily=True),
    Host("mod_wsgi", Interface.WSGI),
    Host("zappa", Interface.WSGI, lambda_=True),
    Host("serverless-wsgi", Interface.WSGI, lambda_=True),
    Host("aws-wsgi", Interface.WSGI, lambda_=True),
    Host("apig-wsgi", Interface.WSGI, lambda_=True),
    Host("mangum", Interface.ASGI3, lambda_=True),
    Host("vercel", Interface.UNKNOWN),
)

SPOKEN = {"mangum": "Mangum"}
PLAIN = ("", "from a2wsgi import ASGIMiddleware", "", "{name} = ASGIMiddleware({app})")
# The adapter made at the first request of each process: its thread does not survive a fork.
LAZY = (
    "",
    "import os",
    "",
    "from a2wsgi import ASGIMiddleware",
    "",
    "asgi_app, adapters = {app}, {{}}",
    "",
    "",
    "def {name}(environ, start_response):",
    "    pid = os.getpid()",
    "    if pid not in adapters:",
    "        adapters[pid] = ASGIMiddleware(asgi_app)",
    "    return adapters[pid](environ, start_response)",
)


PROTOCOL = late.pattern(r'"protocol"\s*:\s*"([a-z]*)"')  # in Unit's configuration


class HostRemedy(Remedy):
    """There is no command: files change, or it is said in words."""

    def set_target(self, target: str) -> None:
        """The host finds the app by a name that stays."""

    def fix(
        self, title: str, *, recommended: bool = False, applicability: Applicability = Applicability.SAFE
    ) -> Fix:
        """The fix, in words where no file changes."""
        if not self.edits:
            applicability = Applicability.MANUAL
        made = super().fix(title, recommended=recommended, applicability=applicability)
        return replace(made, command=made.command or None)


def _protocol(remedy: HostRemedy, wanted: str) -> Way:
    """How Unit calls the app: changed where the file says it once, else in words."""
    case = remedy.case
    source = case.sources.get(str(case.root / (case.launch.origin.path or "")))
    given = list(PROTOCOL.finditer(source.text)) if source is not None else []
    if source is not None and len(given) == 1:
        remedy.edits.append(Edit(source.span(*given[0].span(1)), wanted))
    return Way(f'let Unit call the app so: "protocol": "{wanted}" beside its "module"', remedy)


class WsgiHost(Server):
    """One host of the table."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.name = self.package = self.program = host.name
        both = (Interface.ASGI3, Interface.WSGI)
        self.serves = both if host.calls is Interface.UNKNOWN else (host.calls,)

    def request(self, launch: Launch) -> dict[str, object]:
        """The target, and what the host was told to call."""
        calls = {"wsgi": Interface.WSGI, "asgi": Interface.ASGI3}.get(
            launch.options.get("protocol", ""), self.host.calls
        )
        host = {"name": self.name, "calls": calls.value, "factory": launch.options.get("factory") == "true"}
        return {**super().request(launch), "server": "wsgi_host", "target": launch.target, "host": host}

    def candidates(self, target: str) -> list[list[str]]:
        """None: no command starts it."""
        return []

    def target_index(self, command: Command, table: Table) -> int | None:
        """No word names the app."""
        return None

    def remedy(self, case: Case) -> HostRemedy:
        """A remedy without a command."""
        return HostRemedy(self, case)

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """The adapter in the file that the host loads; on Lambda Mangum; under Unit its ``protocol``."""
        wanted = {Interface.ASGI3: "asgi", Interface.WSGI: "wsgi"}.get(interface)
        if self.name == "unit" and wanted is not None:
            yield _protocol(HostRemedy(self, case), wanted)
            return
        if self.host.lambda_:
            yield self._on_lambda(case, interface)
            return
        if interface is not Interface.ASGI3:
            return
        if any(layer.type.startswith("a2wsgi.asgi.") for layer in case.layers()):
            return
        yield self._adapter(case)

    def _adapter(self, case: Case) -> Way:
        remedy, load = HostRemedy(self, case), case.facts.load
        name = load.attribute if load is not None and load.attribute else "application"
        layers = case.layers()
        owner = layers[0].detail.get("owner_name") if layers else None
        app = owner if isinstance(owner, str) else name
        lines = LAZY if self.host.lazily else PLAIN
        if case.module is not None:
            remedy.edits += case.module.append_once(*(line.format(name=name, app=app) for line in lines))
        remedy.need("a2wsgi>=1.10.4")
        remedy.cost(*COSTS)
        made = ", made at each process's first request" if self.host.lazily else ""
        title = f"put the a2wsgi adapter in front of the app{made}: {name} = ASGIMiddleware({app})"
        return Way(title, remedy, Applicability.UNSAFE, adapts=True)

    def _on_lambda(self, case: Case, interface: Interface) -> Way:
        """Another adapter of events: the one that calls the app's interface."""
        remedy, load, layers = HostRemedy(self, case), case.facts.load, case.layers()
        owner = layers[0].detail.get("owner_name") if layers else None
        name = owner if isinstance(owner, str) else load.attribute if load is not None else None
        name = name or "app"
        wanted, handler = "apig-wsgi", f"make_lambda_handler({name})"
        if interface is Interface.ASGI3:
            wanted, handler = "mangum", f'Mangum({name}, lifespan="off")'
            remedy.cost(
                'lifespan handlers never run with lifespan="off"; with "auto" they run for each event'
            )
        remedy.need(wanted)
        return Way(
            f"call the app by {SPOKEN.get(wanted, wanted)} instead of {SPOKEN.get(self.name, self.name)}: "
            f"handler = {handler} in its module, and that handler as the function's",
            remedy,
            Applicability.MANUAL,
        )


SERVERS = {host.name: WsgiHost(host) for host in HOSTS}
