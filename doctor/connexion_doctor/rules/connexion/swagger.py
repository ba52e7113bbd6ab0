"""The Swagger UI."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.facts.case import Case
from connexion_doctor.model import Finding, Fix, Severity
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.connexion.details import details
from connexion_doctor.rules.loading.target import target_word


@rule("CXD128", "swagger-ui-not-installed", Severity.INFO)
def swagger_ui_not_installed(case: Case) -> Iterator[Finding]:
    """The Swagger UI is not turned off, and its files are not installed.

    What happens: ``/ui/`` answers 404; the log says ``The swagger_ui directory could not be found.`` at
        every start. The API itself works.
    Why: the files come with the extra ``swagger-ui``, which ``connexion`` does not bring by itself.
    Fix: install the extra, or turn the UI off.
    Before:
        pip install 'connexion[flask]'
    After:
        pip install 'connexion[flask,swagger-ui]'
    Sources:
        https://connexion.readthedocs.io/en/latest/swagger_ui.html
        test: tests/probe/test_details.py
    """
    known = details(case)
    if known.get("swagger_ui") != "missing" or not known.get("specifications"):
        return
    yield finding(
        "The Swagger UI at /ui/ will fail with 404: its files are not installed.",
        word=target_word(case),
        fixes=(
            Fix("install the extra that brings them", recommended=True, install=("connexion[swagger-ui]",)),
        ),
    )
