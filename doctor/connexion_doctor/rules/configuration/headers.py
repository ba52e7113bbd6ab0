"""Headers that a server keeps from the app."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import standing
from connexion_doctor.rules.connexion.details import handlers_source, texts

OWN_PARSER = ("sync", "thread", "gevent", "event", "eventlet", "asgi")  # its modules, without their ``g``
SINCE = 22  # gunicorn/config.py, ``HeaderMap``


@rule("CXD218", "header-with-underscore-dropped", Severity.WARNING)
def header_with_underscore_dropped(case: Case) -> Iterator[Finding]:
    """A header that the specification names with an underscore never reaches the app.

    What happens: requests that have it are answered as if they had not: ``400 Missing header parameter
        'api_key'``, or 401 where it is an API key.
    Why: to WSGI ``api_key`` and ``api-key`` are one name, so a client could pretend to be the proxy that sets
        the other one; gunicorn since 22 (with its own parser, that of the ``asgi`` worker included) and
        waitress drop what has an underscore, and so does nginx unless it is told otherwise. uvicorn and its
        worker, hypercorn, daphne and granian do not.
    Fix: name it with a hyphen in the specification and in the clients; or, with gunicorn, ``--header-map
        dangerous``, where no proxy in front sets headers that the app believes.
    Before:
        parameters: [{name: api_key, in: header, schema: {type: string}}]
    After:
        parameters: [{name: api-key, in: header, schema: {type: string}}]
    Sources:
        https://docs.gunicorn.org/en/stable/settings.html#header-map
        https://nginx.org/en/docs/http/ngx_http_core_module.html#underscores_in_headers
        test: tests/rules/configuration/test_headers.py
    """
    passed_on = case.facts.server.settings.get("forwarder_headers")
    allowed = str(passed_on.value).upper() if passed_on is not None else ""
    names = [one for one in texts(handlers_source(case, "underscored_headers")) if one.upper() not in allowed]
    if not names or not _drops(case):
        return
    hyphened = names[0].replace("_", "-")
    place = standing(case, "header_map", value=True)
    yield finding(
        f"{case.launch.server} drops the header `{names[0]}`, which the specification declares: its name has "
        "an underscore.",
        evidence=(*([f"so it does {', '.join(names[1:])}"] if names[1:] else []), *place.evidence),
        location=place.location,
        word=place.word,
        fixes=(Fix.by_hand(f"name it {hyphened} in the specification, and in its clients"),),
    )


def _drops(case: Case) -> bool:
    """Whether the server keeps such headers to itself."""
    server = case.facts.server
    if case.launch.server == "waitress":
        return True
    if case.launch.server != "gunicorn" or server.worker is None:
        return False
    worker = (server.worker.resolved or server.worker.asked).removeprefix("gunicorn.workers.")
    own = worker.partition(".")[0].removeprefix("g") in OWN_PARSER
    given = server.settings.get("header_map")
    since = case.environment.major("gunicorn") or 0
    return own and since >= SINCE and (given is None or given.value == "drop")
