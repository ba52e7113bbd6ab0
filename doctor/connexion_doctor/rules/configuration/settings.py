"""Settings that gunicorn passes over in silence."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import recommended, standing, taken_out


@rule("CXD207", "setting-misspelt", Severity.WARNING)
def setting_misspelt(case: Case) -> Iterator[Finding]:
    """A name in gunicorn's configuration file is almost a setting's name, and is ignored.

    What happens: nothing: gunicorn ignores names that it does not know, ``--check-config`` too, and the
        default stays in force.
    Why: the configuration file is Python; any name may stand in it.
    Fix: correct the name.
    Before:
        worker_clas = "asgi"
    After:
        worker_class = "asgi"
    Sources:
        https://github.com/benoitc/gunicorn/blob/master/gunicorn/app/base.py
        truth: c3new/gunicorn -w 1 -b {bind} -c conf/misspelt.py app:app
    """
    server, config = case.facts.server, case.config
    if config is None or not server.setting_names:
        return
    for name in server.config_names:
        assigned = config.assignments.get(name)
        if assigned is None or name in config.names_read or not assigned.is_literal:
            continue  # a helper of the file's own, or something it computes
        meant = _meant(name, server.setting_names)
        if meant is None or meant in config.assignments:
            continue
        fix = Fix(
            title=f"write {meant}",
            applicability=Applicability.UNSAFE,
            recommended=True,
            edits=(Edit(assigned.target, meant),),
            costs=(
                f"{meant} = {config.line(assigned.value.line)[assigned.value.column - 1 :].strip()} "
                "comes into force, which it is not today",
            ),
        )
        yield finding(
            f"gunicorn ignores `{name}`, which is none of its settings; `{meant}` is one.",
            location=assigned.target,
            fixes=(fix,),
        )


def _meant(name: str, settings: tuple[str, ...]) -> str | None:
    """A setting whose name differs by a slip of the keyboard: a letter or two, an underscore, case."""
    folded = name.lower().replace("-", "_")
    for setting in settings:
        if folded.replace("_", "") == setting.replace("_", "") and name != setting:
            return setting
    close = difflib.get_close_matches(folded, settings, n=1, cutoff=0.86)
    if not close or abs(len(close[0]) - len(name)) > 2:
        return None
    return close[0]


@rule("CXD208", "threads-without-effect", Severity.WARNING)
def threads_without_effect(case: Case) -> Iterator[Finding]:
    """``threads`` is set, and the worker runs an event loop that has no use for it.

    What happens: the setting is ignored: in silence by uvicorn's worker, with ``ASGI worker does not use
        threads configuration.`` by gunicorn's own. A FlaskApp runs its handlers in 10 threads per
        process whatever is set.
    Why: an ASGI worker serves its requests from one event loop.
    Fix: take it out; raise ``workers`` where more has to run at once.
    Before:
        gunicorn -k uvicorn_worker.UvicornWorker --threads 8 app:app
    After:
        gunicorn -k uvicorn_worker.UvicornWorker --workers 4 app:app
    Sources:
        https://github.com/benoitc/gunicorn/blob/master/docs/content/asgi.md
        https://github.com/spec-first/connexion/issues/2045
        truth: c3new/gunicorn -w 1 -b {bind} -c conf/threads_asgi.py app:app
    """
    server = case.facts.server
    threads, worker = server.settings.get("threads"), server.worker
    if threads is None or worker is None or worker.resolved is None or threads.value in (None, 1):
        return
    if worker.calls.value not in ("asgi3", "asgi2"):
        return
    place = standing(case, "threads")
    title = "take --threads out" if threads.source == "command" else "take threads out"
    yield finding(
        f"`threads = {threads.shown}` has no effect: the worker {worker.asked} serves from an event loop.",
        evidence=place.evidence,
        location=place.location,
        word=place.word,
        fixes=(recommended(taken_out(case, "threads", title)),),
    )
