"""Settings of a server that may keep it from starting, or change what it calls, in ways that are not read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.model import Launch, ServerFacts
from connexion_doctor.reading.setting_files import is_log_configuration, is_pair
from connexion_doctor.requirements.specifiers import Range

# What cannot keep a server from serving an app, whatever sensible value it has.
HARMLESS = frozenset(
    "host port bind workers threads worker_class wsgi_app timeout graceful_timeout keepalive keep_alive "
    "keep_alive_timeout max_requests max_requests_jitter accesslog errorlog log_level loglevel log_file "
    "access_log access_log_format "
    "name proc_name backlog worker_connections interface factory call app_dir chdir pythonpath lifespan "
    "proxy_headers forwarded_allow_ips root_path uds preload_app raw_env config reload "
    "reload_dir reload_include reload_exclude reload_extra_files limit_concurrency "
    "limit_max_requests timeout_keep_alive timeout_graceful_shutdown date_header "
    "server_header use_colors capture_output enable_stdio_inheritance "
    "limit_request_line limit_request_fields limit_request_field_size url_prefix url_scheme listen "
    "unix_socket ident channel_timeout expose_tracebacks connection_limit cleanup_interval unix_socket_perms "
    "no_control_socket daemon websocket_timeout http_timeout app run debug no_debug debugger no_debugger "
    "with_threads without_threads working_dir respawn_failed_workers access_log_fmt proxy_allow_ips "
    "secure_scheme_headers umask reuse_port no_reload asgi_lifespan "
    "runtime_threads runtime_mode workers_lifetime insecure_bind print_config "
    "strip_header_spaces permit_obsolete_folding enable_backlog_metric limit_max_requests_jitter "
    "http2_max_concurrent_streams http2_initial_window_size http2_max_frame_size "
    "http2_max_header_list_size dirty_timeout dirty_threads dirty_graceful_timeout "
    "statsd_prefix b p w ws_max_size ws_max_queue ws_ping_interval ws_ping_timeout".split()
)
FILES = frozenset(
    "certfile keyfile ca_certs ssl_keyfile ssl_certfile ssl_ca_certs log_config logconfig env_file pidfile "
    "pid worker_tmp_dir ssl_certificate ssl_keyfile cert key".split()
)
ACCOUNTS = ("user", "group")  # of the machine that a file's start runs on
TAKEN = ("log_config", "logconfig", "certfile", "ssl_certfile", "keyfile", "ssl_keyfile")
LOGS = ("accesslog", "errorlog", "access_log", "access_logfile", "error_logfile", "log_file")
# Settings of which these values are safe.
SAFE = {
    "http": {"auto", "h11"}, "loop": {"auto", "asyncio"}, "ws": {"auto", "none"},
    "k": {"asyncio"}, "reload_engine": {"auto"}, "header_map": {"drop", "dangerous", "refuse"},
}  # fmt: skip

# Values that are safe where the package of that name is there; uvicorn[standard] brings them.
BROUGHT = {"http": {"httptools"}, "loop": {"uvloop"}, "ws": {"websockets", "wsproto"}}

# Settings that are numbers: a server refuses what is none.
NUMBERS = frozenset(
    "port p workers threads backlog timeout graceful_timeout keepalive keep_alive max_requests "
    "max_requests_jitter worker_connections limit_concurrency limit_max_requests limit_max_requests_jitter "
    "timeout_keep_alive timeout_graceful_shutdown limit_request_line limit_request_fields "
    "limit_request_field_size ws_max_size ws_max_queue ws_ping_interval ws_ping_timeout runtime_threads "
    "connection_limit channel_timeout cleanup_interval http2_max_concurrent_streams "
    "http2_initial_window_size http2_max_frame_size http2_max_header_list_size dirty_timeout dirty_threads "
    "dirty_graceful_timeout".split()
)
PLAIN = late.pattern(r"[\w.+-]+")
NUMBER = late.pattern(r"\d+(\.\d+)?")
WHOLE = late.pattern(r"\d+")
PORT = late.pattern(r"(?:.*:)?(?P<port>\d+)")
LAST_PORT = 65535
ADDRESSES = ("port", "p", "bind", "b", "listen", "insecure_bind")
LEVELS = {
    "uvicorn": "critical error warning info debug trace".split(),  # as they are written
    "granian": "critical error warning warn info debug notset".split(),
}

# The releases that brought some of them: an older one refuses its arguments.
SINCE = {
    ("gunicorn", "root_path"): "24",
    ("gunicorn", "asgi_lifespan"): "24",
    ("gunicorn", "asgi_loop"): "24",
    ("gunicorn", "enable_backlog_metric"): "24",
    ("gunicorn", "permit_obsolete_folding"): "23",
    ("gunicorn", "header_map"): "22",
    ("uvicorn", "limit_max_requests_jitter"): "0.41",
}


def doubts(
    launch: Launch, facts: ServerFacts, packages: Mapping[str, str], is_logger: Callable[[str], bool]
) -> Iterator[str]:
    """The settings of a launch that are not read, one sentence each.

    :param packages: what is installed, or asked for, with the versions that are known
    :param is_logger: whether a name is that of a class that writes gunicorn's log
    """
    told = facts.details.get("unread")
    if isinstance(told, str):
        yield told
    count = launch.environ.get("WEB_CONCURRENCY", "1")
    if not re.fullmatch(r"[1-9]\d*|\$.*", count):
        yield f"whether {launch.server} takes WEB_CONCURRENCY={count} is not read"
    version = packages.get(launch.server, "")
    for name in facts.settings if version else ():
        newer = launch.server == "gunicorn" and name.startswith(("http2_", "dirty_"))
        since = "25" if newer else SINCE.get((launch.server, name))
        if since is not None and Range(f"<{since}").contains(version):
            yield f"{launch.server} {version} has no setting {name}"
    unread = facts.details.get("unread_settings")
    if isinstance(unread, dict):
        deciding = ("config", "chdir", "pythonpath", "threads", "preload_app", "raw_env", "wsgi_app")
        yield from (str(text) for name, text in unread.items() if name in deciding)
    if launch.server in ("uwsgi", "python") or not launch.command.words:
        return
    for name, setting in facts.settings.items():
        if setting.value is False and setting.source != "file":
            continue  # what is switched off by a word cannot keep it from serving
        value = launch.here(str(setting.value))
        if launch.server == "hypercorn" and name == "worker_class" and value != "asyncio":
            yield f"whether {launch.server} can take {name} {value} is not read"
        if name == "workers" and value == "0":
            yield f"{launch.server} is given {value} workers"
        if name == "bind" and isinstance(setting.value, int) and setting.source == "file":
            yield f"{launch.server} is given bind {value}, which is no text"
        if name in LOGS and value not in ("-", "") and setting.source != "file":
            folder = Path(launch.directory, value).parent
            mine = not Path(value).is_absolute() or launch.origin.kind == "command-line"
            if mine and not os.path.isdir(folder):
                yield f"{name} names {value}, whose folder is not here"
            continue
        wrong = _no_value(launch.server, name, value) or _not_there(launch, name, value)
        if wrong is not None:
            yield f"{launch.server} is given {wrong}"
            continue
        if name in HARMLESS or name in ACCOUNTS and launch.origin.kind != "command-line":
            continue
        if name in FILES:
            if not os.path.exists(Path(launch.directory, value)):
                yield f"{name} names {value}, which is not here"
            elif name in TAKEN and not _is_taken(name, launch, facts):
                yield f"whether {value} is a {name} that {launch.server} can take is not read"
            continue
        if launch.server == "uvicorn" and value in BROUGHT.get(name, ()) and value in packages:
            continue
        if value in (SAFE.get(name) or ()) or name == "logger_class" and is_logger(value):
            continue
        yield f"what {name} {value if setting.value is not True else ''}".rstrip() + " does is not read"


def refused(launch: Launch, facts: ServerFacts) -> str | None:
    """What the server surely refuses among its arguments; None where nothing is known to be so."""
    if launch.server in ("uwsgi", "python"):
        return None
    given = facts.settings.get("raw_env") if launch.server == "gunicorn" else None
    for entry in given.value if given is not None and isinstance(given.value, list) else ():
        if isinstance(entry, str) and "=" not in entry:
            return f"environment setting {entry!r} invalid"
    found = (
        _no_value(launch.server, name, launch.here(str(setting.value)))
        for name, setting in facts.settings.items()
        if setting.source == "command" and setting.value is not True
    )
    told = next(filter(None, found), None)
    return f"it is given {told}" if told is not None else None


def _no_value(server: str, name: str, value: str) -> str | None:
    """A setting whose value is of the wrong kind, with why; what is put into a template is not."""
    if not PLAIN.fullmatch(value) or "__" in value:
        return None
    number = WHOLE if server == "gunicorn" else NUMBER  # the others take seconds in parts
    if name in NUMBERS and not number.fullmatch(value):
        return f"{name} {value}, which is no number that it takes"
    levels = LEVELS.get(server) if name == "log_level" else None
    if levels is not None and (value.lower() if server == "granian" else value) not in levels:
        return f"{name} {value}, and takes {', '.join(levels)}"
    return None


def _not_there(launch: Launch, name: str, value: str) -> str | None:
    """A port or a folder that a setting names and that is not there."""
    port = PORT.fullmatch(value) if name in ADDRESSES else None
    if port is not None and int(port["port"]) > LAST_PORT:
        return f"{name} {value}: there is no such port"
    folder = name in ("chdir", "reload_dir", "working_dir") and "$" not in value
    if folder and not os.path.isdir(Path(launch.directory, value)):
        return f"{name} {value}, a folder that is not here"
    return None


def _is_taken(name: str, launch: Launch, facts: ServerFacts) -> bool:
    """Whether the server surely takes the file that a setting names."""
    settings = facts.settings
    prefix = "ssl_" if name.startswith("ssl_") else ""
    names = (f"{prefix}certfile", f"{prefix}keyfile")
    if name not in names:
        return is_log_configuration(Path(launch.directory, launch.here(str(settings[name].value))))
    given = [
        Path(launch.directory, launch.here(str(settings[one].value))) for one in names if one in settings
    ]
    return names[0] in settings and is_pair(given[0], given[-1])
