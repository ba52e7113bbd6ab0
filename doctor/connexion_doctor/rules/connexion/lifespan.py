"""The lifespan of the app, where the user asked to run it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.target import target_word

# Settings by which servers are told to leave the lifespan alone, or to insist on it.
SWITCHES = ("lifespan", "asgi_lifespan")


def lifespan_run(case: Case) -> Mapping[str, object]:
    """What came of running the lifespan; empty where nobody asked for that."""
    layers = case.layers()
    run = layers[0].detail.get("lifespan_run") if layers else None
    return run if isinstance(run, dict) else {}


def runs_lifespan(case: Case) -> bool:
    """Whether the server runs the lifespan of the app at all. daphne does not know it; granian's ``asginl``
    and the switches of uvicorn and of gunicorn's own worker turn it off."""
    if case.launch.server == "daphne" or case.calls.value != "asgi3":
        return False
    settings = case.facts.server.settings
    interface = settings.get("interface")
    if interface is not None and str(interface.value).lower().endswith("asginl"):
        return False
    ignored = case.facts.server.details.get("ignored")
    unread = ignored.get("names", ()) if isinstance(ignored, dict) else ()
    given = [settings[name] for name in SWITCHES if name in settings and name not in unread]
    return not any(str(entry.value) == "off" for entry in given)


@rule("CXD122", "lifespan-startup-fails", Severity.ERROR, breaks=True)
def lifespan_startup_fails(case: Case) -> Iterator[Finding]:
    """The app's lifespan handler fails when the server starts it (looked at with ``--lifespan`` only).

    What happens: the server ends before it answers anything: ``ERROR: Application startup failed.
        Exiting.``, and uvicorn's exit code is 3.
    Why: what the handler opens is not there: a database, a variable of the environment, a file.
    Fix: give it what it needs where the server runs; the exception that is shown says what.
    Before:
        async def lifespan(app):
            pool = await connect(os.environ["DATABASE"])
    After:
        # DATABASE is set in the environment of the server
    Sources:
        https://asgi.readthedocs.io/en/latest/specs/lifespan.html
        https://connexion.readthedocs.io/en/latest/lifespan.html
        truth: c3new/uvicorn/lifespan_fails:app
    """
    run = lifespan_run(case)
    outcome = run.get("outcome")
    if outcome not in ("startup-failed", "hung") or run.get("at") != "startup" or not runs_lifespan(case):
        return
    said = _last_line(run)
    hangs = outcome == "hung"
    yield finding(
        "The server will not start: the lifespan handler "
        + ("does not return from its startup" if hangs else f"fails: {said}"),
        evidence=(f"lifespan.startup: {said}",) if said and hangs else (),
        word=target_word(case),
        fixes=(Fix.by_hand("give the handler what it needs when the server starts"),),
    )


def _last_line(run: Mapping[str, object]) -> str:
    """What failed, as a traceback ends: from the exception, else from the message that the app sent."""
    error = run.get("error")
    if isinstance(error, dict) and error.get("type"):
        first = str(error.get("message", "")).strip().splitlines()[:1]
        return ": ".join([str(error["type"]).removeprefix("builtins."), *first])
    lines = str(run.get("message") or "").strip().splitlines()
    return lines[-1].strip() if lines else "it says no more"
