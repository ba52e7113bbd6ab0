"""What is still asked for, and nothing of the project uses on Connexion 3."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.model import Applicability, Edit, Finding, Fix, Location, Severity
from connexion_doctor.python.project import EXTENSIONS
from connexion_doctor.requirements.read import Declaration
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.versions.subject import Requirements


@rule("CXD539", "extension-not-used", Severity.INFO)
def extension_not_used(subject: Requirements) -> Iterator[Finding]:
    """A Flask extension is asked for that no file of the project names.

    What happens: Nothing fails: it is installed, and in a list of what must be kept up to date.

    Why: On the way to Connexion 3 its place was taken: Flask-Cors by Starlette's CORSMiddleware (CXD432),
        Flask-Testing by the test client of the app (CXD460).

    Fix: Take it out.

    Before:
        connexion[flask]==3.3.0
        Flask-Cors==6.0.1

    After:
        connexion[flask]==3.3.0

    Sources:
        https://www.starlette.io/middleware/#corsmiddleware
        test: tests/rules/versions/test_rules.py
    """
    three = subject.target_version == 3 or subject.connexion_major() == 3
    if not three or "flask" not in subject.uses:  # only where the code was read, and has an app
        return
    for module in EXTENSIONS:
        name = module.replace("_", "-")
        if module in subject.uses:
            continue
        for declaration in subject.declared.of(name):
            if declaration.locked or declaration.constraint:
                continue
            yield finding(
                f"`{name}` is asked for, and no file of the project names `{module}`.",
                location=declaration.location,
                fixes=[_without(declaration)],
            )


def _without(declaration: Declaration) -> Fix:
    title, place = f"Take `{declaration.name}` out.", declaration.location
    if declaration.kind != "requirements" or not declaration.text or place is None:
        return Fix.by_hand(title)
    line = Edit(Location(place.path, place.line, 1, place.line + 1, 1), "")
    return Fix(title, Applicability.UNSAFE, True, (), (line,), None, ("no other package may count on it",))
