"""Reading a launch without its server: where that is not installed, or nothing may be run.

The report says when this was done. What a configuration file computes stays unknown, and
``details["unread"]`` says where.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from connexion_doctor.model import Frame, Interface, Launch, Raised, ServerFacts, Setting, WorkerFacts
from connexion_doctor.model.numbers import whole_number
from connexion_doctor.model.source import Source, read_source
from connexion_doctor.servers import gunicorn_hooks
from connexion_doctor.servers.base import Server
from connexion_doctor.servers.conf_values import Names, names_of
from connexion_doctor.servers.option_table import Given, scan

# gunicorn's own workers by the interface they call (gunicorn 27, gunicorn/workers/__init__.py).
WSGI_WORKERS = {"sync", "gthread", "gevent", "gevent_wsgi", "gevent_pywsgi", "eventlet", "tornado"}
OWN_WORKERS = {
    "gunicorn.workers.sync.SyncWorker": Interface.WSGI,
    "gunicorn.workers.gthread.ThreadWorker": Interface.WSGI,
    "gunicorn.workers.ggevent.GeventWorker": Interface.WSGI,
    "gunicorn.workers.geventlet.EventletWorker": Interface.WSGI,
    "gunicorn.workers.gtornado.TornadoWorker": Interface.WSGI,
    "gunicorn.workers.gasgi.ASGIWorker": Interface.ASGI3,
    "egg:meinheld#gunicorn_worker": Interface.WSGI,  # meinheld/gmeinheld.py
    "meinheld.gmeinheld.MeinheldWorker": Interface.WSGI,
}
UVICORN_WORKERS = ("uvicorn.workers.", "uvicorn_worker.")
INTERFACES = {
    "wsgi": Interface.WSGI,
    "asgi": Interface.ASGI3,
    "asginl": Interface.ASGI3,
    "asgi3": Interface.ASGI3,
    "asgi2": Interface.ASGI2,
    "rsgi": Interface.RSGI,
}
# Settings of gunicorn's that have no option, or another name than theirs.
IN_FILES = {"wsgi_app", "preload_app", "worker_class"}
# Servers whose options can be given as variables with this prefix (click's ``auto_envvar_prefix``).
PREFIXES = {"uvicorn": "UVICORN_", "granian": "GRANIAN_"}


def read(server: Server, launch: Launch, environ: Mapping[str, str] | None = None) -> ServerFacts:
    """What the words of the command, variables, and the configuration file say.

    :param environ: the variables around the launch; those of the launch itself win
    """
    own = server.read_statically(launch)
    if own is not None:
        return own
    variables = {**(environ or {}), **launch.environ}
    words = [word.text for word in launch.command.words]
    options, positionals = scan(words, launch.command.arguments, server.static_options, server.abbreviates)
    settings = {**_of_variables(server, variables), **_of(options, "command", server)}
    target = words[positionals[0]] if positionals else launch.target
    if server.name in PREFIXES and not target:
        target = variables.get(f"{PREFIXES[server.name]}APP")
    facts = ServerFacts(server.name, installed=False, stage="static", target=target, settings=settings)
    odd = _not_understood(options, server)
    if (odd or len(positionals) > 1) and server.name not in SUBCOMMANDS:
        what = f"the option {odd} is not known here" if odd else "several words may name the app"
        facts = replace(facts, details={"unread": what})
    facts = replace(facts, usage_error="read without running anything")
    if server.name == "gunicorn":
        return _gunicorn(facts, server, launch, variables)
    interface = settings.get("interface")
    calls = server.serves[0] if server.serves else Interface.UNKNOWN
    if server.name == "granian":
        calls = Interface.RSGI  # its default
    if interface is not None and interface.shown != "auto":
        calls = INTERFACES.get(interface.shown.lower(), Interface.UNKNOWN)
    return replace(facts, calls=calls)


# Their first words are subcommands, scripts and what scripts are given.
SUBCOMMANDS = ("flask", "connexion", "python")


def _not_understood(options: list[Given], server: Server) -> str | None:
    """An option that the server may have and that is not known here: what is behind it may be its value."""
    known = {flag for flags, _, _ in server.static_options for flag in flags}
    return next((one.flag for one in options if one.flag not in known), None)


def _of(options: list[Given], source: str, server: Server) -> dict[str, Setting]:
    return dict(_named(option, source, server) for option in options)


def _named(option: Given, source: str, server: Server) -> tuple[str, Setting]:
    """An option by the name of its setting; ``--no-proxy-headers`` switches one off."""
    switched_off = option.name.startswith("no_") and option.value is None
    if switched_off and (server.name in PREFIXES or option.name == "no_sendfile"):
        return option.name.removeprefix("no_"), Setting(False, source, "no")
    return server.setting_of.get(option.name, option.name), _setting(option.value, source)


def _setting(text: str | None, source: str) -> Setting:
    """An option that was given: a switch without a value, a number, a text."""
    number = whole_number(text) if text is not None else None
    value: object = True if text is None else text if number is None else number
    return Setting(value, source, text if text is not None else "yes")


def _of_variables(server: Server, variables: Mapping[str, str]) -> dict[str, Setting]:
    """Options that stand in variables, of the servers that read such."""
    if server.name == "gunicorn":
        try:
            words = shlex.split(variables.get("GUNICORN_CMD_ARGS", ""))
        except ValueError:
            return {}
        return _of(scan(words, 0, server.static_options)[0], "environment", server)
    found = {}
    prefix = PREFIXES.get(server.name)
    flags = {name for _, name, takes in server.static_options if not takes}
    for _, name, _ in server.static_options if prefix is not None else ():
        value = variables.get(f"{prefix}{name.upper()}")
        if value is not None and not (name in flags and value.lower() in ("", "0", "false", "no", "off")):
            found[name] = _setting(None if name in flags else value, "environment")
    return found


def _gunicorn(
    facts: ServerFacts, server: Server, launch: Launch, variables: Mapping[str, str]
) -> ServerFacts:
    """The configuration file under the command line's options, and the worker by name."""
    return with_worker(_configured(facts, server, launch, variables))


def with_worker(facts: ServerFacts) -> ServerFacts:
    """The facts with the worker that gunicorn's settings ask for, and the target that they name."""
    settings = facts.settings
    unread = facts.details.get("unread_settings")
    unread = unread if isinstance(unread, dict) else {}
    worker = settings.get("worker_class")
    asked = str(worker.value) if worker is not None else "sync"
    threads = settings.get("threads")
    several = threads is not None and str(threads.value) not in ("1", "None")
    if asked in ("sync", "gunicorn.workers.sync.SyncWorker") and several:
        asked = "gthread"
    wsgi_app = settings.get("wsgi_app")
    calls = Interface.UNKNOWN if "worker_class" in unread else by_name(asked)
    return replace(
        facts,
        target=facts.target or (str(wsgi_app.value) if wsgi_app is not None else None),
        worker=WorkerFacts(asked, calls=calls, guesses=asked.startswith(UVICORN_WORKERS)),
        calls=calls,
    )


def _configured(
    facts: ServerFacts, server: Server, launch: Launch, variables: Mapping[str, str]
) -> ServerFacts:
    """The facts with what gunicorn's configuration file says, where it has one that can be read."""
    named = facts.settings.get("config")
    given = str(named.value) if named is not None else "./gunicorn.conf.py"
    made = launch.written.get(given)
    if made is not None and made.text is None:
        return _without_configuration(
            facts, f"{given} is written before gunicorn starts, with what is not known"
        )
    module = given.startswith("python:")
    path = _config_path(given.removeprefix("python:").removeprefix("file:"), module, launch)
    source = Source(str(path), made.text or "") if made is not None else read_source(path, str(path))
    if source is None:
        if named is None:
            return facts
        return _without_configuration(facts, f"the configuration {given} is not there, or cannot be read")
    names = names_of(source, variables)
    line, error = _refused(source, names, path.name)
    if error is not None:
        error = replace(error, frames=(Frame(str(path), line, "<module>"),))
        return replace(facts, stage="configuration", config_file=str(path), error=error)
    known = {name for _, name, _ in server.static_options} | IN_FILES
    found = {
        name: Setting(value, "file", str(value)) for name, value in names.values.items() if name in known
    }
    unread = {
        name: f"{path.name}:{line}: what {name} is set to is decided when it runs"
        for name, line in names.unknown.items()
        if name in known and name not in facts.settings
    }
    return replace(
        facts,
        config_file=str(path),
        settings={**found, **facts.settings},
        details={**facts.details, "unread_settings": unread},
    )


def _refused(source: Source, names: Names, name: str) -> tuple[int, Raised | None]:
    """Why gunicorn surely ends while it loads a configuration file, and the line."""
    if source.tree is None:
        return 1, Raised("builtins.SyntaxError", f"{name} is no Python that can be read")
    if names.raises is not None:
        return names.raises, Raised("builtins.Exception", f"line {names.raises} of {name} raises")
    line, said = gunicorn_hooks.misfit(source.tree) or (0, "")
    return line, Raised("builtins.TypeError", said) if said else None


def _without_configuration(facts: ServerFacts, why: str) -> ServerFacts:
    """The facts where the configuration file is not known: what it may set is open."""
    open_ = {
        name: why for name in ("config", "worker_class") if name == "config" or name not in facts.settings
    }
    return replace(facts, details={**facts.details, "unread_settings": open_})


def _config_path(given: str, module: bool, launch: Launch) -> Path:
    if module:
        return Path(launch.directory, *given.split(".")).with_suffix(".py")
    return Path(launch.directory, launch.here(given))


def by_name(worker: str) -> Interface:
    """How a worker calls the app, by the name it is asked for with."""
    if worker in WSGI_WORKERS:
        return Interface.WSGI
    if worker == "asgi" or worker.startswith(UVICORN_WORKERS):
        return Interface.ASGI3
    return OWN_WORKERS.get(worker.removeprefix("egg:gunicorn#"), Interface.UNKNOWN)
