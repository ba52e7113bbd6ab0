"""The rules, in the order in which they run and are listed."""

from __future__ import annotations

from functools import cache

from connexion_doctor.rules.base import Rule


@cache
def launch_rules() -> tuple[Rule, ...]:
    """Rules about one launch; each is given a ``connexion_doctor.facts.case.Case``."""
    from connexion_doctor.rules import adapters, configuration, connexion, interface, loading, versions

    return (
        *versions.LAUNCH_RULES,
        *loading.RULES,
        *configuration.RULES,
        *interface.RULES,
        *adapters.RULES,
        *connexion.RULES,
    )


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    from connexion_doctor.rules import migration, own, project, versions

    code = (*migration.RULES, *migration.RULES_UNDER_TWO, *migration.RULES_UNDER_BOTH)
    others = (*project.RULES, *code, *versions.RULES, *own.RULES)
    return tuple(sorted((*launch_rules(), *others), key=lambda rule: rule.code))


def find(wanted: str) -> Rule | None:
    """A rule by its code or its name."""
    return next((rule for rule in all_rules() if wanted.upper() == rule.code or wanted == rule.name), None)
