"""Versions: installed, pinned and required ones that do not fit together."""

from __future__ import annotations

from connexion_doctor.model import Finding
from connexion_doctor.rules.base import rules_of
from connexion_doctor.rules.versions import (
    connexion2,
    connexion3,
    declared,
    extras,
    image,
    needs,
    pythons,
    servers,
    unbuilt,
    unused,
)
from connexion_doctor.rules.versions.subject import Known, Requirements, uses_of

RULES = rules_of(
    connexion2.flask,
    connexion2.werkzeug,
    connexion2.packaging,
    connexion2.without_limits,
    connexion3.starlette_1,
    connexion3.starlette_033,
    connexion3.regression_320,
    connexion3.httpx,
    connexion3.multipart,
    extras.flask,
    extras.uvicorn,
    extras.swagger_ui,
    extras.aiohttp,
    extras.reload,
    servers.uvicorn_worker,
    servers.gunicorn_2410,
    servers.uvicorn_0310,
    servers.a2wsgi,
    servers.smuggling,
    declared.unpinned,
    declared.disagree,
    declared.differs,
    pythons.python,
    declared.held,
    needs.too_low,
    unused.extension_not_used,
)

# Rules about one launch.
LAUNCH_RULES = rules_of(image.not_in_image, image.not_asked_for, unbuilt.do_not_install)

__all__ = ["LAUNCH_RULES", "RULES", "Known", "Requirements", "check_versions", "uses_of"]


def check_versions(subject: Requirements) -> list[Finding]:
    """All findings of the family."""
    return [finding for rule in RULES for finding in rule.run(subject)]
