"""Versions of servers, workers and adapters that do not fit together or should not be used."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.model import Finding, Severity
from connexion_doctor.rules.base import rule
from connexion_doctor.rules.versions.repairs import clash, upgrade
from connexion_doctor.rules.versions.subject import Requirements, within


@rule("CXD520", "uvicorn-worker-too-old", Severity.ERROR)
def uvicorn_worker(subject: Requirements) -> Iterator[Finding]:
    """uvicorn-worker below 0.4 with uvicorn 0.36 or newer: the worker does not boot.

    What happens: gunicorn's workers end at once: `AttributeError: 'Config' object has no attribute
        'setup_event_loop'`, or `The setup_event_loop method was replaced by get_loop_factory`.

    Why: uvicorn 0.36 replaced the method that the worker calls.

    Fix: uvicorn-worker 0.4.

    Before:
        uvicorn==0.54.0
        uvicorn-worker==0.3.0

    After:
        uvicorn==0.54.0
        uvicorn-worker==0.4.0

    Sources:
        https://github.com/Kludex/uvicorn-worker/issues/35
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for worker, uvicorn in subject.pairs("uvicorn-worker", "uvicorn"):
        if within(worker.version, "<0.4") and within(uvicorn.version, ">=0.36"):
            yield clash(
                f"uvicorn-worker {worker.spoken} does not boot with uvicorn {uvicorn.spoken}.",
                Severity.ERROR,
                worker,
                uvicorn,
                [upgrade(subject, "uvicorn-worker>=0.4", unsafe=False)],
            )


@rule("CXD521", "gunicorn-2410-with-uvicorn-worker", Severity.ERROR)
def gunicorn_2410(subject: Requirements) -> Iterator[Finding]:
    """gunicorn 24.1.0 with the worker of uvicorn 0.31 or newer: the workers die, for ever.

    What happens: `AttributeError: 'str' object has no attribute '_version'`, again and again.

    Why: gunicorn 24.1.0 hands networks to the worker as objects, where uvicorn from 0.31 on wants text.

    Fix: gunicorn 24.1.1 or newer.

    Before:
        gunicorn==24.1.0
        uvicorn==0.54.0

    After:
        gunicorn==24.1.1
        uvicorn==0.54.0

    Sources:
        https://github.com/Kludex/uvicorn/issues/2792
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for gunicorn, uvicorn in subject.pairs("gunicorn", "uvicorn"):
        if str(gunicorn.version) == "24.1.0" and within(uvicorn.version, ">=0.31"):
            yield clash(
                f"uvicorn's worker dies on gunicorn 24.1.0 (uvicorn {uvicorn.spoken}).",
                Severity.ERROR,
                gunicorn,
                uvicorn,
                [upgrade(subject, "gunicorn>=24.1.1", unsafe=False)],
                "AttributeError: 'str' object has no attribute '_version'",
            )


@rule("CXD522", "uvicorn-0310-ignores-trusted-proxies", Severity.WARNING)
def uvicorn_0310(subject: Requirements) -> Iterator[Finding]:
    """uvicorn 0.31.0 under gunicorn ignores `forwarded_allow_ips = "*"`.

    What happens: Behind a proxy the scheme is http and the client's address the proxy's.

    Why: gunicorn gives a list, and uvicorn 0.31.0 compares it with the text `*`.

    Fix: uvicorn 0.31.1 or newer.

    Before:
        gunicorn==23.0.0
        uvicorn==0.31.0

    After:
        gunicorn==23.0.0
        uvicorn==0.31.1

    Sources:
        https://github.com/Kludex/uvicorn/issues/2477
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for uvicorn, gunicorn in subject.pairs("uvicorn", "gunicorn"):
        if str(uvicorn.version) == "0.31.0":
            yield clash(
                f'uvicorn 0.31.0 under gunicorn {gunicorn.spoken} ignores forwarded_allow_ips = "*".',
                Severity.WARNING,
                uvicorn,
                gunicorn,
                [upgrade(subject, "uvicorn>=0.31.1", unsafe=False)],
            )


@rule("CXD523", "a2wsgi-hangs", Severity.ERROR)
def a2wsgi(subject: Requirements) -> Iterator[Finding]:
    """a2wsgi 1.10.1 to 1.10.3 hangs when a response is refused.

    What happens: When validation of a response fails, the request never ends; after ten of them no request
        is answered any more.

    Why: A fault of these versions in the adapter between Connexion and Flask.

    Fix: a2wsgi 1.10.4 or newer. A note only where no API validates its responses.

    Before:
        connexion[flask]==3.1.0
        a2wsgi==1.10.2

    After:
        connexion[flask]==3.1.0
        a2wsgi==1.10.4

    Sources:
        https://github.com/spec-first/connexion/issues/1894
        test: tests/rules/versions/test_pairs_are_real.py
    """
    validated = "validate-responses" in subject.uses
    for found in subject.versions("a2wsgi"):
        if within(found.version, ">=1.10.1,<1.10.4"):
            yield clash(
                f"a2wsgi {found.spoken} hangs when the validation of a response fails"
                + ("." if validated else "; no API of this project validates its responses."),
                Severity.ERROR if validated else Severity.INFO,
                found,
                None,
                [upgrade(subject, "a2wsgi>=1.10.4", unsafe=False)],
            )


@rule("CXD524", "gunicorn-request-smuggling", Severity.WARNING)
def smuggling(subject: Requirements) -> Iterator[Finding]:
    """gunicorn below 22 lets requests be smuggled past a proxy.

    What happens: Behind a proxy that passes odd `Transfer-Encoding` headers on, an attacker hides a second
        request in the body of a first one, and so gets around what the proxy forbids.

    Why: gunicorn below 22.0.0 reads conflicting or unknown transfer encodings in its own way
        (CVE-2024-1135, CVE-2024-6827).

    Fix: gunicorn 23 or newer.

    Before:
        gunicorn==21.2.0

    After:
        gunicorn==23.0.0

    Sources:
        https://github.com/advisories/GHSA-w3h3-4rj7-4ph4
        https://github.com/advisories/GHSA-hc5x-x2vx-497g
        test: tests/rules/versions/test_pairs_are_real.py
    """
    for gunicorn in subject.versions("gunicorn"):
        if within(gunicorn.version, "<22"):
            yield clash(
                f"gunicorn {gunicorn.spoken} lets requests be smuggled past a proxy.",
                Severity.WARNING,
                gunicorn,
                None,
                [upgrade(subject, "gunicorn>=23", unsafe=True)],
                "CVE-2024-1135 (GHSA-w3h3-4rj7-4ph4): fixed in 22.0.0",
                "CVE-2024-6827 (GHSA-hc5x-x2vx-497g): fixed in 22.0.0",
            )
