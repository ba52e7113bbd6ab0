"""What differs between Connexion 2.14.2 and 3.3.0, as ``compare`` finds it over apps that between them use
every kind of parameter, body, security, answer and error."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from connexion_doctor.compare.changes import Effect
from connexion_doctor.compare.comparison import Comparison
from tests.compare.comparing import upgraded

BREAKS, NOTICE, NONE = Effect.BREAKS, Effect.NOTICE, Effect.NONE


class Behaviour(NamedTuple):
    app: str
    operation: str
    kind: str
    where: str
    before: str  # the status, or the beginning of the value
    after: str
    effect: Effect
    known: str | None = None


TABLE = [
    # parameters
    Behaviour("parameters", "GET /p/heads", "valid", "status", "200", "400", BREAKS, "header-not-read"),
    Behaviour("parameters", "GET /p/heads", "head", "status", "200", "400", BREAKS, "header-not-read"),
    Behaviour("parameters", "GET /p/word/{word}", "trailing-slash", "status", "404", "307", NOTICE, "slash"),
    Behaviour("parameters", "GET /p/slash/", "trailing-slash", "status", "308", "307", NOTICE, "redirect"),
    Behaviour("parameters", "GET /p/query", "undeclared-method", "header allow", "get", "get", NOTICE, "allow"),
    Behaviour("parameters", "GET /p/query", "undeclared-method", "/detail", '"The m', '"Meth', NOTICE, "error-text"),
    Behaviour("parameters", "GET /p/query", "invalid", "/detail", '"', '"', NOTICE, "error-text"),
    Behaviour("parameters", "GET /p/whole/{number}", "invalid", "body", "an order", "another", NONE),
    # bodies
    Behaviour("bodies", "POST /json", "content-type", "status", "415", "500", BREAKS, "no-content-type"),
    Behaviour("bodies", "POST /list", "content-type", "status", "415", "200", BREAKS, "no-content-type"),
    Behaviour("bodies", "PUT /nullable", "content-type", "status", "200", "500", BREAKS, "no-content-type"),
    Behaviour("bodies", "PUT /nullable", "content-type", "status", "200", "415", BREAKS, "content-type-checked"),
    Behaviour("bodies", "POST /json", "content-type", "status", "201", "415", BREAKS, "content-type-checked"),
    Behaviour("bodies", "POST /given", "valid", "status", "200", "400", BREAKS, "read-only-wanted"),
    Behaviour("bodies", "PUT /nullable", "invalid", "status", "200", "400", BREAKS, "body-validated"),
    Behaviour("bodies", "POST /form", "invalid", "/detail", "[", '"', BREAKS, "error-members"),
    Behaviour("bodies", "POST /form", "content-type", "status", "500", "415", NOTICE, "content-type-checked"),
    Behaviour("bodies", "POST /form", "content-type", "status", "500", "200", NOTICE, "no-content-type"),
    Behaviour("bodies", "POST /text", "valid", "/got", '""', "{}", BREAKS, "empty-body"),
    Behaviour("bodies", "POST /either", "valid", "/kind", '"bytes"', '"dict"', BREAKS),
    Behaviour("bodies", "POST /either", "invalid", "status", "200", "400", BREAKS, "body-validated"),
    Behaviour("bodies", "POST /json", "content-type", "status", "400", "415", NOTICE, "content-type-checked"),
    Behaviour("bodies", "DELETE /nothing", "valid", "content-type", "application/json", "text/html", NOTICE, "empty-answer"),
    # security
    Behaviour("security", "GET /basic", "no-credentials", "body", "an order", "another", NONE),
    Behaviour("security", "DELETE /change", "undeclared-method", "/detail", '"The', '"Meth', NOTICE, "error-text"),
    # answers
    Behaviour("answers", "GET /guarded", "wrong-credentials", "status", "401", "500", BREAKS, "security-function-raises"),
    Behaviour("answers", "GET /several", "valid", "status", "200", "500", BREAKS, "several-content-types"),
    Behaviour("answers", "GET /dates", "head", "status", "200", "500", BREAKS, "head-validated"),
    Behaviour("answers", "GET /wrong", "valid", "/detail", '"', '"', NOTICE, "crash-text"),
    Behaviour("answers", "GET /wrong", "valid", "/title", '"Resp', '"Internal', NOTICE, "crash-text"),
    Behaviour("answers", "GET /raises", "valid", "body", "an order", "another", NONE),
    # Swagger 2
    Behaviour("swagger2", "GET /two/pets", "invalid", "/title", "null", '"Bad', NOTICE, "error-members"),
    Behaviour("swagger2", "POST /two/form", "invalid", "status", "400", "200", BREAKS, "form-limits"),
    Behaviour("swagger2", "POST /two/form", "content-type", "status", "400", "500", BREAKS, "no-content-type"),
    # browsers
    Behaviour("browser", "POST /things", "preflight", "status", "200", "405", BREAKS, "preflight"),
    Behaviour("swagger2", "POST /two/pets", "preflight", "status", "200", "405", NOTICE, "preflight"),
    Behaviour("browser", "GET /things", "options", "status", "200", "405", NOTICE, "options"),
    Behaviour("browser", "GET /things", "undeclared-method", "header x-frame-options", "D", "", NOTICE, "hooks"),
    Behaviour("browser", "the documentation", "documentation", "body", "<!--", "<!--", NOTICE, "documentation"),
    Behaviour("browser", "the documentation", "documentation", "status", "308", "307", NOTICE, "redirect"),
    Behaviour("browser", "the documentation", "documentation", "content-type", "te", "te", NOTICE, "documentation"),
]  # fmt: skip


@pytest.mark.parametrize("app", sorted({one.app for one in TABLE}))
def test_what_differs_is_found_and_sorted(app: str) -> None:
    comparison = upgraded(app)
    found = {wanted: seen(comparison, wanted) for wanted in TABLE if wanted.app == app}
    missed = {wanted: some for wanted, some in found.items() if not any(_fits(wanted, one) for one in some)}
    assert missed == {}
    for difference in comparison.differences():
        for result in difference.results:
            assert result.curl.startswith(("curl -i", "curl -I"))
            assert result.request.path in result.curl
    if app == "parameters":
        whatever_is_valid_is_the_same(comparison)


def seen(comparison: Comparison, wanted: Behaviour) -> list[tuple[str, str, Effect, str | None]]:
    """What was found at the place: both values, the effect, the name of what is known."""
    return [
        (change.before, change.after, change.effect, difference.known.name if difference.known else None)
        for difference in comparison.differences(invisible=True)
        for result in difference.results
        if (result.request.operation, result.request.kind) == (wanted.operation, wanted.kind)
        for change in result.changes
        if change.where == wanted.where == difference.change.where
    ]


def _fits(wanted: Behaviour, found: tuple[str, str, Effect, str | None]) -> bool:
    before, after, effect, known = found
    same = (effect, known) == (wanted.effect, wanted.known)
    return same and before.startswith(wanted.before) and after.startswith(wanted.after)


def whatever_is_valid_is_the_same(comparison: Comparison) -> None:
    same = {
        name
        for name, results in comparison.operations().items()
        if not any(one.changes for one in results if one.request.kind == "valid")
    }
    assert {"GET /p/query", "GET /p/lists", "GET /p/objects", "GET /p/cookies", "GET /p/empty"} <= same
