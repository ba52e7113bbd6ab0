"""What a launch is given, as far as it tells whether its server starts: options that are known to leave that
alone, with values that are plain. Anything else has to be asked of the server itself."""

from __future__ import annotations

import re

from connexion_doctor.model import Launch, ServerFacts
from connexion_doctor.reading.objects import Unread

# Settings that keep no server from starting, by what a plain value of theirs looks like.
COUNT, NUMBER, SWITCH, WORD = r"[1-9]\d*", r"\d+(\.\d+)?", r"yes|no|true|false|0|1", r"[\w.:/*,$%{}-]*"
LATER = re.compile(r"[$%({]")
LEVEL = r"(?i)critical|error|warning|info|debug|trace"
PLAIN = {
    **dict.fromkeys("workers processes max_requests backlog threads worker_connections".split(), COUNT),
    **dict.fromkeys(
        "timeout graceful_timeout keepalive timeout_keep_alive keep_alive timeout_graceful_shutdown "
        "max_requests_jitter port limit_concurrency limit_max_requests".split(),
        NUMBER,
    ),
    **dict.fromkeys(
        "reload access_log no_access_log proxy_headers no_proxy_headers preload preload_app factory call "
        "capture_output master need_app enable_threads lazy_apps lazy no_server_header no_date_header debug "
        "reuse_port no_sendfile no_control_socket control_socket_disable".split(),
        SWITCH,
    ),
    **dict.fromkeys(("log_level", "loglevel"), LEVEL),
    **dict.fromkeys(
        "bind host listen forwarded_allow_ips app_dir chdir working_dir pythonpath wsgi_app app "
        "http_socket module wsgi_file callable proc_name name".split(),
        WORD,
    ),
    "accesslog": "-", "errorlog": "-", "access_logfile": "-", "error_logfile": "-",
    "lifespan": "auto|on|off", "asgi_lifespan": "auto|on|off", "ws": "auto|none", "http": "auto|h11",
    "interface": "auto|wsgi|asgi|asgi2|asgi3|asginl", "loop": "auto|none|asyncio", "config": WORD,
}  # fmt: skip


def check(server: ServerFacts, launch: Launch) -> None:
    """What may keep the server from starting, or change what it serves.

    :raises Unread: there is such a thing
    """
    for name, given in server.settings.items():
        if name == "worker_class" and server.name == "gunicorn":
            continue
        pattern = WORD if server.name == "uwsgi" else PLAIN.get(name)
        spoken = given.shown.lower() if isinstance(given.value, bool) else given.shown
        if pattern in (COUNT, NUMBER, WORD) and LATER.search(given.shown):
            continue  # known only when it runs: what is meant to be given there
        known = pattern is not None and (given.value is None or re.fullmatch(pattern, spoken) is not None)
        if given.source == "file" and pattern is None:
            known = server.name == "gunicorn" and name not in DECIDING
        if not known:
            raise Unread(f"whether {server.name} starts with {name} = {given.shown} is not read")
    unread = server.details.get("unread")
    if isinstance(unread, str):
        raise Unread(unread)
    count = launch.environ.get("WEB_CONCURRENCY", "1")
    if not re.fullmatch(r"[1-9]\d*|\$.*", count):
        raise Unread(f"whether {server.name} starts with WEB_CONCURRENCY = {count} is not read")


# Of gunicorn's configuration file: what names files, users, classes or sockets.
DECIDING = frozenset(
    "certfile keyfile ca_certs ssl_context logconfig logconfig_dict logconfig_json paste user group umask "
    "logger_class statsd_host worker_tmp_dir pidfile daemon raw_env chroot initgroups uid gid accesslog "
    "errorlog".split()
)
