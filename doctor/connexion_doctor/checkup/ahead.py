"""``--diff``: what ``--fix`` would make of the project, as one diff.

What was hidden behind a fault, or waits for another fix at the same place, is seen when it is looked at
again. ``--fix`` looks at the project itself; here it is a copy, so that a second run finds as little to do
after ``git apply`` as after ``--fix``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from connexion_doctor.checkup.options import Options
from connexion_doctor.fixes import outcome, patch
from connexion_doctor.fixes.applying import NotApplied
from connexion_doctor.model import Report
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.source import read_source
from connexion_doctor.probe.client import ProbeError
from connexion_doctor.processes import scratch_folder
from connexion_doctor.verify.scratch import NotCopied, copy_project
from connexion_doctor.verify.treatment import moved


def diff(report: Report, options: Options, run: Callable[[Options], Report], *, unsafe: bool) -> str:
    """The fixes of a report, and those of what is seen after them, as one unified diff.

    :param options: what the report is an answer to
    :param run: makes a report
    """
    made = outcome.planned(report, unsafe=unsafe)
    if options.facts is not None or not made.edits:
        return patch.render(made, report.sources)
    root = Path(report.root)
    try:
        with scratch_folder.folder("diff") as folder:
            copy = copy_project(root, folder / "project")
            again = _in_copy(options, report, root, copy)
            rounds = outcome.rounds(copy, report, lambda: run(again), unsafe=unsafe)
            lines = [f"# {line}\n".replace(f"{copy}/", f"{root}/") for line in outcome.notes(rounds)]
            for path in sorted({path for one in rounds for path in one.files}):
                before, after = read_source(root / path, path), read_source(copy / path, path)
                if before is not None and after is not None:
                    lines.append(patch.unified(path, before.text, after.text))
            return "".join(lines)
    except (NotCopied, NotApplied, UsageError, ProbeError):
        return patch.render(made, report.sources)


def _in_copy(options: Options, report: Report, root: Path, copy: Path) -> Options:
    """The same question about the copy, in the environment of the original."""
    asked = options.question
    python = report.environment.executable if report.environment is not None else asked.python
    conf = asked.gunicorn_conf
    question = replace(
        asked,
        directory=str(moved(Path(os.path.abspath(asked.directory)), root, copy)),
        command=tuple(word.replace(f"{root}/", f"{copy}/") for word in asked.command),
        gunicorn_conf=str(moved(Path(conf), root, copy)) if conf is not None else None,
        launches=tuple(replace(one, path=moved(one.path, root, copy)) for one in asked.launches),
        python=python,
    )
    path = options.environ.get("PYTHONPATH", "").replace(str(root), str(copy))
    environ = {**options.environ, **({"PYTHONPATH": path} if path else {})}
    screening = replace(options.screening, write_baseline=False)
    return replace(
        options,
        screening=screening,
        question=question,
        environ=environ,
        save_facts=None,
        verify=False,
        build_env=False,
    )
