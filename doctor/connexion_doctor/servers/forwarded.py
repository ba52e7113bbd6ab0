"""Which headers of a proxy that it trusts a server believes, and what changes with another server."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.servers.shared_settings import Neutral
from connexion_doctor.servers.static import UVICORN_WORKERS

ADDRESS, SCHEME = "X-Forwarded-For", "X-Forwarded-Proto"
NONE: frozenset[str] = frozenset()
SCHEME_ALONE = frozenset({SCHEME})
BOTH = frozenset({ADDRESS, SCHEME})


def believed(case: Case) -> frozenset[str] | None:
    """Those that a launch believes of the proxies it trusts; None where that is not known."""
    settings, server = case.facts.server.settings, case.launch.server
    if server == "gunicorn":
        worker = case.facts.server.worker
        return BOTH if worker is not None and worker.asked.startswith(UVICORN_WORKERS) else SCHEME_ALONE
    if server == "uvicorn":
        given = settings.get("proxy_headers")
        return BOTH if given is None or given.value else NONE
    if server == "waitress":
        if "trusted_proxy" not in settings:
            return NONE
        listed = settings.get("trusted_proxy_headers")
        text = str(listed.value).lower() if listed is not None else SCHEME.lower()  # which is its default
        return frozenset(one for one in BOTH if one.lower() in text)
    return NONE if server in ("hypercorn", "granian", "flask") else None


def instead(server: str, neutral: Neutral) -> frozenset[str]:
    """Those that another server believes in its place, with the settings that are carried over."""
    if server == "waitress":
        return BOTH if neutral.forwarded_ips else NONE
    return {"uvicorn": BOTH, "gunicorn": SCHEME_ALONE}.get(server, NONE)


def costs(before: frozenset[str] | None, after: frozenset[str]) -> Iterator[str]:
    """What the app is told otherwise behind a proxy."""
    for header, what in ((ADDRESS, "the client's address"), (SCHEME, "the scheme")):
        if before is not None and header in after - before:
            yield f"{header} from forwarded_allow_ips becomes {what}"
        if before is not None and header in before - after:
            yield f"{header} no longer becomes {what}"
