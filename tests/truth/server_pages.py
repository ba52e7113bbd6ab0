"""A page for each server, from the truth table and the rules: ``python -m tests.truth.server_pages``.

In: ``docs/truth.md``. Out: ``docs/servers/*.md``, each with what was booted on that server and what was
found.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from connexion_doctor.rules.index import entries
from tests.running import ROOT
from tests.truth.cells import SERVERS
from tests.truth.overview import LISTEN, PLAIN, Row, rows

FOLDER = ROOT / "docs" / "servers"
GENERATED = "<!-- Made by `python -m tests.truth.server_pages`; edit that. -->"
PLAIN_COLUMNS = {"Connexion 2": ("c2new", "c2"), "Connexion 3": ("c3new", "c3")}

ABOUT_TEXT = """\
gunicorn: gunicorn starts worker processes; the **worker class** decides how they call the app:
    `sync`, `gthread`, `gevent` and `tornado` call WSGI, `asgi` and `uvicorn_worker.UvicornWorker`
    call ASGI. The doctor has your gunicorn read its file, `GUNICORN_CMD_ARGS` and the command, in
    gunicorn's own order, and looks at the class it comes to. [Connexion 3 behind
    gunicorn](../guides/gunicorn.md) has the ways out.
uvicorn: uvicorn calls ASGI. It looks at the object to tell ASGI 3 from ASGI 2, and `--interface
    wsgi` puts an adapter in front of a WSGI app. A factory wants `--factory`; without it uvicorn
    guesses.
hypercorn: hypercorn calls ASGI, and WSGI where it takes the object for one or the target begins
    with `wsgi:`. It serves both Connexions as they come.
daphne: daphne calls ASGI and nothing else. It has no lifespan: handlers for start and stop never
    run.
granian: granian calls what `--interface` says, and by default its own interface, RSGI, which no
    Connexion app answers: Connexion 3 wants `--interface asgi`, Connexion 2 `--interface wsgi`.
waitress: waitress calls WSGI and nothing else: Connexion 2 as it comes, Connexion 3 through an
    adapter.
uwsgi: uWSGI calls WSGI. The doctor reads its ini, yaml, xml and json files as uWSGI does. A
    Connexion 3 app needs an adapter there, made after the fork, or another server behind the same
    proxy.
flask: `flask run` is Flask's own server for development. It looks for a Flask app: with Connexion 3
    it finds the one inside, which has none of the specification's routes.
connexion: `connexion run openapi.yaml` serves a specification without code of yours, with stubs or
    with the handlers that it names.
python: A script that starts its server itself, as `app.run()` does: Flask's server with Connexion
    2, uvicorn with Connexion 3. The doctor runs it until it starts a server, and looks at what it
    would serve.
"""
ABOUT: Mapping[str, str] = {
    part.partition(": ")[0]: " ".join(part.partition(": ")[2].split())
    for part in re.split(r"\n(?! )", ABOUT_TEXT.strip())
}


def page(name: str, found: Sequence[Row]) -> str:
    """The page of a server.

    :param found: the cells of all servers
    """
    mine = [row for row in found if row.server == name]
    serve = sum(row.happened == "serves" for row in mine)
    lines = [GENERATED, f"# {name}", "", ABOUT[name], ""]
    plain = list(_plain(mine))
    if plain:
        heads = list(PLAIN_COLUMNS)
        lines += ["## As it comes", "", f"| start | {' | '.join(heads)} |", "|---|---|---|", *plain, ""]
    lines += [
        "## What was booted",
        "",
        f"{len(mine)} starts: {serve} serve, {len(mine) - serve} fail. [All of them](../truth.md).",
        "",
        "## What is found",
        "",
        "| rule | name | starts | what |",
        "|---|---|---|---|",
        *_rules(mine),
    ]
    return "\n".join(lines) + "\n"


def _plain(mine: Sequence[Row]) -> Iterator[str]:
    happened = {
        (row.environment, row.folder, LISTEN.sub("", row.command)): row.happened
        for row in mine
        if PLAIN.match(row.command)
    }
    commands = dict.fromkeys(key[2] for key in happened if key[:2] in PLAIN_COLUMNS.values())
    for command in sorted(commands, key=len):
        told = [happened.get((*place, command), "") for place in PLAIN_COLUMNS.values()]
        yield f"| `{command}` | {' | '.join(told)} |"


def _rules(mine: Sequence[Row]) -> Iterator[str]:
    counted = Counter(code for row in mine for code in row.codes)
    about = {entry.code: entry for entry in entries()}
    for code, count in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        rule = about[code]
        link, what = f"[{code}](../rules/{code}.md)", rule.summary.replace("|", "\\|")
        yield f"| {link} | {rule.name} | {count} | {what} |"


def index(found: Sequence[Row]) -> str:
    """The list of the pages."""
    lines = [
        GENERATED,
        "# Servers",
        "",
        "How each of them calls an app, what serves on it as it comes, and what is found with it. Hosts "
        "that call the app themselves (mod_wsgi, Passenger, Unit, Lambda) are judged too; they are not "
        "booted here.",
        "",
        "| server | booted | serve | in short |",
        "|---|---|---|---|",
    ]
    for name in SERVERS:
        mine = [row for row in found if row.server == name]
        serve = sum(row.happened == "serves" for row in mine)
        short = ABOUT[name].split(". ")[0].split(": ")[0].replace("**", "")
        lines.append(f"| [{name}]({name}.md) | {len(mine)} | {serve} | {short.rstrip('.')}. |")
    return "\n".join(lines) + "\n"


def files() -> dict[Path, str]:
    """Every page with the text it should have."""
    found = list(rows((ROOT / "docs" / "truth.md").read_text("utf-8")))
    pages = {FOLDER / f"{name}.md": page(name, found) for name in SERVERS}
    return {FOLDER / "README.md": index(found), **pages}


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for path, text in files().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
