"""CXD019: what Connexion refuses in a specification is told at its place, and cured where that is certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import SPECIFICATION, diagnose, doctor, project, target

FACTORY = """import connexion
def hello(name):
    return name
def create():
    app = connexion.FlaskApp(__name__)
"""
REFUSED = {
    # environment, what is replaced, the place of the finding, what stands there after the fix
    "3.1": ("c3new", '"3.0.3"', '"3.1.0"', (1, 10), 'openapi: "3.0.3"'),
    "a type of Python": ("c3new", "type: string", "type: str", (9, 66), "type: string"),
    "on Connexion 2": ("c2new", "type: string", "type: str", (9, 66), "type: string"),
    "a type that is misspelt": ("c3new", "type: string", "type: strin", (9, 66), "type: string"),
    "no responses": ("c3new", 'responses: {"200"', 'answers: {"200"', (7, 7), None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_told_where(name: str, tmp_path: Path) -> None:
    environment, before, after, (line, column), cured = REFUSED[name]
    project(tmp_path, openapi__yaml=SPECIFICATION.replace(before, after))
    server = "gunicorn" if environment == "c2new" else "uvicorn"
    asked = ("--", server, "app:app")
    done = diagnose(environment, *asked, cwd=tmp_path)
    (found,) = done.report["findings"]
    (read,) = diagnose(environment, "--no-import", *asked, cwd=tmp_path).report["findings"]
    assert (read["code"], read["location"]) == (found["code"], found["location"]), "read as it is loaded"
    assert found["code"] == "CXD019"
    assert (found["location"]["path"], found["location"]["line"]) == ("openapi.yaml", line)
    assert found["location"]["column"] == column
    if cured is None:
        assert found["fixes"][0]["applicability"] == "manual"
        return
    doctor("--python", str(target(environment).python), "--fix", "--unsafe-fixes", *asked, cwd=tmp_path)
    assert cured in (tmp_path / "openapi.yaml").read_text()
    assert diagnose(environment, *asked, cwd=tmp_path).verdicts == ["serves"]


def test_of_a_parameter_the_reason_that_is_meant_is_told(tmp_path: Path) -> None:
    """Swagger 2 has a schema for each place of a parameter, and one that fits none is refused by all."""
    text = SPECIFICATION.replace('openapi: "3.0.3"', 'swagger: "2.0"').replace("servers: [{url: /v1}]\n", "")
    project(tmp_path, openapi__yaml=text.replace("schema: {type: string, minLength: 2}", "type: strin"))
    message = diagnose("c3new", "--", "uvicorn", "app:app", cwd=tmp_path).finding("CXD019")["message"]
    assert "at paths./hello.get.parameters.0.type: 'strin' is not one of" in message


def test_in_a_factory_too(tmp_path: Path) -> None:
    made = f'{FACTORY}    app.add_api("openapi.yaml")\n    return app\n'
    project(tmp_path, app__py=made, openapi__yaml=SPECIFICATION.replace('"3.0.3"', "3.1.0"))
    done = diagnose("c3new", "--", "uvicorn", "--factory", "app:create", cwd=tmp_path)
    assert done.codes == ["CXD019"]


def test_an_anchor_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    """PyYAML, with which Connexion reads, refuses what other readers let pass."""
    twice = SPECIFICATION.replace("title: Greetings", "title: &one Greetings")
    project(tmp_path, openapi__yaml=twice.replace("name: name,", "name: &one name,"))
    for read in ((), ("--no-import",)):
        done = diagnose("c3new", *read, "--", "uvicorn", "app:app", cwd=tmp_path)
        assert (done.verdicts, done.codes) == (["fails"], ["CXD011"])
