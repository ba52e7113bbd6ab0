"""AWS Elastic Beanstalk: ``WSGIPath`` in ``.ebextensions``, which its gunicorn serves where no Procfile is.

Source: the Elastic Beanstalk developer guide, "Using the Elastic Beanstalk Python platform".
"""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.commands.shell import Simple
from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Start
from connexion_doctor.discovery.yaml_nodes import Node, documents
from connexion_doctor.model import Word
from connexion_doctor.model.source import Source

NAMESPACE = "aws:elasticbeanstalk:container:python"


def read(path: str, source: Source, context: Context) -> Iterator[Start]:
    """The command that the platform makes of the option."""
    place = context.place(path.rpartition(".ebextensions/")[0] + "x")
    if place.paths.files("Procfile", "."):
        return
    for document in documents(source):
        node = _wsgi_path(document.get("option_settings"))
        if node is None or node.value is None:
            continue
        target = node.value
        if target.endswith(".py"):
            target = target.removesuffix(".py").replace("/", ".") + ":application"
        words = [Word(word) for word in ("gunicorn", "--bind", "127.0.0.1:8000", "--threads", "15")]
        words.append(Word(target, node.location if target == node.value else None))
        yield Start("beanstalk", place, node.location, Simple(tuple(words)))


def _wsgi_path(settings: Node | None) -> Node | None:
    if settings is None:
        return None
    for one in settings.elements():
        if one.string("namespace") == NAMESPACE and one.string("option_name") == "WSGIPath":
            return one.get("value")
    return settings.get(NAMESPACE, "WSGIPath")


def matches(name: str, path: str) -> bool:
    """``.ebextensions/*.config``."""
    return name.endswith(".config") and path.rpartition("/")[0].rpartition("/")[2] == ".ebextensions"


READER = Reader("beanstalk", matches, read, (b"WSGIPath",))
