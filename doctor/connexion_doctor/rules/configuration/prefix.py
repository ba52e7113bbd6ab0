"""A path prefix in front of the app: who puts it there, who takes it off, and who cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Interface, Severity
from connexion_doctor.requirements.specifiers import Range
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.configuration.setting_place import recommended, standing, taken_out

PREFIX_LOST = "addresses that the app writes (Swagger UI) lack the prefix"


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


@rule("CXD219", "root-path-hides-operations", Severity.ERROR, breaks=True)
def root_path_hides_operations(case: Case) -> Iterator[Finding]:
    """uvicorn's root path, and a Starlette that does not take it off before it looks for a route.

    What happens: every operation answers 404, by itself and behind every proxy.
    Why: uvicorn since 0.26 puts ``--root-path`` in front of the path of each request, as the ASGI
        specification wants it; Starlette takes it off again since 0.33 (``get_route_path``), and Connexion
        before 3.0.6 asks for one below that.
    Fix: take the option out; or Connexion 3.1 or newer.
    Before:
        uvicorn --root-path /api app:app      # Connexion 3.0.5
    After:
        uvicorn app:app
    Sources:
        https://github.com/Kludex/uvicorn/pull/2213
        https://github.com/Kludex/starlette/pull/2400
        test: tests/rules/configuration/test_prefix.py
    """
    given = case.facts.server.settings.get("root_path")
    if case.launch.server != "uvicorn" or given is None or not given.shown.strip("/"):
        return
    if case.calls is not Interface.ASGI3 or (case.environment.major("connexion") or 0) < 3:
        return
    packages = case.environment.packages
    starlette, uvicorn = packages.get("starlette"), packages.get("uvicorn", "")
    if starlette is None or not Range("<0.33").contains(starlette) or Range("<0.26").contains(uvicorn):
        return
    place = standing(case, "root_path", value=True)
    versions = [f"{name} {case.environment.packages[name]}" for name in ("uvicorn", "starlette")]
    without = taken_out(case, "root_path", "take --root-path out")
    yield finding(
        f"Every operation answers 404: uvicorn puts `{given.shown}` in front of each path, and Starlette "
        f"{case.environment.packages['starlette']} does not take it off.",
        evidence=(f"installed: {' and '.join(versions)}", *place.evidence),
        location=place.location,
        word=place.word,
        fixes=(
            recommended(replace(without, costs=(*without.costs, PREFIX_LOST))),
            Fix.by_hand("ask for connexion>=3.1, whose Starlette takes it off", recommended=False),
        ),
    )
