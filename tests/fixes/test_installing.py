"""What several fixes install, as one `pip install` takes it."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from connexion_doctor.fixes.installing import together

# requirements of fixes -> what is installed
TOGETHER = {
    ("uvicorn-worker",): ("uvicorn-worker",),
    ("gunicorn>=23", "setuptools<82"): ("gunicorn>=23", "setuptools<82"),
    ("connexion>=3.3,<4", "connexion[uvicorn]", "connexion<4,>=3.3"): ("connexion[uvicorn]>=3.3,<4",),
    ("connexion[flask]==3.3.0", "connexion[swagger-ui]"): ("connexion[flask,swagger-ui]==3.3.0",),
    ("connexion[uvicorn]", "Connexion[Flask]==3.3.0"): ("connexion[Flask,uvicorn]==3.3.0",),
    ("uvicorn-worker", "a2wsgi", "uvicorn_worker>=0.4"): ("uvicorn-worker>=0.4", "a2wsgi"),
    ("flask==2.0", "flask==3.0"): ("flask==2.0", "flask==3.0"),
    ("x @ https://example.org/x.whl", "x>=1"): ("x @ https://example.org/x.whl", "x>=1"),
    ("not a requirement!", "x>=1", "x<2"): ("not a requirement!", "x>=1,<2"),
}


@pytest.mark.parametrize("asked", TOGETHER)
def test_each_package_once(asked: tuple[str, ...]) -> None:
    made = together(asked)
    assert made == TOGETHER[asked]
    for one in made:
        if "!" not in one:
            Requirement(one)
