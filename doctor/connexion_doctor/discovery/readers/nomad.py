"""Nomad jobs: the tasks' ``config`` with ``command`` and ``args``, their ``env``.

Source: developer.hashicorp.com, "exec driver", "Docker task driver", "env block".
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.literals import objects_of, text_of, variables_of, words_of
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.model.source import Source


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The starts of its tasks."""
    for one in objects_of(source):
        config = one.objects.get("config")
        if config is None or "command" not in config.texts or "args" in config.open:
            continue
        words = [*words_of(source, config, "command"), *words_of(source, config, "args")]
        location = source.span(*config.texts["command"])
        if not words or context.given_to_image(words, location):
            continue
        directory = text_of(source, config, "work_dir") or "."
        place = context.place(path, climb=True)
        environ = variables_of(source, one, "env")
        yield from context.words(words, Start("nomad", Place(place.paths, directory, environ), location))


def matches(name: str, path: str) -> bool:
    """``*.nomad``, ``*.nomad.hcl``, and other ``*.hcl`` that have jobs."""
    return name.endswith((".nomad", ".hcl", ".nomad.j2"))


READER = Reader("nomad", matches, read, (b"task ", b'task"'))
