"""``connexion run SPEC``: the app that Connexion makes of a specification alone (``connexion/cli.py``)."""

from __future__ import annotations

import os
from pathlib import Path

from connexion_doctor.model import AppFacts, Interface, Launch, Layer, LoadFacts, ServerFacts
from connexion_doctor.reading.apis import Api, Missing
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.resolvers import Resolver
from connexion_doctor.reading.specification import operations_of
from connexion_doctor.reading.specification_files import document_of
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.values import Values

SUFFIXES = (".yaml", ".yml", ".json")
# Options that keep no server from starting.
HARMLESS = frozenset(
    "port p host H f app_framework verbose v stub hide_spec hide_console_ui strict_validation "
    "validate_responses auth_all_paths swagger_ui_path base_path run".split()
)
FRAMEWORKS = {
    ("flask", 3): "connexion.apps.flask.FlaskApp",
    ("async", 3): "connexion.apps.asynchronous.AsyncApp",
    ("flask", 2): "connexion.apps.flask_app.FlaskApp",
}


def read(
    launch: Launch, server: ServerFacts, modules: LaunchModules, major: int
) -> tuple[LoadFacts, AppFacts, Api]:
    """The load, the app and its API.

    :raises Unread: they cannot be known
    :raises Missing: the specification is not there
    """
    strange = sorted(set(server.settings) - HARMLESS - ({"debug", "d"} if major == 2 else set()))
    if strange:
        raise Unread(f"what connexion run makes of {strange[0]} is not read")
    words = [word.text for word in launch.command.words[launch.command.arguments :]]
    if words[:1] != ["run"]:
        raise Unread("another command of connexion's than run serves nothing that is read")
    at = next((index for index, word in enumerate(words) if word.endswith(SUFFIXES)), None)
    if at is None:
        raise Unread("which specification is served cannot be read")
    path = Path(launch.directory, words[at])
    load = LoadFacts(words[at], "connexion.cli", "create_app")
    if "://" in words[at]:
        raise Unread(f"the specification comes from {words[at]}")
    if not os.path.exists(path):
        raise Missing(path)
    base = words[at + 1] if words[at + 1 : at + 2] and not words[at + 1].startswith("-") else None
    modules.folders.insert(0, Path(launch.directory, base) if base else path.parent)
    document = document_of(path)
    if document is None:
        raise Unread(f"the specification {words[at]} cannot be read")
    given = server.settings.get("app_framework") or server.settings.get("f")
    framework = given.shown if given is not None else "async" if major == 3 else "flask"
    if (framework, major) not in FRAMEWORKS:
        raise Unread(f"whether connexion run takes {framework} is not read")
    interface = Interface.ASGI3 if major == 3 else Interface.WSGI
    detail = {"major": major, "framework": framework}
    layer = Layer(FRAMEWORKS[framework, major], interface, "connexion", detail=detail)
    app = AppFacts(layer.type, interface, interface.spoken, (layer,))
    unresolved, led = operations_of(document, Resolver(), Values(modules))
    if "stub" in server.settings:
        unresolved = []  # such an operation answers 501
    return load, app, Api(path, "", None, False, tuple(led), tuple(unresolved))
