"""Init scripts of OpenRC: ``command``, ``command_args``, ``directory``.

Source: the OpenRC project's service script guide (``start-stop-daemon`` is called with these variables).
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.placed_text import Text, part
from connexion_doctor.commands.plain import split
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source

ASSIGNED = late.pattern(
    r"(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(?:\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|(\S*))"
)


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The start of its service."""
    if not source.text.startswith("#!") or "openrc-run" not in source.text[:60]:
        return
    given: dict[str, Text | str] = {}
    for match in ASSIGNED.finditer(source.text):
        group = next((one for one in (2, 3, 4) if match[one] is not None), 4)
        given.setdefault(match[1], part(source, *match.span(group)))
    command, arguments = given.get("command"), given.get("command_args")
    if not isinstance(command, Text) or not command.value:
        return
    words = split(command, environ=given)
    words += split(arguments, environ=given) if isinstance(arguments, Text) else []
    directory = given.get("directory")
    place = context.place(path, climb=True)
    location = command.location(0, len(command.value)) or source.span(0, 0)
    inside = directory.value if isinstance(directory, Text) and directory.value else "."
    name = path.rpartition("/")[2]
    yield from context.words(words, Start("openrc", Place(place.paths, inside), location, service=name))


def matches(name: str, path: str) -> bool:
    """Any file; its first line tells."""
    return "." not in name or name.endswith((".initd", ".openrc", ".rc", ".init"))


READER = Reader("openrc", matches, read, (b"openrc-run",))
