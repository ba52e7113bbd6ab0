"""gunicorn's settings by what they mean to every server, and the options that write them."""

from __future__ import annotations

from connexion_doctor.servers.shared_settings import Writer, console, has_token, switch

# The names of settings that mean the same, by those of ``Neutral``.
READS = {
    "workers": "workers",
    "threads": "threads",
    "keepalive": "keep_alive",
    "graceful_timeout": "graceful_timeout",
    "certfile": "certfile",
    "keyfile": "keyfile",
    "ca_certs": "ca_certs",
    "cert_reqs": "client_certificates",
    "ciphers": "ciphers",
    "forwarded_allow_ips": "forwarded_ips",
    "root_path": "root_path",
    "max_requests": "max_requests",
    "max_requests_jitter": "max_requests_jitter",
    "backlog": "backlog",
    "loglevel": "log_level",
    "logconfig": "log_config",
    "accesslog": "access_log",
    "access_log_format": "access_log_format",
    "errorlog": "error_log",
    "reload": "reload",
    "chdir": "directory",
    "pythonpath": "app_dir",
    "pidfile": "pid_file",
    "user": "user",
    "group": "group",
    "umask": "umask",
    "daemon": "daemon",
    "proc_name": "process_name",
    "statsd_host": "statsd_host",
    "statsd_prefix": "statsd_prefix",
}
SKIPPED = frozenset(
    "bind worker_class wsgi_app config default_proc_name control_socket control_socket_disable".split()
)
# What gunicorn takes from the environment by itself, by the setting it becomes.
VARIABLES = {"bind": "PORT", "workers": "WEB_CONCURRENCY", "forwarded_allow_ips": "FORWARDED_ALLOW_IPS"}


def _binds(binds: object) -> list[str]:
    return [word for bind in binds for word in ("-b", str(bind))] if isinstance(binds, list) else []


def _log_config(path: object) -> list[str] | None:
    """gunicorn reads an INI file; uvicorn takes JSON and YAML too."""
    other = has_token(path) or str(path).endswith((".json", ".yaml", ".yml"))
    return None if other else ["--log-config", str(path)]


WRITES: dict[str, Writer] = {
    "binds": _binds,
    "workers": "-w",
    "threads": "--threads",
    "keep_alive": "--keep-alive",
    "graceful_timeout": "--graceful-timeout",
    "certfile": "--certfile",
    "keyfile": "--keyfile",
    "ca_certs": "--ca-certs",
    "client_certificates": "--cert-reqs",
    "ciphers": "--ciphers",
    "forwarded_ips": "--forwarded-allow-ips",
    "max_requests": "--max-requests",
    "max_requests_jitter": "--max-requests-jitter",
    "backlog": "--backlog",
    "log_level": lambda level: ["--log-level", {"trace": "debug"}.get(str(level), str(level))],
    "log_config": _log_config,
    "access_log": console("--access-logfile"),
    "access_log_format": "--access-logformat",
    "error_log": console("--error-logfile"),
    "reload": switch("--reload"),
    "directory": "--chdir",
    "app_dir": "--pythonpath",
    "pid_file": "-p",
    "user": "-u",
    "group": "-g",
    "umask": "-m",
    "daemon": switch("-D"),
    "process_name": "-n",
    "statsd_host": "--statsd-host",
    "statsd_prefix": "--statsd-prefix",
}
