"""What is made ready while the probe imports the app: modules, and the data classes of a report.

What only a fault needs is left where nothing hints at one; with one processor nothing is made ahead.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from connexion_doctor.foundation import late
from connexion_doctor.model import Interface
from connexion_doctor.probe.together import at_once

MODULES = ("facts.records", "checkup.gather", "checkup.assess", "checkup.nowhere", "requirements.installs")
CLASSES = ("model.facts", "model.launch", "model.report", "facts.case", "requirements.install")
# Where a treatment is looked for, which is tried by reading the changed project.
TREATING = ("checkup.treat", "checkup.trying", "checkup.only", "checkup.read", "reading.specification")
OF_TREATMENTS = ("model", "fixes", "reading", "servers", "verify.treatment")


def prepare(calls: Iterable[Interface]) -> None:
    """Import what comes after the probe.

    :param calls: how the servers call their apps, as far as that can be read: Connexion 3 under WSGI fails
    """
    from connexion_doctor import reporters
    from connexion_doctor.rules import catalogue

    _import(MODULES)
    catalogue.launch_rules()
    reporters.renderer("text")
    several = at_once() > 1
    if several:
        late.write(*(f"connexion_doctor.{one}" for one in CLASSES))
    if several and Interface.WSGI in calls:
        _import(TREATING)
        importlib.import_module("ruamel.yaml")
        late.write(*(f"connexion_doctor.{one}" for one in OF_TREATMENTS))


def _import(modules: Iterable[str]) -> None:
    for one in modules:
        importlib.import_module(f"connexion_doctor.{one}")
