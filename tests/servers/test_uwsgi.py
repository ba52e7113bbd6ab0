"""uWSGI: its options in the command and in four kinds of files, and the adapter written whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.commands.argv import read, words_of
from connexion_doctor.fixes import spans
from connexion_doctor.model import Edit, Launch, Location, Origin
from connexion_doctor.model.source import Source
from connexion_doctor.servers import uwsgi_options
from tests import together
from tests.running import APP, Done, diagnose, project

BRIDGED = APP + "\n\nfrom a2wsgi import ASGIMiddleware\n\nbridged = ASGIMiddleware(app)\n"
MASTER = "[uwsgi]\nmodule = app:bridged\nmaster = true\n"

# command, ini -> verdict, code
CASES: dict[tuple[str, str], tuple[str, str | None]] = {
    ("uwsgi --module app:app", ""): ("fails", "CXD101"),
    ("uwsgi -w app:app", ""): ("fails", "CXD101"),
    ("uwsgi --wsgi-file app.py --callable app", ""): ("fails", "CXD101"),
    ("uwsgi --mount /=app:app", ""): ("fails", "CXD101"),
    ("uwsgi --mount=/x=app.py --callable=app", ""): ("fails", "CXD101"),
    ("uwsgi -w app:bridged", ""): ("serves", None),
    ("uwsgi -w app:bridged --master", ""): ("fails", "CXD306"),
    ("uwsgi -M -w app:bridged --lazy-apps", ""): ("serves", None),
    ("uwsgi -w app:bridged -p 4", ""): ("fails", "CXD306"),
    ("uwsgi -w app:nope", ""): ("fails", "CXD020"),
    ("uwsgi -w nope", ""): ("fails", "CXD010"),
    ("uwsgi --wsgi-file nope.py", ""): ("fails", "CXD010"),
    ("uwsgi -w app:app.app", ""): ("fails", "CXD021"),
    ("uwsgi --http :80", ""): ("fails", "CXD004"),
    ("uwsgi uwsgi.ini", MASTER): ("fails", "CXD306"),
    ("uwsgi --ini uwsgi.ini", MASTER + "lazy-apps = true\n"): ("serves", None),
    ("uwsgi --ini uwsgi.ini", MASTER + "lazy-apps = false\n"): ("fails", "CXD306"),
    ("uwsgi --ini uwsgi.ini", MASTER + "master = 0\n"): ("serves", None),
    ("uwsgi --ini uwsgi.ini --lazy", MASTER): ("serves", None),
    ("uwsgi --ini uwsgi.ini", "[uwsgi]\nmodule = app:bridged # x\n"): ("fails", "CXD021"),
    ("uwsgi --ini uwsgi.ini", "[uwsgi]\n; module = x\nname = app\nmodule = %(name):bridged\n"): (
        "serves",
        None,
    ),
    ("uwsgi --ini uwsgi.ini:other", "[uwsgi]\nmodule = x\n[other]\nmodule = app:bridged\n"): ("serves", None),
    ("uwsgi --ini uwsgi.ini", "[uwsgi]\nchdir = %d\nwsgi-file = app.py\ncallable = bridged\n"): (
        "serves",
        None,
    ),
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Done]:
    """All cases of one run: each has its file by a name of its own."""
    files = {f"uwsgi{at}__ini": ini for at, (_, ini) in enumerate(CASES) if ini}
    commands = {case: case[0].replace("uwsgi.ini", f"uwsgi{at}.ini") for at, case in enumerate(CASES)}
    folder = project(tmp_path_factory.mktemp("uwsgi"), app__py=BRIDGED, **files)
    said = together.ask("c3uwsgi", commands.values(), folder)
    return {case: said[command] for case, command in commands.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: " | ".join(case).replace("\n", " "))
def test_options(case: tuple[str, str], asked: dict[tuple[str, str], Done]) -> None:
    verdict, code = CASES[case]
    done = asked[case]
    assert (done.verdicts, done.codes[:1]) == ([verdict], [code] if code else [])


INI = "[uwsgi]\nmodule = app\ncallable = app\nmaster = true\nhttp-socket = :8000\n"
AFTER = (
    "[uwsgi]\nmodule = app\nlazy-apps = true\nenable-threads = true\ncallable = wsgi_app\nmaster = true\n"
    "http-socket = :8000\n"
)


def test_the_adapter_is_written_whole(tmp_path: Path) -> None:
    folder = project(tmp_path, uwsgi__ini=INI)
    done = diagnose("c3uwsgi", "--", "uwsgi", "--ini", "uwsgi.ini", cwd=folder)
    fix = done.fix("CXD101")
    assert fix["applicability"] == "unsafe"
    assert applied(folder, fix, "uwsgi.ini") == AFTER
    assert applied(folder, fix, "app.py").endswith("wsgi_app = ASGIMiddleware(app)\n")
    (folder / "uwsgi.ini").write_text(applied(folder, fix, "uwsgi.ini"))
    (folder / "app.py").write_text(applied(folder, fix, "app.py"))
    after = diagnose("c3uwsgi", "--", "uwsgi", "--ini", "uwsgi.ini", cwd=folder)
    assert after.verdicts == ["serves"]
    others = [fix["command"] for fix in done.finding("CXD101")["fixes"] if not fix["recommended"]]
    assert others == ["uvicorn app:app --host 0.0.0.0 --port 8000"]


def test_the_fork_points_into_the_file(tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=BRIDGED, uwsgi__ini=MASTER)
    done = diagnose("c3uwsgi", "--", "uwsgi", "--ini", "uwsgi.ini", cwd=folder)
    location = done.finding("CXD306")["location"]
    assert (location["path"], location["line"], location["column"]) == ("uwsgi.ini", 3, 10)
    text = applied(folder, done.fix("CXD306"), "uwsgi.ini")
    assert "lazy-apps = true\nenable-threads = true\n" in text


def applied(folder: Path, fix: dict[str, object], name: str) -> str:
    """A file of the project after a fix."""
    made = fix["edits"]
    assert isinstance(made, list)
    chosen = [
        Edit(
            Location(name, one["line"], one["column"], one["end_line"], one["end_column"]), one["replacement"]
        )
        for one in made
        if one["path"] == name
    ]
    return spans.apply((folder / name).read_text(), chosen)


# suffix -> text with the same three options
FORMATS = {
    "ini": "[uwsgi]\nmodule = app:app\nmaster = true\nlazy-apps = false\n",
    "yaml": "uwsgi:\n  module: app:app\n  master: true\n  lazy-apps: false\n",
    "json": '{"uwsgi": {\n  "module": "app:app",\n  "master": true,\n  "lazy-apps": false\n}}\n',
    "xml": "<uwsgi>\n<!-- <module>x</module> -->\n<module>app:app</module>\n<master/>\n"
    "<lazy-apps>0</lazy-apps>\n</uwsgi>\n",
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_formats_say_the_same(suffix: str) -> None:
    source = Source(f"uwsgi.{suffix}", FORMATS[suffix])
    options = {option.key: option for option in uwsgi_options.known(source)}
    assert options["module"].value == "app:app"
    assert options["master"].on
    assert not options["lazy-apps"].on
    place = options["module"].location
    assert place is not None
    assert source.line(place.line)[place.column - 1 : (place.end_column or 0) - 1] == "app:app"


# words -> options
WORDS = {
    "uwsgi --module=a:b --master": [("module", "a:b"), ("master", "true")],
    "uwsgi -wa -M -p4": [("module", "a"), ("master", "true"), ("processes", "4")],
    "uwsgi --wsgi a --workers 2": [("module", "a"), ("processes", "2")],
    "uwsgi --http :80 --need-app x.ini": [("http", ":80"), ("need-app", "true"), ("", "x.ini")],
    "uwsgi --unheard-of value": [("unheard-of", "value")],
}


@pytest.mark.parametrize("command", WORDS)
def test_words(command: str) -> None:
    found = uwsgi_options.of_command(read(words_of(command.split())))
    assert [(option.key, option.value) for option in found] == WORDS[command]


@pytest.mark.parametrize(
    "text", ["", "[uwsgi", "[uwsgi]\n=\n", "[uwsgi]\nini = uwsgi.ini\n", "\ufeff[uwsgi]\nx"]
)
def test_broken_files_are_read(text: str, tmp_path: Path) -> None:
    (tmp_path / "uwsgi.ini").write_text(text, "utf-8")
    command = read(words_of(["uwsgi", "--ini", "uwsgi.ini"]))
    launch = Launch("x", Origin("command-line"), "uwsgi", str(tmp_path), command)
    uwsgi_options.of_launch(launch)
