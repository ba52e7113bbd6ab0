"""A launch of one server in the words of another: option by option, and nothing dropped in silence."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path

import pytest

from connexion_doctor import servers
from connexion_doctor.commands.argv import read, words_of
from connexion_doctor.facts.case import Case
from connexion_doctor.foundation.late import written
from connexion_doctor.model import Environment, Launch, LaunchFacts, Origin, ServerFacts, Setting
from connexion_doctor.servers.shared_settings import Grave, Neutral

Settings = dict[str, object]


def case(server: str, settings: Settings, source: str = "command") -> Case:
    """A launch whose server says that these settings were given."""
    words = words_of([servers.get(server).program, "app:app"])
    launch = Launch("x", Origin("command-line"), server, "/nowhere", read(words))
    given = {name: setting(value, source) for name, value in settings.items()}
    facts = LaunchFacts(ServerFacts(server, True, settings=given))
    return Case(launch, facts, Environment("python", "3.12", ""), Path("/nowhere"))


def setting(value: object, source: str) -> Setting:
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Setting(value, source, shown)


def translated(origin: str, settings: Settings, to: str, source: str = "command") -> tuple[str, list[str]]:
    """The new command, and what is lost."""
    neutral = servers.get(origin).neutral(case(origin, settings, source))
    words, lost = servers.get(to).start(neutral, "app:app")
    return shlex.join(words), [*neutral.lost, *lost]


# origin | its settings | server | arguments it gets | what is lost
TABLE: list[tuple[str, Settings, str, str, list[str]]] = [
    # bind
    ("gunicorn", {"bind": ["0.0.0.0:9000"]}, "uvicorn", "--host 0.0.0.0 --port 9000", []),
    ("gunicorn", {"bind": [":9000"]}, "uvicorn", "--host 0.0.0.0 --port 9000", []),
    ("gunicorn", {"bind": ["[::1]:9000"]}, "uvicorn", "--host ::1 --port 9000", []),
    ("gunicorn", {"bind": ["tcp://1.2.3.4:5"]}, "uvicorn", "--host 1.2.3.4 --port 5", []),
    ("gunicorn", {"bind": ["localhost"]}, "uvicorn", "--host localhost", []),
    ("gunicorn", {"bind": ["unix:/run/a.sock"]}, "uvicorn", "--uds /run/a.sock", []),
    ("gunicorn", {"bind": ["unix:///run/a.sock"]}, "uvicorn", "--uds /run/a.sock", []),
    ("gunicorn", {"bind": ["fd://3"]}, "uvicorn", "--fd 3", []),
    ("gunicorn", {"bind": ["a:1", "b:2"]}, "uvicorn", "--host a --port 1",
     ["bind b:2 (uvicorn binds one address)"]),
    ("gunicorn", {"bind": ["a:1", "b:2"]}, "hypercorn", "-b a:1 -b b:2", []),
    ("gunicorn", {"bind": [":9000"]}, "hypercorn", "-b 0.0.0.0:9000", []),
    ("gunicorn", {"bind": ["unix:///run/a.sock"]}, "hypercorn", "-b unix:/run/a.sock", []),
    ("gunicorn", {"bind": ["a:1"]}, "granian", "--interface asgi --host a --port 1", []),
    ("gunicorn", {"bind": ["fd://3"]}, "granian", "--interface asgi", ["bind fd://3"]),
    ("gunicorn", {"bind": ["unix:/run/a.sock"]}, "daphne", "-u /run/a.sock", []),
    ("gunicorn", {"bind": [":9000"]}, "waitress", "'--listen=*:9000'", []),
    ("gunicorn", {"bind": ["unix:/run/a.sock"]}, "waitress", "--unix-socket=/run/a.sock", []),
    ("gunicorn", {}, "waitress", "--listen=127.0.0.1:8000", []),
    ("uvicorn", {"host": "0.0.0.0"}, "gunicorn", "-b 0.0.0.0:8000", []),
    ("uvicorn", {"port": 80}, "gunicorn", "-b 127.0.0.1:80", []),
    ("uvicorn", {"host": "::1", "port": 80}, "gunicorn", "-b '[::1]:80'", []),
    ("uvicorn", {"uds": "/run/a.sock"}, "gunicorn", "-b unix:/run/a.sock", []),
    ("uvicorn", {"fd": 3}, "gunicorn", "-b fd://3", []),
    ("uvicorn", {"uds": "/run/a.sock"}, "hypercorn", "-b unix:/run/a.sock", []),
    ("waitress", {"listen": " *:9000 127.0.0.1:1"}, "gunicorn", "-b :9000 -b 127.0.0.1:1", []),
    ("waitress", {}, "uvicorn", "--host 0.0.0.0 --port 8080", []),
    ("daphne", {"host": "0.0.0.0", "port": 80}, "uvicorn", "--host 0.0.0.0 --port 80", []),
    ("granian", {"port": 80}, "uvicorn", "--host 127.0.0.1 --port 80", []),
    ("hypercorn", {"bind": ["0.0.0.0:80"]}, "uvicorn", "--host 0.0.0.0 --port 80", []),
    ("hypercorn", {"bind": ["unix:/run/a.sock"]}, "uvicorn", "--uds /run/a.sock", []),
    ("hypercorn", {"bind": ["a:1", "b:2"]}, "uvicorn", "--host a --port 1",
     ["bind b:2 (uvicorn binds one address)"]),
    # workers and threads
    ("gunicorn", {"workers": 4}, "uvicorn", "--workers 4", []),
    ("gunicorn", {"workers": 1}, "uvicorn", "", []),
    ("gunicorn", {"workers": 4}, "hypercorn", "-w 4", []),
    ("gunicorn", {"workers": 4}, "granian", "--interface asgi --workers 4", []),
    ("gunicorn", {"workers": 4}, "daphne", "", ["--workers 4"]),
    ("gunicorn", {"workers": 4, "threads": 8}, "waitress", "--listen=127.0.0.1:8000 --threads=8",
     ["--workers 4"]),
    ("gunicorn", {"threads": 8}, "uvicorn", "", ["--threads 8"]),
    ("uvicorn", {"workers": 3}, "gunicorn", "-w 3", []),
    ("hypercorn", {"workers": 3}, "uvicorn", "--workers 3", []),
    ("gunicorn", {"threads": 8}, "hypercorn", "", ["--threads 8"]),
    ("waitress", {"threads": 6, "host": "a", "port": 1}, "gunicorn", "-b a:1 --threads 6", []),
    # timeouts and keep-alive
    ("gunicorn", {"keepalive": 5, "graceful_timeout": 20}, "uvicorn",
     "--timeout-keep-alive 5 --timeout-graceful-shutdown 20", []),
    ("gunicorn", {"timeout": 60}, "uvicorn", "", ["--timeout 60"]),
    ("gunicorn", {"keepalive": 5, "graceful_timeout": 20}, "hypercorn",
     "--keep-alive 5 --graceful-timeout 20", []),
    ("uvicorn", {"timeout_keep_alive": 7, "timeout_graceful_shutdown": 9}, "gunicorn",
     "--keep-alive 7 --graceful-timeout 9", []),
    ("hypercorn", {"keep_alive_timeout": 7.0, "graceful_timeout": 9.0, "read_timeout": 5}, "uvicorn",
     "--timeout-keep-alive 7 --timeout-graceful-shutdown 9", ["read_timeout 5"]),
    ("gunicorn", {"timeout": 60}, "hypercorn", "", ["--timeout 60"]),
    ("uvicorn", {"timeout_worker_healthcheck": 9}, "gunicorn", "", ["--timeout-worker-healthcheck 9"]),
    # TLS
    ("gunicorn", {"certfile": "c", "keyfile": "k", "ca_certs": "a", "ciphers": "x", "cert_reqs": 2},
     "uvicorn",
     "--ssl-certfile c --ssl-keyfile k --ssl-ca-certs a --ssl-cert-reqs 2 --ssl-ciphers x", []),
    ("gunicorn", {"certfile": "c", "keyfile": "k", "cert_reqs": 2}, "hypercorn",
     "--certfile c --keyfile k --verify-mode CERT_REQUIRED", []),
    ("gunicorn", {"certfile": "c", "keyfile": "k", "cert_reqs": 1}, "granian",
     "--interface asgi --ssl-certificate c --ssl-keyfile k", ["--cert-reqs 1"]),
    ("uvicorn", {"ssl_certfile": "c", "ssl_keyfile": "k", "ssl_keyfile_password": "p"}, "gunicorn",
     "--certfile c --keyfile k", ["--ssl-keyfile-password"]),
    ("uvicorn", {"ssl_ca_certs": "a", "ssl_cert_reqs": 2, "ssl_ciphers": "H", "ssl_version": 17}, "gunicorn",
     "--ca-certs a --cert-reqs 2 --ciphers H", ["--ssl-version 17"]),
    ("hypercorn", {"certfile": "c", "keyfile": "k", "keyfile_password": "p", "ca_certs": "a",
     "verify_mode": 2, "ciphers": "H"}, "uvicorn",
     "--ssl-certfile c --ssl-keyfile k --ssl-keyfile-password p --ssl-ca-certs a --ssl-cert-reqs 2 "
     "--ssl-ciphers H", []),
    ("hypercorn", {"verify_mode": "VerifyMode.CERT_OPTIONAL"}, "uvicorn", "--ssl-cert-reqs 1", []),
    ("hypercorn", {"insecure_bind": ["0.0.0.0:80"], "quic_bind": ["0.0.0.0:443"]}, "uvicorn", "",
     ["insecure_bind 0.0.0.0:80", "quic_bind 0.0.0.0:443"]),
    ("gunicorn", {"certfile": "c"}, "waitress", "--listen=127.0.0.1:8000", ["--certfile c"]),
    # logging
    ("gunicorn", {"loglevel": "INFO"}, "uvicorn", "--log-level info", []),
    ("gunicorn", {"accesslog": "-"}, "uvicorn", "", []),
    ("gunicorn", {"accesslog": "/a.log"}, "uvicorn", "", ["--access-logfile /a.log"]),
    ("gunicorn", {"accesslog": "/a.log", "errorlog": "/e.log", "access_log_format": "%(h)s"}, "hypercorn",
     "--access-logfile /a.log --access-logformat '%(h)s' --error-logfile /e.log", []),
    ("gunicorn", {"logconfig": "l.ini"}, "uvicorn", "--log-config l.ini", []),
    ("gunicorn", {"accesslog": "-"}, "granian", "--interface asgi --access-log", []),
    ("gunicorn", {"loglevel": "debug"}, "daphne", "-v 2", []),
    ("uvicorn", {"log_level": "trace"}, "gunicorn", "--log-level debug", []),
    ("uvicorn", {"access_log": False}, "gunicorn", "", []),
    ("uvicorn", {"access_log": True}, "gunicorn", "--access-logfile -", []),
    ("uvicorn", {"log_config": "l.yaml"}, "gunicorn", "", ["--log-config l.yaml"]),
    ("gunicorn", {"errorlog": "/e.log"}, "uvicorn", "", ["--error-logfile /e.log"]),
    ("gunicorn", {"errorlog": "-", "capture_output": True}, "uvicorn", "", ["--capture-output"]),
    ("gunicorn", {"logconfig": "l.ini"}, "hypercorn", "--log-config l.ini", []),
    ("hypercorn", {"loglevel": "debug", "logconfig": "l.ini", "accesslog": "-", "errorlog": "/e.log"},
     "uvicorn", "--log-level debug --log-config l.ini", ["errorlog /e.log"]),
    ("hypercorn", {"accesslog": "/a.log", "access_log_format": "%(h)s"}, "uvicorn", "",
     ["access_log_format %(h)s", "accesslog /a.log"]),
    # reload, directories, root path, proxies
    ("gunicorn", {"reload": True}, "uvicorn", "--reload", []),
    ("gunicorn", {"reload": True}, "daphne", "", ["--reload"]),
    ("gunicorn", {"chdir": "src"}, "granian", "--interface asgi --working-dir src", []),
    ("gunicorn", {"chdir": "src"}, "uvicorn", "", ["--chdir src"]),
    ("gunicorn", {"pythonpath": "src"}, "uvicorn", "--app-dir src", []),
    ("uvicorn", {"app_dir": "src"}, "gunicorn", "--pythonpath src", []),
    ("gunicorn", {"root_path": "/x"}, "uvicorn", "--root-path /x", []),
    ("gunicorn", {"root_path": "/x"}, "hypercorn", "--root-path /x", []),
    ("gunicorn", {"root_path": "/x"}, "granian", "--interface asgi --url-path-prefix /x", []),
    ("uvicorn", {"root_path": "/x"}, "gunicorn", "", ["--root-path /x"]),
    ("uvicorn", {"root_path": "/x"}, "waitress", "--listen=127.0.0.1:8000 --url-prefix=/x", []),
    ("gunicorn", {"forwarded_allow_ips": ["*"]}, "uvicorn", "--forwarded-allow-ips '*'", []),
    ("gunicorn", {"forwarded_allow_ips": ["10.0.0.1", "10.0.0.2"]}, "uvicorn",
     "--forwarded-allow-ips 10.0.0.1,10.0.0.2", []),
    ("gunicorn", {"forwarded_allow_ips": ["*"]}, "hypercorn", "", ["--forwarded-allow-ips *"]),
    ("uvicorn", {"forwarded_allow_ips": "*"}, "gunicorn", "--forwarded-allow-ips '*'", []),
    ("uvicorn", {"reload": True, "reload_dirs": ["src"]}, "gunicorn", "--reload", ["--reload-dirs src"]),
    ("gunicorn", {"reload": True}, "hypercorn", "--reload", []),
    ("hypercorn", {"use_reloader": True}, "uvicorn", "--reload", []),
    ("hypercorn", {"root_path": "/x"}, "uvicorn", "--root-path /x", []),
    ("gunicorn", {"raw_env": ["A=b"]}, "uvicorn", "", ["--env A=b"]),
    ("uvicorn", {"env_file": ".env"}, "gunicorn", "", ["--env-file .env"]),
    # limits and the process
    ("gunicorn", {"max_requests": 100, "workers": 2}, "uvicorn", "--workers 2 --limit-max-requests 100", []),
    ("gunicorn", {"max_requests": 100}, "uvicorn", "--limit-max-requests 100",
     ["the restart after max requests: a single uvicorn process ends then"]),
    ("gunicorn", {"max_requests": 0}, "uvicorn", "", []),
    ("gunicorn", {"max_requests": 100, "max_requests_jitter": 9}, "hypercorn",
     "--max-requests 100", ["--max-requests-jitter 9"]),
    ("gunicorn", {"backlog": 64}, "uvicorn", "--backlog 64", []),
    ("gunicorn", {"backlog": 64}, "hypercorn", "--backlog 64", []),
    ("gunicorn", {"limit_request_line": 100}, "uvicorn", "", ["--limit-request-line 100"]),
    ("gunicorn", {"pidfile": "/p", "daemon": True}, "hypercorn", "-p /p --daemon", []),
    ("gunicorn", {"pidfile": "/p", "proc_name": "n"}, "uvicorn", "", ["--pid /p", "--name n"]),
    ("uvicorn", {"limit_concurrency": 5, "loop": "uvloop"}, "gunicorn", "",
     ["--limit-concurrency 5", "--loop uvloop"]),
    ("uvicorn", {"limit_max_requests": 5, "limit_max_requests_jitter": 2, "backlog": 9}, "gunicorn",
     "--max-requests 5 --max-requests-jitter 2 --backlog 9", []),
    ("hypercorn", {"max_requests": 5, "max_requests_jitter": 2, "backlog": 9, "workers": 2}, "uvicorn",
     "--workers 2 --limit-max-requests 5 --backlog 9", ["max_requests_jitter 2"]),
    ("gunicorn", {"limit_request_line": 9, "worker_connections": 5}, "hypercorn", "",
     ["--worker-connections 5", "--limit-request-line 9"]),
    ("gunicorn", {"user": "www-data", "group": 33}, "hypercorn", "-g 33", ["--user www-data"]),
    ("gunicorn", {"user": "www-data", "umask": 18}, "uvicorn", "", ["--umask 18", "--user www-data"]),
    # what is known only when it runs
    ("gunicorn", {"bind": ["0.0.0.0:carried0value"]}, "uvicorn", "--host 0.0.0.0 --port carried0value", []),
    ("gunicorn", {"bind": ["carried0value"]}, "uvicorn", "", ["bind carried0value"]),
    ("gunicorn", {"bind": ["carried0value"]}, "hypercorn", "", ["bind carried0value"]),
    ("gunicorn", {"bind": [":carried0value"]}, "hypercorn", "-b 0.0.0.0:carried0value", []),
    ("uvicorn", {"port": "carried0value"}, "gunicorn", "-b 127.0.0.1:carried0value", []),
    ("gunicorn", {"workers": "carried0value"}, "uvicorn", "--workers carried0value", []),
    ("gunicorn", {"loglevel": "carried0value"}, "uvicorn", "", ["--log-level carried0value"]),
    ("gunicorn", {"cert_reqs": "carried0value"}, "hypercorn", "", ["--cert-reqs carried0value"]),
    ("gunicorn", {"cert_reqs": "carried0value"}, "granian", "--interface asgi",
     ["--cert-reqs carried0value"]),
]  # fmt: skip


@pytest.mark.parametrize(("origin", "settings", "to", "arguments", "lost"), TABLE)
def test_translation(origin: str, settings: Settings, to: str, arguments: str, lost: list[str]) -> None:
    words, missing = translated(origin, settings, to)
    own = [word for word in shlex.split(words)[1:] if word != "app:app"]
    assert (shlex.join(own), sorted(missing)) == (arguments, sorted(lost))


# What the settings are about, by the names that each server has for them.
ABOUT: dict[str, set[str]] = {
    "bind": {"bind", "host", "port"},
    "unix sockets": {"bind", "uds"},
    "workers": {"workers"},
    "timeouts": {"timeout", "graceful_timeout", "timeout_graceful_shutdown", "read_timeout"},
    "keep-alive": {"keepalive", "timeout_keep_alive", "keep_alive_timeout"},
    "tls": {"certfile", "ssl_certfile"},
    "logging": {"loglevel", "log_level", "accesslog", "access_log"},
    "reload": {"reload", "use_reloader"},
    "root path": {"root_path"},
    "forwarded addresses": {"forwarded_allow_ips"},
    "limits": {"max_requests", "limit_max_requests"},
    "backlog": {"backlog"},
}
# hypercorn has no setting for the addresses of proxies.
WITHOUT = {("hypercorn", "forwarded addresses")}
DIRECTIONS = (
    ("gunicorn", "uvicorn"), ("uvicorn", "gunicorn"), ("gunicorn", "hypercorn"), ("hypercorn", "uvicorn"),
)  # fmt: skip


@pytest.mark.parametrize(("origin", "to"), DIRECTIONS)
@pytest.mark.parametrize("about", ABOUT)
def test_the_table_has_it(origin: str, to: str, about: str) -> None:
    if (origin, about) in WITHOUT:
        return
    given = [settings for one, settings, other, _, _ in TABLE if (one, other) == (origin, to)]
    found = [name for settings in given for name in settings if name in ABOUT[about]]
    assert found


# settings without which a translation is none to be made by machine
GRAVE: list[tuple[str, Settings, str]] = [
    ("gunicorn", {"bind": ["a:1", "b:2"]}, "uvicorn"),
    ("gunicorn", {"bind": ["carried0value"]}, "uvicorn"),
    ("gunicorn", {"certfile": "c"}, "waitress"),
    ("gunicorn", {"chdir": "src"}, "uvicorn"),
    ("gunicorn", {"raw_env": ["A=b"]}, "uvicorn"),
    ("gunicorn", {"user": "www-data"}, "uvicorn"),
    ("gunicorn", {"loglevel": "carried0value"}, "uvicorn"),
    ("uvicorn", {"ssl_keyfile_password": "p"}, "gunicorn"),
    ("uvicorn", {"env_file": ".env"}, "gunicorn"),
    ("hypercorn", {"quic_bind": ["0.0.0.0:443"]}, "uvicorn"),
]


@pytest.mark.parametrize(("origin", "settings", "to"), GRAVE)
def test_what_must_not_be_lost_by_machine(origin: str, settings: Settings, to: str) -> None:
    assert any(isinstance(text, Grave) for text in translated(origin, settings, to)[1])


MINOR: list[Settings] = [{"timeout": 60}, {"threads": 4}, {"timeout": "carried0value"}]


@pytest.mark.parametrize("settings", MINOR)
def test_what_may(settings: Settings) -> None:
    lost = translated("gunicorn", settings, "uvicorn")[1]
    assert lost
    assert not any(isinstance(text, Grave) for text in lost)


def test_a_password_of_the_environment_stays_there() -> None:
    command, lost = translated("uvicorn", {"ssl_keyfile_password": "secret"}, "hypercorn", "environment")
    assert "secret" not in command
    assert lost == ["--ssl-keyfile-password"]


def test_settings_of_a_file_are_named_as_they_stand_there() -> None:
    assert translated("gunicorn", {"timeout": 60}, "uvicorn", "file")[1] == ["timeout = 60"]


def test_variables_that_only_the_old_server_reads_are_named() -> None:
    settings: Settings = {"bind": ["0.0.0.0:5000"], "workers": 3}
    command, lost = translated("gunicorn", settings, "uvicorn", "default")
    assert command == "uvicorn app:app"
    assert lost == ["$PORT, which the other server reads"]


def test_a_folder_to_import_from_stands_before_hypercorns_module() -> None:
    assert translated("uvicorn", {"app_dir": "src"}, "hypercorn")[0] == "hypercorn src/app:app"


@pytest.mark.parametrize("server", servers.NAMES)
def test_nothing_is_dropped_in_silence(server: str) -> None:
    """Every neutral setting comes out as words or as lost."""
    empty, _ = servers.get(server).start(Neutral(), "app:app")
    own = {"lost", "variables", "wrote"}
    for entry in dataclasses.fields(written(Neutral)):
        if entry.name in own:
            continue
        alone = Neutral()
        value: object = ["a:1"] if entry.name == "binds" else 2 if "int" in str(entry.type) else "x.ini"
        setattr(alone, entry.name, value)
        words, lost = servers.get(server).start(alone, "app:app")
        assert words != empty or lost, entry.name
