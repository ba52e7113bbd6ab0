"""The target in a server's arguments, as far as it can be told without asking the server.

A table of the options that take no value is all that is kept of each server's command line; what the
server makes of its arguments is its own module's business.
"""

from __future__ import annotations

from collections.abc import Mapping

from connexion_doctor.commands.placed_text import listed
from connexion_doctor.model import Command, Word

FLAGS: Mapping[str, frozenset[str]] = {
    "gunicorn": listed(
        "--preload --reload --daemon -D --check-config --print-config --spew -R --enable-stdio-inheritance "
        "--capture-output --no-sendfile --reuse-port --proxy-protocol --log-syslog --suppress-ragged-eofs "
        "--do-handshake-on-connect --disable-redirect-access-to-syslog --strip-header-spaces "
        "--permit-obsolete-folding --no-control-socket --initgroups --keyfile-password-prompt "
        "--permit-unconventional-http-method --permit-unconventional-http-version --casefold-http-method"
    ),
    "uvicorn": listed(
        "--reload --factory --proxy-headers --no-proxy-headers --access-log --no-access-log --use-colors "
        "--no-use-colors --server-header --no-server-header --date-header --no-date-header "
        "--reset-contextvars --no-reset-contextvars"
    ),
    "hypercorn": listed("--debug --reload --daemon -D"),
    "daphne": listed("--proxy-headers --no-server-name"),
    "granian": listed(
        "--reload --no-reload --factory --no-factory --access-log --no-access-log --ws --no-ws --log "
        "--no-log --http1-keep-alive --no-http1-keep-alive --http1-pipeline-flush --no-http1-pipeline-flush "
        "--respawn-failed-workers --no-respawn-failed-workers --metrics --no-metrics"
    ),
    "mod_wsgi": listed(
        "--http2 --ssl-environment --https-only --allow-localhost --enable-sendfile --disable-reloading "
        "--reload-on-changes --directory-listing --error-override --compress-responses --server-metrics "
        "--enable-telemetry --free-threading --server-status --access-log --startup-log --log-to-terminal "
        "--rotate-logs --chunked-request --with-cgi --orphan-interpreter --embedded-mode --enable-docs "
        "--debug-mode --enable-debugger --debugger-startup --enable-coverage --enable-profiler "
        "--enable-recorder --enable-gdb --setup-only"
    ),
    "waitress": listed("--call --expose-tracebacks --no-expose-tracebacks --asyncore-use-poll"),
}
# What makes a server say something and end; ``-v`` is the version for gunicorn, more words for others.
INFORMATION = listed("--version --help -h")
CHECKS = {"gunicorn": listed("-v --check-config --print-config")}
UWSGI_FLAGS = listed(
    "--master -M --die-on-term --vacuum --enable-threads --need-app --lazy --lazy-apps --single-interpreter "
    "--manage-script-name --disable-logging --thunder-lock --no-orphans --strict -T"
)


def option(command: Command, *names: str) -> Word | None:
    """The (last) value of an option of the server."""
    words = command.words[command.arguments :]
    found: Word | None = None
    for index, word in enumerate(words):
        text = word.text
        if text in names and index + 1 < len(words):
            found = words[index + 1]
        for name in names:
            if name.startswith("--") and text.startswith(name + "="):
                found = Word(text[len(name) + 1 :], word.location, word.known)
            elif not text.startswith("--") and text.startswith(name) and len(text) > len(name):
                found = Word(text[len(name) :].removeprefix("="), word.location, word.known)
    return found


def positionals(command: Command, flags: frozenset[str]) -> list[Word]:
    """Arguments that are neither options nor values of options."""
    words = command.words[command.arguments :]
    found: list[Word] = []
    index = 0
    while index < len(words):
        text = words[index].text
        if text == "--":
            return [*found, *words[index + 1 :]]
        if text.startswith("-") and len(text) > 1:
            takes = text not in flags and "=" not in text and (text.startswith("--") or len(text) == 2)
            index += 2 if takes else 1
            continue
        found.append(words[index])
        index += 1
    return found


def starts_server(command: Command) -> bool:
    """Whether the command serves: not ``--version``, ``flask db upgrade``, ``uvicorn --help``."""
    texts = command.argv
    if command.server == "flask":
        return "run" in texts
    if command.server == "connexion":
        return "run" in texts
    if command.server == "mod_wsgi":
        return texts[:1] in (("start-server",), ("setup-server",))
    return not set(texts) & (INFORMATION | CHECKS.get(command.server or "", frozenset()))


def target_of(command: Command, environ: Mapping[str, str]) -> str | None:
    """The target; None where the arguments have none (a configuration file may)."""
    server = command.server or ""
    if server == "uwsgi":
        return uwsgi_target(command)
    if server == "flask":
        app = option(command, "--app", "-A")
        return app.text if app is not None else environ.get("FLASK_APP")
    if server == "connexion":
        found = positionals(command, listed("--stub --debug -v --verbose"))
        return next((word.text for word in found if word.text != "run"), None)
    if server == "mod_wsgi":
        return _of_mod_wsgi(command)
    known = [word for word in positionals(command, FLAGS.get(server, frozenset())) if _may_be_target(word)]
    if not known:
        return None
    return (known[-1] if server == "waitress" else known[0]).text


def _may_be_target(word: Word) -> bool:
    return bool(word.text) and not word.text.startswith("$") and word.text != "&"


# Options of mod_wsgi-express with two values.
TWO_VALUES = listed(
    "--url-alias --error-document --proxy-mount-point --proxy-virtual-host --setenv --add-handler "
    "--service-script --service-user --service-group --service-log-file"
)


def _of_mod_wsgi(command: Command) -> str | None:
    """The script or the module that ``mod_wsgi-express start-server`` serves, and the object in it."""
    words, index, found = command.words[command.arguments :], 1, None
    while index < len(words):
        text = words[index].text
        if not text.startswith("-"):
            found = found or text
            index += 1
        elif text in TWO_VALUES:
            index += 3
        else:
            index += 1 if text in FLAGS["mod_wsgi"] or "=" in text else 2
    entry, name = option(command, "--entry-point"), option(command, "--callable-object")
    target = entry.text if entry is not None else found
    kind = option(command, "--application-type")
    if target is None or kind is not None and kind.text not in ("script", "module"):
        return None
    if kind is not None and kind.text == "module":
        return f"{target}:{name.text if name is not None else 'application'}"
    return with_callable(target, name.text if name is not None else None)


def uwsgi_target(command: Command) -> str | None:
    """``-w module[:callable]``, ``--module``, ``--wsgi-file`` with ``--callable``, ``--mount``."""
    module, file = option(command, "-w", "--module", "--wsgi"), option(command, "--wsgi-file", "--file")
    name = option(command, "--callable")
    mount = option(command, "--mount", "--manage-script-name")
    if module is not None:
        return with_callable(module.text, name.text if name is not None else None)
    if file is not None:
        return with_callable(file.text, name.text if name is not None else None)
    if mount is not None and "=" in mount.text:
        return with_callable(mount.text.partition("=")[2], name.text if name is not None else None)
    for word in positionals(command, UWSGI_FLAGS):
        if word.text.endswith((".py", ".wsgi")):
            return with_callable(word.text, name.text if name is not None else None)
    return None


def with_callable(target: str, name: str | None) -> str:
    """A module or file joined with the callable's name, where it has none yet."""
    return f"{target}:{name}" if name and ":" not in target else target


def module_of(target: str, server: str) -> str | None:
    """The module (dotted) or file that a target names, for finding it in the project."""
    head = target.partition("(")[0].strip("\"' ")
    if server == "hypercorn":
        for prefix in ("asgi:", "wsgi:", "file:"):
            head = head.removeprefix(prefix)
    if server == "uwsgi" and head.startswith("/") and "=" in head:
        head = head.partition("=")[2]
    module = head.partition(":")[0] or head
    return module or None
