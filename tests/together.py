"""Many commands asked in one run of the doctor: they are launches that the configuration of a project names.

Such a run takes hardly longer than one command alone, for what the launches share is imported once. That
the answer is the one that the command alone gets is shown by ``tests/test_truth.py`` and
``tests/checkup/test_forms.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

import pytest

from tests.running import Done, diagnose, project

Asked = Mapping[str, Done]
TABLE = "pyproject.toml"
BROKEN = "error"  # the severity that makes the doctor's exit code 1


def ask(environment: str, commands: Iterable[str], cwd: Path, *options: str, **more: dict[str, str]) -> Asked:
    """What the doctor says of each of the commands in that folder, as if it had been asked of it alone.

    :param more: ``env``, the variables of the doctor
    """
    wanted = list(dict.fromkeys(commands))
    table = (
        f"[tool.connexion-doctor.launches.{_id(number)}]\ncommand = {json.dumps(command)}\n"
        for number, command in enumerate(wanted)
    )
    (cwd / TABLE).write_text("".join(table), "utf-8")
    done = diagnose(environment, *options, cwd=cwd, env=more.get("env"))
    (cwd / TABLE).unlink()
    return {command: _alone(done, _id(number)) for number, command in enumerate(wanted)}


def fixture(
    commands: Collection[str], environment: str = "c3new", **files: str
) -> Callable[[pytest.FixtureRequest, pytest.TempPathFactory], Asked]:
    """A fixture of a module: what the doctor says of those of the commands that the chosen tests are about.

    Its tests are parametrized by ``command``. ``files`` are those of the project, as ``running.project`` has.
    """

    @pytest.fixture(scope="module")
    def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Asked:
        chosen = {
            item.callspec.params.get("command")
            for item in request.session.items
            if isinstance(item, pytest.Function) and hasattr(item, "callspec") and item.path == request.path
        }
        folder = project(tmp_path_factory.mktemp("together"), **files)
        return ask(environment, [one for one in commands if one in chosen], folder)

    return asked


def _id(number: int) -> str:
    return f"l{number}"


def _alone(done: Done, launch: str) -> Done:
    """The part of a run that is about one launch, and what is about none."""
    report = done.report
    report["launches"] = [one for one in report["launches"] if one["id"] == launch]
    report["findings"] = [
        one for one in report["findings"] if launch in one["affects"] or one["launch"] is None
    ]
    broken = any(one["severity"] == BROKEN for one in report["findings"])
    return Done(int(broken), json.dumps(report), done.stderr)
