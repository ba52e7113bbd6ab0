"""The rules, in the order in which they run and are listed."""

from __future__ import annotations

from functools import cache

from doctor.rules.base import Rule, rules_of


@cache
def launch_rules() -> tuple[Rule, ...]:
    """Rules about one launch; each is given a ``doctor.case.Case``."""
    from doctor.rules import adapters, configuration, connexion, interface, loading

    return (*loading.RULES, *configuration.RULES, *interface.RULES, *adapters.RULES, *connexion.RULES)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    from doctor.candidates import no_server_installed
    from doctor.judge import rule_failed
    from doctor.rules import migration, own, project, versions

    single = rules_of(rule_failed, no_server_installed)
    others = (*project.RULES, *migration.RULES, *versions.RULES, *own.RULES)
    return tuple(sorted((*single, *launch_rules(), *others), key=lambda rule: rule.code))


def find(wanted: str) -> Rule | None:
    """A rule by its code or its name."""
    return next((rule for rule in all_rules() if wanted.upper() == rule.code or wanted == rule.name), None)
