"""Code of the other Connexion: of 2 in a project that runs, or shall run, on 3, and the reverse."""

from __future__ import annotations

from connexion_doctor.model import Finding
from connexion_doctor.python import Sources
from connexion_doctor.rules.base import rules_of
from connexion_doctor.rules.migration import (
    apis,
    constructor,
    context,
    cors,
    error_arguments,
    errors,
    flask_attributes,
    flask_inner,
    flask_json,
    flask_names,
    flask_settings,
    imports,
    newer,
    one_way,
    operations,
    request,
    request_bodies,
    resolvers,
    response_objects,
    response_types,
    response_validation,
    response_values,
    run,
    run_place,
    security,
    security_errors,
    swagger,
    testing,
    text_parameters,
    uncalled_handlers,
    undeclared_types,
    wsgi_servers,
)
from connexion_doctor.rules.migration.plan import Plan, changes_of, make_plan
from connexion_doctor.rules.versions import Requirements

RULES = rules_of(
    imports.module_gone,
    imports.name_gone,
    imports.aiohttp_app,
    imports.flask_json_encoder,
    context.context_is_a_module,
    flask_names.flask_name_gone,
    constructor.constructor_keyword,
    constructor.positional_arguments,
    apis.pass_context_arg_name,
    apis.validator_map,
    apis.class_jsonifier,
    constructor.app_attribute,
    resolvers.own_resolver,
    resolvers.plain_views,
    resolvers.collection_search,
    swagger.direct_keyword,
    swagger.constructor_options,
    swagger.add_api_options,
    swagger.options_dictionary,
    run.run_keyword,
    run.run_positional,
    run_place.run_loopback,
    run_place.run_at_import,
    run.run_reload,
    run.inner_run,
    wsgi_servers.wsgi_server,
    flask_inner.hook,
    flask_inner.before_first_request,
    cors.cors,
    flask_json.json_encoder,
    flask_settings.wsgi_app,
    flask_json.json_settings,
    cors.cors_position,
    flask_inner.extension,
    flask_settings.named_application,
    errors.one_argument,
    errors.on_inner,
    errors.get_response,
    errors.returns_flask,
    error_arguments.arguments,
    error_arguments.status,
    uncalled_handlers.never_called,
    request.flask_style,
    security.security,
    security_errors.werkzeug,
    operations.uwsgi_metrics,
    request.outside_operation,
    operations.body_name,
    response_types.response_type,
    response_values.data_under_another_type,
    request_bodies.optional_body,
    request_bodies.form_limits,
    request_bodies.empty_body,
    response_validation.head,
    text_parameters.texts,
    request_bodies.parsed,
    one_way.required,
    one_way.wanted,
    one_way.taken,
    response_objects.response_object,
    undeclared_types.undeclared,
    testing.inner_client,
    testing.arguments,
    testing.responses,
)
RULES_UNDER_TWO = rules_of(newer.code_of_three)
RULES_UNDER_BOTH = rules_of(flask_attributes.attribute_of_flask)

__all__ = [
    "RULES",
    "RULES_UNDER_BOTH",
    "RULES_UNDER_TWO",
    "Plan",
    "changes_of",
    "check_project",
    "make_plan",
    "targets_three",
]


def targets_three(requirements: Requirements, target_version: int | None = None) -> bool:
    """Whether the project runs, or shall run, on Connexion 3. What is installed says more than a range."""
    if target_version is not None:
        return target_version == 3
    return requirements.connexion_major() == 3


def check_project(
    sources: Sources, requirements: Requirements, target_version: int | None = None
) -> list[Finding]:
    """All findings of the family, in the order of the files: for a project that stays on 2, what it cannot
    use there; none of that where the files ask for 3 and only have to be installed."""
    if targets_three(requirements, target_version):
        rules = (*RULES, *RULES_UNDER_BOTH)
    else:
        two = requirements.connexion_major() == 2 and not requirements.waits_for_3()
        rules = (*RULES_UNDER_TWO, *RULES_UNDER_BOTH) if two else ()
    found = [finding for rule in rules for finding in rule.run(sources)]
    return sorted(found, key=_place)


def _place(finding: Finding) -> tuple[str, int, int, str]:
    place = finding.location
    return (place.path, place.line, place.column, finding.code) if place else ("", 0, 0, finding.code)
