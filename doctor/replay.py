"""Facts saved to a file, and read again: a report that can be made elsewhere.

What a rule may look at is saved: launches, facts, packages, and the text of the files that faults stand in.
Taken out before: the values of environment variables, the home folder and the project's place.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from doctor import __version__, servers
from doctor.case import Case
from doctor.commands.argv import ASSIGNMENT
from doctor.model import Command, Environment, Finding, Launch, LaunchFacts, Report, Word
from doctor.options import UsageError
from doctor.plain_data import build, plain
from doctor.text import Source

VERSION = 1
ROOT, HOME, HIDDEN = "/project", "/home/user", "***"
# Values of these are places or manners, not secrets; replacing them would make the facts unreadable.
HARMLESS = re.compile(
    r"^(PATH|PWD|OLDPWD|HOME|SHELL|TERM|TERM_.*|LANG|LC_.*|USER|LOGNAME|HOSTNAME|VIRTUAL_ENV|PYTHON.*|SHLVL|_|"
    r"XDG_.*|COLUMNS|LINES|TMPDIR|EDITOR|PAGER|CI|GUNICORN_CMD_ARGS|UVICORN_.*|GRANIAN_.*|WEB_CONCURRENCY)$"
)
SHORTEST = 6  # characters; a shorter value stands in a text by chance


@dataclass(frozen=True)
class SavedCase:
    """A case without what is found again: the server, the root."""

    launch: Launch
    facts: LaunchFacts
    environment: Environment
    sources: Mapping[str, Source]
    called: bool


@dataclass(frozen=True)
class Saved:
    """What a facts file holds. ``findings`` are those that are about no launch; no rule can find them again
    without the project."""

    root: str
    cases: tuple[SavedCase, ...]
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True)
class Loaded:
    """What a checkup goes on from."""

    root: Path
    cases: list[Case]
    findings: tuple[Finding, ...]
    sources: Mapping[str, Source]


def save(path: str, cases: Sequence[Case], report: Report, environ: Mapping[str, str]) -> list[str]:
    """Write a facts file; what it contains the text of is returned, to be told.

    :param report: before anything was kept quiet
    :raises UsageError: it cannot be written
    """
    saved = Saved(
        report.root,
        tuple(
            SavedCase(
                _without_values(case.launch), _facts(case.facts), case.environment, case.sources, case.called
            )
            for case in cases
        ),
        tuple(finding for finding in report.findings if finding.launch is None),
        report.sources,
    )
    document = {"facts_version": VERSION, "doctor": __version__, **plain(saved)}
    cleaned = _cleaned(document, _replacements(report.root, environ))
    try:
        Path(path).write_text(json.dumps(cleaned, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as exc:
        raise UsageError(f"--save-facts {path}: {exc.strerror or exc}") from exc
    return sorted(report.sources)


def load(path: str) -> Loaded:
    """What a facts file holds.

    :raises UsageError: it is not there, or is none of this version
    """
    try:
        document = json.loads(Path(path).read_text("utf-8"))
        version = document.pop("facts_version")
        document.pop("doctor", None)
        if version != VERSION:
            raise UsageError(f"{path}: facts of version {version}; this doctor reads version {VERSION}")
        saved = build(Saved, document)
        root = Path(saved.root)
        cases = [
            Case(
                one.launch,
                one.facts,
                one.environment,
                root,
                servers.get(one.launch.server),
                one.sources,
                one.called,
            )
            for one in saved.cases
        ]
    except OSError as exc:
        raise UsageError(f"--facts {path}: {exc.strerror or exc}") from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise UsageError(f"{path} is not a file of --save-facts: {exc}") from exc
    return Loaded(root, cases, saved.findings, saved.sources)


def _without_values(launch: Launch) -> Launch:
    """A launch whose variables are named, and their values gone."""
    command = launch.command
    return replace(launch, command=_command(command), environ=_hidden(launch.environ))


def _command(command: Command) -> Command:
    words = [
        _hidden_word(word) if index < command.program else word for index, word in enumerate(command.words)
    ]
    return replace(command, words=tuple(words), environ=_hidden(command.environ))


def _hidden_word(word: Word) -> Word:
    name, equals, _ = word.text.partition("=")
    if not ASSIGNMENT.match(word.text) or HARMLESS.match(name):
        return word
    return replace(word, text=f"{name}{equals}{HIDDEN}")


def _hidden(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value if HARMLESS.match(name) else HIDDEN for name, value in environ.items()}


def _facts(facts: LaunchFacts) -> LaunchFacts:
    """Facts without the variables that a server's configuration sets, and without what the app printed."""
    settings = dict(facts.server.settings)
    for name in ("raw_env", "env", "environ"):
        if name in settings:
            settings[name] = replace(settings[name], value=[HIDDEN], shown=HIDDEN)
    return replace(facts, server=replace(facts.server, settings=settings), output="")


def _replacements(root: str, environ: Mapping[str, str]) -> list[tuple[re.Pattern[str], str]]:
    """What is taken out of every text, and what stands there instead; the longest first."""
    pairs = [(root, ROOT)]
    home = environ.get("HOME") or os.path.expanduser("~")
    if len(home) > 1:
        pairs.append((home.rstrip("/"), HOME))
    made = [
        (re.compile(rf"(?<![\w.-]){re.escape(old)}(?![\w.-])"), new)
        for old, new in sorted(pairs, key=lambda pair: -len(pair[0]))
    ]
    secrets = [
        (value, f"${name}")
        for name, value in environ.items()
        if len(value) >= SHORTEST and not HARMLESS.match(name) and not value.isdigit()
    ]
    values = [
        (re.compile(re.escape(old)), new) for old, new in sorted(secrets, key=lambda pair: -len(pair[0]))
    ]
    return [*made, *values]


def _cleaned(value: Any, replacements: Sequence[tuple[re.Pattern[str], str]]) -> Any:
    if isinstance(value, str):
        for pattern, new in replacements:
            value = pattern.sub(lambda _, new=new: new, value)  # type: ignore[misc]
        return value
    if isinstance(value, list):
        return [_cleaned(entry, replacements) for entry in value]
    if isinstance(value, dict):
        return {_cleaned(name, replacements): _cleaned(entry, replacements) for name, entry in value.items()}
    return value
