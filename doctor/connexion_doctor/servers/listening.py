"""Where a server listens while it is verified: its own options for that win over its configuration. What
no option can say is told inside the process (``doctor/connexion_doctor/verify/redirect``)."""

from __future__ import annotations

from collections.abc import Sequence

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import ServerFacts
from connexion_doctor.servers.option_table import Table, scan


@dataclass(frozen=True)
class Listening:
    """How a launch of one server is made to listen on a port of loopback and nowhere else.

    ``put`` are options with ``{port}`` and ``{folder}`` (a temporary one) in them; ``only_with`` names
    those of them that a version may not have. ``drop`` are options of the user's that would add another
    address, leave the process group or restart things; ``unset`` variables that would. ``alone`` makes it
    one process: the last word wins.
    """

    put: tuple[tuple[str, ...], ...]
    drop: frozenset[str] = frozenset()
    unset: tuple[str, ...] = ()
    only_with: tuple[str, ...] = ()
    certificate: tuple[str, ...] = ("certfile",)  # settings that make it speak TLS
    behind: bool = False  # ``put`` stands behind the user's arguments: the first of them is a subcommand
    binary: bool = False  # its program is no Python script
    alone: tuple[str, ...] = ()


def listening(
    put: str, *, drop: str = "", unset: str = "", only_with: str = "", certificate: str = "certfile"
) -> Listening:
    """A ``Listening`` from texts with one option a line in ``put`` and words elsewhere."""
    return Listening(
        tuple(tuple(line.split()) for line in put.strip().splitlines()),
        frozenset(drop.split()),
        tuple(unset.split()),
        tuple(only_with.split()),
        tuple(certificate.split()),
    )


def arguments(
    how: Listening, argv: Sequence[str], table: Table, port: int, folder: str, *, whole: bool = False
) -> list[str]:
    """The server's own arguments with its address replaced.

    :param argv: the arguments of the launch
    :param table: the options of the server, as the installed one lists them
    :param whole: with as many processes as it has; else with one, which answers as all do
    """
    known = {flag for flags, _, _ in table for flag in flags}
    given, _ = scan(argv, 0, table)
    own = {option[0].partition("=")[0] for option in how.put}
    gone: set[int] = set()
    for option in given:
        if option.flag in how.drop or option.flag in own:
            gone.update(range(option.index, option.index + option.words))
    kept = [word for index, word in enumerate(argv) if index not in gone]
    put = [
        word.format(port=port, folder=folder)
        for option in how.put
        if option[0] not in how.only_with or option[0] in known
        for word in option
    ]
    return [*([*kept, *put] if how.behind else [*put, *kept]), *(() if whole else how.alone)]


def speaks_tls(how: Listening, facts: ServerFacts) -> bool:
    """Whether the launch has a certificate."""
    return any(facts.settings[name].value for name in how.certificate if name in facts.settings)
