"""The cells, made from the tables of `tests.truth.tables`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.truth.tables import GRID, LAUNCHES, NOTES, SINGLES, SINGLES_AUTO

APPS = Path(__file__).parent / "apps"

SERVERS = (
    *("gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "waitress"),
    *("uwsgi", "flask", "connexion", "python"),
)


@dataclass(frozen=True)
class Cell:
    """One launch in one environment, run in one folder of `apps`."""

    name: str
    environment: str
    folder: str
    command: str
    fast: bool = False
    environ: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = ""
    lifespan: bool = False  # the doctor is asked to run the lifespan handlers too
    prefix: str = ""  # in front of every path, where the server wants it left on by the proxy
    unknowable: bool = False  # "unknown" is the right answer: the doctor has no way to know

    @property
    def directory(self) -> Path:
        return APPS / self.folder

    @property
    def server(self) -> str:
        """The server that is booted."""
        return server_of(self.command)

    def words(self, port: int, socket: Path) -> list[str]:
        """The command as it is started, and as it is given to the doctor."""
        values = {"port": port, "bind": f"127.0.0.1:{port}", "socket": socket}
        return [word.format(**values) for word in shlex.split(self.command)]


def server_of(command: str) -> str:
    """The server that a command boots, by its first word that names one."""
    words = command.replace("'", " ").split()
    if words[0] == "python" and (words[1] != "-m" or words[2] not in SERVERS):
        return "python"
    for word in words[words[0] == "python" :]:
        name = word.rpartition("/")[2].removesuffix("-serve")
        if name in SERVERS:
            return name
    raise ValueError(f"no server in {command!r}")


def _rows(table: str) -> Iterator[list[str]]:
    for line in table.strip().splitlines():
        yield [part.strip() for part in line.split("|", 2)]


def _grid() -> Iterator[Cell]:
    for environment, target, launches in _rows(GRID):
        for launch in launches.split():
            name = launch.rstrip("*")
            command = LAUNCHES[name].replace("{target}", shlex.quote(target))
            yield _cell(f"{environment}/{name}/{target}", environment, command, launch[-1] == "*")


def _singles(table: str, folder: str = "") -> Iterator[Cell]:
    for environment, variables, rest in _rows(table):
        command = rest.removesuffix(" *")
        environ = {} if variables == "-" else dict(_pairs(variables))
        told = command if variables == "-" else f"{variables} {command}"
        name = "/".join(part for part in (environment, folder, told) if part)
        cell = _cell(name, environment, command, rest.endswith(" *"))
        yield replace(cell, environ=environ, folder=folder or cell.folder)


def _cell(name: str, environment: str, command: str, fast: bool) -> Cell:
    folder = "c2" if environment.startswith("c2") else "c3"
    note = next((note for part, note in NOTES.items() if part in command), "")
    prefix = "/x" if "-k asgi --root-path /x" in command else ""
    lifespan = any(part in command for part in ("lifespan_fails:", "needs_lifespan:"))
    unknowable = "flask_alone:" in command
    return Cell(
        name,
        environment,
        folder,
        command,
        fast,
        note=note,
        lifespan=lifespan,
        prefix=prefix,
        unknowable=unknowable,
    )


def _pairs(variables: str) -> Iterator[tuple[str, str]]:
    for word in shlex.split(variables):
        name, _, value = word.partition("=")
        yield name, value


def _all() -> tuple[Cell, ...]:
    """Every cell once; where a table names one twice, the fast one is meant."""
    cells: dict[str, Cell] = {}
    for cell in (*_grid(), *_singles(SINGLES), *_singles(SINGLES_AUTO, "c3auto")):
        if cell.name not in cells or cell.fast:
            cells[cell.name] = cell
    return tuple(cells.values())


CELLS: tuple[Cell, ...] = _all()


def select(
    fast: bool = False,
    environments: tuple[str, ...] = (),
    servers: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
) -> list[Cell]:
    """The cells that fit everything that was asked; nothing asked is every cell."""
    return [
        cell
        for cell in CELLS
        if (cell.fast or not fast)
        and (not environments or cell.environment in environments)
        and (not servers or cell.server in servers)
        and (not only or any(part in cell.name for part in only))
    ]
