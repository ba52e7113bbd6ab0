"""State in every place that a project has for it: beside the code, in the working directory, where a variable
says."""

import json
import os
import sqlite3
from pathlib import Path

import connexion

BESIDE = Path(__file__).with_name("things.json")
STEP = 1


def database():
    found = sqlite3.connect(os.environ.get("DATABASE", "things.db"))
    found.execute("create table if not exists things (id integer primary key, name text)")
    return found


def count():
    return {"count": len(json.loads(BESIDE.read_text()))}


def search():
    with database() as found:
        return [{"id": one[0], "name": one[1]} for one in found.execute("select id, name from things order by id")]


def post(body):
    things = json.loads(BESIDE.read_text())
    number = max([0, *map(int, things)]) + STEP
    BESIDE.write_text(json.dumps({**things, number: body["name"]}))
    with database() as found:
        found.execute("insert into things values (?, ?)", (number, body["name"]))
    return {"id": number, "name": body["name"]}, 201


def put(number, body):
    with database() as found:
        if not found.execute("update things set name = ? where id = ?", (body["name"], number)).rowcount:
            return {"title": "no such thing"}, 404
    return {"id": number, "name": body["name"]}


def delete(number):
    with database() as found:
        if not found.execute("delete from things where id = ?", (number,)).rowcount:
            return {"title": "no such thing"}, 404
    return None, 204


app = connexion.FlaskApp(__name__, specification_dir=".")
app.add_api("openapi.yaml")
