"""CXD3xx: adapters between WSGI and ASGI."""

from __future__ import annotations

from connexion_doctor.rules.adapters import adapters, hosts
from connexion_doctor.rules.base import rules_of

RULES = rules_of(
    adapters.adapter_on_wrong_server,
    adapters.adapter_wrong_way_round,
    adapters.adapter_made_before_the_fork,
    adapters.lifespan_never_runs,
    adapters.statuses_become_200,
    adapters.answer_begun_too_late,
    hosts.adapter_made_in_uwsgi_master,
    hosts.not_a_flask_app,
)
