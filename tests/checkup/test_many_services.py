"""The code of a project of many services: what of it is read how often, and how much is there at a time."""

from __future__ import annotations

import gc
import weakref
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from connexion_doctor.checkup import whole_project
from connexion_doctor.launches import project
from connexion_doctor.model import Finding
from connexion_doctor.python import Sources, specifications
from connexion_doctor.python.operations import Operation, operations_of
from connexion_doctor.rules import migration
from connexion_doctor.rules.versions import Requirements

SERVICES = ("mail", "shop", "users")
CODE = "import connexion\n\n\ndef show():\n    return {}\n\n\napp = connexion.FlaskApp(__name__)\n"
SPECIFICATION = """openapi: 3.0.0
paths:
  /:
    get:
      operationId: handlers.show
      parameters: [{name: X-Level, in: header, schema: {type: integer}}]
      responses: {"200": {content: {application/json: {}, text/csv: {}}}}
"""


@pytest.fixture
def whole(tmp_path: Path) -> project.Project:
    for name in SERVICES:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "handlers.py").write_text(CODE)
        (folder / "openapi.yaml").write_text(SPECIFICATION)
        (folder / "requirements.txt").write_text("connexion[flask]==3.3.0\n")
    return project.read(tmp_path, ())


def test_a_specification_is_read_once_for_all(
    whole: project.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: Counter[str] = Counter()

    def counted(path: str, text: str) -> list[Operation]:
        reads[path] += 1
        return operations_of(path, text)

    monkeypatch.setattr(specifications, "operations_of", counted)
    whole_project.findings(whole, (), None, 3)
    assert reads == dict.fromkeys((f"{name}/openapi.yaml" for name in SERVICES), 1)


def test_the_code_of_one_service_is_there_at_a_time(
    whole: project.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    check: Callable[..., list[Finding]] = migration.check_project
    judged: list[weakref.ref[Sources]] = []
    together = []

    def counted(sources: Sources, asked: Requirements, target: int | None) -> list[Finding]:
        gc.collect()
        judged.append(weakref.ref(sources))
        together.append(sum(one() is not None for one in judged))
        return check(sources, asked, target)

    monkeypatch.setattr(migration, "check_project", counted)
    whole_project.findings(whole, (), None, 3)
    assert together == [1, 1, 1]


def test_a_specification_is_judged_for_the_connexion_of_its_own_service(whole: project.Project) -> None:
    (whole.root / "mail" / "requirements.txt").write_text("connexion[flask]==2.14.2\nflask==2.2.5\n")
    (whole.root / "openapi.yaml").write_text(SPECIFICATION)  # of none of them: of all
    found, _ = whole_project.findings(project.read(whole.root, ()), (), None, None)
    refusing = {one.location.path for one in found if one.code == "CXD474" and one.location is not None}
    assert refusing == {"openapi.yaml", "shop/openapi.yaml", "users/openapi.yaml"}
