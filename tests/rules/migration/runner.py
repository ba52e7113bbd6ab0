"""Runs the checks of many examples in one interpreter of a target environment, a process for each.

`python runner.py FOLDER ...`: in every folder stands an example.py and a check.py. One line of JSON for each:
what the check ended with, and the end of what it printed. Connexion is imported once and then forked, unless
the folder has a file `fresh`.
"""

import json
import os
import signal
import subprocess
import sys
import warnings

SECONDS = 60


def main(folders: list[str]) -> None:
    warnings.simplefilter("ignore")
    __import__("connexion")

    for folder in folders:
        code, output = fresh(folder) if os.path.exists(os.path.join(folder, "fresh")) else forked(folder)
        print(json.dumps({"folder": folder, "code": code, "output": output[-2000:]}), flush=True)


def forked(folder: str) -> tuple[int, str]:
    log = os.path.join(folder, "output")
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(SECONDS)
            out = os.open(log, os.O_WRONLY | os.O_CREAT)
            os.dup2(out, 1)
            os.dup2(out, 2)
            os.chdir(folder)
            sys.path[0:0] = [folder]
            with open("check.py", encoding="utf-8") as file:
                source = file.read()
            exec(compile(source, "check.py", "exec"), {"__name__": "check"})
            status = 0
        except BaseException:
            import traceback

            traceback.print_exc()
            status = 1
        sys.stderr.flush()
        os._exit(status)
    _, status = os.waitpid(child, 0)
    with open(log, encoding="utf-8", errors="replace") as file:
        return os.waitstatus_to_exitcode(status), file.read()


def fresh(folder: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "check.py"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    main(sys.argv[1:])
