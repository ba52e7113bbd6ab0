"""Which release takes the place of a pin, where a range of them would do."""

from __future__ import annotations

from connexion_doctor.requirements.read import Declaration
from connexion_doctor.rules.versions.subject import Requirements, within

# Where the lowest release of a range is not one to stay with. All of one list go together.
RELEASES = {
    "a2wsgi>=1.7": "1.10.4",
    "click>=8.0": "8.1.3",
    "flask<2.3": "2.2.5",
    "flask>=2.2": "2.3.3",
    "httpx<0.28": "0.27.2",
    "httpx>=0.23": "0.27.2",
    "idna>=2.8": "3.7",
    "itsdangerous>=2.0": "2.1.2",
    "jinja2>=3.0": "3.1.6",
    "jinja2>=3.1.2": "3.1.6",
    "markupsafe>=2.1.1": "2.1.5",
    "pyyaml>=5.1": "6.0.1",
    "requests>=2.27": "2.31.0",
    "starlette<0.33": "0.32.0.post1",
    "starlette<1": "0.52.1",
    "uvicorn>=0.17.6": "0.30.6",
    "werkzeug<2.3": "2.2.3",
    "werkzeug>=2.2.1": "2.3.8",
    "werkzeug>=2.3.7": "2.3.8",
}


def as_asked(subject: Requirements, declaration: Declaration, specifier: str) -> str:
    """A range in the manner of the requirement whose place it takes: for a pin one release of it, the
    installed one where that will do."""
    if declaration.pinned is None:
        return specifier
    installed = subject.installed(declaration.name)
    if installed is not None and within(installed, specifier):
        return f"=={installed}"
    known = RELEASES.get(declaration.name + specifier)
    lowest = specifier.partition(",")[0].removeprefix(">=")
    return f"=={known or lowest + '.0' * (2 - lowest.count('.'))}"
