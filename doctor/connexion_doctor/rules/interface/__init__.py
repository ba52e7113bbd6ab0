"""CXD1xx: what the server calls against what the app answers."""

from __future__ import annotations

from connexion_doctor.rules.base import rules_of
from connexion_doctor.rules.interface import callable, inner, refused, stack, trio

RULES = rules_of(
    callable.asgi_app_on_wsgi_server,
    callable.wsgi_app_on_asgi_server,
    callable.interface_misread,
    callable.app_refuses_the_call,
    inner.inner_app_served,
    refused.server_gives_up_on_the_app,
    trio.flask_app_on_trio,
    stack.operation_not_resolved,
    stack.apis_share_a_base_path,
    stack.stack_does_not_build,
    stack.trial_call_raises,
    stack.trial_call_hangs,
)
