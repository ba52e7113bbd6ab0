"""What the checks of the pairs may use; it runs in the target environments.

``python real_pairs.py CHECK`` prints what was seen, on the real packages: an app that is called as an ASGI
server would call it, or a gunicorn that is booted on loopback and asked.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from typing import Any

SPECIFICATION = """\
openapi: 3.0.3
info: {title: Pairs, version: "1"}
servers: [{url: /v1}]
paths:
  /hello:
    get:
      operationId: real_pairs.hello
      responses:
        "200":
          description: fine
          content: {application/json: {schema: {$ref: "#/components/schemas/Hello"}}}
  /bad:
    get:
      operationId: real_pairs.bad
      responses:
        "200": {description: fine, content: {application/json: {schema: {type: object}}}}
  /form:
    post:
      operationId: real_pairs.form
      requestBody:
        content:
          multipart/form-data: {schema: {type: object, properties: {name: {type: string}}}}
      responses: {"200": {description: fine}}
components:
  schemas:
    Hello: {type: object, properties: {next: {$ref: "#/components/schemas/Next"}}}
    Next: {type: object}
"""


def hello() -> Any:
    return {"hello": "you"}


def bad() -> Any:
    return ["not", "an", "object"]


def form(body: Any) -> Any:
    return {"name": body["name"]}


def make(**options: Any) -> Any:
    """The app of the checks."""
    import connexion

    with open("openapi.yaml", "w") as file:
        file.write(SPECIFICATION)
    app = connexion.FlaskApp("real_pairs", specification_dir=os.getcwd())
    app.add_api("openapi.yaml", **options)
    return app


def ask(
    app: Any,
    path: str,
    method: str = "GET",
    headers: Sequence[Any] = (),
    body: bytes = b"",
    seconds: int = 10,
) -> Any:
    """One request; an exception is what a server would make a 500 of."""
    sent: list[str] = []

    async def receive() -> Any:
        if not sent or sent[-1] != "asked":
            sent.append("asked")
            return {"type": "http.request", "body": body, "more_body": False}
        await asyncio.sleep(seconds)
        return {"type": "http.disconnect"}

    answer: dict[str, Any] = {"status": 0, "body": b""}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer["status"] = message["status"]
        elif message["type"] == "http.response.body":
            answer["body"] += message.get("body", b"")

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "root_path": "", "scheme": "http", "query_string": b"",
        "headers": [(b"host", b"localhost"), *headers], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip

    async def run() -> None:
        try:
            await asyncio.wait_for(app(scope, receive, send), seconds)
        except asyncio.TimeoutError:
            answer["status"] = "no answer"
        except Exception:
            traceback.print_exc()
            answer["status"] = answer["status"] or 500

    loop = asyncio.new_event_loop()
    loop.run_until_complete(run())
    print(f"{method} {path}: {answer['status']}", flush=True)
    return answer


# -- Connexion and what it stands on ---------------------------------------------------------------


def imports() -> None:
    import connexion

    print("imported", connexion.__name__)


def flask_client() -> None:
    app = make()
    print("answered", app.app.test_client().get("/v1/hello").status_code)


def swagger_ui() -> None:
    ask(make(), "/v1/ui/")


def operation() -> None:
    ask(make(), "/v1/hello")


def specification_after_a_response() -> None:
    app = make(validate_responses=True)
    for path in ("/v1/openapi.json", "/v1/hello", "/v1/openapi.json"):
        ask(app, path)


def connexion_client() -> None:
    print("answered", make().test_client().get("/v1/hello").status_code)


def forms() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nAnn\r\n--x--\r\n'
    headers = [
        (b"content-type", b"multipart/form-data; boundary=x"),
        (b"content-length", str(len(body)).encode()),
    ]
    print(ask(make(), "/v1/form", "POST", headers, body)["body"])


def refused_response() -> None:
    ask(make(validate_responses=True), "/v1/bad", seconds=5)


# -- servers ---------------------------------------------------------------------------------------


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"\nscheme " + scope["scheme"].encode() + b"."})


def wsgi(environ: Any, start_response: Any) -> list[bytes]:
    body = b"path " + environ["PATH_INFO"].encode() + b"."
    start_response("200 OK", [("content-length", str(len(body)))])
    return [body]


def gunicorn(target: str, requests: Sequence[bytes], *options: str, until: str) -> None:
    """Boot gunicorn, send requests as they stand, and print its log and what came back."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", *options, target]
    with open("log", "w") as log:
        process = subprocess.Popen(command, stderr=log, stdout=log, start_new_session=True)
    try:
        end = time.monotonic() + 20
        while time.monotonic() < end and process.poll() is None:
            with open("log") as log:
                if until in log.read():
                    break
            answer = exchange(port, requests)
            if answer:
                print(answer.decode("latin-1"))
                break
            time.sleep(0.1)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
    with open("log") as log:
        print(log.read()[-6000:])


def exchange(port: int, requests: Sequence[bytes]) -> bytes:
    """All that is answered on one connection; the next piece is sent when the one before is answered."""
    found = b""
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as connection:
            connection.settimeout(5)
            for request in requests:
                connection.sendall(request)
                data = connection.recv(65536)
                if not data:
                    break
                found += data
            while data:
                data = connection.recv(65536)
                found += data
    except OSError:
        pass
    return found


GET = (b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n",)
# To a proxy that passes the odd encoding on, the second piece is the body of the first.
HIDDEN = (
    b"POST /seen HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
    b"GET /hidden HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
)


def new_worker() -> None:
    gunicorn("real_pairs:asgi", GET, "-k", "uvicorn_worker.UvicornWorker", until="Worker failed to boot")


def worker_again_and_again() -> None:
    until = "'str' object has no attribute '_version'"
    gunicorn("real_pairs:asgi", GET, "-k", "uvicorn.workers.UvicornWorker", until=until)


def trusted_proxy() -> None:
    options = ("-k", "uvicorn.workers.UvicornWorker", "--forwarded-allow-ips", "*")
    gunicorn("real_pairs:asgi", GET, *options, until="Worker failed to boot")


def smuggled() -> None:
    gunicorn("real_pairs:wsgi", HIDDEN, "-k", "gthread", until="Worker failed to boot")


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import real_pairs  # type: ignore[import-not-found]

    getattr(real_pairs, sys.argv[1])()
