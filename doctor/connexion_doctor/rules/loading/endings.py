"""Importing the target's module does not come back: it ends the process, hangs, crashes, serves itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation import late
from connexion_doctor.model import Applicability, Finding, Fix, Frame, LoadFacts, Severity
from connexion_doctor.model.source import Source, parsed
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.loading.import_string import refused_at
from connexion_doctor.rules.loading.target import target_word

ERROR = Severity.ERROR


@rule("CXD014", "import-exits", ERROR, breaks=True)
def import_exits(case: Case) -> Iterator[Finding]:
    """Importing the target's module ends the process.

    What happens: the worker ends while it boots; gunicorn says ``Worker failed to boot``.
    Why: the module calls ``sys.exit`` or ``os._exit`` when it is imported: it parses arguments, finds a
        setting missing, or runs the app without the guard ``if __name__ == "__main__":``.
    Fix: move the call behind the guard, or give the app what it misses.
    Before:
        app.run(port=8080)
    After:
        if __name__ == "__main__":
            app.run(port=8080)
    Sources:
        https://docs.python.org/3/library/__main__.html
        truth: c3new/g-uvw2/exits:app
    """
    load = case.facts.load
    if load is None or load.stage != "import" or refused_at(case) or usage_said(case):
        return
    if load.error is not None and load.error.is_a("SystemExit"):
        code = load.error.attributes.get("code", "0")
        detail, location = f"sys.exit({code})", case.at(case.own_frame(load.error))
    elif load.ended == "exit":
        detail, location = load.ended_detail or "it ended", None
    else:
        return
    fix = Fix.by_hand(
        'keep the call behind `if __name__ == "__main__":`, or give the app the setting that it misses'
    )
    yield finding(
        f"Importing {load.module} ends the process: {detail}",
        evidence=last_output(case),
        location=location,
        word=target_word(case),
        fixes=(fix,),
    )


# What argparse and click print before they end the process with 2.
USAGE = late.pattern(r"^(?:[\w./ -]+: error|Error): (.+)$", re.MULTILINE)


def usage_said(case: Case) -> str | None:
    """What ``connexion run``, or the project's own script, says of arguments that it does not take."""
    load = case.facts.load
    error = load.error if load is not None and load.stage == "import" else None
    if case.launch.server not in ("connexion", "python") or error is None or not error.is_a("SystemExit"):
        return None
    said = USAGE.findall(case.facts.output) if error.attributes.get("code") == "2" else []
    return str(said[-1]) if said else None


@rule("CXD015", "import-hangs", ERROR, breaks=True)
def import_hangs(case: Case) -> Iterator[Finding]:
    """Importing the target's module does not come back.

    What happens: the server never gets to answer; gunicorn kills the worker after its timeout, again
        and again, and uvicorn says ``RuntimeError: asyncio.run() cannot be called from a running event
        loop``. A module that calls ``app.run()`` serves on a port of its own instead.
    Why: the module starts a server when it is imported, without the guard
        ``if __name__ == "__main__":``, or it waits for something (a database, a lock, a socket).
    Fix: put the start of the server behind the guard; move what waits out of the import.
    Before:
        app.run(port=8080)
    After:
        if __name__ == "__main__":
            app.run(port=8080)
    Sources:
        https://github.com/spec-first/connexion/issues/1784
        truth: c3new/uvicorn/runs:app
        test: tests/checkup/test_started_at_import.py
    """
    load = case.facts.load
    if load is None or load.ended not in ("hang", "start"):
        return
    own = [frame for frame in load.ended_frames if case.own(frame.path)]
    if load.ended == "start":
        yield _starts_a_server(case, load, own)
        return
    yield finding(
        f"Importing {load.module} hangs: {load.ended_detail}",
        evidence=tuple(f"{case.relative(f.path)}:{f.line} in {f.name}" for f in load.ended_frames[-4:]),
        location=case.at(own[-1] if own else None),
        word=target_word(case),
        fixes=(
            Fix.by_hand("move what waits out of the import; if it is only slow, give --timeout more seconds"),
        ),
    )


def _tree(source: Source) -> ast.Module | None:
    try:
        return parsed(source.text)
    except (SyntaxError, ValueError):
        return None


def _starts_a_server(case: Case, load: LoadFacts, own: Sequence[Frame]) -> Finding:
    """The start was seen at the call: the statement of the module that leads to it goes behind the guard."""
    top = _at_module_level(own)
    called = f"{case.relative(own[-1].path)} line {own[-1].line}" if own else "an installed package"
    return finding(
        f"Importing {load.module} starts a server of its own: {called} ends in {load.ended_detail}, "
        "which serves until it is stopped.",
        severity=ERROR,
        evidence=tuple(f"{case.relative(f.path)}:{f.line} in {f.name}" for f in own[-4:]),
        location=case.at(top or (own[-1] if own else None)),
        word=target_word(case),
        fixes=(guarded(case, own),),
    )


def _at_module_level(frames: Sequence[Frame]) -> Frame | None:
    """The statement of a module that the others were called from."""
    return next((frame for frame in reversed(frames) if frame.name == "<module>"), None)


def guarded(case: Case, frames: Sequence[Frame]) -> Fix:
    """The statement that leads to a server's start goes behind the guard."""
    from connexion_doctor.python.edits import guard, statement_at  # healthy launches do without it

    top = _at_module_level(frames)
    source = case.sources.get(top.path) if top is not None else None
    tree = _tree(source) if source is not None else None
    edit = guard(source, statement_at(tree, top.line)) if source and tree and top else None
    return Fix(
        title='Put the call under `if __name__ == "__main__":`.',
        recommended=True,
        applicability=Applicability.SAFE if edit is not None else Applicability.MANUAL,
        edits=(edit,) if edit is not None else (),
    )


@rule("CXD016", "import-crashes", ERROR, breaks=True)
def import_crashes(case: Case) -> Iterator[Finding]:
    """Importing the target's module crashes the interpreter.

    What happens: the process is killed by a signal (SIGSEGV, SIGABRT, SIGKILL for want of memory).
    Why: a compiled extension fails, or more memory is asked for than there is.
    Fix: install the extension again for this interpreter, or give the machine more memory.
    Before:
        pip install --no-binary :all: an-extension
    After:
        pip install --force-reinstall an-extension
    Sources:
        https://docs.python.org/3/library/faulthandler.html
        truth: c3new/uvicorn/crashes:app
    """
    load = case.facts.load
    if load is None or load.ended != "crash":
        return
    own = [frame for frame in load.ended_frames if case.own(frame.path)]
    yield finding(
        f"Importing {load.module} crashes the interpreter: {load.ended_detail}",
        evidence=tuple(f"{case.relative(f.path)}:{f.line} in {f.name}" for f in load.ended_frames[-4:]),
        location=case.at(own[-1] if own else None),
        word=target_word(case),
        fixes=(Fix.by_hand("install the compiled package of the last frame again for this interpreter"),),
    )


@rule("CXD018", "import-ends-its-parent", ERROR, breaks=True)
def import_ends_its_parent(case: Case) -> Iterator[Finding]:
    """Importing the target's module ends the process that started it.

    What happens: gunicorn's arbiter, or the supervisor, is ended by a signal as soon as a worker loads the
    app.
    Why: code at the module level sends a signal to the parent (``os.kill(os.getppid(), ...)``), which is
    meant for another way of running.
    Fix: send it where the app is told to stop, not where it is imported.
    Before:
        os.kill(os.getppid(), signal.SIGTERM)
    After:
        def stop():
            os.kill(os.getppid(), signal.SIGTERM)
    Sources:
        https://docs.python.org/3/library/os.html#os.getppid
        test: tests/checkup/test_strangers.py
    """
    load = case.facts.load
    if load is None or load.ended != "parent":
        return
    yield finding(
        f"Importing {load.module} ends its parent: {load.ended_detail}.",
        location=None,
        word=target_word(case),
        fixes=(Fix.by_hand("take the signal to the parent out of what runs at import"),),
    )


def last_output(case: Case) -> tuple[str, ...]:
    """The last lines that the app printed, which usually say why it gave up."""
    lines = [line.strip() for line in case.facts.output.splitlines() if line.strip()]
    return tuple(line[:200] for line in lines[-3:])
