"""What is made ready while the probe imports the app: modules, and the classes and expressions of a report.

What only a fault needs is left where nothing hints at one; with one processor nothing is made ahead.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterable, Iterator

from connexion_doctor.foundation import late
from connexion_doctor.probe.together import at_once

MODULES = ("facts.records", "checkup.gather", "checkup.assess", "checkup.nowhere", "requirements.installs")
AT_LAST = ("checkup.earlier_bench", "checkup.merging", "checkup.failure", "fixes.additions")
OF_REPORTS = (
    "model", "facts", "requirements.install", "requirements.readers", "reporters.terminal",
    "reporters.layout", "checkup.home", "servers", "commands.show", "commands.word_edits",
)  # fmt: skip
# Where a treatment is looked for, which is tried by reading the changed project.
TREATING = (
    "checkup.treat", "checkup.trying", "checkup.only", "checkup.read", "reading.specification",
)  # fmt: skip
OF_TREATMENTS = (
    "fixes", "reading", "verify.treatment", "foundation", "requirements", "commands",
    "checkup.treat", "checkup.trying", "python.sources", "python.project", "rules.versions.subject",
    "rules.migration.uses",
)  # fmt: skip


def prepare(*, reported: bool) -> None:
    """Import what comes after the probe.

    :param reported: whether there will be a report of it, as there is none of a side that is compared
    """
    from connexion_doctor import reporters
    from connexion_doctor.rules import catalogue

    _import(MODULES)
    catalogue.launch_rules()
    if not reported:
        return
    _import(AT_LAST)
    reporters.renderer("text")
    if at_once() > 1:
        late.ready(*_whole(OF_REPORTS))


def prepare_treatments(read: Callable[[], object]) -> None:
    """Import what treatments need, where the servers call their apps so that they will fail; a treatment is
    tried on the files, so they are read once as they are, and most of it is known then.

    :param read: reads those launches
    """
    if at_once() == 1:
        return
    _import(TREATING)
    for library in ("yaml", "packaging.specifiers"):
        importlib.import_module(library)
    late.ready(*_whole(OF_TREATMENTS))
    with contextlib.suppress(Exception):  # it is told where the treatment needs it
        read()


def _import(modules: Iterable[str]) -> None:
    for one in _whole(modules):
        importlib.import_module(one)


def _whole(modules: Iterable[str]) -> Iterator[str]:
    return (f"connexion_doctor.{one}" for one in modules)
