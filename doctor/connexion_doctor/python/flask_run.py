"""Keywords of Flask's ``run`` that uvicorn's has not: Connexion 3 hands all of them to uvicorn."""

from __future__ import annotations

# What there is instead.
GONE = {
    "server": "uvicorn is the server",
    "debug": "`uvicorn --reload` reloads",
    "threaded": "handlers run in threads anyway",
    "processes": "`uvicorn --workers` starts processes",
    "use_reloader": "`uvicorn --reload` reloads",
    "use_debugger": "there is no debugger",
    "use_evalex": "there is no debugger",
    "extra_files": "specifications are watched anyway",
    "reloader_type": "`uvicorn --reload` reloads",
    "reloader_interval": "`uvicorn --reload` reloads",
    "passthrough_errors": "there is no debugger",
    "request_handler": "uvicorn is the server",
    "static_files": "mount them in the app",
    "load_dotenv": "`uvicorn --env-file` reads one",
    "ssl_context": "uvicorn takes `ssl_certfile` and `ssl_keyfile`",
}
