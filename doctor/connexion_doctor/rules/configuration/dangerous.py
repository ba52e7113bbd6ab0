"""Settings that do what they say, and that may be more than was meant: trust in proxies, path prefixes."""

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


@rule("CXD213", "prefix-and-proxy", Severity.INFO)
def prefix_and_proxy(case: Case) -> Iterator[Finding]:
    """A path prefix is set, and the proxy has to treat it as this very server wants it.

    What happens: behind a proxy that does the other thing, every operation answers 404 (or 500), while
        the server by itself works.
    Why: uvicorn puts ``--root-path`` in front of the path it got, so the proxy has to take the prefix off;
        gunicorn's own ``asgi`` worker, hypercorn and granian (``--url-path-prefix``) do not, so the proxy
        has to leave it on.
    Fix: the line for nginx that is shown.
    Before:
        location /api/ { proxy_pass http://127.0.0.1:8000; }     # uvicorn --root-path /api
    After:
        location /api/ { proxy_pass http://127.0.0.1:8000/; }    # uvicorn --root-path /api
    Sources:
        https://www.uvicorn.org/settings/#http
        https://github.com/benoitc/gunicorn/blob/master/docs/content/asgi.md
        https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass
        test: tests/rules/configuration/test_contradictions.py
    """
    server = case.facts.server
    name = "url_path_prefix" if case.launch.server == "granian" else "root_path"
    given = server.settings.get(name)
    prefix = given.shown.strip("/") if given is not None else ""
    ignored = server.details.get("ignored")
    if not prefix or (isinstance(ignored, dict) and "root_path" in ignored.get("names", ())):
        return
    if case.launch.server == "uvicorn":
        strips, who = True, "uvicorn puts it in front of the path that it gets"
    elif case.launch.server == "gunicorn" and server.worker is not None and server.worker.asked == "asgi":
        strips, who = False, "gunicorn's asgi worker expects it in the path that it gets"
    elif case.launch.server in ("hypercorn", "granian"):
        strips, who = False, f"{case.launch.server} expects it in the path that it gets"
    else:
        return
    line = f"location /{prefix}/ {{ proxy_pass http://127.0.0.1:8000{'/' if strips else ''}; }}"
    place = standing(case, name, value=True)
    told = "take the prefix off" if strips else "leave the prefix on"
    yield finding(
        f"The proxy in front has to {told}, for `{name} = /{prefix}`: {who}.",
        evidence=place.evidence,
        location=place.location,
        word=place.word,
        fixes=(Fix.by_hand(f"in nginx: {line}"),),
    )
