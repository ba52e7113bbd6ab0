"""WSGI-only starts that neither a worker nor an option can change: uWSGI's fork, ``flask run``."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Interface, Location, Severity
from connexion_doctor.rules.adapters.adapters import a2wsgi_layer
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.target import target_word
from connexion_doctor.servers import uwsgi, uwsgi_options, ways

ERROR = Severity.ERROR


@rule("CXD306", "adapter-made-in-uwsgi-master", ERROR, breaks=True)
def adapter_made_in_uwsgi_master(case: Case) -> Iterator[Finding]:
    """The a2wsgi adapter is made in uWSGI's master process, before the workers are forked.

    What happens: it boots, and every request hangs until nginx or the client gives up; nothing is logged.
    Why: ``ASGIMiddleware`` starts a thread with an event loop when it is made. uWSGI loads the app once and
        then forks (with ``master``, or more than one process), and threads do not survive a fork.
    Fix: ``lazy-apps``, which loads the app in each worker, and ``enable-threads``.
    Before:
        [uwsgi]
        module = wsgi:application
        master = true
    After:
        [uwsgi]
        module = wsgi:application
        master = true
        lazy-apps = true
        enable-threads = true
    Sources:
        https://github.com/abersheeran/a2wsgi/issues/34
        https://uwsgi-docs.readthedocs.io/en/latest/articles/TheArtOfGracefulReloading.html
        truth: c3uwsgi/uwsgi/bridged:application
    """
    if case.launch.server != "uwsgi" or a2wsgi_layer(case) is None or case.calls is not Interface.WSGI:
        return
    configuration = uwsgi_options.of_launch(case.launch)
    lazily = [case.facts.server.settings.get(name) for name in ("lazy-apps", "lazy")]
    if not configuration.forks or any(given and given.source == "environment" for given in lazily):
        return

    remedy = uwsgi.SERVER.remedy(case)
    remedy.load_after_the_fork()
    remedy.cost("each worker loads the app itself: slower start, no memory shared between workers")
    guilty = (
        configuration.last("lazy-apps") or configuration.last("master") or configuration.last("processes")
    )
    yield finding(
        "Requests will hang: the a2wsgi adapter is created before uWSGI forks its workers, and its thread "
        "does not survive the fork.",
        location=_location(guilty),
        word=guilty.word if guilty is not None else None,
        fixes=(remedy.fix("load the app in each worker: lazy-apps", recommended=True), *_leave(case)),
    )


def _location(option: uwsgi_options.Option | None) -> Location | None:
    return option.location if option is not None else None


def _leave(case: Case) -> tuple[Fix, ...]:
    """The way out that needs no adapter."""
    from connexion_doctor.rules.adapters.adapters import unwrapped_fixes

    return tuple(ways.second(fix) for fix in unwrapped_fixes(case))


@rule("CXD307", "not-a-flask-app", ERROR, breaks=True)
def not_a_flask_app(case: Case) -> Iterator[Finding]:
    """``flask run`` is given something that is no Flask app.

    What happens: it ends with ``Error: A valid Flask application was not obtained from 'app:app'.``, or
        ``Failed to find Flask application or factory in module 'app'``.
    Why: Flask's command line serves ``flask.Flask`` objects only. A Connexion app holds one, but in
        Connexion 3 that one has no routes of the specification, no validation and no security.
    Fix: an ASGI server for the Connexion app; ``FLASK_APP`` may go on naming the inner Flask app for
        commands like ``flask db upgrade``.
    Before:
        flask --app app:app run
    After:
        uvicorn app:app --host 127.0.0.1 --port 5000
    Sources:
        https://github.com/mozilla-releng/shipit/pull/1738
        https://flask.palletsprojects.com/en/stable/cli/
        truth: c3new/flask/app:app
    """
    load = case.facts.load
    if case.launch.server != "flask" or load is None or load.stage != "refused":
        return
    apps = [name for name, kind in load.names.items() if kind == "connexion"]
    name = load.attribute if load.attribute in apps else next(iter(apps), None)
    major = case.environment.major("connexion") or 0
    speaks = Interface.ASGI3 if major >= 3 else Interface.WSGI
    served = name
    if name is None and load.factory_called and load.attribute is not None:
        served = load.attribute if "(" in load.attribute else f"{load.attribute}()"
    fixes = ways.to_serve(case, speaks, f"{load.module}:{served}") if served is not None else ()
    title = f"name a flask.Flask object of {load.module}, or a function that returns one"
    what = f"{load.module}:{name} is a Connexion app" if name is not None else load.found or "it has none"
    yield finding(
        f"`flask run` serves Flask apps only: {what}.",
        evidence=(load.error.short,) if load.error is not None else (),
        word=target_word(case),
        fixes=fixes or (Fix.by_hand(title),),
    )
