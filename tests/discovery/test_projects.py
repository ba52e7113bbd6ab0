"""The sample folders under ``projects``: every launch found, right in all its parts, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.commands.show import shown
from connexion_doctor.discovery.find import LAST, discover, resolve
from connexion_doctor.discovery.found import Discovery
from connexion_doctor.discovery.readers import READERS
from connexion_doctor.model import Launch, Location, Word
from tests.discovery import expected, expected_services
from tests.discovery.expected import Expected

PROJECTS = Path(__file__).parent / "projects"
LAUNCHES = {**expected.LAUNCHES, **expected_services.LAUNCHES}
UNRESOLVED = {**expected.UNRESOLVED, **expected_services.UNRESOLVED}
OTHERS = {**expected.OTHERS, **expected_services.OTHERS}
NAMES = sorted(path.name for path in PROJECTS.iterdir() if path.is_dir())


def found_in(name: str) -> Discovery:
    """What is found in a sample folder."""
    return discover(PROJECTS / name)


def as_expected(launch: Launch, root: Path) -> Expected:
    """A launch in the form of the table."""
    starts = launch.options.get("starts")
    return Expected(
        launch.id,
        launch.origin.kind,
        launch.server,
        launch.target,
        str(Path(launch.directory).relative_to(root.resolve())),
        shown(launch.command) or None,
        f"{starts} {launch.options['file']}:{launch.options['line']}" if starts else None,
    )


def test_every_folder_is_expected() -> None:
    assert sorted(LAUNCHES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_launches(name: str) -> None:
    found = found_in(name)
    assert [as_expected(launch, PROJECTS / name) for launch in found.launches] == list(LAUNCHES[name])
    assert found.problems == ()
    assert [(one.path, one.line) for one in found.unresolved] == UNRESOLVED.get(name, [])
    assert [(one.path, one.line) for one in found.others] == OTHERS.get(name, [])


def spanned(location: Location, root: Path) -> str:
    """The characters of a location."""
    lines = (root / location.path).read_text(encoding="utf-8").splitlines(keepends=True)
    line, column = location.end
    if line == location.line:
        return lines[line - 1][location.column - 1 : column - 1]
    middle = lines[location.line : line - 1]
    return "".join([lines[location.line - 1][location.column - 1 :], *middle, lines[line - 1][: column - 1]])


def is_written(word: Word, text: str) -> bool:
    """Whether source text is this word: as it is, in quotes, or with something put in by expansion."""
    plain = text.strip("\"'")
    return (
        word.text == plain or not word.known or "$" in text or "{{" in text or plain.startswith(word.text[:1])
    )


@pytest.mark.parametrize("name", NAMES)
def test_words_stand_where_they_say(name: str) -> None:
    for launch in found_in(name).launches:
        for word in launch.command.words:
            if word.location is not None:
                text = spanned(word.location, PROJECTS / name)
                assert is_written(word, text), (launch.id, word, text)


def test_a_monorepo_names_what_is_not_judged() -> None:
    services = {service.root: service.uses_connexion for service in found_in("monorepo").services}
    assert services == {"services/orders": True, "services/stats": False, "services/users": True}


def test_container_paths_are_mapped_back() -> None:
    (launch,) = found_in("bootsvc").launches
    assert launch.options["path:/app/uwsgi.ini"] == "config/uwsgi.ini"
    assert launch.environ["PYTHONPATH"] == str((PROJECTS / "bootsvc" / "src").resolve())


def test_a_variable_points_at_its_value() -> None:
    (launch,) = found_in("shellvars").launches
    places = {word.text: word.location for word in launch.command.words}
    option = places["--worker-class"]
    assert option is not None and (option.line, option.column) == (4, 10)


def test_a_console_script_says_what_it_calls() -> None:
    (launch,) = found_in("poetry-src").launches
    assert launch.options["entry"] == "ticketing.server:main"
    assert launch.environ["PYTHONPATH"] == str((PROJECTS / "poetry-src" / "src").resolve())


def test_a_command_of_the_project_is_resolved() -> None:
    """Given behind ``--``: a console script, and a script of the project."""
    (launch,) = resolve(PROJECTS / "poetry-src", ["poetry", "run", "start"])
    assert (launch.server, launch.options["entry"]) == ("python", "ticketing.server:main")
    (launch,) = resolve(PROJECTS / "s2i-script", ["./app.sh"])
    assert (launch.server, launch.target) == ("gunicorn", "parcels.app:app")
    assert resolve(PROJECTS / "s2i-script", ["nosuch"]) == []


def test_readers_that_are_not_asked_about_python_match_none() -> None:
    names = (
        "app.py gunicorn.conf.py passenger_wsgi.py noxfile.py hypercorn.py Dockerfile.py supervisord.conf.py"
    )
    asked = [reader for reader in READERS if not reader.python and reader.kind not in LAST]
    assert not [reader.kind for reader in asked for name in names.split() if reader.matches(name, name)]
