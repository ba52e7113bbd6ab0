"""Programs in front of a command: ``env``, ``exec``, ``poetry run``, ``tini --`` ... Adding one is a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Word

PYTHON = late.pattern(r"^python(\d+(\.\d+)*t?)?$|^pypy\d*$")


@dataclass(frozen=True)
class Wrapper:
    """A program that runs the command behind it.

    ``subcommand`` are the words that must follow its name, ``values`` its options that take a value
    as the next word, ``positionals`` how many words of its own stand before the command.
    """

    subcommand: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()
    positionals: int = 0
    assignments: bool = False


def _wrapper(*subcommand: str, values: str = "", positionals: int = 0) -> Wrapper:
    return Wrapper(tuple(subcommand), frozenset(values.split()), positionals)


WRAPPERS: Mapping[str, Wrapper] = {
    "exec": _wrapper(values="-a"),
    "env": Wrapper((), frozenset({"-u", "--unset", "-C", "--chdir"}), 0, assignments=True),
    "command": _wrapper(),
    "nohup": _wrapper(),
    "time": _wrapper(),
    "setsid": _wrapper(),
    "nice": _wrapper(values="-n --adjustment"),
    "ionice": _wrapper(values="-c -n --class --classdata"),
    "stdbuf": _wrapper(values="-i -o -e"),
    "timeout": _wrapper(values="-s -k --signal --kill-after", positionals=1),
    "sudo": _wrapper(values="-u -g --user --group"),
    "gosu": _wrapper(positionals=1),
    "su-exec": _wrapper(positionals=1),
    "setpriv": _wrapper(values="--reuid --regid --groups"),
    "tini": _wrapper(values="-p -e"),
    "dumb-init": _wrapper(values="-r --rewrite"),
    "catatonit": _wrapper(),
    "poetry": _wrapper("run", values="-C --directory -P --project"),
    "pipenv": _wrapper("run"),
    "pdm": _wrapper("run", values="-p --project"),
    "hatch": _wrapper("run", values="-e --env"),
    "rye": _wrapper("run"),
    "uv": _wrapper(
        "run",
        values="-p --python --with --extra --group --package --env-file --directory --project --index",
    ),
    "conda": _wrapper("run", values="-n --name -p --prefix --cwd"),
    "micromamba": _wrapper("run", values="-n --name -p --prefix"),
    "newrelic-admin": _wrapper("run-program"),
    "ddtrace-run": _wrapper(),
    "opentelemetry-instrument": _wrapper(
        values="--traces_exporter --metrics_exporter --logs_exporter --service_name --exporter_otlp_endpoint"
    ),
    "elasticapm-run": _wrapper(),
    "wait-for-it": _wrapper(values="-h -p -t --timeout --host --port", positionals=1),
    "wait-for-it.sh": _wrapper(values="-h -p -t", positionals=1),
    "dockerize": _wrapper(values="-wait -timeout -template -stdout -stderr -wait-retry-interval"),
    "doppler": _wrapper("run", values="-p -c --project --config"),
    "chamber": _wrapper("exec", positionals=1),
    "aws-vault": _wrapper("exec", positionals=1),
    "dotenv": _wrapper("run", values="-f --file"),
    "honcho": _wrapper("run", values="-e --env"),
    "heroku": _wrapper("local:run"),
    "coverage": _wrapper("run", values="--rcfile --source --omit --include --data-file"),
    "memray": _wrapper("run", values="-o --output"),
    "debugpy": _wrapper(values="--listen --connect --log-to --adapter-access-token"),
    "watchmedo": _wrapper(
        "auto-restart",
        values="-d --directory -p --pattern --patterns -i --ignore-pattern --ignore-patterns --signal "
        "--kill-after --interval --debounce-interval",
    ),
    "chpst": _wrapper(values="-u -U -e -/ -n -l -L -m -d -o -p -f -c -b"),
    "setuidgid": _wrapper(positionals=1),
    "s6-setuidgid": _wrapper(positionals=1),
    "s6-envdir": _wrapper(positionals=1),
    "envdir": _wrapper(positionals=1),
    "with-contenv": _wrapper(),
    "runuser": _wrapper(values="-u -g -G --user --group"),
    "numactl": _wrapper(values="-N -m -C -i -p"),
    "taskset": _wrapper(positionals=1),
    "infisical": _wrapper("run", values="--env --path --projectId --token --tags"),
    "op": _wrapper("run", values="--env-file --account"),
    "teller": _wrapper("run"),
    "uvx": _wrapper(values="--from --with --python -p"),
    "pipx": _wrapper("run", values="--spec --python"),
    "pixi": _wrapper("run", values="-e --environment --manifest-path"),
    "wait-for": _wrapper(values="-t --timeout", positionals=1),
    "wait-for.sh": _wrapper(values="-t", positionals=1),
    "scl": _wrapper("enable", positionals=1),
    "py-spy": _wrapper("record", values="-o -r -d --output"),
}

# Modules of ``python -m`` that run the command behind them.
MODULE_WRAPPERS: Mapping[str, str] = {
    **{
        name: name
        for name in ("poetry", "pipenv", "pdm", "hatch", "uv", "coverage", "debugpy", "memray", "dotenv")
    },
    "ddtrace.commands.ddtrace_run": "ddtrace-run",
    "opentelemetry.instrumentation.auto_instrumentation": "opentelemetry-instrument",
    "newrelic.admin": "newrelic-admin",
}


def behind_wrapper(words: Sequence[Word], index: int) -> int | None:
    """Where the command begins that a wrapper at ``index`` runs; None where there is no wrapper."""
    name = PurePosixPath(words[index].text).name
    if PYTHON.match(name):
        at = index + 1
        while at < len(words) and words[at].text in ("-u", "-O", "-B", "-E", "-s"):
            at += 1
        if at + 1 >= len(words) or words[at].text != "-m" or words[at + 1].text not in MODULE_WRAPPERS:
            return None
        index, name = at + 1, MODULE_WRAPPERS[words[at + 1].text]
    wrapper = WRAPPERS.get(name)
    if wrapper is None or not _follows(words, index, wrapper):
        return None
    if name == "command" and any(word.text in ("-v", "-V") for word in words[index + 1 : index + 2]):
        return None  # it asks where a program is
    return _skip(words, index, wrapper)


def _follows(words: Sequence[Word], index: int, wrapper: Wrapper) -> bool:
    if not wrapper.subcommand:
        return True
    behind = [word.text for word in words[index + 1 :] if not word.text.startswith("-")]
    return wrapper.subcommand[0] in behind[:3]


def _skip(words: Sequence[Word], index: int, wrapper: Wrapper) -> int:
    """The index of the first word behind a wrapper and its own arguments."""
    index += 1
    pending = list(wrapper.subcommand)
    positionals = wrapper.positionals
    while index < len(words):
        text = words[index].text
        if text == "--":
            return index + 1
        if text.startswith("-") and len(text) > 1:
            index += 2 if text in wrapper.values else 1
        elif pending and text == pending[0]:
            pending.pop(0)
            index += 1
        elif positionals > 0 and not pending:
            positionals -= 1
            index += 1
        else:
            return index
    return index
