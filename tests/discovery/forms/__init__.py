"""The forms in which starts are written: small files, and the launches that have to be found in them.

``FORMS`` maps the name of a form to its files and its outcome. Every project has ``app.py`` with a
Connexion app and ``requirements.txt``, unless the form brings its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Form(NamedTuple):
    """A form. A launch is written ``id server target``, with ``@folder`` where it is not the root.

    ``unresolved`` and ``others`` are ``path:line``; ``others`` of None are not looked at.
    """

    files: Mapping[str, str]
    launches: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    others: tuple[str, ...] | None = None


REQUIREMENTS = "connexion[flask,uvicorn]==3.3.0\n"
APP = "import connexion\n\napp = connexion.FlaskApp(__name__)\n\n\ndef create_app():\n    return app\n"
