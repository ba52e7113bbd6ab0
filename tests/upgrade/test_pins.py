"""Versions that do not go with Connexion 3 are raised in their place, the others stay."""

from __future__ import annotations

from pathlib import Path

from connexion_doctor.upgrade.pins import Raised, loosened, raised, versions

LIST = """\
# frozen
connexion[flask,uvicorn]>=3.3,<4
jsonschema==4.16.0  # for the specification
Flask-SQLAlchemy == 3.0.2 ; python_version >= "3.8"
swagger-ui-bundle>=0.0.2,<1
setuptools<80
six~=1.15,!=1.16.0
-r other.txt
"""


def test_pins_become_the_lowest_that_will_do_and_upper_bounds_go() -> None:
    assert loosened(LIST).splitlines() == [
        "# frozen",
        "connexion[flask,uvicorn]>=3.3",
        "jsonschema>=4.16.0  # for the specification",
        'Flask-SQLAlchemy>=3.0.2 ; python_version >= "3.8"',
        "swagger-ui-bundle>=0.0.2",
        "setuptools",
        "six>=1.15,!=1.16.0",
        "-r other.txt",
    ]


def test_only_what_the_list_does_not_allow_is_written(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(LIST)
    wanted = versions(
        "jsonschema==4.17.3\nflask-sqlalchemy==3.0.2\nswagger_ui_bundle==1.1.0\nsetuptools==9.1\nconnexion==3.3.0\n"
    )
    found = raised(path, "requirements.txt", wanted)
    assert found == [
        Raised("requirements.txt", 3, "jsonschema", "==4.16.0", "==4.17.3"),
        Raised("requirements.txt", 5, "swagger-ui-bundle", ">=0.0.2,<1", ">=1.1.0"),
    ]
    assert path.read_text() == LIST.replace("4.16.0", "4.17.3").replace(">=0.0.2,<1", ">=1.1.0")
