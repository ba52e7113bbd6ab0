"""Process Compose: ``processes`` with ``command``, ``working_dir``, ``environment``; no containers.

Source: f1bonacc1.github.io/process-compose, "Configuration", "Processes Lifetime".
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.discovery.yaml_nodes import Node, documents
from connexion_doctor.foundation import late
from connexion_doctor.model.source import Source

NAME = late.pattern(r"process-compose([.-].*)?\.ya?ml$")


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of its processes; one that is disabled is started by hand, if at all."""
    for document in documents(source):
        processes = document.get("processes")
        for name, process in processes.items() if processes is not None else ():
            command = process.get("command")
            if command is None or process.string("disabled") == "true":
                continue
            variables = {**_variables(document), **_variables(process)}
            place = Place(context.place(path).paths, process.string("working_dir") or ".", variables)
            yield from context.shell(
                command.text(), Start("process-compose", place, command.location, service=name), ()
            )


def _variables(node: Node) -> dict[str, str]:
    """The entries ``NAME=value`` of an ``environment``."""
    given = node.get("environment")
    entries = [entry.value or "" for entry in given.elements()] if given is not None else []
    return {name: value for name, equals, value in (one.partition("=") for one in entries) if equals}


def matches(name: str, path: str) -> bool:
    """``process-compose.yaml``, ``process-compose.override.yml``."""
    return NAME.match(name) is not None


READER = Reader("process-compose", matches, read, (b"processes",))
