"""granian: calls as ``--interface`` says, RSGI by default; it looks at nothing."""

from __future__ import annotations

from collections.abc import Iterable

from doctor.case import Case
from doctor.model import Interface
from doctor.servers.base import Remedy, Server, Way


class Granian(Server):
    """granian."""

    name = package = program = "granian"
    default_attribute = "app"
    serves = (Interface.ASGI3, Interface.WSGI, Interface.RSGI)

    def candidates(self, target: str) -> list[list[str]]:
        """Only with an interface: the default, RSGI, is nothing that Connexion answers."""
        return [["--interface", "asgi", target]]

    def ways(self, case: Case, interface: Interface) -> Iterable[Way]:
        """``--interface`` set to what the app answers."""
        remedy = Remedy(case)
        mode = "wsgi" if interface is Interface.WSGI else "asgi"
        remedy.set_option("interface", "--interface", mode)
        yield Way(f"tell granian that the app is {mode.upper()}", remedy)

    def factory_arguments(self, target: str) -> list[str]:
        """``--factory``."""
        return ["--interface", "asgi", "--factory", target.removesuffix("()")]

    def factory(self, remedy: Remedy, call: str) -> bool:
        """``--factory module:name``."""
        if remedy.given("factory") is None:
            remedy.set_option("factory", "--factory", None)
        remedy.set_target(call)
        return True


SERVER = Granian()
