"""What the app is told of a proxy's headers, and what a change of servers changes of that.

Measured behind `X-Forwarded-For: 9.9.9.9` and `X-Forwarded-Proto: https` from 127.0.0.1: gunicorn's sync,
gthread and asgi workers take the scheme; uvicorn, and its worker, both; waitress what it is told to trust;
hypercorn and granian nothing.
"""

from __future__ import annotations

import pytest

from tests.running import project
from tests.together import Asked, ask

APP = "import connexion\n\napp = connexion.AsyncApp(__name__)\n"
ADDRESS = "X-Forwarded-For from forwarded_allow_ips becomes the client's address"
SCHEME = "X-Forwarded-Proto from forwarded_allow_ips becomes the scheme"
WORKER, OWN = (
    "Run the app with uvicorn's worker, which is installed.",
    "Run the app with gunicorn's own ASGI worker.",
)
UVICORN, ADAPTER = (
    "Start it with uvicorn instead.",
    "Keep the WSGI server and put the a2wsgi adapter in front of the app.",
)
TABLE: dict[str, dict[str, list[str]]] = {
    "gunicorn app:app": {WORKER: [ADDRESS], OWN: [], UVICORN: [ADDRESS], ADAPTER: []},
    "gunicorn -k gthread app:app": {WORKER: [ADDRESS], OWN: [], UVICORN: [ADDRESS], ADAPTER: []},
    "waitress-serve app:app": {UVICORN: [ADDRESS, SCHEME], ADAPTER: []},
    "waitress-serve --trusted-proxy '*' app:app": {UVICORN: [ADDRESS], ADAPTER: []},
    "waitress-serve --trusted-proxy '*' --trusted-proxy-headers x-forwarded-for app:app": {UVICORN: [SCHEME]},
    "hypercorn wsgi:app:app": {UVICORN: [ADDRESS, SCHEME]},
}  # fmt: skip


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return ask("c3new", TABLE, project(tmp_path_factory.mktemp("forwarded"), app__py=APP))


@pytest.mark.parametrize("command", TABLE)
def test_a_change_of_servers_says_which_headers_it_changes(asked: Asked, command: str) -> None:
    fixes = next(one["fixes"] for one in asked[command].report["findings"] if len(one["fixes"]) > 1)
    told = {one["title"]: [cost for cost in one["costs"] if "Forwarded" in cost] for one in fixes}
    wanted = TABLE[command]
    assert {title: told.get(title) for title in wanted} == wanted


@pytest.mark.parametrize("command", [command for command in TABLE if ADAPTER in TABLE[command]])
def test_what_an_adapter_costs_is_so_of_this_server(asked: Asked, command: str) -> None:
    fixes = next(one["fixes"] for one in asked[command].report["findings"] if len(one["fixes"]) > 1)
    costs: list[str] = next(one["costs"] for one in fixes if one["title"] == ADAPTER)
    assert ("chunked request bodies arrive empty" in costs) is not command.startswith("waitress")
