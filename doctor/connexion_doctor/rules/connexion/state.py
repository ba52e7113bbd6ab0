"""What the handlers keep in their own modules, where several processes serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import standing
from connexion_doctor.rules.connexion.details import handlers_source, own_frame


@rule("CXD130", "state-in-one-process", Severity.INFO)
def state_in_one_process(case: Case) -> Iterator[Finding]:
    """Handlers change something in their module, and several worker processes each have their own.

    What happens: a ``POST`` answers 201, and the ``GET`` after it answers 404 as often as another worker
        gets it. With one worker, and in tests, all is well.
    Why: every worker process imports the module for itself; what a request changes in one is not seen by
        the others, and is lost when that worker is started again.
    Fix: keep it where all workers look (a database, Redis), or run one worker with threads.
    Before:
        PETS = {}                        # gunicorn -w 4
        def put_pet(pet_id, body):
            PETS[pet_id] = body
    After:
        def put_pet(pet_id, body):
            with Session() as session:
                session.merge(Pet(id=pet_id, **body))
    Sources:
        https://docs.gunicorn.org/en/stable/design.html#server-model
        test: tests/probe/test_handlers_source.py
    """
    workers = servers.of(case).neutral(case).workers
    kept = _kept(case)
    if not isinstance(workers, int) or workers < 2 or not kept:  # a number that only the start knows
        return
    names = list(dict.fromkeys(str(one.get("name")) for one in kept))
    setting = next((name for name in ("workers", "processes") if name in case.facts.server.settings), "")
    place = standing(case, setting)
    frame = own_frame(case, kept[0])
    yield finding(
        f"{', '.join(f'`{name}`' for name in names[:3])} {'lives' if len(names) == 1 else 'live'} in memory: "
        f"several worker processes do not share {'it' if len(names) == 1 else 'them'}.",
        evidence=(
            *(f"{one.get('path')}:{one.get('line')} in {one.get('function')}" for one in kept[:3]),
            *place.evidence,
        ),
        location=case.at(frame),
        fixes=(
            Fix.by_hand(
                "Keep it in a store that all workers share (a database, Redis), or run one worker.",
                costs=("one worker uses one processor",),
            ),
        ),
    )


def _kept(case: Case) -> list[Mapping[str, object]]:
    found = handlers_source(case, "state")
    entries = found if isinstance(found, (list, tuple)) else ()
    return [one for one in entries if isinstance(one, dict) and own_frame(case, one) is not None]
