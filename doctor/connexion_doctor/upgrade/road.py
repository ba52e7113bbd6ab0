"""The whole road, in order: each step is told when it is done; where one stops, the others go on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from connexion_doctor.bench import run as benching
from connexion_doctor.bench.bench import Bench
from connexion_doctor.checkup.run import ProbeError
from connexion_doctor.commands import show
from connexion_doctor.compare import run as comparing
from connexion_doctor.compare.comparison import Comparison
from connexion_doctor.compare.sides import AFTER, BEFORE, NotCompared, Side, need_specification
from connexion_doctor.compare.wording import headline
from connexion_doctor.fixes.applying import NotApplied
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.voice import counted
from connexion_doctor.upgrade import difference, migration, starts, suite
from connexion_doctor.upgrade.environments import Environments, NotBuilt
from connexion_doctor.upgrade.suite import Suite
from connexion_doctor.upgrade.upgrade import DONE, LEFT_OUT, STOPPED, Change, Step, Task, Upgrade
from connexion_doctor.verify.scratch import NotCopied, NotInstalled, copy_project


class NotRun(Exception):
    """There are no tests to go by; the message says why."""


EXPECTED = (
    NotCompared,
    NotCopied,
    NotInstalled,
    NotApplied,
    NotBuilt,
    NotRun,
    UsageError,
    ProbeError,
    OSError,
)


@dataclass(frozen=True)
class Options:
    """What is upgraded, and how. ``start`` is a command or the id of a launch; without one every launch of
    the project is looked at, and the first is compared. ``before`` is the folder with the code of Connexion 2
    where the project's own is changed already."""

    root: Path
    folder: Path
    start: str | None = None
    before: Path | None = None
    before_python: str | None = None
    after_python: str | None = None
    test: str | None = None
    bench: benching.Options | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    compare: comparing.Options = field(default_factory=comparing.Options)
    timeout: float = 30.0


class Road:
    """One walk over the road; what a step finds out, the next ones use."""

    def __init__(self, options: Options, tell: Callable[[Step], None], say: Callable[[str], None]) -> None:
        self._options, self._tell, self._say = options, tell, say
        self._steps: list[Step] = []
        self._copy = options.folder / "after"
        self._old = options.folder / "before"
        self._environments = Environments(options.folder, options.start, options.test, say)
        self._environ = {**os.environ, **options.environ}
        self._before_python = options.before_python
        self._after_python = options.after_python
        self._before: Side | None = None
        self._after: Side | None = None
        self._changes: tuple[Change, ...] = ()
        self._tasks: tuple[Task, ...] = ()
        self._commands: tuple[tuple[str, str, str], ...] = ()
        self._comparison: Comparison | None = None
        self._suites: tuple[Suite, Suite] | None = None
        self._bench: Bench | None = None
        self._files: frozenset[str] = frozenset()  # edited: what runs may write others

    def walk(self) -> Upgrade:
        """All steps, in order."""
        options = self._options
        options.folder.mkdir(parents=True, exist_ok=True)
        copied = self._do("Copy the project", self._copies, "Make it smaller, or leave files out of it.")
        if copied:
            self._do(
                "Build the environment of today", self._environment_before, "Give it: --before-python PATH."
            )
            self._do(
                "Boot it as it is today",
                self._boots_before,
                "Give the start that serves today, or the code of Connexion 2: --before-ref GITREF.",
            )
            self._do(
                "Change the code and the requirements", self._migrates, "Read what is said, and report it."
            )
            self._do(
                "Build the environment of Connexion 3",
                self._environment_after,
                "Give it: --after-python PATH.",
            )
            self._do(
                "Treat and boot every start",
                self._boots_after,
                "Do what is left by hand in the copy or in the project, and run this again.",
            )
            self._do("Compare both", self._compares, "Name the start of an app that has an API.")
            self._do(
                "Run the tests on both",
                self._tests,
                "Have what the tests need in what is installed (an extra, a list, a group of the project's), "
                "or name the command that runs them here.",
                needs=options.test is not None,
            )
            needed = options.bench is not None and self._after is not None
            self._do("Bench both", self._benches, None, needs=needed)
        return self._made()

    def _made(self) -> Upgrade:
        options = self._options
        patch = options.folder / "upgrade.patch"
        among = sorted(self._files)
        names = tuple(name for name, _, _ in difference.changed(options.root, self._copy, among))
        patch.write_text(difference.as_patch(options.root, self._copy, names), encoding="utf-8")
        return Upgrade(
            str(options.root),
            str(options.folder),
            str(self._copy),
            str(patch),
            tuple(self._steps),
            self._changes,
            self._tasks,
            names,
            difference.shown(options.root, self._copy, names),
            self._commands,
            self._comparison,
            self._suites,
            self._bench,
        )

    def _do(self, title: str, step: Callable[[], str], way_on: str | None, *, needs: bool = True) -> bool:
        """Do a step and tell how it ended; True where it was done."""
        if not needs:
            return False
        self._say(title.lower())
        started = time.monotonic()
        try:
            made = Step(title, DONE, step())
        except EXPECTED as exc:
            made = Step(title, STOPPED, str(exc), way_on)
        except _LeftOut as exc:
            made = Step(title, LEFT_OUT, str(exc))
        log = {"Boot it as it is today": "before.log", "Treat and boot every start": "after.log"}.get(title)
        path = self._options.folder / log if log is not None else None
        made = replace(
            made,
            seconds=time.monotonic() - started,
            log=str(path) if path is not None and os.path.isfile(path) else None,
        )
        self._steps.append(made)
        self._tell(made)
        return made.state == DONE

    def _copies(self) -> str:
        copy_project(self._options.root, self._copy)
        copy_project(self._options.before or self._options.root, self._old)
        return f"what is changed is changed in `{self._copy}`"

    def _environment_before(self) -> str:
        if self._before_python is not None:
            return f"given: `{self._before_python}`"
        made = self._environments.before(self._old)
        self._before_python = made.python
        return "; ".join([f"built from what the start gets installed: `{made.python}`", *made.notes])

    def _boots_before(self) -> str:
        if self._before_python is None:
            raise _LeftOut("there is no environment")
        found = starts.side(
            BEFORE, self._old, self._options.start, self._before_python, self._environ, self._options.timeout
        )
        log = self._options.folder / "before.log"
        said = starts.booted(found, self._options.timeout, log, self._options.compare)
        self._before = found
        return f"`{found.command}` ({found.versions}): {said}"

    def _migrates(self) -> str:
        done = migration.migrate(self._copy, self._before_python, self._options.timeout)
        self._changes, self._tasks = done.changes, done.tasks
        self._files |= done.files
        return done.plan

    def _environment_after(self) -> str:
        if self._after_python is not None:
            return f"given: `{self._after_python}`"
        made = self._environments.after(self._old, self._copy, self._options.before_python)
        self._after_python = made.python
        self._changes += made.raised
        self._files |= made.files
        more = [f"raised for it: {counted(len(made.raised), 'version')}"] if made.raised else []
        return "; ".join(
            [f"built from what the upgraded start gets installed: `{made.python}`", *more, *made.notes]
        )

    def _boots_after(self) -> str:
        if self._after_python is None:
            raise _LeftOut("there is no environment")
        treated = starts.treated(
            self._copy,
            self._options.start,
            self._after_python,
            self._environ,
            self._options.timeout,
            self._options.folder,
            self._say,
        )
        self._copy = treated.root
        self._files |= treated.files
        self._changes += treated.changes
        again = migration.migrate(self._copy, self._after_python, self._options.timeout, ("CXD4",))
        self._changes += again.changes  # what goes on with an app that a treatment gives it
        self._files |= again.files
        self._tasks = migration.left(self._copy, self._after_python, self._options.timeout)
        self._tasks = migration.together(self._tasks, treated.tasks)
        self._commands = treated.commands
        if treated.sides:
            self._after = replace(treated.sides[0], name=AFTER)
        if not treated.sides:
            raise NotCompared("; ".join(treated.failed) or "no start was found")
        log = self._options.folder / "after.log"
        said = [
            f"`{show.shown(one.judgement.launch.command)}`: "
            f"{starts.booted(one, self._options.timeout, log, self._options.compare)}"
            for one in starts.different(treated.sides)
        ]
        if treated.failed:
            raise NotCompared("; ".join([*said, *treated.failed]))
        return "; ".join(said)

    def _compares(self) -> str:
        if self._before is None or self._after is None:
            raise _LeftOut("there are no two starts that run")
        for one in (self._before, self._after):
            need_specification(one)
        asking = self._options.compare
        page = migration.origin(self._old) if asking.origin == comparing.ORIGIN else None
        asking = replace(asking, origin=page) if page is not None else asking
        self._comparison = comparing.compare(self._before, self._after, asking, self._say)
        return headline(self._comparison)

    def _tests(self) -> str:
        assert self._options.test is not None
        if self._before_python is None or self._after_python is None:
            raise _LeftOut("an environment is missing")
        both = [
            suite.run(
                self._options.test,
                folder,
                python,
                self._environ,
                self._options.folder / f"tests-{name}.log",
            )
            for name, folder, python in (
                (BEFORE, self._old, self._before_python),
                (AFTER, self._copy, self._after_python),
            )
        ]
        said = f"before: {both[0].shown}; after: {both[1].shown}"
        if not both[0].ran:
            raise NotRun(f"they did not run before: {said}")
        self._suites = both[0], both[1]
        return said

    def _benches(self) -> str:
        assert self._after is not None and self._options.bench is not None
        sides: Sequence[Side] = [one for one in (self._before, self._after) if one is not None]
        asking = replace(self._options.bench, credentials=self._options.compare.credentials)
        self._bench = benching.bench(sides, asking, self._say)
        rates = [f"{one.name}: {one.at[max(one.at)].rate:.0f}" for one in self._bench.starts]
        return f"requests a second with {max(self._bench.ceilings)} at once: {', '.join(rates)}"


class _LeftOut(Exception):
    """A step that has nothing to go on with; the message says why."""
