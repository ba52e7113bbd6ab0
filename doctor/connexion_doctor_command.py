"""What the command starts: the doctor, whatever modules the project has.

``PYTHONPATH=.``, ``python -m`` and a script's own folder put the project in front of ``sys.path``. A project
may own a ``click.py``, a ``doctor.py`` or a ``connexion_doctor.py``; so those folders go to the end before
anything of the doctor is imported. The target interpreter gets the environment as it is.
"""

import atexit
import gc
import os
import sys
import threading


def main() -> None:
    """Run the command line."""
    try:
        _run()
    except SystemExit as exc:
        _leave(exc.code)
        raise


def _run() -> None:
    _fill_streams()
    try:
        given = [os.path.abspath(one) for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
        late = {"", os.getcwd(), *given}
        sys.path.sort(key=lambda entry: entry in late or os.path.abspath(entry) in late)
    except FileNotFoundError:
        sys.exit("connexion-doctor: the working directory is not there any more")
    from connexion_doctor.processes import descendants, signals

    gc.disable()  # a run is short and keeps what it makes: looking for cycles takes a third of the time
    _warn_nobody()
    signals.take()
    descendants.want()
    if not {"-h", "--help", "--version"} & set(sys.argv):
        from connexion_doctor.probe import head_start

        head_start.early(sys.argv[1:], os.environ)
    from connexion_doctor.cli.main import main as run

    run(prog_name="connexion-doctor")


def _leave(code: object) -> None:
    """End here, where nothing is left to wait for. To take the interpreter apart, object by object, takes a
    tenth of a run, and is of use to nobody."""
    waited_for = [one for one in threading.enumerate() if not one.daemon]
    if waited_for != [threading.main_thread()] or not isinstance(code, (int, type(None))):
        return
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):  # full, or closed: Python says so
        return
    atexit._run_exitfuncs()
    os._exit((code or 0) & 0xFF)


def _warn_nobody() -> None:
    """What libraries warn of is for who programs with them, and ``PYTHONWARNINGS`` is meant for the app."""
    import warnings

    warnings.simplefilter("ignore")
    warnings.showwarning = lambda *told, **more: None  # some put filters of their own in front


def _fill_streams() -> None:
    """What is opened must not get the number of a standard stream that was closed."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)


if __name__ == "__main__":
    main()
