"""What the checks of the examples may use; it runs in the target environments, with either Connexion."""

import importlib
import os
import socket
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from importlib.metadata import version
from typing import Any

THREE = version("connexion").startswith("3.")


class Answer:
    def __init__(self, status: int, text: str, headers: Any) -> None:
        self.status = status
        self.text = text
        self.headers = {key.lower(): value for key, value in headers.items()}


def load() -> Any:
    return importlib.import_module("example")


def ask(
    path: str = "/v1/hello", method: str = "GET", headers: Any = None, json: Any = None, data: Any = None
) -> Answer:
    """One request through the app's own test client; a server error is an answer, not an exception."""
    app = load().app
    if THREE:
        try:
            found = app.test_client().request(method, path, headers=headers, json=json, data=data)
        except Exception as error:  # a server would answer 500 and log it
            traceback.print_exc()
            return Answer(500, repr(error), {})
        return Answer(found.status_code, found.text, found.headers)
    found = app.app.test_client().open(
        path, method=method, headers=headers, json=json, data=data, follow_redirects=True
    )
    return Answer(found.status_code, found.get_data(as_text=True), found.headers)


def serve(path: str = "/v1/hello") -> object:
    """Run example.py as a script on a free port; the status of a request to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with open("example.py", encoding="utf-8") as file:
        text = file.read()
    with open("example.py", "w", encoding="utf-8") as file:
        file.write(text.replace("8080", str(port)))
    environ = dict(os.environ, PYTHONPATH=os.getcwd())
    process = subprocess.Popen([sys.executable, "example.py"], env=environ, start_new_session=True)
    try:
        for _ in range(150):
            if process.poll() is not None:
                return f"the process ended with {process.returncode}"
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                    return answer.status
            except urllib.error.HTTPError as error:
                return error.code
            except OSError:
                time.sleep(0.1)
        return "no answer"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, 15)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
