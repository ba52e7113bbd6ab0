"""What stands in front of a launch: every bind goes to loopback, in the oldest Python of a target too."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from connexion_doctor.processes.server_process import free_port
from connexion_doctor.verify.starting import LISTEN, REDIRECT
from tests.fixes.projects import python_of

# what is run, what it prints; PORT is the port to take
SNIPPETS = {
    "the first port, where nobody knows": ("", "a(8000); print(at(a))", "127.0.0.1:PORT"),
    "the expected port": ("8001", "a(8000); b(8001); print(at(b), at(a) == at(b))", "127.0.0.1:PORT False"),
    "ours stays ours": ("PORT", "a(PORT); print(at(a))", "127.0.0.1:PORT"),
    "all addresses": ("", "a(0)", "does not let it listen on 0.0.0.0"),
    "a Unix socket": ("", "unix('x.sock')", "does not let it listen on the Unix socket x.sock"),
    "out of the path": ("", "print([one for one in sys.path if 'redirect' in one])", "[]"),
    "in the group": ("", "print(os.getpgid(0) == os.getpgid(os.setsid()))", "True"),
}
PRELUDE = """
import os, socket, sys
class Server:
    def __call__(self, port):
        self.sock = socket.socket()
        self.sock.bind(("0.0.0.0", port))
        self.sock.listen()
a, b = Server(), Server()
def at(server):
    return "%s:%d" % server.sock.getsockname()
def unix(path):
    socket.socket(socket.AF_UNIX).bind(path)
"""


@pytest.mark.truth
@pytest.mark.parametrize("environment", ["c3py38", "c3py313"])
@pytest.mark.parametrize(("expected", "code", "printed"), SNIPPETS.values(), ids=list(SNIPPETS))
def test_redirect(environment: str, expected: str, code: str, printed: str, tmp_path: Path) -> None:
    port = str(free_port())
    told = {LISTEN: f"{port}:{expected}".replace("PORT", port), "PYTHONPATH": str(REDIRECT)}
    told["TMPDIR"] = str(tmp_path)  # the checkout may lie among the temporary files
    done = subprocess.run(
        [python_of(environment), "-B", "-c", PRELUDE + code.replace("PORT", port)],
        cwd=Path(__file__).parent,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert printed.replace("PORT", port) in done.stdout + done.stderr
