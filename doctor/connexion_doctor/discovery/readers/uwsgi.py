"""uWSGI configuration that no start names: the app it serves (ini, yaml, json, xml)."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.discovery.uwsgi_conf import read as read_options
from connexion_doctor.model.source import Source


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """One start, at the line that names the app."""
    found = read_options(source)
    if found is None:
        return
    place = context.place(path, climb=True)
    directory = found.chdir if found.chdir and not set("%$") & set(found.chdir) else "."
    environ = {"PYTHONPATH": ":".join(found.pythonpath)} if found.pythonpath else {}
    options = {"config": path}
    if found.target is not None:
        context.used |= set(place.paths.files(found.target, directory)[:1])
    yield Start(
        "uwsgi",
        Place(place.paths, directory, environ),
        found.location,
        server="uwsgi",
        target=found.target,
        options=options,
    )


def matches(name: str, path: str) -> bool:
    """A name with ``uwsgi`` in it, or any ini file; its section tells."""
    return name.endswith((".ini", ".xml", ".json", ".yaml", ".yml")) and (
        "uwsgi" in name.lower() or name.endswith(".ini")
    )


READER = Reader("uwsgi", matches, read, (b"[uwsgi]", b"uwsgi:", b'"uwsgi"', b"<uwsgi"), fallback=True)
