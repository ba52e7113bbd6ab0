"""Settings that were given and that no code in play reads."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import recommended, standing, taken_out

# What uvicorn's configuration calls what gunicorn's own worker takes from a setting: a worker class of the
# project's own hands it over in ``CONFIG_KWARGS`` (uvicorn/config.py, ``Config.__init__``).
UVICORN_NAMES = {"root_path": "root_path", "asgi_lifespan": "lifespan", "asgi_loop": "loop"}
REASONS = {
    "access_log_format": "uvicorn's access log has its own format (a logging configuration can change it)",
    "limit_request_line": "uvicorn has no limit of this kind: the proxy in front has to set it",
    "limit_request_fields": "uvicorn has no limit of this kind: the proxy in front has to set it",
    "limit_request_field_size": "uvicorn has no limit of this kind: the proxy in front has to set it",
}


@rule("CXD209", "setting-ignored-by-worker", Severity.WARNING)
def setting_ignored_by_worker(case: Case) -> Iterator[Finding]:
    """A setting is given that nothing reads under the worker class in use.

    What happens: nothing, and nobody says so: with ``--limit-request-line 1000`` uvicorn's worker answers a
        URL of 6000 characters with 200, where gunicorn's own workers answer 414; ``--root-path /api`` adds
        nothing to the addresses in openapi.json.
    Why: gunicorn takes every setting for every worker, but each worker reads its own part. uvicorn's worker
        hands a few settings to uvicorn, which reads requests and writes the access log itself.
    Fix: take the setting out; where the worker has a way of its own to say the same, use that.
    Before:
        gunicorn -k uvicorn_worker.UvicornWorker --root-path /api app:app
    After:
        # workers.py: class Worker(UvicornWorker):
        #     CONFIG_KWARGS = {**UvicornWorker.CONFIG_KWARGS, "root_path": "/api"}
        gunicorn -k workers.Worker app:app
    Sources:
        https://docs.gunicorn.org/en/stable/settings.html
        https://github.com/Kludex/uvicorn-worker
        test: tests/rules/configuration/test_contradictions.py
    """
    server = case.facts.server
    told, worker = server.details.get("ignored"), server.worker
    if not isinstance(told, dict) or worker is None:
        return
    asgi = worker.calls.value in ("asgi3", "asgi2")
    for name in told.get("names", ()):
        given = server.settings.get(str(name))
        if given is None or (name == "threads" and asgi):  # CXD208's
            continue
        place, fix = standing(case, str(name)), taken_out(case, str(name), f"take {name} out")
        instead = _instead(str(name), given.shown, worker.asked, worker.bases)
        fixes = (instead, fix) if instead is not None else (recommended(fix),)
        shown = "" if given.shown == "<function>" else f" = {given.shown}"
        reason = REASONS.get(str(name)) if _uvicorn(worker.bases) else None
        yield finding(
            f"`{name}{shown}` has no effect: nothing reads it under the worker {worker.asked}.",
            evidence=(*((reason,) if reason else ()), *place.evidence, _where(told)),
            location=place.location,
            word=place.word,
            fixes=fixes,
        )


def _where(told: dict[str, object]) -> str:
    """Which code was read. gunicorn's parts are named once, by their package."""
    modules = [str(name) for name in read] if isinstance(read := told.get("read"), list) else []
    parts = dict.fromkeys(".".join(name.split(".")[:2]) if name.count(".") > 1 else name for name in modules)
    return f"read: {', '.join(['gunicorn.arbiter', *parts])}"


def _uvicorn(bases: tuple[str, ...]) -> bool:
    return any(base.startswith(("uvicorn_worker.", "uvicorn.workers.")) for base in bases)


def _instead(name: str, shown: str, asked: str, bases: tuple[str, ...]) -> Fix | None:
    """A worker class that hands the setting to uvicorn, in words: it has to be a module of the project."""
    keyword = UVICORN_NAMES.get(name)
    if keyword is None or not _uvicorn(bases):
        return None
    base = asked.rpartition(".")[2]
    return Fix.by_hand(
        f"use a worker class of your own that hands it to uvicorn: class Worker({base}): "
        f'CONFIG_KWARGS = {{**{base}.CONFIG_KWARGS, "{keyword}": "{shown}"}}'
    )
