"""The options as the command line gives them: what contradicts itself, and what they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connexion_doctor.checkup.options import Options
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.question import Question
from connexion_doctor.screening.screening import Screening

BASELINE = "connexion-doctor-baseline.json"

Given = Mapping[str, Any]


def refuse_contradictions(given: Given, command: Sequence[str] | None) -> None:
    """Refuse options that cannot be meant together.

    :param given: every option, by its name in Python
    :param command: the words behind ``--``; None where there is no ``--``
    :raises UsageError: with the options' names and the way out
    """
    machine = [one for one in given["format"] if one != "text" and "=" not in one]
    named = command or given["target"] or given["gunicorn_conf"]
    for wrong, message in (
        (command is not None and not command, "a start command must follow --"),
        (
            given["factory"] and given["server"] is None,
            "--factory goes with --server: which server is to call it?",
        ),
        (given["quiet"] and given["verbose"], "--quiet and --verbose: give one of them"),
        (
            given["facts"] and (named or given["fix"] or given["verify"]),
            "--facts judges what was saved: it takes no target, command, --fix or --verify",
        ),
        (given["diff"] and given["fix"], "--diff shows what --fix does: give one of them"),
        (
            given["unsafe_fixes"] and not (given["diff"] or given["fix"]),
            "--unsafe-fixes goes with --diff or --fix",
        ),
        (
            given["diff"] and machine and given["output"] is None,
            "--diff prints on standard output: name a file for the report, --output",
        ),
        (
            given["verify"] and given["no_import"],
            "--verify runs the project, --no-import does not: give one of them",
        ),
        (
            given["build_env"] and given["no_import"],
            "--build-env runs build back ends and the project, --no-import does not: give one of them",
        ),
        (
            given["resolve"] and given["build_env"],
            "--build-env installs what --resolve would ask for: give one of them",
        ),
        (given["build_env"] and given["python"], "--python names an environment, --build-env builds one"),
    ):
        if wrong:
            raise UsageError(message)


def options(given: Given, command: Sequence[str]) -> Options:
    """What the options, and the words behind ``--``, ask a checkup to do."""
    return Options(
        question=Question(
            target=given["target"],
            command=tuple(command),
            gunicorn_conf=given["gunicorn_conf"],
            server=given["server"],
            factory=given["factory"],
            directory=given["directory"],
            python=given["python"],
            exclude=_listed(given["exclude"]),
            launches=given.get("launches", ()),
        ),
        screening=Screening(
            select=_listed(given["select"]),
            ignore=_listed(given["ignore"]),
            per_file_ignores=given.get("per_file_ignores", {}),
            severities=given.get("severities", {}),
            comments=not given["no_ignores"],
            baseline=given["baseline"] or (BASELINE if given["write_baseline"] else None),
            write_baseline=given["write_baseline"],
        ),
        do_import=not given["no_import"],
        call=not given["no_call"],
        lifespan=given["lifespan"],
        verify=given["verify"],
        timeout=given["timeout"],
        target_version=int(given["target_version"]) if given["target_version"] else None,
        fail_on=given["fail_on"],
        strict=given["strict"],
        build_env=given["build_env"],
        resolve=given["resolve"],
        facts=given["facts"],
        save_facts=given["save_facts"],
    )


def _listed(values: Sequence[str]) -> tuple[str, ...]:
    """The entries of an option that may be repeated, and may hold several with commas between."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
