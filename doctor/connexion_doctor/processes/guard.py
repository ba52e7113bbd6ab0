"""Stands between the doctor and a server that is booted: ``python -I -S guard.py DESCRIPTOR WORDS...``.

An app may end its parent by a signal; so its parent is this process, and not the doctor. It starts the words,
waits, and ends the way they ended; where the doctor was killed, it ends them. Why they could not be started
is written to the descriptor.
"""

import os
import signal
import sys


def main() -> None:
    """Start, wait, end alike."""
    told, words, doctor = int(sys.argv[1]), sys.argv[2:], os.getppid()
    os.set_inheritable(told, False)
    child = os.fork()
    if child == 0:
        try:
            os.execvp(words[0], words)
        except OSError as exc:
            os.write(told, str(exc.errno or 0).encode())
        os._exit(127)
    os.close(told)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)

    def look(number: int, frame: object) -> None:
        if os.getppid() != doctor:  # nobody is left who would end the server
            os.killpg(0, signal.SIGKILL)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        _end_by(os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


def _end_by(number: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    main()
