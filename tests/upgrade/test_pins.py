"""Pins that do not go with Connexion 3 are raised in their place, the others stay."""

from __future__ import annotations

from pathlib import Path

from connexion_doctor.upgrade.pins import Raised, loosened, raised

LIST = """\
# frozen
connexion[flask,uvicorn]>=3.3,<4
jsonschema==4.16.0  # for the specification
Flask-SQLAlchemy == 3.0.2 ; python_version >= "3.8"
-r other.txt
"""


def test_pins_become_the_lowest_that_will_do() -> None:
    assert loosened(LIST).splitlines()[2:4] == [
        "jsonschema>=4.16.0  # for the specification",
        'Flask-SQLAlchemy >=3.0.2 ; python_version >= "3.8"',
    ]
    assert loosened(LIST).splitlines()[1] == "connexion[flask,uvicorn]>=3.3,<4"


def test_only_what_was_installed_otherwise_is_written(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(LIST)
    found = raised(path, "requirements.txt", {"jsonschema": "4.17.3", "flask-sqlalchemy": "3.0.2"})
    assert found == [Raised("requirements.txt", 3, "jsonschema", "4.16.0", "4.17.3")]
    assert path.read_text() == LIST.replace("4.16.0", "4.17.3")
