"""Versions of Connexion and of what it stands on that do not fit together."""

from __future__ import annotations

from collections.abc import Iterator

from doctor.model import Finding, Severity
from doctor.rules.base import rule
from doctor.rules.versions.common import clash, upgrade
from doctor.rules.versions.subject import Requirements, within


@rule("CXD501", "connexion2-with-newer-flask", Severity.ERROR)
def flask(subject: Requirements) -> Iterator[Finding]:
    """Connexion 2 with a Flask that it cannot be imported with.

    What happens: `import connexion` raises
        `AttributeError: module 'flask.json' has no attribute 'JSONEncoder'`.

    Why: Connexion up to 2.14 uses the JSON encoder that Flask 2.3 removed. Its own requirement forbids the
        pair; it comes about by installing without dependencies, or in two steps.

    Fix: Connexion 2.15 works with new Flask and needs no change of code; or hold Flask below 2.3.

    Before:
        connexion==2.14.2
        flask==2.3.3

    After:
        connexion>=2.15.1,<3
        flask==2.3.3

    Sources:
        https://github.com/spec-first/connexion/issues/1699
    """
    for connexion, other in subject.pairs("connexion", "flask"):
        if within(connexion.version, "<2.15") and within(other.version, ">=2.3"):
            yield clash(
                f"Connexion {connexion.spoken} cannot be imported with Flask {other.spoken}.",
                Severity.ERROR,
                connexion,
                other,
                [
                    upgrade(subject, "connexion>=2.15.1,<3", unsafe=False),
                    upgrade(subject, "flask<2.3", recommended=False),
                ],
                "AttributeError: module 'flask.json' has no attribute 'JSONEncoder'",
            )


@rule("CXD502", "connexion2-with-newer-werkzeug", Severity.ERROR)
def werkzeug(subject: Requirements) -> Iterator[Finding]:
    """Connexion 2 with a Werkzeug that is too new for its Flask.

    What happens: `AttributeError: module 'werkzeug' has no attribute '__version__'`, when a test client or
        the app is used.

    Why: Flask below 2.3 does not limit Werkzeug; Werkzeug 3.1 has no `__version__`.

    Fix: Hold Werkzeug below 2.3, or take Connexion 2.15 with new Flask and Werkzeug.

    Before:
        connexion==2.14.2
        flask==2.2.5
        werkzeug==3.1.3

    After:
        connexion==2.14.2
        flask==2.2.5
        werkzeug<2.3

    Sources:
        https://github.com/spec-first/connexion/issues/1699
        https://werkzeug.palletsprojects.com/en/stable/changes/
    """
    for connexion, other in subject.pairs("connexion", "werkzeug"):
        flasks = subject.versions("flask")
        if (
            within(connexion.version, "<2.15")
            and within(other.version, ">=3.1")
            and all(within(flask.version, "<2.3") for flask in flasks)
        ):
            yield clash(
                f"Connexion {connexion.spoken} with Flask below 2.3 breaks on Werkzeug {other.spoken}.",
                Severity.ERROR,
                other,
                connexion,
                [
                    upgrade(subject, "werkzeug<2.3", unsafe=False),
                    upgrade(subject, "connexion>=2.15.1,<3", recommended=False),
                ],
                "AttributeError: module 'werkzeug' has no attribute '__version__'",
            )


@rule("CXD503", "connexion-2150-without-packaging", Severity.ERROR)
def packaging(subject: Requirements) -> Iterator[Finding]:
    """Connexion 2.15.0 without the package `packaging`.

    What happens: `import connexion` raises `ModuleNotFoundError: No module named 'packaging'`.

    Why: 2.15.0 uses it and does not ask for it; 2.15.1 does.

    Fix: Connexion 2.15.1.

    Before:
        connexion==2.15.0

    After:
        connexion>=2.15.1,<3

    Sources:
        https://github.com/spec-first/connexion/releases/tag/2.15.1
    """
    for connexion in subject.versions("connexion"):
        if str(connexion.version) == "2.15.0" and not subject.has("packaging"):
            yield clash(
                "Connexion 2.15.0 needs `packaging`, and does not ask for it.",
                Severity.ERROR,
                connexion,
                None,
                [upgrade(subject, "connexion>=2.15.1,<3", unsafe=False)],
                "ModuleNotFoundError: No module named 'packaging'",
            )


@rule("CXD504", "swagger-ui-with-starlette-1", Severity.ERROR)
def starlette_1(subject: Requirements) -> Iterator[Finding]:
    """Connexion below 3.2 with Starlette 1: the Swagger UI answers 500.

    What happens: `/ui/` answers 500: `TypeError: unhashable type: 'dict'`. The API works.

    Why: Starlette 1.0 removed a way of rendering templates that Connexion up to 3.1 uses, and Connexion does
        not limit Starlette: a fresh installation gets the pair.

    Fix: Connexion 3.3; or Starlette below 1.

    Before:
        connexion[flask,swagger-ui]==3.1.0
        starlette==1.10.0

    After:
        connexion[flask,swagger-ui]>=3.3,<4
        starlette==1.10.0

    Sources:
        https://github.com/spec-first/connexion/issues/2114
    """
    for connexion, other in subject.pairs("connexion", "starlette"):
        if within(connexion.version, ">=3,<3.2") and within(other.version, ">=1") and _swagger_ui(subject):
            yield clash(
                f"The Swagger UI of Connexion {connexion.spoken} answers 500 with Starlette {other.spoken}.",
                Severity.ERROR,
                connexion,
                other,
                [
                    upgrade(subject, "connexion>=3.3,<4", unsafe=False),
                    upgrade(subject, "starlette<1", recommended=False),
                ],
                "TypeError: unhashable type: 'dict'",
            )


def _swagger_ui(subject: Requirements) -> bool:
    extras = {extra for declaration in subject.declared.of("connexion") for extra in declaration.extras}
    return "swagger-ui" in extras or subject.has("swagger-ui-bundle")


@rule("CXD505", "connexion-300-with-newer-starlette", Severity.ERROR)
def starlette_033(subject: Requirements) -> Iterator[Finding]:
    """Connexion 3.0.0 to 3.0.3 with Starlette 0.33 or newer: paths are not found.

    What happens: Each path below a base path answers 404, after a fresh installation.

    Why: Starlette 0.33 changed what a mounted app sees as its path; Connexion took that up in 3.0.6 (3.0.4
        and 3.0.5 ask for Starlette below 0.33).

    Fix: Connexion 3.3.

    Before:
        connexion[flask]==3.0.2
        starlette==0.35.0

    After:
        connexion[flask]>=3.3,<4
        starlette==0.35.0

    Sources:
        https://github.com/spec-first/connexion/issues/1826
    """
    for connexion, other in subject.pairs("connexion", "starlette"):
        if within(connexion.version, ">=3.0.0,<3.0.4") and within(other.version, ">=0.33"):
            yield clash(
                f"Connexion {connexion.spoken} finds no path with Starlette {other.spoken}.",
                Severity.ERROR,
                connexion,
                other,
                [
                    upgrade(subject, "connexion>=3.3,<4", unsafe=False),
                    upgrade(subject, "starlette<0.33", recommended=False),
                ],
            )


@rule("CXD506", "connexion-320-validation-breaks-specification", Severity.ERROR)
def regression_320(subject: Requirements) -> Iterator[Finding]:
    """Connexion 3.2.0 with `validate_responses`: the specification answers 500 after the first response.

    What happens: `/openapi.json` and with it the Swagger UI work until the first JSON response is
        validated, then answer 500: `InvalidSpecification`.

    Why: 3.2.0 validates into the specification that it also serves.

    Fix: Connexion 3.3.

    Before:
        connexion[flask]==3.2.0

    After:
        connexion[flask]>=3.3,<4

    Sources:
        https://github.com/spec-first/connexion/issues/2028
    """
    for connexion in subject.versions("connexion"):
        if str(connexion.version) == "3.2.0" and "validate-responses" in subject.uses:
            yield clash(
                "Connexion 3.2.0 breaks its specification when it validates responses.",
                Severity.ERROR,
                connexion,
                None,
                [upgrade(subject, "connexion>=3.3,<4", unsafe=False)],
            )


@rule("CXD507", "test-client-with-httpx-028", Severity.WARNING)
def httpx(subject: Requirements) -> Iterator[Finding]:
    """An old Starlette with httpx 0.28: the test client cannot be made.

    What happens: Tests fail: `TypeError: Client.__init__() got an unexpected keyword argument 'app'`. The
        server works.

    Why: httpx 0.28 removed an argument that Starlette below 0.37 gives; Connexion 3.0.4 and 3.0.5 hold
        Starlette below 0.33.

    Fix: Connexion 3.3; or httpx below 0.28.

    Before:
        connexion[flask]==3.0.5
        httpx==0.28.1
        starlette==0.32.0

    After:
        connexion[flask]>=3.3,<4
        httpx==0.28.1
        starlette==0.32.0

    Sources:
        https://github.com/encode/httpx/releases/tag/0.28.0
    """
    for starlette, other in subject.pairs("starlette", "httpx"):
        connexions = subject.versions("connexion")
        old = any(within(c.version, ">=3,<3.3") for c in connexions)
        if old and within(starlette.version, "<0.33") and within(other.version, ">=0.28"):
            yield clash(
                f"The test client of Starlette {starlette.spoken} cannot be made with httpx {other.spoken}.",
                Severity.WARNING,
                other,
                starlette,
                [
                    upgrade(subject, "connexion>=3.3,<4", unsafe=True),
                    upgrade(subject, "httpx<0.28", recommended=False),
                ],
                "TypeError: Client.__init__() got an unexpected keyword argument 'app'",
            )


@rule("CXD508", "multipart-shadows-python-multipart", Severity.WARNING)
def multipart(subject: Requirements) -> Iterator[Finding]:
    """The package `multipart` beside Connexion below 3.2.

    What happens: Forms fail: the import of `multipart` finds another package than python-multipart.

    Why: Connexion below 3.2 imports python-multipart by its old name, which the unrelated package
        `multipart` has too.

    Fix: Connexion 3.3, or uninstall `multipart`.

    Before:
        connexion[flask]==3.1.0
        multipart==1.2.1

    After:
        connexion[flask]>=3.3,<4
        multipart==1.2.1

    Sources:
        https://github.com/spec-first/connexion/pull/1995
    """
    for connexion, other in subject.pairs("connexion", "multipart"):
        if within(connexion.version, ">=3,<3.2"):
            yield clash(
                f"`multipart` {other.spoken} hides python-multipart from Connexion {connexion.spoken}.",
                Severity.WARNING,
                other,
                connexion,
                [upgrade(subject, "connexion>=3.3,<4", unsafe=False)],
            )
