"""Tests of a Connexion 2 project, moved by machine: they are run on Connexion 3 afterwards."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.rules.migration.project import findings_of
from tests.running import doctor, environ, project, target

SPECIFICATION = """\
openapi: 3.0.3
info: {title: Pets, version: "1"}
servers: [{url: /v1}]
paths:
  /pets/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get:
      operationId: web.pets.show
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses: {"200": {description: a pet, content: {application/json: {schema: {type: object}}}}}
    put:
      operationId: web.pets.put
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: a pet, content: {application/json: {schema: {type: object}}}}}
    delete:
      operationId: web.pets.delete
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: a pet, content: {application/json: {schema: {type: object}}}}}
    post:
      operationId: web.pets.form
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {type: object, properties: {kind: {type: string}}}}
      responses: {"200": {description: a pet, content: {application/json: {schema: {type: object}}}}}
  /pets/{name}/picture:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    post:
      operationId: web.pets.picture
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties: {title: {type: string}, picture: {type: string, format: binary}}
      responses: {"200": {description: a pet, content: {application/json: {schema: {type: object}}}}}
  /cat:
    get:
      operationId: web.pets.cat
      responses: {"200": {description: a cat}}
  /note:
    post:
      operationId: web.pets.note
      requestBody: {content: {text/plain: {schema: {type: string}}}}
      responses: {"200": {description: a note, content: {text/plain: {schema: {type: string}}}}}
"""
PETS = """\
import flask
from web.encoder import Cat
def cat(): return flask.jsonify(Cat())
def show(name, limit=0): return {"name": name, "limit": limit}
def put(name, body): return {"name": name, **body}
def delete(name, body): return {"gone": name, **body}
def form(name, body): return {"name": name, **body}
def picture(name, body, picture):
    return {"name": name, "title": body["title"], "file": picture.filename, "bytes": len(picture.read())}
def note(body): return body.decode() if isinstance(body, bytes) else body
"""
BASE = """\
import connexion
from flask_testing import TestCase
from web.encoder import Encoder


class Base(TestCase):
    \"\"\"What all tests share.\"\"\"

    def create_app(self):
        app = connexion.App(__name__, specification_dir="..")
        app.app.json_encoder = Encoder
        app.add_api("openapi.yaml")
        return app.app
"""
# What a server generated for Connexion 2 has: tests write their bodies with Flask's JSON.
ENCODER = """\
from connexion.apps.flask_app import FlaskJSONEncoder


class Cat:
    pass


class Encoder(FlaskJSONEncoder):
    def default(self, o):
        return {"age": 9} if isinstance(o, Cat) else FlaskJSONEncoder.default(self, o)
"""
TESTS = """\
import io
import json

import flask
from web.encoder import Cat
from web.test_base import Base


class TestPets(Base):
    def test_get(self):
        headers = {"Accept": "application/json"}
        response = self.client.open("/v1/pets/a", method="GET", headers=headers, query_string=[("limit", 3)])
        self.assert200(response, "said " + response.data.decode("utf-8"))
        self.assertEqual(response.json, {"name": "a", "limit": 3})

    def test_method_last(self):
        response = self.client.open("/v1/pets/a", query_string={"limit": 3}, method="GET")
        self.assertStatus(response, 200)

    def test_no_method(self):
        self.assert_200(self.client.open("/v1/pets/a"))

    def test_put(self):
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        response = self.client.open(
            "/v1/pets/a",
            method="PUT",
            headers=headers,
            data=json.dumps({"age": 3}),
            content_type="application/json")
        self.assertEqual(response.get_json(), {"name": "a", "age": 3})

    def test_put_what_the_encoder_knows(self):
        body = flask.json.dumps(Cat())
        response = self.client.put("/v1/pets/a", data=body, content_type="application/json")
        self.assertEqual(response.get_json(), {"name": "a", "age": 9})
        self.assertEqual(self.client.get("/v1/cat").get_json(), {"age": 9})
        self.assertEqual(flask.url_for("static", filename="a"), "/static/a")

    def test_put_without_the_header(self):
        headers = {"Accept": "application/json"}
        response = self.client.put(
            "/v1/pets/a", headers=headers, data=json.dumps({"age": 3}), content_type="application/json"
        )
        self.assertEqual(response.get_json(), {"name": "a", "age": 3})

    def test_delete(self):
        response = self.client.delete("/v1/pets/a", json={"why": "old"})
        self.assertEqual(response.get_json(), {"gone": "a", "why": "old"})

    def test_form(self):
        response = self.client.open("/v1/pets/a", method="POST", data=dict(kind="cat"),
                                    content_type="application/x-www-form-urlencoded")
        self.assertEqual(response.get_json(), {"name": "a", "kind": "cat"})

    def test_picture(self):
        headers = {
            "Accept": "application/json",
            "Content-Type": "multipart/form-data",
        }
        data = dict(title="Tom", copies=2, picture=(io.BytesIO(b"12345"), "tom.png"))
        response = self.client.open(
            "/v1/pets/a/picture", method="POST", headers=headers, data=data,
            content_type="multipart/form-data")
        self.assertEqual(response.get_json(), {"name": "a", "title": "Tom", "file": "tom.png", "bytes": 5})

    def test_picture_whose_header_is_the_only_one(self):
        headers = {
            "Content-Type": "multipart/form-data",
        }
        data = dict(title=["Tom"], picture=(io.BytesIO(b"12345"), "tom.png"))
        response = self.client.open(
            "/v1/pets/a/picture",
            method="POST",
            headers=headers,
            data=data,
            content_type="multipart/form-data")
        self.assertEqual(response.get_json()["bytes"], 5)

    def test_note(self):
        response = self.client.post("/v1/note", data="hello", content_type="text/plain")
        self.assertEqual(response.get_data(as_text=True), "hello")

    def test_missing(self):
        self.assert404(self.client.get("/v1/nowhere"))
"""
OWN_SETUP = TESTS.replace(
    "class TestPets(Base):\n", "class TestPets(Base):\n    def setUp(self):\n        self.count = 1\n\n"
)


@pytest.mark.parametrize("tests", [TESTS, OWN_SETUP], ids=["plain", "a setUp of its own"])
def test_flask_testing_becomes_unittest(tmp_path: Path, tests: str) -> None:
    named = {"__init__": "", "pets": PETS, "encoder": ENCODER, "test_base": BASE, "test_pets": tests}
    project(tmp_path, openapi__yaml=SPECIFICATION)
    (tmp_path / "app.py").unlink()
    (tmp_path / "web").mkdir()
    for name, text in named.items():
        (tmp_path / "web" / f"{name}.py").write_text(text)
    python = str(target("c3new").python)
    done = doctor("--python", python, "--target-version", "3", "--fix", "--unsafe-fixes", cwd=tmp_path)
    assert not re.findall("^left.*CXD46", done.stdout + done.stderr, re.MULTILINE)
    ran = subprocess.run(
        [python, "-W", "ignore", "-m", "unittest", "web.test_pets"],
        cwd=tmp_path, env=environ(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr + (tmp_path / "web/test_pets.py").read_text()


CLIENT = "import connexion\napp = connexion.FlaskApp(__name__)\nclient = app.test_client()\n"
# what stays by hand: nothing is known of what is passed on
BY_HAND = {
    "foreign headers": "def t(h):\n    client.post('/x', headers=h, data='a', content_type='b/c')\n",
    "foreign data": "def t(d):\n    client.post('/x', data=d, content_type='multipart/form-data')\n",
    "a file by its path": "client.post('/x', data={'f': open_it()}, content_type='multipart/form-data')\n",
    "the environ": "client.get('/x', environ_base={'REMOTE_ADDR': '1.2.3.4'})\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_what_is_not_certain_stays_by_hand(tmp_path: Path, name: str) -> None:
    found = [one for one in findings_of({"test_x.py": CLIENT + BY_HAND[name]}) if one.code == "CXD461"]
    assert [one.fixes[0].edits for one in found] == [()]
