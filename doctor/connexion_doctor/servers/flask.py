"""``flask run``: Flask's development server; it takes Flask apps only, and calls WSGI."""

from __future__ import annotations

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Command, Interface
from connexion_doctor.servers.base import Remedy, Server
from connexion_doctor.servers.listening import Listening
from connexion_doctor.servers.option_table import Table, scan
from connexion_doctor.servers.shared_settings import Grave, Neutral, bind_of

# flask/cli.py of Flask 3.1: options of ``flask`` and of ``flask run`` with a value, and without one.
VALUES = "-A --app -e --env-file -h --host -p --port --cert --key --extra-files --exclude-patterns".split()
FLAGS = (
    "--debug --no-debug --reload --no-reload --debugger --no-debugger --with-threads --without-threads "
    "--version --help"
).split()
# What is said in other words, or means nothing to a server of production.
SAID = frozenset("app host port reload no_reload debug no_debug debugger no_debugger run".split())
NAMES = {"-A": "app", "-e": "env_file", "-h": "host", "-p": "port"}


class FlaskRemedy(Remedy):
    """Changes ``--app``; where the environment names the app, there is no word to change."""

    def set_target(self, target: str) -> None:
        """``--app module:name``, in front of ``run``."""
        given = self.given("app")
        if given is not None:
            self.set_option("app", "--app", target)


class Flask(Server):
    """Flask's command line."""

    name = package = program = "flask"
    abbreviates = False
    serves = (Interface.WSGI,)
    listening = Listening(
        put=(("--host", "127.0.0.1"), ("--port", "{port}")),
        drop=frozenset({"-h", "-p"}),
        certificate=("cert",),
        behind=True,
    )
    static_options = (
        *(((flag,), NAMES.get(flag) or flag.lstrip("-").replace("-", "_"), True) for flag in VALUES),
        *(((flag,), flag.lstrip("-").replace("-", "_"), False) for flag in FLAGS),
    )

    def candidates(self, target: str) -> list[list[str]]:
        """None: a development server."""
        return []

    def options(self, case: Case) -> Table:
        """Those of ``flask`` and of ``flask run`` together."""
        return self.static_options

    def target_index(self, command: Command, table: Table) -> int | None:
        """The value of ``--app``."""
        given, _ = scan([word.text for word in command.words], command.arguments, self.static_options)
        return next((option.value_index for option in reversed(given) if option.name == "app"), None)

    def remedy(self, case: Case) -> FlaskRemedy:
        """A remedy that knows ``--app``."""
        return FlaskRemedy(self, case)

    def neutral(self, case: Case) -> Neutral:
        """Address and reloading; the debugger has no counterpart elsewhere."""
        settings = case.facts.server.settings
        host, port = settings.get("host"), settings.get("port")
        found = Neutral()
        found.binds = [bind_of(host, port, "127.0.0.1", 5000)]
        debug = bool(case.facts.server.details.get("debug"))
        reload = settings.get("reload")
        found.reload = bool(reload.value) if reload is not None else debug
        for name, setting in settings.items():
            if name in ("cert", "key"):
                found.lost.append(Grave(f"--{name} {setting.shown}"))
            elif name not in SAID and setting.source != "default":
                found.lost.append(f"--{name.replace('_', '-')} {setting.shown}")
        if debug:
            found.lost.append("the debugger in the browser")
        return found


SERVER = Flask()
