"""What a launch needs to be installed: its server, its worker, and what the app is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.foundation import late
from connexion_doctor.model import LaunchFacts, LoadFacts, Raised, ServerFacts, WorkerFacts
from connexion_doctor.reading.versions import Versions
from connexion_doctor.requirements.bringing import BRING
from connexion_doctor.servers import wsgi_hosts
from connexion_doctor.servers.static import UVICORN_WORKERS

# Packages of gunicorn's own workers, and what it says without them.
WORKER_PACKAGES = {
    "gevent": "gevent", "gevent_wsgi": "gevent", "gevent_pywsgi": "gevent", "eventlet": "eventlet",
    "tornado": "tornado", "gunicorn.workers.ggevent.GeventWorker": "gevent",
}  # fmt: skip
# hypercorn below 0.18 wants start_response called before the answer is read (hypercorn/app_wrappers.py).
BEGINS_LATE = late.pattern(r"0\.(\d|1[0-7])(\.|$)")
# Since which gunicorn a worker is there, and until which (gunicorn's news).
WORKERS_SINCE = {"asgi": 24}
WORKERS_UNTIL = {"eventlet": 26}


def server_of(facts: ServerFacts, versions: Versions) -> ServerFacts:
    """The server's facts with what the installed packages say of it and of its worker; what an environment
    has not got is missing for certain."""
    server = servers.get(facts.name)
    version = (versions.packages or {}).get(server.package)
    facts = replace(facts, version=version or None)
    if _of_packages(facts.name) and versions.lacks(server.package):
        return replace(facts, stage="missing", installed=False)
    if facts.worker is not None:
        facts = replace(facts, worker=_worker(facts.worker, versions))
    if facts.name == "hypercorn" and BEGINS_LATE.match(version or ""):
        facts = replace(facts, details={**facts.details, "start_at_once": True})
    return facts


def _of_packages(name: str) -> bool:
    """Whether a server is installed beside the app; hosts that call the app themselves are not."""
    return name not in wsgi_hosts.SERVERS and servers.get(name).package not in ("", "python")


def _worker(worker: WorkerFacts, versions: Versions) -> WorkerFacts:
    asked = worker.asked
    major = versions.major_of("gunicorn")
    since, until = WORKERS_SINCE.get(asked), WORKERS_UNTIL.get(asked)
    if major is not None and (since is not None and major < since or until is not None and major >= until):
        message = f"Entry point ('gunicorn.workers', '{asked}') not found"
        return replace(worker, error=Raised("builtins.ImportError", message))
    if asked.startswith(UVICORN_WORKERS):
        module = asked.partition(".")[0]
        if versions.lacks(module.replace("_", "-")):
            missing = Raised(
                "builtins.ModuleNotFoundError", f"No module named {module!r}", attributes={"name": module}
            )
            return replace(worker, error=missing)
    package = WORKER_PACKAGES.get(asked)
    if package is not None and versions.lacks(package):
        return replace(worker, error=Raised("builtins.RuntimeError", f"You need {package} installed"))
    return worker


def lacking(facts: LaunchFacts, framework: str, versions: Versions) -> LoadFacts | None:
    """The load that fails because the environment has not got what the app is made of, or nothing that is
    installed brings it."""
    flask = framework == "flask" and versions.major == 3
    absent = versions.lacks("flask") or versions.lacks("a2wsgi")
    absent = absent or (versions.whole and not versions.flask_is_whole())
    if flask and absent and facts.load is not None:
        message = "The FlaskApp is not available: install connexion using the 'flask' extra."
        error = Raised("builtins.ModuleNotFoundError", message)
        return replace(facts.load, stage="import", error=error)
    return None


def doubts(facts: ServerFacts, framework: str, versions: Versions) -> Iterator[str]:
    """What nothing that is asked for is known to bring, where there is no environment to look into."""
    packages = versions.packages or {}
    if versions.installed:
        if _runs_itself(facts, versions) and versions.lacks("uvicorn"):
            yield "run(...) needs uvicorn, which is not installed"
        if (
            versions.major_of("gunicorn") == 20
            and facts.name == "gunicorn"
            and _without_pkg_resources(versions)
        ):
            yield "gunicorn 20 imports pkg_resources, which this setuptools may not have"
        return
    own = _of_packages(facts.name) and facts.name != "connexion"
    wanted = [servers.get(facts.name).package] if own else []
    wanted += ["uvicorn"] if _runs_itself(facts, versions) else []
    by = facts.details.get("by")
    wanted += [str(by)] if by is not None else []
    asked = facts.worker.asked if facts.worker is not None else ""
    if asked.startswith(UVICORN_WORKERS):
        wanted += ["uvicorn", asked.partition(".")[0].replace("_", "-")]
    wanted += [WORKER_PACKAGES[asked]] if asked in WORKER_PACKAGES else []
    lacking = [
        name
        for name in ("connexion", *wanted)
        if name and not any(map(versions.asks_for, (name, *BRING.get(name, ()))))
    ]
    if lacking:
        yield f"no requirement asks for {lacking[0].replace('connexion', 'Connexion')}"
    if framework == "flask" and versions.major == 3 and not versions.flask_is_whole():
        yield "FlaskApp needs connexion[flask], which no requirement asks for"
    if versions.major_of("gunicorn") == 20 and facts.name == "gunicorn" and "setuptools" not in packages:
        yield "gunicorn 20 imports pkg_resources: which setuptools is there is not known"


def _runs_itself(facts: ServerFacts, versions: Versions) -> bool:
    """Whether Connexion 3 starts uvicorn by itself."""
    itself = facts.name == "connexion" or facts.details.get("starts") == "app.run"
    return versions.major == 3 and itself


def _without_pkg_resources(versions: Versions) -> bool:
    number = versions.major_of("setuptools")
    return number is None or number >= 81
