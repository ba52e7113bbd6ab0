"""``flask run``: which object it takes (``flask/cli.py``, ``find_best_app``)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Launch, Location, ServerFacts
from connexion_doctor.python.module import Binding, Module
from connexion_doctor.reading.callables import shape_of
from connexion_doctor.reading.chains import Chain
from connexion_doctor.reading.objects import Objects
from connexion_doctor.reading.targets import Target
from connexion_doctor.reading.unread import Unread

FLASK = "flask.app.Flask"
LIBRARIES = late.pattern(r"connexion|werkzeug|jinja2|click|dotenv|sqlalchemy|yaml|flask(_\w+)?")


@dataclass(frozen=True)
class Found:
    """What ``flask run`` finds: a chain, or the words in which it refuses the object; ``factory`` is the
    signature of the function that it calls for it."""

    target: Target
    module: Module | None
    chain: Chain | None = None
    refused: str | None = None
    factory: str | None = None


def target_of(
    launch: Launch,
    server: ServerFacts,
    environ: Mapping[str, str],
    objects: Objects,
    *,
    dotenv: bool | None,
) -> Found:
    """The app of a launch.

    :param dotenv: whether flask can read ``.flaskenv``; None: not known

    :raises Unread: it cannot be known
    """
    named = server.settings.get("app")
    text = str(named.value) if named is not None else environ.get("FLASK_APP")
    if text is None and launch.target and dotenv is None:
        raise Unread("whether flask reads FLASK_APP in a file is not known: nothing asks for python-dotenv")
    text = text or (launch.target if dotenv else None) or _default(launch)
    modules = objects.modules
    words = [word.text for word in launch.command.words[launch.command.arguments :]]
    if text is None or "run" not in words and launch.command.words:
        raise Unread("which app flask serves cannot be read")
    where, _, name = text.partition(":")
    if where.endswith(".py"):
        where = where.removesuffix(".py").replace("/", ".")
    file = modules.file(where)
    target = Target(text, where, name, file)
    module = modules.module(file, where) if file is not None else None
    if file is not None and module is None:
        raise Unread(f"{file.name} cannot be read as Python")
    if module is None:
        return Found(target, None)
    if name:
        return _named(target, module, name, objects)
    return _any(target, module, objects)


def _default(launch: Launch) -> str | None:
    return next(
        (name for name in ("wsgi.py", "app.py") if os.path.isfile(Path(launch.directory, name))), None
    )


def _named(target: Target, module: Module, name: str, objects: Objects) -> Found:
    bare = name.removesuffix("()")
    if not all(part.isidentifier() for part in bare.split(".")):
        raise Unread(f"the target {target.text} cannot be read")
    if "." in bare:
        message = f"Failed to parse {bare!r} as an attribute name or function call."
        return Found(target, module, refused=message)
    try:
        chain = objects.named(module, bare)
    except KeyError:
        return Found(target, module, refused=f"Failed to find attribute {bare!r} in {target.module!r}.")
    factory = None
    if chain.kind == "function":
        factory = shape_of(chain.function[1]).signature if chain.function is not None else None
        chain = objects.called(chain, Location(module.path, 1))
    if _is_flask(chain):
        return Found(target, module, chain, factory=factory)
    message = f"A valid Flask application was not obtained from '{target.module}:{name}'."
    return Found(target, module, refused=message, factory=factory)


def _any(target: Target, module: Module, objects: Objects) -> Found:
    """The best object of a module: ``app`` or ``application``, the only Flask app, a factory."""
    known: dict[str, Chain] = {}
    unread: Unread | None = None
    for name, bindings in module.scope.bindings.items():
        if all(_brings_no_app(one) for one in bindings):
            continue
        try:
            known[name] = objects.named(module, name)
        except Unread as reason:
            unread = unread or reason
        except KeyError:
            continue
    apps = [name for name, chain in known.items() if _is_flask(chain)]
    best: str | None = next((name for name in ("app", "application") if name in apps), None)
    if best is None and unread is not None:
        raise unread
    if best is None and len(apps) == 1:
        best = apps[0]
    if best is None and not apps:
        for name in ("create_app", "make_app"):
            chain = known.get(name)
            if chain is not None and chain.kind == "function":
                named = Target(target.text, target.module, name, target.file)
                return _named(named, module, name, objects)
    if best is None:
        message = f"Failed to find Flask application or factory in module {target.module!r}."
        return Found(target, module, refused=message)
    return Found(Target(target.text, target.module, best, target.file), module, known[best])


def _brings_no_app(binding: Binding) -> bool:
    """Whether a name is imported from a library that has no Flask app to give."""
    top = (binding.dotted or "").partition(".")[0]
    libraries = top in sys.stdlib_module_names or LIBRARIES.fullmatch(top) is not None
    return binding.kind == "import" and not binding.level and libraries


def _is_flask(chain: Chain) -> bool:
    return chain.kind == "app" and bool(chain.layers) and chain.layers[0].type == FLASK
