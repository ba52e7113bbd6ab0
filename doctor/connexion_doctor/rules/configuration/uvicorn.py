"""Settings of uvicorn's command line that another setting, or the lack of one, leaves without effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Finding, Fix, Setting, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.dangerous import CONTAINED
from connexion_doctor.rules.configuration.setting_place import recommended, standing, taken_out


@dataclass(frozen=True)
class Unread:
    """Settings that are read only while ``needs`` is given (with ``without``: is not given).

    The condition stands in uvicorn/config.py, where the reading is: ``Config.__init__`` (reload, trust),
    ``Config.is_ssl`` and ``Config.load`` (certificates), ``Config.bind_socket`` (addresses).
    """

    names: tuple[str, ...]
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    why: str = ""


UNREAD = (
    Unread(("reload_dirs", "reload_includes", "reload_excludes"), ("reload",), why="--reload is not given"),
    Unread(
        ("ssl_ca_certs", "ssl_cert_reqs", "ssl_ciphers", "ssl_keyfile_password"),
        ("ssl_certfile", "ssl_keyfile", "ssl_context_factory"),
        why="no certificate is given, and it serves plain HTTP",
    ),
    Unread(("forwarded_allow_ips",), ("proxy_headers",), why="--no-proxy-headers is given"),
    Unread(("host", "port"), without=("uds", "fd"), why="it listens on a socket that is given otherwise"),
)
ON_BY_DEFAULT = frozenset({"proxy_headers"})


def _on(settings: Mapping[str, Setting], name: str) -> bool:
    given = settings.get(name)
    if given is None:
        return name in ON_BY_DEFAULT
    return given.value not in (None, False, "")


@rule("CXD214", "setting-ignored-by-uvicorn", Severity.WARNING)
def setting_ignored_by_uvicorn(case: Case) -> Iterator[Finding]:
    """uvicorn is given a setting that it does not read together with the others.

    What happens: nothing, and mostly nobody says so: with ``--ssl-cert-reqs 2 --ssl-ca-certs ca.pem`` and
        no ``--ssl-certfile`` uvicorn answers everybody over plain HTTP.
    Why: what belongs to a certificate, to reloading or to the proxy is read only where there is one.
    Fix: take it out, or give what it belongs to.
    Before:
        uvicorn --ssl-ca-certs ca.pem --ssl-cert-reqs 2 app:app
    After:
        uvicorn --ssl-certfile cert.pem --ssl-keyfile key.pem --ssl-ca-certs ca.pem --ssl-cert-reqs 2 app:app
    Sources:
        https://www.uvicorn.org/settings/
        https://github.com/Kludex/uvicorn/blob/main/uvicorn/config.py
        test: tests/rules/configuration/test_contradictions.py
    """
    settings = case.facts.server.settings
    if case.launch.server != "uvicorn":
        return
    for unread in UNREAD:
        read = not unread.needs or any(_on(settings, name) for name in unread.needs)
        if read and not any(name in settings for name in unread.without):
            continue
        for name in unread.names:
            if name not in settings or not _on(settings, name) or settings[name].value == []:
                continue
            place = standing(case, name)
            yield finding(
                f"`{name} = {settings[name].shown}` has no effect: {unread.why}.",
                evidence=place.evidence,
                location=place.location,
                word=place.word,
                fixes=(recommended(taken_out(case, name, f"take {name} out")),),
            )


@rule("CXD215", "proxy-headers-off", Severity.INFO)
def proxy_headers_off(case: Case) -> Iterator[Finding]:
    """uvicorn has a root path, so a proxy is in front of it, and is told to read none of its headers.

    What happens: paths and redirects are right (Connexion's are relative), but every request seems to come
        from the proxy, over plain HTTP: limits by address, logs, absolute URLs and ``Secure`` cookies.
    Why: ``--no-proxy-headers`` turns off ``X-Forwarded-For`` and ``X-Forwarded-Proto``.
    Fix: leave it out, and name the proxy with ``--forwarded-allow-ips``.
    Before:
        uvicorn --root-path /api --no-proxy-headers app:app
    After:
        uvicorn --root-path /api --forwarded-allow-ips 10.0.0.1 app:app
    Sources:
        https://www.uvicorn.org/settings/#http
        https://github.com/Kludex/starlette/issues/1396
        test: tests/rules/configuration/test_contradictions.py
    """
    settings = case.facts.server.settings
    if case.launch.server != "uvicorn" or "proxy_headers" not in settings or _on(settings, "proxy_headers"):
        return
    if "root_path" not in settings or not settings["root_path"].shown.strip("/"):
        return
    if any("ProxyHeaders" in layer.type or "ProxyFix" in layer.type for layer in case.layers()):
        return  # the app reads them itself
    place = standing(case, "proxy_headers")
    yield finding(
        "All clients seem to have the proxy's address: the headers of the proxy in front are not read.",
        evidence=place.evidence,
        location=place.location,
        word=place.word,
        fixes=(recommended(taken_out(case, "proxy_headers", "read the headers of the proxy")),),
    )


@rule("CXD216", "uvicorn-ends-after-requests", Severity.WARNING)
def uvicorn_ends_after_requests(case: Case) -> Iterator[Finding]:
    """uvicorn is told to end after a number of requests, and nothing of its own starts it again.

    What happens: after that many requests the process ends with exit code 0, and nobody answers.
    Why: ``--limit-max-requests`` ends the process. With ``--workers`` the parent starts another; alone,
        only what supervises it (systemd, a container's restart policy) does.
    Fix: two workers or more; or take it out.
    Before:
        uvicorn --limit-max-requests 1000 app:app
    After:
        uvicorn --limit-max-requests 1000 --workers 2 app:app
    Sources:
        https://www.uvicorn.org/settings/#resource-limits
        test: tests/rules/configuration/test_contradictions.py
    """
    settings = case.facts.server.settings
    workers = settings.get("workers")
    count = workers.value if workers is not None and isinstance(workers.value, int) else None
    if case.launch.server != "uvicorn" or not _on(settings, "limit_max_requests") or _on(settings, "reload"):
        return
    if (count or 1) > 1 or (count is None and "WEB_CONCURRENCY" in case.launch.environ):
        return
    supervised = case.launch.origin.kind in CONTAINED | {"systemd", "supervisor"}
    place = standing(case, "limit_max_requests")
    yield finding(
        f"uvicorn exits after {settings['limit_max_requests'].shown} requests, and nothing starts it again.",
        severity=Severity.INFO if supervised else Severity.WARNING,
        evidence=(
            *(("fine as long as what runs it starts it again",) if supervised else ()),
            *place.evidence,
        ),
        location=place.location,
        word=place.word,
        fixes=(
            Fix.by_hand("run two workers or more (--workers 2)"),
            taken_out(case, "limit_max_requests", "take --limit-max-requests out"),
        ),
    )
