"""Hosts that call the app themselves: what they read the app's name from.

Sources: NGINX Unit "Configuration: Python", Passenger "startup file", mod_wsgi "WSGIScriptAlias",
serverless-wsgi "Usage", Zappa "Advanced settings", Vercel "Python runtime".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from connexion_doctor.discovery.context import Context, locate
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.starts import Place, Start
from connexion_doctor.discovery.yaml_nodes import documents
from connexion_doctor.foundation import late, toml_text
from connexion_doctor.model.source import Source

ZAPPA = late.pattern(r"^zappa_settings\.(json|toml|ya?ml)$")


def _unit(path: str, source: Source, context: Context) -> Iterator[Start]:
    data = json.loads(source.text)
    data = data.get("config", data) if isinstance(data, dict) else {}
    applications = data.get("applications") if isinstance(data, dict) else None
    for name, app in applications.items() if isinstance(applications, dict) else ():
        if not isinstance(app, dict) or not str(app.get("type", "")).startswith("python"):
            continue
        for options in [
            app,
            *(one for one in _mapping(app.get("targets")).values() if isinstance(one, dict)),
        ]:
            module = options.get("module")
            if not isinstance(module, str):
                continue
            target = f"{module}:{options.get('callable') or 'application'}"
            text = locate(source, module, "module")
            place = context.place(path, str(app.get("working_directory") or "."), climb=True)
            where = app.get("path")
            entries = [where] if isinstance(where, str) else where if isinstance(where, list) else []
            environ = {"PYTHONPATH": ":".join(str(entry) for entry in entries)} if entries else {}
            protocol = (
                {"protocol": str(options.get("protocol") or app.get("protocol"))}
                if app.get("protocol")
                else {}
            )
            location = text.location(0, len(text.value)) or source.span(0, 0)
            if options.get("factory") is True:
                protocol["factory"] = "true"
            where_run = Place(place.paths, place.directory, environ)
            yield Start("unit", where_run, location, None, str(name), "unit", target, protocol)


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _zappa(path: str, source: Source, context: Context) -> Iterator[Start]:
    for stage, settings in _zappa_settings(source).items():
        target = _mapping(settings).get("app_function")
        if isinstance(target, str) and "." in target:
            text = locate(source, target, "app_function")
            module, _, name = target.rpartition(".")
            location = text.location(0, len(text.value)) or source.span(0, 0)
            yield Start(
                "zappa",
                context.place(path),
                location,
                service=stage,
                server="zappa",
                target=f"{module}:{name}",
            )


def _zappa_settings(source: Source) -> dict[str, object]:
    """The settings by their stages, in one of the three notations that Zappa reads."""
    if source.path.endswith(".toml"):
        return toml_text.parsed(source.text)
    if source.path.endswith(".json"):
        return _mapping(json.loads(source.text))
    found: dict[str, object] = {}
    for document in documents(source):
        for stage, node in document.items():
            found[stage] = {"app_function": node.string("app_function")}
    return found


def _serverless(path: str, source: Source, context: Context) -> Iterator[Start]:
    for document in documents(source, template=True):
        node = document.get("custom", "wsgi", "app")
        if node is not None and node.value is not None and "." in node.value:
            module, _, name = node.value.rpartition(".")
            target = f"{module.replace('/', '.')}:{name}"
            yield Start(
                "serverless", context.place(path), node.location, server="serverless-wsgi", target=target
            )


def _passenger(path: str, source: Source, context: Context) -> Iterator[Start]:
    at = source.text.find("application")
    location = source.span(max(at, 0), max(at, 0) + (11 if at >= 0 else 0))
    yield Start(
        "passenger", context.place(path), location, server="passenger", target="passenger_wsgi:application"
    )


def _apache(path: str, source: Source, context: Context) -> Iterator[Start]:
    for match in re.finditer(
        r"(?m)^[ \t]*WSGIScriptAlias(?:Match)?[ \t]+\S+[ \t]+\"?([^\s\"]+)", source.text
    ):
        place = context.place(path, climb=True)
        location = source.span(*match.span(1))
        files = place.paths.files(match[1], "/")
        if not files:
            context.not_known(location, f"the WSGI script {match[1]} is not in the project")
            continue
        context.used.add(files[0])
        name = files[0].rpartition("/")[2]
        yield Start("apache", context.place(files[0]), location, server="mod_wsgi", target=name)


def _wsgi_file(path: str, source: Source, context: Context) -> Iterator[Start]:
    name = path.rpartition("/")[2]
    at = max(source.text.find("application"), 0)
    yield Start("wsgi-script", context.place(path), source.span(at, at + 11), server="mod_wsgi", target=name)


def _vercel(path: str, source: Source, context: Context) -> Iterator[Start]:
    builds = _mapping(json.loads(source.text)).get("builds")
    if not isinstance(builds, list):
        yield from _vercel_functions(path, source, context)
        return
    for build in builds:
        file = _mapping(build).get("src")
        if isinstance(file, str) and file.endswith(".py") and "python" in str(_mapping(build).get("use")):
            text = locate(source, file, "src")
            location = text.location(0, len(text.value)) or source.span(0, 0)
            module = file.removeprefix("./").removesuffix(".py").replace("/", ".")
            yield Start("vercel", context.place(path), location, server="vercel", target=f"{module}:app")


def _vercel_functions(path: str, source: Source, context: Context) -> Iterator[Start]:
    """Without ``builds`` every Python file in ``api`` that has an ``app`` is served."""
    folder = path.rpartition("/")[0]
    api = f"{folder}/api" if folder else "api"
    for name in context.tree.folders.get(api, ()):
        data = context.tree.peek(f"{api}/{name}") if name.endswith(".py") else b""
        if re.search(rb"(?m)^app\s*[:=]|import (?:(?!import ).)*\bapp\b", data):
            target = f"api.{name.removesuffix('.py')}:app"
            yield Start("vercel", context.place(path), source.span(0, 0), server="vercel", target=target)


READERS = (
    Reader("unit", lambda name, path: name.endswith(".json"), _unit, (b'"applications"',)),
    Reader("zappa", lambda name, path: ZAPPA.match(name) is not None, _zappa),
    Reader(
        "serverless",
        lambda name, path: name in ("serverless.yml", "serverless.yaml"),
        _serverless,
        (b"wsgi",),
    ),
    Reader("passenger", lambda name, path: name == "passenger_wsgi.py", _passenger, python=True),
    Reader("apache", lambda name, path: name.endswith(".conf"), _apache, (b"WSGIScriptAlias",)),
    Reader("vercel", lambda name, path: name == "vercel.json", _vercel),
    Reader(
        "wsgi-script", lambda name, path: name.endswith(".wsgi"), _wsgi_file, (b"application",), fallback=True
    ),
)
