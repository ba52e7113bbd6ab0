"""The house: which room may import which, as CONTRIBUTING shows it, and no circles of files."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.running import PACKAGE, ROOT

# From the bottom floor to the top: each room, and the rooms that it may import.
ROOMS: dict[str, set[str]] = {
    line.split(":")[0]: set(line.split(":")[1].split())
    for line in """\
    foundation:
    model:
    schema:
    processes:
    writing:
    commands: model writing
    python: model
    discovery: model commands python
    requirements: model writing commands python discovery
    environment: model processes requirements
    probe: environment processes
    facts: model requirements probe
    fixes: model processes writing commands discovery requirements
    servers: model writing commands discovery facts fixes
    rules: model writing python requirements discovery facts servers
    reading: model python requirements facts servers
    screening: model commands rules
    verify: model environment commands fixes processes servers
    reporters: model commands facts fixes rules screening verify
    configuration: model commands rules reporters
    launches: model commands python requirements environment discovery servers
    checkup: model commands python environment processes requirements probe facts fixes servers rules \
        reading screening verify launches reporters
    compare: model commands environment processes rules screening verify reporters checkup
    bench: model processes fixes servers screening verify reporters checkup compare
    upgrade: model commands environment processes rules requirements fixes screening verify launches \
        reporters checkup compare bench
    cli: model commands environment processes probe rules fixes screening reporters configuration checkup \
        compare bench upgrade
    """.replace("    ", "").split("\n")
    if line
}  # fmt: skip
LOOSE = {"__init__.py", "__main__.py", "py.typed"}


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """The doctor's own modules; the agent and what runs inside a booted server are programs of their own."""
    return {
        module_of(path): path
        for path in PACKAGE.rglob("*.py")
        if "agent" not in path.parts and "redirect" not in path.parts
    }


@cache
def imports(module: str) -> tuple[tuple[int, str], ...]:
    """Line and module of every import of the package, those for type checking included."""
    return tuple(_imports(module))


def _imports(module: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(modules()[module].read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == PACKAGE.name:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield node.lineno, whole if whole in modules() else str(node.module)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in modules())


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_every_module_stands_in_a_room() -> None:
    assert {path.name for path in PACKAGE.iterdir() if path.is_file()} == LOOSE
    found = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found == set(ROOMS)


def test_rooms_import_what_stands_below_them() -> None:
    below: set[str] = set()
    for name, allowed in ROOMS.items():
        assert allowed <= below, f"{name} stands below what it imports"
        below.add(name)


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_only_its_own(name: str) -> None:
    allowed = {name, "", "foundation", *ROOMS[name]}
    wrong = [
        f"{module}:{line}: {imported}"
        for module in modules()
        if room(module) == name
        for line, imported in imports(module)
        if room(imported) not in allowed
    ]
    assert wrong == []


def test_processes_and_temporary_files_have_one_place() -> None:
    """What is started can be ended, and what is written can be removed, because one room does it."""
    wrong = [
        f"{module}:{number}: {line.strip()}"
        for module, path in modules().items()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.match(r"\s*(import|from) (subprocess|tempfile|multiprocessing)\b", line)
        and room(module) != "processes"
        and module != "connexion_doctor.fixes.files"  # it writes beside the files that it replaces
    ]
    assert wrong == []


def test_data_classes_are_written_late() -> None:
    """An import writes no methods of a data class: half a millisecond each, for a third that are used."""
    wrong = [
        f"{module}: {line}"
        for module, path in modules().items()
        if room(module) != "foundation" and module != "connexion_doctor.python.module"  # it has slots
        for line in path.read_text("utf-8").splitlines()
        if re.match(r"from dataclasses import .*\bdataclass\b", line)
    ]
    assert wrong == []


def test_no_circle_of_files() -> None:
    state: dict[str, int] = {}
    circles: list[str] = []

    def visit(module: str, way: tuple[str, ...]) -> None:
        state[module] = 1
        for _, imported in imports(module):
            if imported == module:
                continue
            if state.get(imported) == 1:
                circles.append(" -> ".join((*way, module, imported)))
            elif imported not in state:
                visit(imported, (*way, module))
        state[module] = 2

    for module in modules():
        if module not in state:
            visit(module, ())
    assert circles == []


def test_nothing_below_the_checkup_knows_its_options() -> None:
    knowing = {
        room(module)
        for module in modules()
        if any(imported.endswith("checkup.options") for _, imported in imports(module))
    }
    assert knowing == {"checkup", "compare", "bench", "upgrade", "cli"}


NAME = re.compile(r"`([a-z_]+(?:\.\w+)+|[A-Z]\w+\.\w+)`")


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/glossary.md"])
def test_what_a_page_names_is_there(page: str) -> None:
    """``room.module.name``, or ``Class.name`` of a class in ``model``."""
    names = set(NAME.findall((ROOT / page).read_text("utf-8")))
    dotted = {f"model.{name}" if name[0].isupper() else name for name in names}
    own = {name for name in dotted if name.partition(".")[0] in ROOMS}
    assert len(own) > 20
    assert [name for name in sorted(own) if not is_there(name)] == []


def is_there(name: str) -> bool:
    parts = name.split(".")
    for at in range(len(parts), 0, -1):
        module = ".".join([PACKAGE.name, *parts[:at]])
        if module in modules():
            found: object = importlib.import_module(module)
            for part in parts[at:]:
                if part in getattr(found, "__annotations__", {}):
                    return True
                if not hasattr(found, part):
                    return False
                found = getattr(found, part)
            return True
    return False


def test_contributing_shows_the_same_table() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]*) \|$", text, re.MULTILINE)
    shown = {name: set(re.findall(r"`(\w+)`", cell)) for name, cell in rows}
    assert shown == ROOMS
