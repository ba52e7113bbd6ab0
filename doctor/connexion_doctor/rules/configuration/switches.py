"""Switches of a server turned off, wherever they were turned on."""

from __future__ import annotations

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix
from connexion_doctor.rules.configuration.setting_place import out_of_variable, standing


def off(
    case: Case, name: str, title: str, cost: str, applicability: Applicability = Applicability.UNSAFE
) -> Fix:
    """The fix that turns a switch off: on the command line, in the configuration file (at its end where
    the text does not tell which binding is in force), else in words."""
    given, remedy, config = case.facts.server.settings[name], servers.of(case).remedy(case), case.config
    stands = standing(case, name)
    assigned = config.assignments.get(name) if config is not None else None
    if given.source == "command" and remedy.given(name) is not None:
        remedy.drop_option(name)
    elif given.source == "file" and config is not None and assigned is not None:
        edit = Edit(assigned.value, "False") if assigned.is_literal else config.append(f"{name} = False")
        remedy.edits.append(edit)
    elif not out_of_variable(case, name, stands, remedy):
        place = f"${stands.variable}" if stands.variable is not None else "the configuration"
        by_hand = f"{title}: take {name} out of {place}"
        return Fix.by_hand(by_hand, costs=(cost,))
    remedy.cost(cost)
    return remedy.fix(title, recommended=True, applicability=applicability)
