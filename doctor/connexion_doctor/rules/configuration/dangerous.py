"""Settings that do what they say, and that may be more than was meant: trust in proxies."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import standing
from connexion_doctor.servers.shared_settings import host_and_port, unix_path

EVERYWHERE = ("", "0.0.0.0", "::", "*")
# Origins whose ports are behind somebody's router unless they are published on purpose.
CONTAINED = frozenset("dockerfile compose kubernetes ecs helm procfile platform heroku render fly".split())


def public_binds(case: Case) -> list[str]:
    """The addresses of a launch that every network interface answers on."""
    settings = case.facts.server.settings
    if case.launch.server == "gunicorn":
        bind = settings.get("bind")
        values = bind.value if bind is not None else None
        binds = [str(entry) for entry in values] if isinstance(values, list) else [str(values or "127.0.0.1")]
    elif case.launch.server == "uvicorn":
        if "uds" in settings or "fd" in settings:
            return []
        host, port = settings.get("host"), settings.get("port")
        binds = [f"{host.shown if host else '127.0.0.1'}:{port.shown if port else 8000}"]
        if host is not None and ":" in host.shown:
            binds = [f"[{host.shown}]:{port.shown if port else 8000}"]
    else:
        return []
    local = [bind for bind in binds if unix_path(bind) is not None or bind.startswith("fd://")]
    return [bind for bind in binds if bind not in local and host_and_port(bind)[0] in EVERYWHERE]


@rule("CXD212", "forwarded-headers-from-anyone", Severity.WARNING)
def forwarded_headers_from_anyone(case: Case) -> Iterator[Finding]:
    """Forwarded headers are believed whoever sends them, and the port is open on every interface.

    What happens: a client that reaches the port by itself chooses its own address and scheme with
        ``X-Forwarded-For`` and ``X-Forwarded-Proto``: limits by address, logs and ``https`` checks are his.
    Why: ``forwarded_allow_ips = "*"`` takes every sender for the proxy.
    Fix: name the proxy's address or network, or bind where only the proxy gets. Inside a container whose
        port nobody publishes, that is so already.
    Before:
        uvicorn --host 0.0.0.0 --forwarded-allow-ips '*' app:app
    After:
        uvicorn --host 0.0.0.0 --forwarded-allow-ips 10.0.0.0/8 app:app
    Sources:
        https://www.uvicorn.org/settings/#http
        https://docs.gunicorn.org/en/stable/settings.html#forwarded-allow-ips
        https://github.com/Kludex/starlette/issues/1396
        test: tests/rules/configuration/test_contradictions.py
    """
    given = case.facts.server.settings.get("forwarded_allow_ips")
    open_to_all = public_binds(case)
    if given is None or not open_to_all or "*" not in _entries(given.value):
        return
    contained = case.launch.origin.kind in CONTAINED
    place = standing(case, "forwarded_allow_ips", value=True)
    title = "Name the proxy's address or network instead of *."
    yield finding(
        f"Anyone who can reach {open_to_all[0]} can spoof X-Forwarded-* headers: `forwarded_allow_ips` is *.",
        severity=Severity.INFO if contained else Severity.WARNING,
        evidence=(
            *(("fine as long as only the proxy reaches the port of the container",) if contained else ()),
            *place.evidence,
        ),
        location=place.location,
        word=place.word,
        fixes=(Fix.by_hand(title),),
    )


def _entries(value: object) -> list[str]:
    values = value if isinstance(value, list) else str(value).split(",")
    return [str(entry).strip() for entry in values]
