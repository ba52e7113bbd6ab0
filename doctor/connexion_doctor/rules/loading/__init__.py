"""CXD0xx: the server, the module, the object."""

from __future__ import annotations

from connexion_doctor.rules.base import rules_of
from connexion_doctor.rules.loading import (
    endings,
    factory,
    import_string,
    imports,
    server,
    specification,
    surroundings,
    target,
)

RULES = rules_of(
    server.server_not_installed,
    server.server_does_not_import,
    server.interpreter_not_usable,
    server.no_target,
    imports.module_not_found,
    imports.import_raises,
    imports.dependency_not_installed,
    imports.extra_not_installed,
    import_string.import_string_needed,
    endings.import_exits,
    endings.import_hangs,
    endings.import_crashes,
    endings.import_ends_its_parent,
    specification.specification_refused,
    surroundings.surroundings_missing,
    target.attribute_not_found,
    target.target_not_understood,
    target.target_is_none,
    target.target_not_callable,
    factory.factory_not_called,
    factory.factory_needs_arguments,
    factory.factory_raises,
    factory.factory_not_declared,
)
