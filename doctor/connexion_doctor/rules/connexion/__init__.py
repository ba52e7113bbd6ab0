"""CXD12x to CXD19x: what is inside of the Connexion app, and what is not."""

from __future__ import annotations

from connexion_doctor.rules.base import rules_of
from connexion_doctor.rules.connexion import (
    absent,
    arguments,
    errors,
    given,
    handlers,
    lifespan,
    middleware,
    state,
    swagger,
    wrapped,
)

RULES = rules_of(
    wrapped.wsgi_app_inside_connexion,
    absent.connexion_not_behind_the_target,
    lifespan.lifespan_startup_fails,
    middleware.cors_behind_the_errors,
    middleware.flask_cors_inside,
    middleware.wsgi_middleware_never_called,
    errors.error_handler_takes_one,
    handlers.async_handlers_in_threads,
    handlers.async_handler_blocks,
    swagger.swagger_ui_not_installed,
    state.state_in_one_process,
    arguments.handler_arguments,
    given.wsgi_middleware_in_the_stack,
    given.parameters_misread,
)
