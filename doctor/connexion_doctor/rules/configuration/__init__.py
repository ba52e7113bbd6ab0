"""CXD2xx: arguments, configuration files, worker classes, settings."""

from __future__ import annotations

from connexion_doctor.rules.base import rules_of
from connexion_doctor.rules.configuration import (
    arguments,
    contradictions,
    dangerous,
    headers,
    ignored,
    prefix,
    settings,
    timeouts,
    uvicorn,
    worker,
)

RULES = rules_of(
    arguments.arguments_refused,
    arguments.configuration_fails,
    worker.worker_package_missing,
    worker.worker_not_found,
    worker.worker_cannot_run,
    worker.worker_deprecated,
    settings.setting_misspelt,
    settings.threads_without_effect,
    ignored.setting_ignored_by_worker,
    contradictions.reload_against_preload,
    contradictions.workers_ignored_with_reload,
    dangerous.forwarded_headers_from_anyone,
    prefix.prefix_and_proxy,
    uvicorn.setting_ignored_by_uvicorn,
    uvicorn.proxy_headers_off,
    uvicorn.uvicorn_ends_after_requests,
    timeouts.timeout_below_the_wait,
    headers.header_with_underscore_dropped,
    prefix.root_path_hides_operations,
)
