"""Extras of Connexion 3 that the code needs and that are not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from packaging.version import Version

from connexion_doctor.model import Applicability, Finding, Fix, Location, Severity
from connexion_doctor.requirements.bringing import EXTRAS
from connexion_doctor.requirements.read import Declaration
from connexion_doctor.requirements.rewriting import rewritten
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.versions.repairs import lets_3_in, of_one_file, settled
from connexion_doctor.rules.versions.subject import Requirements, development

_SERVERS = ("gunicorn", "hypercorn", "daphne", "granian", "uwsgi", "waitress", "mangum")


@rule("CXD510", "flask-extra-missing", Severity.ERROR)
def flask(subject: Requirements) -> Iterator[Finding]:
    """The code makes a FlaskApp, and Connexion 3 is asked for without the flask extra.

    What happens: `ModuleNotFoundError: Please install connexion using the 'flask' extra`, when the app is
        made; at a subclass of FlaskApp `TypeError: function() argument 'code' must be code, not str`.

    Why: Flask and a2wsgi are an extra since Connexion 3.

    Fix: Ask for `connexion[flask]`.

    Before:
        connexion==3.3.0

    After:
        connexion[flask]==3.3.0

    Sources:
        https://github.com/spec-first/connexion/issues/1910
        https://connexion.readthedocs.io/en/latest/quickstart.html
        test: tests/rules/versions/test_pairs_are_real.py
    """
    yield from _missing(
        subject,
        "flask",
        "The code makes a FlaskApp, which needs the flask extra of Connexion 3",
        Severity.ERROR,
    )


@rule("CXD511", "uvicorn-extra-missing", Severity.ERROR)
def uvicorn(subject: Requirements) -> Iterator[Finding]:
    """The code calls `app.run()`, and uvicorn is not asked for.

    What happens: `RuntimeError: uvicorn is not installed. Please install connexion using the uvicorn extra
        (connexion[uvicorn])`.

    Why: `run` starts uvicorn, which is an extra of Connexion 3. Where another server is there, which is how
        it will be served, it is a warning.

    Fix: Ask for `connexion[uvicorn]`.

    Before:
        connexion[flask]==3.3.0

    After:
        connexion[flask,uvicorn]==3.3.0

    Sources:
        https://connexion.readthedocs.io/en/latest/quickstart.html
        test: tests/rules/versions/test_rules.py
    """
    other = subject.has(*_SERVERS)
    yield from _missing(
        subject,
        "uvicorn",
        "The code calls `run`, which starts uvicorn",
        Severity.WARNING if other else Severity.ERROR,
    )


@rule("CXD512", "swagger-ui-extra-missing", Severity.WARNING)
def swagger_ui(subject: Requirements) -> Iterator[Finding]:
    """The code configures the Swagger UI, and its extra is not asked for.

    What happens: The log says `The swagger_ui directory could not be found`, and the UI answers 404. The API
        works.

    Why: The files of the Swagger UI are an extra.

    Fix: Ask for `connexion[swagger-ui]`.

    Before:
        connexion[flask]==3.3.0

    After:
        connexion[flask,swagger-ui]==3.3.0

    Sources:
        https://connexion.readthedocs.io/en/latest/swagger_ui.html
        test: tests/rules/versions/test_rules.py
    """
    yield from _missing(
        subject,
        "swagger-ui",
        "The code configures the Swagger UI, which needs the swagger-ui extra",
        Severity.WARNING,
    )


def _missing(subject: Requirements, extra: str, why: str, severity: Severity) -> Iterator[Finding]:
    packages = EXTRAS[extra]
    major = subject.target_version or subject.connexion_major()
    if extra not in subject.uses or major != 3:
        return
    asked = [d for d in subject.declared.of("connexion") if not d.locked and not d.constraint]
    own = [d for d in asked if not development(d)]
    if own and not any(lets_3_in(d) for d in own):
        return  # another rule is about what holds Connexion below 3, and its edit brings the extras
    declared = any(extra in d.extras for d in asked) or all(subject.declared.of(p) for p in packages)
    runs = subject.environment is not None and subject.installed("connexion") is not None
    lacking = [p for p in packages if runs and subject.installed(p) is None]
    if subject.target_version == 3 and (subject.installed("connexion") or _zero()).major != 3:
        lacking, runs = [], False  # the environment is the one before the upgrade
    if runs and not lacking and (declared or not own):
        return
    if not runs and (declared or not own):
        return
    if lacking:
        message = f"{why}; {' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not installed."
    else:
        message = f"{why}, but no requirement asks for it."
    firsts = [] if declared else [group[0] for group in of_one_file(own)]
    edits = [edit for one in firsts if (edit := settled(subject, one)) is not None]
    yield finding(
        message,
        # What is missing in the files only is there today, by chance.
        severity=Severity.WARNING if runs and not lacking else severity,
        location=_place(own),
        fixes=[
            Fix(
                f"Ask for `connexion[{extra}]`.",
                Applicability.SAFE,
                True,
                (f"connexion[{extra}]",) if lacking or not runs else (),
                tuple(edits),
            )
        ],
    )


def _zero() -> Version:
    return Version("0")


def _place(declarations: list[Declaration]) -> Location | None:
    return declarations[0].location if declarations else None


@rule("CXD513", "aiohttp-extra-gone", Severity.WARNING)
def aiohttp(subject: Requirements) -> Iterator[Finding]:
    """Connexion 3 is asked for with an extra that it does not have.

    What happens: pip warns `connexion 3.3.0 does not provide the extra 'aiohttp'` and goes on without.

    Why: aiohttp is no longer supported; `tests` and `docs` are no extras any more either.

    Fix: Remove the extra; `connexion.AsyncApp` needs none.

    Before:
        connexion[aiohttp]==3.3.0

    After:
        connexion==3.3.0

    Sources:
        https://github.com/spec-first/connexion/issues/1547
        test: tests/checkup/test_the_rest.py
    """
    for declaration in subject.declared.of("connexion"):
        pinned = declaration.versions.contains("3.3.0") and not declaration.versions.contains("2.14.2")
        if "aiohttp" not in declaration.extras or not (pinned or subject.target_version == 3):
            continue
        edits = []
        if declaration.location is not None and declaration.text:
            kept = replace(declaration, extras=declaration.extras - {"aiohttp"})
            edits = [e for e in [rewritten(kept, declaration.specifier)] if e is not None]
        yield finding(
            "Connexion 3 has no extra `aiohttp`.",
            location=declaration.location,
            fixes=[Fix("Remove the extra.", Applicability.SAFE, True, (), tuple(edits))],
        )


@rule("CXD514", "reload-without-watchfiles", Severity.INFO)
def reload(subject: Requirements) -> Iterator[Finding]:
    """`app.run("module:app")` reloads, and uvicorn is there without `[standard]`.

    What happens: uvicorn warns that `--reload-include` has no effect, and a change of the specification does
        not reload the app.

    Why: Files other than Python are watched by watchfiles, which `uvicorn[standard]` brings, and with it
        `connexion[uvicorn]`.

    Fix: Install `uvicorn[standard]`.

    Before:
        connexion[flask]==3.3.0
        uvicorn==0.54.0

    After:
        connexion[flask]==3.3.0
        uvicorn[standard]==0.54.0

    Sources:
        https://uvicorn.dev/settings/
        test: tests/rules/versions/test_rules.py
    """
    if "reload" not in subject.uses or subject.connexion_major() != 3:
        return
    if any("uvicorn" in d.extras for d in subject.declared.of("connexion")) or subject.has("watchfiles"):
        return
    asked = [d for d in subject.declared.of("uvicorn") if not d.locked]
    if any("standard" in d.extras for d in asked) or not (asked or subject.installed("uvicorn")):
        return
    edits = [e for d in asked if (e := rewritten(d, None, ["standard"])) is not None]
    yield finding(
        "`run` with an import string watches specifications, for which uvicorn needs watchfiles.",
        location=_place(asked),
        fixes=[
            Fix(
                "Install `uvicorn[standard]`.", Applicability.SAFE, True, ("uvicorn[standard]",), tuple(edits)
            )
        ],
    )
