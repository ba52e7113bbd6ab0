"""Versions of Connexion 3 and of what it stands on that do not fit together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import rule
from connexion_doctor.rules.versions.repairs import clash, upgrade
from connexion_doctor.rules.versions.subject import Requirements, within


@rule("CXD504", "swagger-ui-with-starlette-1", Severity.ERROR)
def starlette_1(subject: Requirements) -> Iterator[Finding]:
    """Connexion below 3.2 with Starlette 1: the Swagger UI answers 500.

    What happens: `/ui/` answers 500: `TypeError: unhashable type: 'dict'`. The API works.

    Why: Starlette 1.0 removed a way of rendering templates that Connexion up to 3.1 uses, and Connexion does
        not limit Starlette: a fresh installation gets the pair, unless a file of the project holds it.

    Fix: Connexion 3.3; or Starlette below 1.

    Before:
        connexion[flask,swagger-ui]==3.1.0
        starlette==1.10.0

    After:
        connexion[flask,swagger-ui]==3.3.0
        starlette==1.10.0

    Sources:
        https://github.com/spec-first/connexion/issues/2114
        test: tests/rules/versions/test_pairs_are_real.py
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
    for connexion in subject.versions("connexion"):
        # 3.0.4 and 3.0.5 hold Starlette below 0.33 themselves.
        free = within(connexion.version, ">=3,<3.2,!=3.0.4,!=3.0.5") and subject.takes(
            "starlette", "1.10.0", ">=3.10"
        )
        if free and not subject.versions("starlette") and _swagger_ui(subject):
            yield clash(
                f"Connexion {connexion.spoken} is installed with Starlette 1, with which its Swagger UI "
                "answers 500: nothing holds Starlette below.",
                Severity.ERROR,
                connexion,
                None,
                [upgrade(subject, "connexion>=3.3,<4", unsafe=False)],
                "TypeError: unhashable type: 'dict'",
            )


def _swagger_ui(subject: Requirements) -> bool:
    extras = {extra for declaration in subject.declared.of("connexion") for extra in declaration.extras}
    return "swagger-ui" in extras or subject.has("swagger-ui-bundle")


@rule("CXD505", "connexion-300-with-newer-starlette", Severity.ERROR)
def starlette_033(subject: Requirements) -> Iterator[Finding]:
    """Connexion 3.0.0 to 3.0.3 with Starlette 0.33 or 0.34: each operation answers 500.

    What happens: Each operation answers 500: `RuntimeError: Working outside of operation context.` The
        specification and the Swagger UI answer.

    Why: Starlette 0.33 changed what a mounted app sees as its path, and Connexion does not find the
        operation; Starlette 0.35 changed it again. Connexion 3.0.4 and 3.0.5 ask for Starlette below 0.33,
        and from 3.0.6 on for 0.35 or newer.

    Fix: Connexion 3.3 with Starlette 0.35 or newer.

    Before:
        connexion[flask]==3.0.2
        starlette==0.33.0

    After:
        connexion[flask]==3.3.0
        starlette==0.35.0

    Sources:
        https://github.com/spec-first/connexion/issues/1826
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for connexion, other in subject.pairs("connexion", "starlette"):
        if within(connexion.version, ">=3.0.0,<3.0.4") and within(other.version, ">=0.33,<0.35"):
            yield clash(
                f"Connexion {connexion.spoken} finds no operation with Starlette {other.spoken}.",
                Severity.ERROR,
                connexion,
                other,
                [
                    upgrade(subject, "connexion>=3.3,<4", unsafe=False),
                    upgrade(subject, "starlette<0.33", recommended=False),
                ],
                "RuntimeError: Working outside of operation context.",
            )


@rule("CXD506", "connexion-320-validation-breaks-specification", Severity.ERROR)
def regression_320(subject: Requirements) -> Iterator[Finding]:
    """Connexion 3.2.0 with `validate_responses`: the specification answers 500 after the first response.

    What happens: `/openapi.json` and with it the Swagger UI work until the first JSON response is validated
        whose schema refers to a component (`$ref`), then they answer 500: `InvalidSpecification`.

    Why: 3.2.0 writes the resolved schema into the specification that it also serves. Where no specification
        with a `$ref` is seen, this is a warning.

    Fix: Connexion 3.3.

    Before:
        connexion[flask]==3.2.0

    After:
        connexion[flask]==3.3.0

    Sources:
        https://github.com/spec-first/connexion/issues/2028
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for connexion in subject.versions("connexion"):
        if str(connexion.version) == "3.2.0" and "validate-responses" in subject.uses:
            yield clash(
                "Connexion 3.2.0 breaks its specification when it validates a response with a `$ref`.",
                Severity.ERROR if "references" in subject.uses else Severity.WARNING,
                connexion,
                None,
                [upgrade(subject, "connexion>=3.3,<4", unsafe=False)],
            )


@rule("CXD507", "test-client-with-httpx-028", Severity.WARNING)
def httpx(subject: Requirements) -> Iterator[Finding]:
    """An old Starlette with httpx 0.28: the test client cannot be made.

    What happens: Tests fail: `TypeError: Client.__init__() got an unexpected keyword argument 'app'`. The
        server works.

    Why: httpx 0.28 removed an argument that Starlette up to 0.37.1 gives; Connexion 3.0.4 and 3.0.5 hold
        Starlette below 0.33.

    Fix: Connexion 3.3 with a newer Starlette; or httpx below 0.28.

    Before:
        connexion[flask]==3.0.5
        httpx==0.28.1
        starlette==0.32.0.post1

    After:
        connexion[flask]==3.3.0
        httpx==0.28.1
        starlette==0.37.2

    Sources:
        https://github.com/encode/httpx/releases/tag/0.28.0
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for starlette, other in subject.pairs("starlette", "httpx"):
        connexions = subject.versions("connexion")
        three = any(c.version.major == 3 for c in connexions)
        if three and within(starlette.version, "<0.37.2") and within(other.version, ">=0.28"):
            yield clash(
                f"The test client of Starlette {starlette.spoken} cannot be made with httpx {other.spoken}.",
                Severity.WARNING,
                other,
                starlette,
                [
                    _newer_starlette(subject),
                    upgrade(subject, "httpx<0.28", recommended=False),
                ],
                "TypeError: Client.__init__() got an unexpected keyword argument 'app'",
            )


def _newer_starlette(subject: Requirements) -> Fix:
    """Starlette 0.37.2, and the Connexion that allows it where the one there does not."""
    newer = upgrade(subject, "starlette>=0.37.2")
    if all(within(c.version, ">=3.0.6") for c in subject.versions("connexion")):
        return newer
    both = upgrade(subject, "connexion>=3.3,<4", title="Install `connexion>=3.3,<4` and `starlette>=0.37.2`.")
    kept = [e for e in both.edits if e.location not in {edit.location for edit in newer.edits}]
    return replace(both, install=(*both.install, *newer.install), edits=(*kept, *newer.edits))


@rule("CXD508", "multipart-shadows-python-multipart", Severity.ERROR)
def multipart(subject: Requirements) -> Iterator[Finding]:
    """The package `multipart` beside Connexion below 3.2.

    What happens: `import connexion` raises `ModuleNotFoundError: No module named 'multipart.multipart';
        'multipart' is not a package`.

    Why: Connexion below 3.2 imports python-multipart by its old name, and python-multipart from 0.0.13 on
        leaves that name to the unrelated package `multipart` where it is installed.

    Fix: Connexion 3.3, or uninstall `multipart`.

    Before:
        connexion[flask]==3.1.0
        multipart==1.2.1

    After:
        connexion[flask]==3.3.0
        multipart==1.2.1

    Sources:
        https://github.com/spec-first/connexion/pull/1995
        https://github.com/Kludex/python-multipart/releases/tag/0.0.13
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for connexion, other in subject.pairs("connexion", "multipart"):
        known = subject.versions("python-multipart")
        gives_way = all(within(one.version, ">=0.0.13") for one in known)
        if within(connexion.version, ">=3,<3.2") and gives_way:
            yield clash(
                f"`multipart` {other.spoken} hides python-multipart from Connexion {connexion.spoken}.",
                Severity.ERROR,
                other,
                connexion,
                [upgrade(subject, "connexion>=3.3,<4", unsafe=False)],
                "ModuleNotFoundError: No module named 'multipart.multipart'; 'multipart' is not a package",
            )
