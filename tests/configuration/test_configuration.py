"""Configuration: read from both files, checked to the last key, and the same as its JSON Schema."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from connexion_doctor import configuration
from connexion_doctor.configuration.keys import KEYS, LAUNCH_KEYS
from connexion_doctor.configuration.shown import lines
from connexion_doctor.model.errors import UsageError
from connexion_doctor.reporters import FORMATS
from tests.running import PACKAGE, ROOT, doctor, project, target

SCHEMA = PACKAGE / "schema" / "configuration-1.0.json"

TOML = """
[tool.connexion-doctor]
select = ["CXD1", "threads-without-effect"]
ignore = ["CXD208"]
fail-on = "warning"
timeout = 12
python = ".venv"
format = ["text", "json=out.json"]

[tool.connexion-doctor.per-file-ignores]
"deploy/*.yml" = ["CXD101"]

[tool.connexion-doctor.severities]
CXD1 = "warning"

[tool.connexion-doctor.launches.web]
target = "app:app"
server = "uvicorn"
environment = {TOKEN = "hunter2"}

[tool.connexion-doctor.launches.other]
command = "gunicorn -k asgi app:app"
directory = "src"
"""

CFG = """
[connexion-doctor]
select = CXD1,
    threads-without-effect
ignore = CXD208
fail-on = warning
timeout = 12
python = .venv
format =
    text
    json=out.json

[connexion-doctor.per-file-ignores]
deploy/*.yml = CXD101

[connexion-doctor.severities]
CXD1 = warning

[connexion-doctor.launches.web]
target = app:app
server = uvicorn

[connexion-doctor.launches.web.environment]
TOKEN = hunter2

[connexion-doctor.launches.other]
command = gunicorn -k asgi app:app
directory = src
"""


def written(folder: Path, text: str, name: str = "pyproject.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(textwrap.dedent(text), "utf-8")
    return folder


def test_both_files_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "toml" / ".venv").mkdir(parents=True)
    (tmp_path / "cfg" / ".venv").mkdir(parents=True)
    toml = configuration.load(str(written(tmp_path / "toml", TOML)))
    cfg = configuration.load(str(written(tmp_path / "cfg", CFG, "setup.cfg")))

    def comparable(found: configuration.Configuration) -> Any:
        values = dict(found.values)
        values["launches"] = [
            (one.name, one.target, one.command, one.server, one.directory, dict(one.environment))
            for one in values["launches"]
        ]
        values["python"] = Path(values["python"]).name
        return values

    assert comparable(toml) == comparable(cfg)
    assert toml.get("timeout") == 12.0
    assert toml.get("baseline") is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("selct = []", ":3: connexion-doctor has no key 'selct'; did you mean select?"),
        ("fail_on = 'error'", "did you mean fail-on?"),
        ("fail-on = 'eror'", "did you mean error?"),
        ("zzz = 1", "there are select, ignore"),
        ("select = 1", "select must be a list of strings"),
        ("select = ['CXD999']", "There is no rule 'CXD999'"),
        ("ignore = ['asgi-app-on-wsgi-serve']", "Did you mean asgi-app-on-wsgi-server?"),
        ("severities = {CXD101 = 'fatal'}", "must be one of error, warning, info"),
        ("severities = {CXD9 = 'info'}", "There is no rule 'CXD9'"),
        ("per-file-ignores = {'a.py' = ['CXD9']}", "There is no rule 'CXD9'"),
        ("per-file-ignores = ['a.py']", "must be a table"),
        ("timeout = 'soon'", "must be a number of seconds"),
        ("timeout = true", "must be a number of seconds"),
        ("timeout = 0", "must be a number of seconds"),
        ("python = 3", "must be a string"),
        ("launches = {web = {server = 'uvicorn'}}", "needs either a target or a command"),
        ("launches = {web = {target = 'a:b', command = 'x'}}", "needs either a target or a command"),
        ("launches = {web = {targt = 'a:b'}}", "launches.web has no key 'targt'; did you mean target?"),
        ("launches = {web = {command = 'x', server = 'y'}}", "take server out"),
        ("launches = {web = {target = 'a:b', environment = {A = 1}}}", "must be a table of strings"),
        ("format = ['text', 'sarf=x']", ":3: format sarf=x: there is no format 'sarf'; did you mean sarif?"),
        ("select = ['CXD1', 'threads']", ":3: select: There is no rule 'threads'"),
        ("launches.a.target = 'a:b'\nlaunches.b.sever = 'a:b'", ":4: launches.b has no key 'sever'"),
        (
            "[tool.mypy]\npython = 3\n[tool.connexion-doctor.launches.web]\npython = 3",
            ":6: launches.web.python",
        ),
        ("severities.'CXD1' = 'eror'", ":3: severities.CXD1 must be one of"),
        ("= 3", "not readable as TOML"),
    ],
)
def test_what_is_not_understood_is_an_error(line: str, said: str, tmp_path: Path) -> None:
    written(tmp_path, f"[tool.connexion-doctor]\n\n{line}\n")
    with pytest.raises(UsageError) as caught:
        configuration.load(str(tmp_path))
    assert said in str(caught.value)
    done = doctor("config", cwd=tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr


MISSPELT = [
    ("pyproject.toml", "[tool.connexion_doctor]", "did you mean [tool.connexion-doctor]?"),
    ("pyproject.toml", "[tool.connexiondoctor.launches.web]", "did you mean [tool.connexion-doctor]?"),
    ("pyproject.toml", "[tool.Connexion-Doctor]", "did you mean [tool.connexion-doctor]?"),
    ("pyproject.toml", '[tool."conexion-doctor"]', "did you mean [tool.connexion-doctor]?"),
    ("setup.cfg", "[connexion_doctor]", "did you mean [connexion-doctor]?"),
    ("setup.cfg", "[tool:connexion_doctor]", "did you mean [connexion-doctor]?"),
    ("setup.cfg", "[tool:connexion-doctor]", "did you mean [connexion-doctor]?"),
    ("setup.cfg", "[connexion-doctor:launches.web]", "did you mean [connexion-doctor]?"),
]


@pytest.mark.parametrize(("name", "heading", "said"), MISSPELT)
def test_a_misspelt_section_is_an_error(name: str, heading: str, said: str, tmp_path: Path) -> None:
    written(tmp_path, f"\n{heading}\nfail-on = 'never'\n", name)
    done = doctor("config", cwd=tmp_path)
    assert done.code == 2
    assert f"{name}:2: nothing reads {heading}; {said}" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "text",
    [
        "[project]\nname = 'connexion-doctor'\n",
        "# [tool.connexion_doctor]\n[tool.connexion]\nx = 1\n",
        "[project.optional-dependencies]\nlint = ['connexion-doctor']\n",
        "[tool.pixi.feature.connexion_doctor.tasks]\ncheck = 'connexion-doctor'\n",
    ],
)
def test_other_sections_are_nobodys_misspelling(text: str, tmp_path: Path) -> None:
    assert configuration.load(str(written(tmp_path, text))).path is None


SETUP_CFG = """\
[DEFAULT]
shared = 1

[metadata]
name: shop

[connexion-doctor]
fail-on: never
baseline: old.json
"""


def test_setup_cfg_is_read_as_setuptools_reads_it(tmp_path: Path) -> None:
    """Both separators; defaults that other sections share are no keys of ours."""
    for ends in ("\n", "\r\n"):
        (tmp_path / "setup.cfg").write_bytes(SETUP_CFG.replace("\n", ends).encode())
        found = configuration.load(str(tmp_path))
        assert found.get("fail-on") == "never"
        assert found.get("baseline") == str(tmp_path / "old.json")


def test_a_byte_order_mark_is_none_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xef\xbb\xbf[tool.connexion-doctor]\r\nfail-on = 'never'\r\n")
    assert configuration.load(str(tmp_path)).get("fail-on") == "never"


def test_a_baseline_stands_beside_its_file_whatever_it_is_called(tmp_path: Path) -> None:
    written(tmp_path, "[tool.connexion-doctor]\nbaseline = 'known'\n")
    (tmp_path / "src").mkdir()
    assert configuration.load(str(tmp_path / "src")).get("baseline") == str(tmp_path / "known")


def test_the_nearest_file_counts_up_to_the_repository(tmp_path: Path) -> None:
    written(tmp_path, "[tool.connexion-doctor]\nfail-on = 'never'\n")
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    inner = written(tmp_path / "repo" / "inner", "[tool.ruff]\n# connexion-doctor is not configured here\n")
    assert configuration.load(str(inner)).path is None
    written(tmp_path / "repo", "[connexion-doctor]\nfail-on = info\n", "setup.cfg")
    assert configuration.load(str(inner)).get("fail-on") == "info"
    written(inner, "[tool.connexion-doctor]\nfail-on = 'warning'\n")
    assert configuration.load(str(inner)).get("fail-on") == "warning"


def test_two_files_in_one_folder_are_an_error(tmp_path: Path) -> None:
    written(tmp_path, "[tool.connexion-doctor]\n")
    written(tmp_path, "[connexion-doctor]\n", "setup.cfg")
    with pytest.raises(UsageError, match="keep one"):
        configuration.load(str(tmp_path))


def test_the_command_line_wins(tmp_path: Path) -> None:
    found = configuration.load(
        str(written(tmp_path, "[tool.connexion-doctor]\nfail-on = 'never'\ntimeout = 2\n"))
    )
    given = {"fail_on": "info", "timeout": 30.0, "python": None}
    assert found.merged(given, ["fail_on"]) == {"fail_on": "info", "timeout": 2.0, "python": None}


def test_config_says_what_is_in_force_and_from_where(tmp_path: Path) -> None:
    done = doctor("config", cwd=written(tmp_path, TOML))
    assert done.code == 0
    assert 'fail-on = "warning"  # pyproject.toml:5' in done.stdout.splitlines()
    assert 'severities = {"CXD1" = "warning"}  # pyproject.toml:13' in done.stdout.splitlines()
    assert 'launches."web".server = "uvicorn"  # pyproject.toml:18' in done.stdout.splitlines()
    assert "# baseline is not set  # default" in done.stdout.splitlines()
    assert "hunter2" not in done.stdout
    assert all(key.name in done.stdout for key in KEYS)


def test_config_hides_what_a_command_sets(tmp_path: Path) -> None:
    command = "env TOKEN=hunter2 gunicorn --env PASSWORD=hunter2 app:app"
    said = doctor(
        "config", cwd=written(tmp_path, f"[tool.connexion-doctor.launches.web]\ncommand = '{command}'\n")
    )
    assert "hunter2" not in said.stdout
    assert "gunicorn --env" in said.stdout


def test_every_key_is_shown_for_an_empty_configuration() -> None:
    assert len(list(lines(configuration.Configuration(), "."))) == len(KEYS)


def test_the_schema_has_the_same_keys() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert list(schema["properties"]) == [key.name for key in KEYS]
    assert list(schema["$defs"]["launch"]["properties"]) == [key.name for key in LAUNCH_KEYS]
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert all(f"| `{key.name}` |" in page for key in KEYS)


def test_the_schema_takes_what_we_take(tmp_path: Path) -> None:
    tomllib = pytest.importorskip("tomllib")
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    schema.validate(tomllib.loads(TOML)["tool"]["connexion-doctor"])
    assert not schema.is_valid({"selct": []})
    assert not schema.is_valid({"format": ["text", "sarf"]})
    for name in FORMATS:
        assert schema.is_valid({"format": [name, f"{name}=out"]})
    assert not schema.is_valid({"launches": {"web": {"command": "x", "server": "y"}}})
    example = (
        (ROOT / "docs" / "configuration.md").read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    )
    schema.validate(tomllib.loads(example)["tool"]["connexion-doctor"])
    configuration.load(str(written(tmp_path, example)))


def test_a_configured_launch_is_checked(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        pyproject__toml=f"""
[tool.connexion-doctor]
python = "{target("c3new").python}"
format = "json"

[tool.connexion-doctor.severities]
CXD101 = "warning"

[tool.connexion-doctor.launches.good]
target = "app:app"
server = "uvicorn"

[tool.connexion-doctor.launches.bad]
command = "gunicorn app:app"
environment = {{TOKEN = "hunter2"}}
""",
    )
    done = doctor(cwd=folder)
    launches = {launch["id"]: launch for launch in done.report["launches"]}
    assert {name: one["verdict"] for name, one in launches.items()} == {"good": "serves", "bad": "fails"}
    assert launches["bad"]["origin"] == {"kind": "configuration", "path": "pyproject.toml", "line": 14}
    assert done.finding("CXD101")["severity"] == "warning"
    assert done.code == 0
    assert "hunter2" not in done.stdout
    assert doctor("good", cwd=folder).verdicts == ["serves"]


def test_a_comment_at_the_command_of_a_launch_counts(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        pyproject__toml=f"""
[tool.connexion-doctor]
python = "{target("c3new").python}"

[tool.connexion-doctor.launches.web]
directory = "."
command = "gunicorn app:app"  # connexion-doctor: ignore[CXD101] until June
""",
    )
    done = doctor("--format", "json", cwd=folder)
    assert (done.codes, done.report["summary"]["suppressed"]) == ([], 1)


def test_a_launch_may_have_an_interpreter_of_its_own(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        pyproject__toml=f"""
[tool.connexion-doctor.launches.three]
target = "app:app"
server = "uvicorn"
python = "{target("c3new").python}"

[tool.connexion-doctor.launches.two]
target = "app:app"
server = "uvicorn"
python = "{target("c2new").python}"
""",
    )
    done = doctor("--format", "json", cwd=folder)
    majors = [launch["app"]["connexion"]["major"] for launch in done.report["launches"]]
    assert majors == [3, 2]


@pytest.mark.parametrize(
    ("launch", "said"),
    [
        ("target = 'a:b'\nserver = 'apache'", "server 'apache': the doctor knows"),
        ("target = 'a:b'\nserver = 'uvicon'", "server 'uvicon': did you mean uvicorn?"),
        ("command = 'make run'", "no server is started by it"),
        ("target = 'a:b'\ndirectory = 'nope'", "nope is not a directory"),
        ("target = 'a:b'\npython = './nope'", "no such interpreter"),
        ("command = 'gunicorn \"x'", "cannot be read"),
    ],
)
def test_a_launch_that_cannot_be_made_is_an_error(launch: str, said: str, tmp_path: Path) -> None:
    done = doctor(cwd=written(tmp_path, f"[tool.connexion-doctor.launches.web]\n{launch}\n"))
    assert done.code == 2
    assert said in " ".join(done.stderr.split())
