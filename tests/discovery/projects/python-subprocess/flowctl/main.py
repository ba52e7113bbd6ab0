import subprocess
import sys


def main():
    workers = 4
    command = [
        "gunicorn",
        "--workers", str(workers),
        "--worker-class", "sync",
        "--chdir", "/opt",
        "flowctl.app:cached_app()",
    ]
    subprocess.run(command, check=True)
    sys.exit(0)
