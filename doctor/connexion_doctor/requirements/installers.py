"""One command of an installer -> what it installs, as the words say it: nothing is looked up here.

Sources: the reference pages of ``pip install``, ``uv pip install``, ``uv sync``, ``poetry install``,
``pipenv install`` and ``sync``, ``pdm install`` and ``sync``, ``conda env create`` and ``install``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from pathlib import PurePosixPath

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Word

VALUES = {
    "pip": "-i -t -f --index-url --extra-index-url --target --trusted-host --find-links --python --timeout "
    "--prefix --root --platform --python-version --cache-dir --progress-bar --retries --proxy --cert "
    "--upgrade-strategy --no-binary --only-binary --report --log --src --config-settings -C "
    "--index --default-index --index-strategy --resolution --prerelease --exclude-newer -p --link-mode",
    "uv": "-p --python --link-mode --index --index-url --default-index --extra-index-url --directory "
    "--project --package --cache-dir --index-strategy --resolution --find-links -f --no-group",
    "poetry": "-C --directory -P --project --with --without --only --extras -E",
    "pipenv": "--python --pypi-mirror --categories -i --index --extra-pip-args",
    "pdm": "-p --project -G --group --without -L --lockfile -x --venv",
    "conda": "-f --file -n --name -p --prefix -c --channel",
    "apt": "-t -o -c",
}
# Options of an index, which another installation of the same needs too.
INDEX = {"-i", "--index-url", "--extra-index-url", "--index", "--default-index", "--trusted-host"}
ASSIGNED = late.pattern(r"[A-Za-z_]\w*=")
PYTHON = late.pattern(r"(python|pypy)(\d(\.\d+)?)?$")
PIP = late.pattern(r"pip(x|\d(\.\d+)?)?$")
APT = {"apt", "apt-get", "apk", "dnf", "yum", "microdnf", "aptitude"}
CONDA = {"conda", "mamba", "micromamba"}


@dataclass(frozen=True)
class Install:
    """What one command installs. Files and projects are as the command names them, seen from its folder.

    ``projects`` are folders that are installed as packages, with their extras; ``synced`` tells a tool that
    installs a whole project from its lock file; ``made`` is a list of requirements that the command writes,
    empty where it goes to its standard output.
    """

    tool: str
    files: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    projects: tuple[tuple[str, tuple[str, ...]], ...] = ()
    synced: str | None = None
    member: str = ""  # of uv's workspace, the package that is synced
    groups: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    without_project: bool = False
    without_lock: bool = False
    no_deps: bool = False
    index: tuple[str, ...] = ()
    wheels_only: bool = False  # what lies in a folder, and nothing from an index
    made: str | None = None
    unknown: tuple[str, ...] = ()
    system: tuple[str, ...] = ()  # packages of the operating system


@dataclass
class _Given:
    """The words of a command, sorted."""

    operands: list[Word] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)

    def all(self, *names: str) -> list[str]:
        return [value for name, value in self.options if name in names]

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.options)

    def many(self, *names: str) -> tuple[str, ...]:
        """Values that stand one by one, or in one word with commas or blanks."""
        return tuple(part for value in self.all(*names) for part in re.split(r"[,\s]+", value) if part)


def read(words: Sequence[Word]) -> Install | None:
    """What a command installs; None where it is no installer's."""
    words = [word for word in words if word.text]
    while words and (ASSIGNED.match(words[0].text) or words[0].text in ("sudo", "exec", "time", "env")):
        words = words[1:]
    if not words:
        return None
    name, rest = PurePosixPath(words[0].text).name, list(words[1:])
    if PYTHON.match(name):
        while rest and rest[0].text.startswith("-") and rest[0].text != "-m":
            rest = rest[1:]
        if rest and rest[0].text == "-m" and len(rest) > 1:
            return read(rest[1:]) if rest[1].text in ("pip", "uv", "poetry", "pipenv", "pdm") else None
        if len(rest) > 1 and rest[0].text == "setup.py" and rest[1].text in ("install", "develop"):
            return Install("pip", projects=((".", ()),))
        return None
    if name == "poetry" and rest and rest[0].text == "run":
        return read(rest[1:])
    if name == "uv" and len(rest) > 1 and rest[0].text == "pip":
        return _pip(rest[1:], name)
    if PIP.match(name):
        return _pip(rest, "pip") if name != "pipx" else None
    for key, reader in _TOOLS.items():
        if name == key:
            return reader(rest)
    if name in CONDA:
        return _conda(rest)
    return _system(rest) if name in APT else None


def _given(words: Sequence[Word], tool: str, also: str = "") -> _Given:
    takes = {*VALUES[tool].split(), *also.split()}
    found, at = _Given(), 0
    while at < len(words):
        text = words[at].text
        name, equals, value = text.partition("=")
        if not text.startswith("-"):
            found.operands.append(words[at])
        elif equals and text.startswith("--"):
            found.options.append((name, value))
        elif text in takes:
            at += 1
            found.options.append((text, words[at].text if at < len(words) else ""))
        elif text[:2] in takes and not text.startswith("--"):
            found.options.append((text[:2], text[2:].lstrip("=")))
        else:
            found.options.append((text, ""))
        at += 1
    return found


def _pip(words: Sequence[Word], tool: str) -> Install | None:
    action = words[0].text if words else ""
    also = "-r --requirement -c --constraint -e --editable -o --output-file --extra"
    given = _given(words[1:], "pip", also)
    if action == "compile" and given.all("-o", "--output-file"):
        return Install(
            tool,
            files=tuple(word.text for word in given.operands),
            constraints=tuple(given.all("-c", "--constraint")),
            extras=given.many("--extra"),
            made=given.all("-o", "--output-file")[0],
        )
    if action == "sync":
        return Install(tool, files=tuple(word.text for word in given.operands), no_deps=True)
    if action != "install":
        return None
    words_asked, projects, unknown = [], [], []
    for word in [*given.operands, *(Word(one) for one in given.all("-e", "--editable"))]:
        path = re.fullmatch(r"(file://)?((?:\.{0,2}/|\.)?[^\[\]=<>~!;@]*)(?:\[([^\]]*)\])?", word.text)
        if not word.known or re.search(r"\.(whl|tar\.gz|zip)$|\*$", word.text):
            unknown.append(word.text)
        elif path is not None and re.match(r"(file://)?(\.|/)|[\w.-]+/", word.text):
            extras = tuple(one.strip() for one in (path[3] or "").split(",") if one.strip())
            projects.append((path[2], extras))
        elif "://" in word.text and " @ " not in word.text and "@" not in word.text.partition("://")[0]:
            unknown.append(word.text)
        else:
            words_asked.append(word)
    return Install(
        tool,
        files=tuple(given.all("-r", "--requirement")),
        constraints=tuple(given.all("-c", "--constraint")),
        words=tuple(words_asked),
        projects=tuple(projects),
        extras=given.many("--extra"),
        no_deps=given.has("--no-deps"),
        index=tuple(part for name, value in given.options if name in INDEX for part in (name, value)),
        wheels_only=given.has("--no-index"),
        unknown=tuple(unknown),
    )


def _pip_sync(words: Sequence[Word]) -> Install:
    given = _given(words, "pip")
    names = tuple(word.text for word in given.operands) or ("requirements.txt",)
    return Install("pip", files=names, no_deps=True)


def _pip_compile(words: Sequence[Word]) -> Install:
    given = _given(words, "pip", "-o --output-file --extra")
    sources = tuple(word.text for word in given.operands) or ("requirements.in",)
    made = given.all("-o", "--output-file") or [re.sub(r"\.in$", ".txt", sources[0])]
    return Install("pip", files=sources, extras=given.many("--extra"), made=made[0])


def _uv(words: Sequence[Word]) -> Install | None:
    action = words[0].text if words else ""
    also = "--extra --group --only-group -o --output-file -r"
    given = _given(words[1:], "uv", also)
    if action in ("sync", "export"):
        made = [*given.all("-o", "--output-file"), ""] if action == "export" else []
        groups = () if given.has("--no-dev", "--no-default-groups") else ("dev",)
        return Install(
            "uv",
            synced=(given.all("--directory", "--project") or ["."])[0],
            member=(given.all("--package") or [""])[0],
            groups=(*groups, *given.many("--group")),
            extras=given.many("--extra") or (("*",) if given.has("--all-extras") else ()),
            without_project=given.has("--no-install-project", "--no-emit-project"),
            made=made[0] if made else None,
        )
    if action == "add":
        listed = tuple(given.all("-r", "--requirements"))
        return Install("uv", files=listed, words=tuple(given.operands))
    return None


def _poetry(words: Sequence[Word]) -> Install | None:
    action = words[0].text if words else ""
    given = _given(words[1:], "poetry", "-f --format -o --output")
    folder = (given.all("-C", "--directory", "-P", "--project") or ["."])[0]
    if action == "export":
        made = [*given.all("-o", "--output"), ""]
        return Install(
            "poetry",
            synced=folder,
            groups=given.many("--with"),
            extras=given.many("-E", "--extras"),
            without_project=True,
            made=made[0],
        )
    if action not in ("install", "sync"):
        return Install("poetry", words=tuple(given.operands)) if action == "add" else None
    tools = not given.has("--no-dev", "--only", "--only-root") and "dev" not in given.many("--without")
    return Install(
        "poetry",
        synced=folder,
        groups=(*(("dev", "development") if tools else ()), *given.many("--with"), *given.many("--only")),
        extras=given.many("-E", "--extras") or (("*",) if given.has("--all-extras") else ()),
        without_project=given.has("--no-root"),
    )


def _pipenv(words: Sequence[Word]) -> Install | None:
    action = words[0].text if words else ""
    given = _given(words[1:], "pipenv", "-r --requirements")
    if action not in ("install", "sync", "requirements", "lock"):
        return None
    if action == "lock" and not given.has("-r", "--requirements"):
        return None
    if action == "install" and given.operands:
        return Install("pipenv", words=tuple(given.operands))
    if action == "install" and given.all("-r", "--requirements"):
        return Install("pipenv", files=tuple(given.all("-r", "--requirements")))
    return Install(
        "pipenv",
        synced=".",
        groups=("development",) if given.has("--dev", "-d") else (),
        without_project=True,
        without_lock=given.has("--skip-lock"),
        made="" if action in ("requirements", "lock") else None,
    )


def _pdm(words: Sequence[Word]) -> Install | None:
    action = words[0].text if words else ""
    given = _given(words[1:], "pdm", "-o --output -f --format")
    if action not in ("install", "sync", "export"):
        return Install("pdm", words=tuple(given.operands)) if action == "add" else None
    tools = not given.has("--prod", "--production", "--no-default", "--without")
    made = [*given.all("-o", "--output"), ""] if action == "export" else []
    return Install(
        "pdm",
        synced=(given.all("-p", "--project") or ["."])[0],
        groups=(*(("dev",) if tools else ()), *given.many("-G", "--group")),
        extras=given.many("-G", "--group"),
        without_project=given.has("--no-self") or action == "export",
        made=made[0] if made else None,
    )


def _conda(words: Sequence[Word]) -> Install | None:
    texts = [word.text for word in words]
    if texts[:1] == ["env"]:
        words = words[1:]
    action = words[0].text if words else ""
    if action not in ("create", "update", "install"):
        return None
    given = _given(words[1:], "conda")
    listed = tuple(given.all("-f", "--file")) or (("environment.yml",) if texts[:1] == ["env"] else ())
    return Install("conda", files=listed, words=tuple(given.operands))


def _system(words: Sequence[Word]) -> Install | None:
    if not words or not any(word.text in ("install", "add") for word in words):
        return None
    names = [word.text for word in words if not word.text.startswith("-")]
    return Install("system", system=tuple(re.split(r"[=~<>]", name)[0] for name in names[1:]))


def brought_by_system(names: Sequence[str]) -> Iterator[str]:
    """Python packages that packages of an operating system bring: ``python3-flask``, ``gunicorn3``."""
    for name in names:
        match = re.fullmatch(r"(?:python3?|py3)-(.+)|(gunicorn|uwsgi)\d?(?:-.*)?", name)
        if match is not None:
            yield match[1] or match[2]


_TOOLS: dict[str, Callable[[Sequence[Word]], Install | None]] = {
    "uv": _uv,
    "poetry": _poetry,
    "pipenv": _pipenv,
    "pdm": _pdm,
    "pip-sync": _pip_sync,
    "pip-compile": _pip_compile,
}
