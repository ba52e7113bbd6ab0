"""What Connexion 2 did around operations: timers, and names of bodies out of the schema."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Location, Severity
from connexion_doctor.python import Sources
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import fix


@rule("CXD452", "uwsgi-metrics-gone", Severity.WARNING)
def uwsgi_metrics(sources: Sources) -> Iterator[Finding]:
    """uWSGI metrics are no longer collected.

    What happens: Nothing is said; the timers of the operations stay empty.

    Why: Connexion 2 timed operations where `uwsgi_metrics` was installed. Connexion 3 has nothing of the
        kind, and uWSGI cannot serve it.

    Fix: Measure with ASGI middleware, and take `uwsgi_metrics` out.

    Before:
        import connexion
        import uwsgi_metrics

        uwsgi_metrics.initialize()
        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        test: tests/rules/migration/scenarios.py
    """
    for module in sources.modules:
        for use in module.imports:
            names = [alias.name for alias in use.node.names]
            named_module = getattr(use.node, "module", None)
            if use.guarded or not ("uwsgi_metrics" in names or named_module == "uwsgi_metrics"):
                continue
            yield finding(
                "Connexion 3 does not fill `uwsgi_metrics`: the timers of the operations stay empty.",
                location=module.location(use.node),
                fixes=fix("Measure with ASGI middleware, and take `uwsgi_metrics` out."),
            )


@rule("CXD454", "body-name-in-schema", Severity.ERROR)
def body_name(sources: Sources) -> Iterator[Finding]:
    """`x-body-name` stands in the schema of a request body, where Connexion 3 does not look.

    What happens: The request answers 500: `TypeError: create() missing 1 required positional argument:
        'pet'`: the body is passed as `body`.

    Why: Connexion 2 read the name from the schema, with a warning that this is deprecated; Connexion 3 reads
        it from the request body object only.

    Fix: Put `x-body-name` beside `content`, under `requestBody`. That works in both versions.

    Before:
        requestBody:
          content:
            application/json:
              schema:
                type: object
                x-body-name: pet

    After:
        requestBody:
          x-body-name: pet
          content:
            application/json:
              schema:
                type: object

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        https://connexion.readthedocs.io/en/latest/request.html
        test: tests/rules/migration/scenarios.py
    """
    for place in sources.body_names:
        edits: list[Edit] = []
        if place.body_line is not None:
            edits = [
                Edit(Location(place.path, place.line, 1, place.line + 1, 1), ""),
                Edit(
                    Location(place.path, place.body_line + 1, 1, place.body_line + 1, 1),
                    f"{place.body_indent}x-body-name: {place.name}\n",
                ),
            ]
        yield finding(
            f"`x-body-name: {place.name}` in a schema is not read by Connexion 3: the body is "
            "passed as `body`.",
            location=Location(place.path, place.line, place.column, place.line, place.end_column),
            fixes=fix("Put it under `requestBody`, beside `content`.", edits),
        )
