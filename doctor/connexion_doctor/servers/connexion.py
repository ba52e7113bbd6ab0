"""``connexion run SPEC``: Connexion's own command for an app made of a specification alone."""

from __future__ import annotations

from connexion_doctor.model import Command, Interface
from connexion_doctor.servers.base import Remedy, Server
from connexion_doctor.servers.listening import Listening
from connexion_doctor.servers.option_table import Table, scan

# connexion/cli.py of 2.14 and 3.3: options with a value, and without one.
VALUES = (
    "-p --port -H --host -s --server -w --wsgi-server --server --swagger-ui-path --swagger-ui-from "
    "--console-ui-path --console-ui-from --swagger-ui-template-dir --mock --base-path --app-framework -f"
).split()
FLAGS = (
    "--stub --hide-spec --hide-console-ui --auth-all-paths --validate-responses --strict-validation "
    "--debug -d -v --verbose --version --help"
).split()


class Connexion(Server):
    """Connexion's command: uvicorn under Connexion 3, Flask's development server under Connexion 2."""

    name = package = program = "connexion"
    abbreviates = False
    serves = (Interface.ASGI3, Interface.WSGI)
    static_options = (
        *(((flag,), flag.lstrip("-").replace("-", "_"), True) for flag in VALUES),
        *(((flag,), flag.lstrip("-").replace("-", "_"), False) for flag in FLAGS),
    )

    listening = Listening(
        put=(("-H", "127.0.0.1"), ("-p", "{port}")), drop=frozenset({"--host", "--port"}), behind=True
    )

    def candidates(self, target: str) -> list[list[str]]:
        """None: it serves a specification, not an app object."""
        return []

    def target_index(self, command: Command, table: Table) -> int | None:
        """The specification: the word behind ``run``."""
        _, positionals = scan([word.text for word in command.words], command.arguments, self.static_options)
        behind = [index for index in positionals if command.words[index].text != "run"]
        return behind[0] if behind else None

    def factory(self, remedy: Remedy, call: str) -> bool:
        """It makes its app itself."""
        return False


SERVER = Connexion()
