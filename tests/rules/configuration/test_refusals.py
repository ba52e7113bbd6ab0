"""Options that keep a server from starting whatever the app is: in the server's own words, without a trace.

That the servers end so is shown by cells of the truth table; here is what is said of it, and what is not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import together
from tests.running import diagnose, listing, project
from tests.together import Asked

LOG = "[loggers]\nkeys=root\n[handlers]\nkeys=f\n[formatters]\nkeys=\n[logger_root]\nhandlers=f\n"
FILES = {
    "log.ini": LOG + "[handler_f]\nclass=FileHandler\nargs=('app.log',)\n",
    "broken.ini": "no section\n",
    "elsewhere.ini": LOG + "[handler_f]\nclass=FileHandler\nargs=('no_such_folder/app.log',)\n",
}
ASGI = "gunicorn -k asgi"
WORKER = "gunicorn -k uvicorn_worker.UvicornWorker"

ABSENT = "/no/such/log"

# start command -> what the server says
REFUSED = {
    f"{ASGI} --logger-class nosuch.Logger app:app": "No module named 'nosuch'",
    f"{ASGI} --log-config no_such.ini app:app": "log config 'no_such.ini' not found",
    f"{ASGI} --log-config broken.ini app:app": "File contains no section headers",
    f"{ASGI} --log-config elsewhere.ini app:app": "No such file or directory",
    f"{ASGI} --certfile no.pem app:app": 'certfile "no.pem" does not exist',
    f"{WORKER} --certfile app.py app:app": "PEM",
    f"{ASGI} --access-logfile {ABSENT} app:app": "isn't writable",
    f"{ASGI} --pid no_such_folder/pid app:app": "Can't create pidfile",
    f"{ASGI} --worker-tmp-dir no_such app:app": "Can't create workertmp",
    f"{ASGI} -w 0 app:app": "workers = 0",
    f"{ASGI} -b 127.0.0.1:99999 app:app": "port must be 0-65535",
    f"{ASGI} --reload --reload-engine inotify app:app": "inotify",
    "uvicorn --ws nosuch app:app": "must be in format",
    "uvicorn --http no.such:Protocol app:app": "No module named 'no'",
    "uvicorn --log-config broken.ini app:app": "File contains no section headers",
    "uvicorn --ssl-keyfile no.key app:app": "no certificate",
    "uvicorn --ssl-certfile no.pem app:app": "no.pem",
    "uvicorn --header nosuch app:app": "not enough values",
    "hypercorn -k trio app:app": "No module named 'trio'",
    "hypercorn --certfile no.pem --keyfile no.key app:app": "no.pem",
    "hypercorn --log-config no.ini app:app": "no.ini",
    "granian --interface asgi --blocking-threads 4 app:app": "Blocking threads",
    f"daphne --access-log {ABSENT} app:app": ABSENT,
}
ACCEPTED = (
    f"{ASGI} --log-config log.ini app:app",
    f"{ASGI} --access-logfile access.log --error-logfile error.log --pid run.pid --capture-output app:app",
    f"{ASGI} --access-logfile - --error-logfile - --worker-tmp-dir /tmp --statsd-host a:1 app:app",
    f"{WORKER} -w 2 -b unix:run.sock app:app",
    "uvicorn --http h11 --loop asyncio --ws wsproto --header x:y --uds run.sock app:app",
    "uvicorn --log-config log.ini --workers 2 app:app",
    "hypercorn -w 2 --access-logfile access.log --log-level debug -p run.pid app:app",
    "granian --interface asgi --runtime-threads 2 --loop uvloop --pid-file run.pid app:app",
    "daphne --access-log access.log app:app",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {name.replace(".", "__"): text for name, text in FILES.items()}
    return project(tmp_path_factory.mktemp("refusals"), **files)


@pytest.fixture(scope="module")
def asked(folder: Path) -> Asked:
    """All in one run, but for what stands at a path of the machine: in a file it is another machine's."""
    here = [one for one in REFUSED if ABSENT in one]
    alone = {one: diagnose("c3new", "--", *one.split(), cwd=folder) for one in here}
    others = [one for one in [*REFUSED, *ACCEPTED] if one not in here]
    return {**alone, **together.ask("c3new", others, folder)}


@pytest.mark.parametrize("command", REFUSED)
def test_refused(command: str, asked: Asked) -> None:
    done = asked[command]
    assert (done.codes, done.verdicts) == (["CXD202"], ["fails"])
    assert REFUSED[command] in done.finding("CXD202")["message"]


@pytest.mark.parametrize("command", ACCEPTED)
def test_accepted(command: str, asked: Asked) -> None:
    done = asked[command]
    assert (done.codes, done.verdicts) == ([], ["serves"])


def test_nothing_is_left_behind(asked: Asked, folder: Path) -> None:
    assert asked
    left = {name for name in listing(folder) if "__pycache__" not in name}
    assert left == {"app.py", "openapi.yaml", *FILES}


def test_the_word_is_pointed_at(tmp_path: Path) -> None:
    folder = project(tmp_path, Procfile="web: gunicorn -k asgi --certfile no.pem app:app\n")
    place = diagnose("c3new", cwd=folder).finding("CXD202")["location"]
    assert (place["path"], place["line"], place["column"]) == ("Procfile", 1, 23)


def test_the_line_of_the_file_is_pointed_at(tmp_path: Path) -> None:
    text = 'worker_class = "asgi"\nlogconfig = "no_such.ini"\n'
    done = diagnose("c3new", "--", "gunicorn", "app:app", cwd=project(tmp_path, gunicorn__conf__py=text))
    place = done.finding("CXD202")["location"]
    assert (place["path"], place["line"]) == ("gunicorn.conf.py", 2)


# What a file of the project says of another machine is not looked for on this one.
ELSEWHERE = {
    "gunicorn -k asgi --certfile /etc/no-such-app/cert.pem app:app": [],
    "gunicorn -k asgi --access-logfile /var/log/no-such-app/access.log app:app": [],
    "gunicorn -k asgi -u no-such-account -g no-such-account app:app": [],
    "uvicorn --ssl-certfile /etc/no-such-app/cert.pem app:app": [],
    "gunicorn -k asgi --certfile no.pem app:app": ["CXD202"],
    "uvicorn --ws nosuch app:app": ["CXD202"],
}


@pytest.mark.parametrize("command", ELSEWHERE)
def test_another_machine_s_files(command: str, tmp_path: Path) -> None:
    folder = project(tmp_path, Procfile=f"web: {command}\n", requirements__txt="connexion[flask]>=3\n")
    done = diagnose("c3new", cwd=folder)
    assert [code for code in done.codes if code == "CXD202"] == ELSEWHERE[command]
    assert done.verdicts == ["fails" if ELSEWHERE[command] else "serves"]


def test_the_environment_file_of_uvicorn_is_read(tmp_path: Path) -> None:
    """uvicorn sets its variables before it imports the app."""
    app = "import os\nassert os.environ['GREETING'] == 'hello'\n"
    folder = project(tmp_path, settings__env="GREETING=hello\n")
    (folder / "app.py").write_text(app + (folder / "app.py").read_text("utf-8"), "utf-8")
    done = diagnose("c3new", "--", "uvicorn", "--env-file", "settings.env", "app:app", cwd=folder)
    assert done.verdicts == ["serves"]
