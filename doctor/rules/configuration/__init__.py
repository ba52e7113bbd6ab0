"""CXD2xx: arguments, configuration files, worker classes, settings."""

from __future__ import annotations

from doctor.rules.base import rules_of
from doctor.rules.configuration import arguments, settings, worker

RULES = rules_of(
    arguments.arguments_refused,
    arguments.configuration_fails,
    worker.worker_package_missing,
    worker.worker_not_found,
    worker.worker_cannot_run,
    worker.worker_deprecated,
    settings.setting_misspelt,
    settings.threads_without_effect,
)
