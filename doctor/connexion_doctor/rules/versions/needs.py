"""What the files hold below what Connexion 3 asks for."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.model import Applicability, Finding, Fix, Severity
from connexion_doctor.requirements.rewriting import rewritten
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.versions.repairs import below
from connexion_doctor.rules.versions.subject import Requirements, development


@rule("CXD535", "held-below-what-connexion-3-needs", Severity.ERROR)
def too_low(subject: Requirements) -> Iterator[Finding]:
    """A package is held below what Connexion 3 needs.

    What happens: pip refuses: `ERROR: Cannot install connexion==3.3.0 and flask==1.1.4 because these package
        versions have conflicting dependencies.`

    Why: Connexion 3.3 asks for Flask 2.2, Werkzeug 2.2.1 and Starlette 0.35 or newer, and a requirement from
        the time of Connexion 2 excludes that.

    Fix: Ask for what Connexion needs, or leave the package to Connexion.

    Before:
        connexion[flask]>=3.3,<4
        flask==1.1.4

    After:
        connexion[flask]>=3.3,<4
        flask==2.3.3

    Sources:
        https://pypi.org/pypi/connexion/3.3.0/json
        test: tests/rules/versions/test_pairs_are_real.py
    """
    asked = [d for d in subject.declared.of("connexion") if not development(d)]
    newest = [d for d in asked if d.versions.contains("3.3.0") and not d.versions.contains("3.2.0")]
    if subject.target_version != 3 and not newest:
        return
    for declaration, needed, why in below(subject, "connexion", ">=3.3,<4"):
        edit = rewritten(declaration, needed)
        requirement = f"{declaration.name}{needed}"
        yield finding(
            f"`{declaration.name}{declaration.specifier}` excludes what {why}.",
            location=declaration.location,
            fixes=[
                Fix(
                    f"Ask for `{requirement}`.",
                    Applicability.UNSAFE,
                    True,
                    (requirement,),
                    (edit,) if edit is not None else (),
                    None,
                    (f"another major version of {declaration.name} may need changes of the code",),
                )
            ],
        )
