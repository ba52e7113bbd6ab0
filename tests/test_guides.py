"""The guides: every start in their tables is booted and asked; what is said in one language is said in the
other."""

from __future__ import annotations

import contextlib
import http.client
import re
import shlex
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from connexion_doctor.processes.address import Address
from connexion_doctor.processes.server_process import Process, free_port
from tests.running import ROOT, doctor, environ, project, target

GUIDES = ROOT / "docs" / "guides"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
START = re.compile(r"^\| `([^`]+)` \| (\d{3}) \| (\d{3}) \|", re.MULTILINE)
NOTICED = re.compile(
    r"^\| `([A-Z]+) (/\S+)`(?: with `Content-Type: (\S+)`)?[^|]*\| (\d{3}) \| (\d{3}) \|$", re.MULTILINE
)
PAIR = re.compile(r"^\| `((?:gunicorn|waitress-serve)[^`]+)` \| `([^`]+)` \|$", re.MULTILINE)
LISTEN = {
    "gunicorn": ["--bind", "127.0.0.1:{port}"],
    "uvicorn": ["--host", "127.0.0.1", "--port", "{port}"],
    "hypercorn": ["--bind", "127.0.0.1:{port}"],
    "waitress-serve": ["--listen", "127.0.0.1:{port}"],
}
TRANSLATED = {
    "README.md": "README.zh-CN.md",
    "docs/guides/gunicorn.md": "docs/zh/gunicorn.md",
    "docs/guides/upgrade.md": "docs/zh/upgrade.md",
}


def text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def written(folder: Path) -> Path:
    """The files that the guide gives, each named by its first line."""
    for _, body in FENCE.findall(text("docs/guides/gunicorn.md")):
        match = re.match(r"# (\S+\.\w+)\n", body)
        if match is not None:
            (folder / match[1]).write_text(body, "utf-8")
    return folder


ME = """\
openapi: 3.0.3
info: {title: me, version: "1"}
servers: [{url: /v1}]
paths:
  /me:
    get: &get
      operationId: me.get
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}
    put:
      <<: *get
      operationId: me.put
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
"""
ME_HANDLERS = "def get():\n    return {}\n\n\ndef put(body):\n    return body\n"


def answers(command: str, environment: str, folder: Path) -> list[int]:
    """What the app answers to the two requests of the guide when it is started so."""
    with served(command, environment, folder) as port:
        return [status(f"http://127.0.0.1:{port}/v1/hello?name={name}") for name in ("Ada", "A")]


@contextlib.contextmanager
def served(command: str, environment: str, folder: Path) -> Iterator[int]:
    """A server that is started so, by its port."""
    program, *words = shlex.split(command)
    port = free_port()
    binary = target(environment).python.with_name(program)
    listen = [word.format(port=port) for word in LISTEN[program]]
    process = Process([str(binary), *listen, *words], str(folder), environ(), folder / "log")
    with process:
        reason = process.wait_until_it_listens(Address(port), 30)
        assert reason is None, (reason, process.log())
        yield port


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    ("command", "right", "short"), START.findall(text("docs/guides/gunicorn.md")), ids=lambda one: one
)
def test_each_start_does_what_the_guide_says(command: str, right: str, short: str, tmp_path: Path) -> None:
    assert answers(command, "c3new", written(tmp_path)) == [int(right), int(short)]


@pytest.mark.parametrize(("before", "after"), PAIR.findall(text("docs/guides/upgrade.md")))
def test_a_start_and_what_it_becomes(before: str, after: str, tmp_path: Path) -> None:
    """The old start serves with Connexion 2 and not with 3, the new one with 3."""
    folder = written(tmp_path)
    assert answers(before, "c2new", folder) == [200, 400]
    assert answers(before, "c3new", folder) == [500, 500]
    assert answers(after, "c3new", folder) == [200, 400]


@pytest.mark.parametrize(("environment", "column"), [("c2new", 3), ("c3new", 4)])
def test_what_clients_may_notice(environment: str, column: int, tmp_path: Path) -> None:
    """Each request of the table is answered as it says."""
    rows = NOTICED.findall(text("docs/guides/upgrade.md"))
    assert len(rows) == 6
    project(tmp_path, openapi__yaml=ME, me__py=ME_HANDLERS)
    start = {"c2new": "gunicorn app:app", "c3new": "uvicorn app:app"}[environment]
    with served(start, environment, tmp_path) as port:
        found = [asked(port, method, path, kind) for method, path, kind, *_ in rows]
    assert found == [int(row[column]) for row in rows]


def asked(port: int, method: str, path: str, kind: str) -> int:
    """The status of a request that says no more than its row."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        body = b"{}" if method == "PUT" else None
        connection.request(method, path, body, {"Content-Type": kind} if kind else {})
        return connection.getresponse().status


def commands(page: str) -> list[str]:
    """Every command of a page, as it stands: lines of code that start a program."""
    fenced = [
        line for kind, body in FENCE.findall(page) if kind in ("sh", "console") for line in body.splitlines()
    ]
    indented = re.findall(r"^    (\S.*)$", FENCE.sub("", page), re.MULTILINE)
    return [line.split(" #")[0].strip() for line in [*fenced, *indented]]


IN_BLOCKS = [
    line
    for kind, body in FENCE.findall(text("docs/guides/gunicorn.md"))
    for line in body.splitlines()
    if kind == "sh" and line.split()[0] in LISTEN
]


@pytest.mark.parametrize("command", IN_BLOCKS)
def test_each_way_out_serves(command: str, tmp_path: Path) -> None:
    assert answers(command, "c3new", written(tmp_path)) == [200, 400]


# The guides' calls of the doctor, on the project that they build: its environment, the exit code, and what
# is said.
BEFORE, AFTER = "c2new", "c3new"
DIFF = "+web: gunicorn -k uvicorn_worker.UvicornWorker app:app"
CALLS: dict[str, dict[str, tuple[str, int | None, str]]] = {
    "docs/guides/gunicorn.md": {
        "connexion-doctor": (AFTER, 1, "CXD101"),
        "connexion-doctor -- gunicorn -w 4 app:app": (AFTER, 1, "CXD101"),
        "connexion-doctor app:app": (AFTER, 0, "uvicorn"),
        "connexion-doctor --diff": (AFTER, 1, DIFF),
        "connexion-doctor --verify": (AFTER, 1, ""),
    },
    "docs/guides/upgrade.md": {
        "connexion-doctor --target-version 3": (BEFORE, 1, "CXD534"),
        "connexion-doctor --target-version 3 --diff --unsafe-fixes": (BEFORE, 1, "+connexion[flask]>=3.3,<4"),
        "connexion-doctor --target-version 3 --fix --unsafe-fixes": (BEFORE, None, ""),
        "connexion-doctor": (AFTER, 1, "CXD101"),
        "connexion-doctor --verify": (AFTER, 1, ""),
    },
}
EACH = [(guide, command) for guide, calls in CALLS.items() for command in calls]


@pytest.mark.parametrize("guide", CALLS)
def test_no_call_of_the_doctor_is_left_out(guide: str) -> None:
    assert {one for one in commands(text(guide)) if one.startswith("connexion-doctor")} == set(CALLS[guide])


@pytest.mark.parametrize(("guide", "command"), EACH)
def test_a_call_of_the_doctor_says_what_the_guide_says(guide: str, command: str, tmp_path: Path) -> None:
    environment, code, said = CALLS[guide][command]
    folder = written(tmp_path)
    (folder / "wsgi.py").unlink()
    (folder / "Procfile").write_text("web: gunicorn app:app\n")
    if environment == BEFORE:
        (folder / "requirements.txt").write_text("connexion>=2.14,<3\ngunicorn\n")
    json = ("--format", "json") if "--verify" in command else ()
    done = doctor("--python", str(target(environment).python), *json, *shlex.split(command)[1:], cwd=folder)
    if json:
        (launch,) = done.report["launches"]
        assert launch["verified"]["before"]["happened"] == "fails"
        assert launch["verified"]["after"]["happened"] == "serves"
    assert code in (None, done.code), done.stdout + done.stderr
    assert said in done.stdout
    if "--fix" in command:
        assert (folder / "requirements.txt").read_text().splitlines()[0] == "connexion[flask]>=3.3,<4"


def blocks(page: str) -> list[str]:
    """The blocks of code without their comments, which each language has in its own."""
    return [re.sub(r"\s+# .*", "", body) for _, body in FENCE.findall(page)]


def figures(page: str) -> set[str]:
    """Every number of the prose and the tables, versions included."""
    prose = re.sub(r"\]\([^)]*\)|<[^>]+>|&#\d+;", "", FENCE.sub("", page))
    return set(re.findall(r"\d+(?:\.\d+)*", prose))


def tables(page: str) -> list[list[str]]:
    """The numbers of each row of the tables, in their order."""
    rows = re.findall(r"^\|.*\|$", FENCE.sub("", page), re.MULTILINE)
    return [re.findall(r"\d+(?:\.\d+)*", row) for row in rows]


def spans(page: str) -> set[str]:
    """Every piece of code inside the prose."""
    return set(re.findall(r"`([^`\n]+)`", FENCE.sub("", page)))


def rules(page: str) -> set[str]:
    """The rules that the page leads to."""
    return set(re.findall(r"CXD\d+", page))


@pytest.mark.parametrize(("english", "chinese"), TRANSLATED.items(), ids=lambda path: Path(path).stem)
def test_both_languages_say_the_same(english: str, chinese: str) -> None:
    """Commands, files, pieces of code, figures and rules; and the Chinese page is Chinese."""
    one, other = text(english), text(chinese)
    assert commands(one) == commands(other)
    assert blocks(one) == blocks(other)
    assert spans(one) == spans(other)
    assert figures(one) == figures(other)
    assert tables(one) == tables(other)
    assert rules(one) == rules(other)
    characters = re.findall(r"[\u4e00-\u9fff]", other)
    assert len(characters) > len(re.findall(r"[A-Za-z]+", FENCE.sub("", one))) / 2
