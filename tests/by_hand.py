"""What ``--verify`` does, by hand: an import, a boot of uvicorn, three requests, the end. For ``speed``.

``python tests/by_hand.py PYTHON``, in the project's folder.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

PATHS = ("/v1/hello?name=Somebody", "/v1/hello", "/nothing")


def main() -> None:
    """Import, boot, ask, end."""
    python = sys.argv[1]
    subprocess.run([python, "-c", "import app"], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([python, "-m", "uvicorn", "app:app", "--port", str(port)])
    try:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.01)
        for path in PATHS:
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10).read()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
