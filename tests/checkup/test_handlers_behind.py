"""A handler that is not found because its module cannot be imported: the module is told, not the name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import diagnose, project

APP = "import connexion\n\napp = connexion.FlaskApp(__name__)\napp.add_api('openapi.yaml')\n"
HELLO = "\n\ndef hello(name):\n    return {'hello': name}\n"
SPECIFICATION = """\
openapi: 3.0.3
info: {title: Greetings, version: "1"}
paths:
  /hello/{name}:
    get:
      operationId: handlers.hello
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: a greeting}}
"""
# what stands in handlers.py, a part of the message, the fix, the line that is shown
BEHIND = {
    "import not_installed": (
        "importing its module raises ModuleNotFoundError: No module named 'not_installed'.",
        "Install what brings the module not_installed.",
        ("handlers.py", 1),
    ),
    "import json\nimport flask_cors": (
        "No module named 'flask_cors'.",
        "Install flask-cors.",
        ("handlers.py", 2),
    ),
    "from flask import nothing": (
        "ImportError: cannot import name 'nothing' from 'flask'.",
        "Correct handlers.py line 1.",
        ("handlers.py", 1),
    ),
    "import handlers.nothing": (
        "",
        "Correct operationId handlers.hello in the specification, or give the function that name.",
        ("openapi.yaml", 6),
    ),
}


@pytest.mark.parametrize("text", BEHIND)
def test_the_module_is_told(text: str, tmp_path: Path) -> None:
    message, title, place = BEHIND[text]
    folder = project(tmp_path, app__py=APP, handlers__py=text + HELLO, openapi__yaml=SPECIFICATION)
    if not message:
        (folder / "handlers.py").write_text("def other(more):\n    return more\n", "utf-8")
    done = diagnose("c3new", "--", "uvicorn", "app:app", cwd=folder)
    assert done.verdicts == ["fails"]
    found = done.finding("CXD110")
    assert message in found["message"]
    assert [fix["title"] for fix in found["fixes"]] == [title]
    assert (found["location"]["path"], found["location"]["line"]) == place


def test_a_loop_that_is_not_installed_is_installed(tmp_path: Path) -> None:
    text = APP + ("\nif __name__ == '__main__':\n    import uvicorn\n\n    uvicorn.run(app, loop='uvloop')\n")
    folder = project(tmp_path, app__py=text, handlers__py=HELLO.lstrip(), openapi__yaml=SPECIFICATION)
    done = diagnose("c3nogunicorn", "--", "python", "app.py", cwd=folder)
    assert done.verdicts == ["fails"]
    found = done.finding("CXD202")
    assert found["message"] == "uvicorn.run will not start: ModuleNotFoundError: No module named 'uvloop'."
    assert (found["location"]["path"], found["location"]["line"]) == ("app.py", 9)
    assert [fix["install"] for fix in found["fixes"]] == [["uvloop"]]
