"""Versions of Connexion 2 and of what it stands on that do not fit together."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.requirements.specifiers import meet
from connexion_doctor.rules.base import rule
from connexion_doctor.rules.versions.repairs import clash, upgrade
from connexion_doctor.rules.versions.subject import Requirements, parse, within


@rule("CXD501", "connexion2-with-newer-flask", Severity.ERROR)
def flask(subject: Requirements) -> Iterator[Finding]:
    """Connexion 2 with a Flask that it cannot be imported with.

    What happens: `import connexion` raises
        `AttributeError: module 'flask.json' has no attribute 'JSONEncoder'`.

    Why: Connexion up to 2.14 uses the JSON encoder that Flask 2.3 removed. Only 2.14.2 forbids the pair; with
        it the pair comes about by installing without dependencies, or in two steps. Connexion 2.10 to
        2.14.1 without a limit on Flask gets Flask 2.3.3 at every fresh installation.

    Fix: Connexion 2.15 works with new Flask and needs no change of code (it needs Python 3.9); or hold Flask
        below 2.3.

    Before:
        connexion==2.14.2
        flask==2.3.3

    After:
        connexion==2.15.1
        flask==2.3.3

    Sources:
        https://github.com/spec-first/connexion/issues/1699
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for connexion, other in subject.pairs("connexion", "flask"):
        if within(connexion.version, "<2.15") and within(other.version, ">=2.3"):
            yield clash(
                f"Connexion {connexion.spoken} cannot be imported with Flask {other.spoken}.",
                Severity.ERROR,
                connexion,
                other,
                _past_flask(subject),
                "AttributeError: module 'flask.json' has no attribute 'JSONEncoder'",
            )
    for connexion in subject.versions("connexion"):
        free = subject.takes("flask", "2.3.3", ">=3.8") and subject.takes("werkzeug", "2.3.8", ">=3.8")
        pinned = any(parse(d.pinned) is not None for d in subject.declared.of("flask"))
        if within(connexion.version, ">=2.10,<2.14.2") and free and not pinned:
            yield clash(
                f"Connexion {connexion.spoken} is installed with Flask 2.3, with which it cannot be "
                "imported: nothing holds Flask below.",
                Severity.ERROR,
                connexion,
                None,
                _past_flask(subject, hold=False),
                "AttributeError: module 'flask.json' has no attribute 'JSONEncoder'",
            )


def _past_flask(subject: Requirements, *, hold: bool = True) -> list[Fix]:
    """Connexion 2.15, where the Python is new enough for it."""
    wanted = [python.specifier for python in subject.declared.pythons]
    if subject.environment is not None and subject.environment.version:
        wanted.append(f"=={subject.environment.version.split()[0]}")
    new = all(meet(specifier, ">=3.9") for specifier in wanted)
    ways = [upgrade(subject, "connexion>=2.15.1,<3", unsafe=False, recommended=new)]
    if hold:
        ways.append(upgrade(subject, "flask<2.3", recommended=not new))
    return ways


@rule("CXD502", "connexion2-with-newer-werkzeug", Severity.ERROR)
def werkzeug(subject: Requirements) -> Iterator[Finding]:
    """Connexion 2 with a Werkzeug that is too new for its Flask.

    What happens: Flask up to 2.2.3 with Werkzeug 3 cannot be imported: `ImportError: cannot import name
        'url_quote' from 'werkzeug.urls'`. Flask 2.2.4 and 2.2.5 with Werkzeug 3.1 serve, and their test
        client cannot be made: `AttributeError: module 'werkzeug' has no attribute '__version__'` (a
        warning).

    Why: Flask below 2.3 does not limit Werkzeug. Werkzeug 3.0 removed `url_quote`, 3.1 `__version__`.

    Fix: Hold Werkzeug below 2.3, or take Connexion 2.15 with new Flask and Werkzeug.

    Before:
        connexion==2.14.2
        flask==2.2.3
        werkzeug==3.0.6

    After:
        connexion==2.14.2
        flask==2.2.3
        werkzeug==2.2.3

    Sources:
        https://github.com/spec-first/connexion/issues/1699
        https://werkzeug.palletsprojects.com/en/stable/changes/
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for connexion, other in subject.pairs("connexion", "werkzeug"):
        flasks = [flask.version for flask in subject.versions("flask")]
        if not within(connexion.version, "<2.15") or not all(within(f, "<2.3") for f in flasks):
            continue
        broken = bool(flasks) and all(within(f, "<2.2.4") for f in flasks) and within(other.version, ">=3")
        if not broken and not within(other.version, ">=3.1"):
            continue
        error = (
            "ImportError: cannot import name 'url_quote' from 'werkzeug.urls'"
            if broken
            else "AttributeError: module 'werkzeug' has no attribute '__version__'"
        )
        what = "cannot import" if broken else "makes no test client with"
        yield clash(
            f"Connexion {connexion.spoken} with Flask below 2.3 {what} Werkzeug {other.spoken}.",
            Severity.ERROR if broken else Severity.WARNING,
            other,
            connexion,
            [
                upgrade(subject, "werkzeug<2.3", unsafe=False),
                upgrade(subject, "connexion>=2.15.1,<3", recommended=False),
            ],
            error,
        )


@rule("CXD503", "connexion-2150-without-packaging", Severity.ERROR)
def packaging(subject: Requirements) -> Iterator[Finding]:
    """Connexion 2.15.0 without the package `packaging`.

    What happens: `import connexion` raises `ModuleNotFoundError: No module named 'packaging'`.

    Why: 2.15.0 uses it and does not ask for it; 2.15.1 does. Where gunicorn or another package brings it,
        nothing is missing.

    Fix: Connexion 2.15.1.

    Before:
        connexion==2.15.0

    After:
        connexion==2.15.1

    Sources:
        https://github.com/spec-first/connexion/releases/tag/2.15.1
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for connexion in subject.versions("connexion"):
        installed = connexion.source == "installed"
        brings = ("packaging",) if installed else ("packaging", "gunicorn", "hypercorn")
        if str(connexion.version) == "2.15.0" and not subject.has(*brings):
            yield clash(
                "Connexion 2.15.0 needs `packaging`, and does not ask for it.",
                Severity.ERROR,
                connexion,
                None,
                [upgrade(subject, "connexion>=2.15.1,<3", unsafe=False)],
                "ModuleNotFoundError: No module named 'packaging'",
            )


@rule("CXD509", "connexion2-without-limits", Severity.ERROR)
def without_limits(subject: Requirements) -> Iterator[Finding]:
    """A Connexion 2 that does not limit what it stands on, which has moved on since.

    What happens: `import connexion` raises
        `ImportError: cannot import name 'FileStorage' from 'werkzeug'` (Connexion 1.2 to 2.3),
        `ModuleNotFoundError: No module named 'openapi_spec_validator.handlers'` (2.4 to 2.7), or
        `ImportError: cannot import name 'soft_unicode' from 'markupsafe'` (2.8 to 2.9.0 with Flask 1).

    Why: Connexion below 2.8 asks for what it stands on without an upper limit: Werkzeug 1.0 took the names of
        its modules out of the package, and openapi-spec-validator dropped its `handlers` in 0.5. Connexion
        2.8 and 2.9 ask for Flask below 2, which asks for Jinja2 below 3, which takes any MarkupSafe; that
        package dropped `soft_unicode` in 2.1.

    Fix: Connexion 2.14.2, which can be installed by itself today. Or the limits: below 2.4 `werkzeug<1`,
        below 2.8 `openapi-spec-validator<0.3`, `flask<2.3` and `werkzeug<2.3`, for 2.8 and 2.9
        `markupsafe<2.1`; and `setuptools<82`, of which these versions import `pkg_resources`.

    Before:
        connexion==2.7.0

    After:
        connexion==2.14.2

    Sources:
        https://pypi.org/project/connexion/2.7.0/
        https://werkzeug.palletsprojects.com/en/stable/changes/#version-1-0-0
        https://markupsafe.palletsprojects.com/en/stable/changes/#version-2-1-0
        test: tests/rules/versions/test_pairs_are_real.py
    """
    if subject.target_version == 3:
        return  # another Connexion is asked for
    for package, first, python, bounds, error in (
        (
            "werkzeug",
            "1.0",
            ">=3.5",
            ">=1.1.9,<2.4",
            "ImportError: cannot import name 'FileStorage' from 'werkzeug'",
        ),
        (
            "openapi-spec-validator",
            "0.5",
            ">=3.7",
            ">=2.4,<2.8",  # below, jsonschema is held below 3, and openapi-spec-validator by it
            "ModuleNotFoundError: No module named 'openapi_spec_validator.handlers'",
        ),
        (
            "markupsafe",
            "2.1",
            ">=3.7",
            ">=2.8,<2.10",
            "ImportError: cannot import name 'soft_unicode' from 'markupsafe'",
        ),
    ):
        spoken = {"markupsafe": "MarkupSafe", "werkzeug": "Werkzeug"}.get(package, package)
        for connexion, other in subject.pairs("connexion", package):
            if within(connexion.version, bounds) and within(other.version, f">={first}"):
                yield clash(
                    f"Connexion {connexion.spoken} cannot be imported with {spoken} {other.spoken}.",
                    Severity.ERROR,
                    connexion,
                    other,
                    [upgrade(subject, "connexion>=2.14.2,<3", unsafe=False)],
                    error,
                )
        for connexion in subject.versions("connexion"):
            if within(connexion.version, bounds) and subject.takes(package, "9", python):
                yield clash(
                    f"Connexion {connexion.spoken} is installed with a newer {spoken}, with which it cannot "
                    "be imported: nothing holds it below.",
                    Severity.ERROR,
                    connexion,
                    None,
                    [upgrade(subject, "connexion>=2.14.2,<3", unsafe=False)],
                    error,
                )
