"""Started by path as ``python -B agent/__main__.py ANSWERS [SERVER ...]``, a file of the doctor's and what
the request will ask about; the request comes on standard input.

This file alone must parse on every Python there is: it tells an interpreter that is too old from one
that works. Everything else is loaded under a private package name, and the folder is taken off
``sys.path`` first: the project may own modules called ``hosts``, ``calls`` or ``doctor``.
"""

import sys

if __name__ == "__main__":
    folder = sys.path.pop(0)
    if sys.version_info < (3, 8):
        with open(sys.argv[1], "w") as answers:
            answers.write('{"event": "too-old", "version": "%s"}\n' % sys.version.split()[0])
        sys.exit(0)

    import os

    doctor = os.getppid() if hasattr(os, "fork") else 0
    agent = os.fork() if doctor else 0
    if agent:  # the app may end its parent by a signal: that is this process, not the doctor
        import _signal  # type: ignore[import-not-found]  # `signal` takes its time

        def look(number, frame):  # type: ignore[no-untyped-def]
            """Where the doctor was killed, nobody is left who would end an app that hangs."""
            if os.getppid() != doctor:
                os.killpg(0, _signal.SIGKILL) if os.getpgrp() == os.getpid() else os.kill(
                    agent, _signal.SIGKILL
                )

        _signal.signal(_signal.SIGALRM, look)
        _signal.setitimer(_signal.ITIMER_REAL, 1.0, 1.0)
        _, status = os.waitpid(agent, 0)
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        with open(sys.argv[1], "a") as answers:
            answers.write('{"event": "ended", "code": %d}\n' % code)
        os._exit(0)

    import importlib.util
    from importlib.machinery import FileFinder, SourceFileLoader

    class Kept(SourceFileLoader):
        """Keeps the bytecode of the agent's own modules, which an installer may not have made, or for another
        Python; ``-B`` is for those of the project."""

        def get_code(self, name):  # type: ignore[no-untyped-def]
            """Read or compile a module; nothing is imported in here."""
            kept = sys.dont_write_bytecode
            sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
            try:
                return super().get_code(name)
            finally:
                sys.dont_write_bytecode = kept

    for place in (folder, folder + "/hosts"):
        sys.path_importer_cache[place] = FileFinder(place, (Kept, [".py"]))
    NAME = "_connexion_doctor_agent"
    spec = importlib.util.spec_from_file_location(
        NAME, folder + "/__init__.py", submodule_search_locations=[folder]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = package
    spec.loader.exec_module(package)
    package.main(sys.argv[1], sys.argv[2:])
