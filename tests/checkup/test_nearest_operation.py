"""An operationId that is nearly a function's name is corrected (CXD110), where no other operation has it; one
whose function is still to be written is left out, where another operation leads to one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import APP, SPECIFICATION, diagnose, doctor, project, target

ASKED = ("--", "uvicorn", "app:app")
TWICE = SPECIFICATION + SPECIFICATION[SPECIFICATION.index("  /hello:") :].replace("/hello:", "/helo:")
TAKEN = TWICE.replace("app.hello", "app.helo").replace("app.helo", "app.hello", 1)
NOTHING_GIVEN = SPECIFICATION.replace("name: name,", "name: another,")

# the specification -> the operationId that is written, None where it stays by hand
WRONG = {
    "a letter too few": (SPECIFICATION.replace("app.hello", "app.helo"), "app.hello"),
    "another name, of the same parameters": (SPECIFICATION.replace("app.hello", "app.greeting"), "app.hello"),
    "another name, and no parameters": (NOTHING_GIVEN.replace("app.hello", "app.greeting"), None),
    "the function has its operation": (TAKEN, ", resolver_error=501"),
    "a module of nearly that name": (SPECIFICATION.replace("app.hello", "apps.hello"), "app.hello"),
    "no module": (SPECIFICATION.replace("app.hello", "hello"), "app.hello"),
    "no such module": (SPECIFICATION.replace("app.hello", "nowhere.hello"), None),
    "in a class": (SPECIFICATION.replace("app.hello", "greeting.Greeter.helo"), "greeting.Greeter.hello"),
}
GREETER = "class Greeter:\n    @staticmethod\n    def hello(name):\n        return name\n"


# the specification of an app of Connexion 2 -> the operationId that is written
WRONG_IN_2 = {
    "a letter too few": (SPECIFICATION.replace("app.hello", "app.helo"), "app.hello"),
    "another name, of the same parameters": (SPECIFICATION.replace("app.hello", "app.greeting"), None),
    "no such module": (SPECIFICATION.replace("app.hello", "nowhere.hello"), None),
    "the function has its operation": (TAKEN.replace("app.helo", "app.greeting"), ", resolver_error=501"),
    "no module": (SPECIFICATION.replace("app.hello", "hello"), "app.hello"),
}


@pytest.mark.parametrize("name", WRONG_IN_2)
def test_connexion_2_resolves_when_the_app_is_imported(tmp_path: Path, name: str) -> None:
    text, written = WRONG_IN_2[name]
    project(tmp_path, app__py=APP, openapi__yaml=text)
    asked = ("--", "gunicorn", "app:app")
    for read in ((), ("--no-import",)) if "nowhere" not in text else ((),):  # may be installed
        done = diagnose("c2new", *read, *asked, cwd=tmp_path)
        assert (done.verdicts, done.codes) == (["fails"], ["CXD110"])
        assert done.finding("CXD110")["message"].startswith("Importing app fails: operationId ")
        assert done.finding("CXD110")["location"]["path"] == "openapi.yaml"
    edits = diagnose("c2new", *asked, cwd=tmp_path).fix("CXD110")["edits"]
    assert [edit["replacement"] for edit in edits] == ([written] if written else [])


@pytest.mark.parametrize("name", WRONG)
def test_the_nearest_name(tmp_path: Path, name: str) -> None:
    text, written = WRONG[name]
    project(tmp_path, app__py=APP, openapi__yaml=text, greeting__py=GREETER)
    for read in ((), ("--no-import",)) if "module" not in name else ((),):  # may be installed
        fix = diagnose("c3new", *read, *ASKED, cwd=tmp_path).fix("CXD110")
        assert [edit["replacement"] for edit in fix["edits"]] == ([written] if written else [])
    if written:
        assert fix["applicability"] == "unsafe"
        doctor("--python", str(target("c3new").python), "--fix", "--unsafe-fixes", *ASKED, cwd=tmp_path)
        assert diagnose("c3new", *ASKED, cwd=tmp_path).verdicts == ["serves"]


TITLE = '"3.0.3"\ninfo: {title: Greetings, version: "1"}\nservers: [{url: /v1}]'
SWAGGER = (
    SPECIFICATION.replace(
        f"openapi: {TITLE}", 'swagger: "2.0"\ninfo: {title: t, version: "1"}\nbasePath: /v1'
    )
    .replace("schema: {type: string, minLength: 2}", "type: string")
    .replace("operationId: app.hello", "operationId: hello\n      x-openapi-router-controller: app")
)


KEY = "components: {securitySchemes: {key: {type: apiKey, in: header, name: K, x-apikeyInfoFunc: apps.k}}}\n"


def test_all_operations_get_the_module_of_their_functions(tmp_path: Path) -> None:
    text = TWICE.replace("app.hello", "apps.hello", 1).replace("app.hello", "apps.bye") + KEY
    functions = "def bye(name):\n    return name\n\n\ndef k(token):\n    return {}\n\n\napp = connexion"
    project(tmp_path, openapi__yaml=text, app__py=APP.replace("app = connexion", functions))
    fix = diagnose("c3new", *ASKED, cwd=tmp_path).fix("CXD110")
    assert [edit["replacement"] for edit in fix["edits"]] == ["app.hello", "app.bye", "app.k"]


@pytest.mark.parametrize(("environment", "server"), [("c3new", "uvicorn"), ("c2new", "gunicorn")])
def test_the_controller_of_the_other_kind_of_specification(
    tmp_path: Path, environment: str, server: str
) -> None:
    project(tmp_path, openapi__yaml=SWAGGER)
    for read in ((), ("--no-import",)):
        done = diagnose(environment, *read, "--", server, "app:app", cwd=tmp_path)
        assert (
            done.fix("CXD110")["title"] == "Write x-swagger-router-controller, which is what Swagger 2 has."
        )
        assert done.report["launches"][0]["treatment"]["predicted"] == "serves"


# the file that the app names -> the one that is written
NAMED = {"openapi.yml": "openapi.yaml", "specs/openapi.yml": "specs/openapi.yaml", "nothing.yaml": ""}


@pytest.mark.parametrize("environment", ["c3new", "c2new"])
@pytest.mark.parametrize("name", NAMED)
def test_the_nearest_file(tmp_path: Path, name: str, environment: str) -> None:
    """A specification that is not there, beside one of nearly its name (CXD011)."""
    text, asked = APP.replace('"openapi.yaml"', f"'{name}'"), ("--", "gunicorn", "app:app")
    project(tmp_path, app__py=text)
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "openapi.yaml").write_text(SPECIFICATION)
    for read in ((), ("--no-import",)):
        done = diagnose(environment, *read, *asked, cwd=tmp_path)
        written = [edit["replacement"].strip("'") for edit in done.fix("CXD011")["edits"]]
        assert (done.verdicts, len(written)) == (["fails"], bool(NAMED[name]))
        assert all(NAMED[name].endswith(one) for one in written)


# environment, start command -> the start with the folder of the handlers on Python's path
OFF_THE_PATH = {
    ("c2new", "python shop/web.py"): "python -m shop.web",
    ("c3new", "python -I app.py"): "python app.py",
    ("c3new", "uvicorn --app-dir shop web:app"): "uvicorn shop.web:app",
}


@pytest.mark.parametrize(("environment", "command"), OFF_THE_PATH)
def test_handlers_off_the_path(tmp_path: Path, environment: str, command: str) -> None:
    text = "import connexion\n\napp = connexion.FlaskApp(__name__, specification_dir={})\n{}"
    rest = "app.add_api('openapi.yaml')\n\nif __name__ == '__main__':\n    app.run(port=8080)\n"
    handlers = APP[APP.index("def hello") :].partition("\n\n")[0] + "\n"
    names = {"app__py": text.format("'.'", rest), "shop/web__py": text.format("'..'", rest)}
    written = {
        "openapi__yaml": SPECIFICATION.replace("app.hello", "handlers.hello"),
        "handlers__py": handlers,
    }
    done = diagnose(environment, "--", *command.split(), cwd=project(tmp_path, **names, **written))
    assert done.fix("CXD110")["command"] == OFF_THE_PATH[environment, command]
