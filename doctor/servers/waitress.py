"""waitress: WSGI only."""

from __future__ import annotations

from doctor.case import Case
from doctor.model import Interface
from doctor.servers.base import Remedy, Server
from doctor.servers.neutral import Neutral


class Waitress(Server):
    """waitress, started by ``waitress-serve``."""

    name = package = "waitress"
    program = "waitress-serve"
    serves = (Interface.WSGI,)

    def target_index(self, command: object, table: object) -> int | None:
        """The last word: waitress takes one positional behind its options, most written with ``=``."""
        words = getattr(command, "words", ())
        return len(words) - 1 if words and not words[-1].text.startswith("-") else None

    def factory_arguments(self, target: str) -> list[str]:
        """``--call``."""
        return ["--call", target.removesuffix("()")]

    def factory(self, remedy: Remedy, call: str) -> bool:
        """``--call module:name``."""
        remedy.set_option("call", "--call", None)
        remedy.set_target(call)
        return True

    def neutral(self, case: Case) -> Neutral:
        """Address and threads are all that others know."""
        settings = case.facts.server.settings
        found = Neutral()
        listen, host, port = settings.get("listen"), settings.get("host"), settings.get("port")
        if listen is not None:
            found.binds = [listen.shown.removeprefix("*") if listen.shown.startswith("*") else listen.shown]
        elif host is not None or port is not None:
            found.binds = [f"{host.shown if host else '0.0.0.0'}:{port.shown if port else 8080}"]  # noqa: S104
        if "unix_socket" in settings:
            found.binds = [f"unix:{settings['unix_socket'].shown}"]
        known = {"listen", "host", "port", "unix_socket", "threads"}
        found.lost = [f"{name} = {given.shown}" for name, given in settings.items() if name not in known]
        return found

    def start(self, neutral: Neutral, target: str) -> tuple[list[str], list[str]]:
        """Only the address translates."""
        words = ["waitress-serve"]
        for bind in neutral.binds:
            words.append(
                f"--unix-socket={bind.removeprefix('unix:')}" if bind.startswith("unix:") else f"--listen={bind}"
            )
        lost = [f"workers {neutral.workers}"] if neutral.workers not in (None, 1) else []
        return [*words, target], lost


SERVER = Waitress()
