"""The load generator against a server that answers rightly, wrongly, and not at all."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connexion_doctor.bench import generator


class Handler(BaseHTTPRequestHandler):
    """Answers with what it was sent; a path that says so gets no answer."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        if self.path == "/nothing":
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"right"
        self.send_response(302 if self.path == "/elsewhere" else 200)
        self.send_header("Location", "/nothing")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def asked(path: str, body: bytes | None = None, status: int = 200, answer: bytes | None = None) -> object:
    texts = [base64.b64encode(one).decode() if one is not None else None for one in (body, answer)]
    method = "GET" if body is None else "POST"
    return {
        "method": method,
        "path": path,
        "headers": {"X-Own": "1"},
        "body": texts[0],
        "status": status,
        "answer": texts[1],
    }


@pytest.mark.parametrize(
    ("request_", "right", "errors"),
    [
        (asked("/"), True, set()),
        (asked("/", answer=b"right"), True, set()),
        (asked("/", body=b"sent", answer=b"sent"), True, set()),
        (asked("/elsewhere", status=302), True, set()),
        (asked("/", answer=b"left"), False, {"another body"}),
        (asked("/", status=404), False, {"status 200"}),
        (asked("/nothing"), False, {"ServerDisconnectedError"}),
    ],
    ids=["status", "body", "sent", "redirect not followed", "another body", "another status", "no answer"],
)
def test_an_answer_counts_when_it_is_the_expected_one(
    tmp_path: Path,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    request_: object,
    right: bool,
    errors: set[str],
) -> None:
    order, told = tmp_path / "order.json", tmp_path / "told.json"
    given = {"seconds": 0.2, "concurrency": 2, "scheme": "http", "port": port, "requests": [request_]}
    order.write_text(json.dumps(given))
    monkeypatch.setattr("sys.argv", ["generator", str(order), str(told)])
    generator.main()
    done = json.loads(told.read_text())
    assert done["seconds"] >= 0.2
    assert set(done["errors"]) == errors
    assert bool(done["latencies"]) is right
    assert all(0 < one < done["seconds"] for one in done["latencies"])
