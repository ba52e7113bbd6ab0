"""The Before and After of every page run, on Connexion 2 and 3, as processes in real environments."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.environments import Unavailable, cache_folder, environment, find_uv
from tests.rules.migration.project import PAGES, findings_of, fixed
from tests.rules.migration.scenarios import HANDLERS, SCENARIOS, Scenario

PACKAGES = ("flask-cors==6.0.1", "flask-talisman==1.1.0")
APP = 'import connexion\n\napp = connexion.FlaskApp(__name__)\napp.add_api("openapi.yaml")\n'
VALIDATED = APP.replace('yaml"', 'yaml", validate_responses=True')
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    code: int
    output: str


def python_of(name: str) -> Path:
    try:
        return environment(name).python
    except Unavailable as reason:
        pytest.skip(f"{name}: {reason}")


def extensions() -> Path:
    """Flask extensions, installed once beside the environments."""
    folder = cache_folder() / f"migration-{'-'.join(PACKAGES)}"
    if folder.is_dir():
        return folder
    uv = find_uv()
    if uv is None:
        pytest.skip("uv is not installed; it installs the Flask extensions of the examples")
    command = [uv, "pip", "install", "--quiet", "--no-deps", "--target", f"{folder}.new", *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"the Flask extensions of the examples cannot be had: {done.stderr.strip()[-200:]}")
    os.rename(f"{folder}.new", folder)
    return folder


def texts(code: str) -> tuple[str, str]:
    """The Before and After of a page: of those about specifications, whole specifications."""
    sections = PAGES[code].sections
    before, after = sections["Before"] + "\n", sections["After"] + "\n"
    if code not in SPECIFIED:
        return before, after
    return pets(code, before), pets(code, after)


# The pages about specifications, and the handler of the operation that they show a part of.
SPECIFIED = {
    "CXD454": "handlers.create", "CXD457": "handlers.where",
    **dict.fromkeys(("CXD459", "CXD474", "CXD476", "CXD477", "CXD478"), ""),
}  # fmt: skip


def pets(code: str, body: str) -> str:
    if not SPECIFIED[code]:  # it shows the whole
        return body
    post = f"  /pets:\n    post:\n      operationId: {SPECIFIED[code]}\n"
    post += '      responses: {"200": {description: fine}}\n'
    return SCENARIOS[code].specification() + post + textwrap.indent(body, "      ")


def app_of(code: str) -> str:
    return VALIDATED if code == "CXD477" else APP


def write(folder: Path, code: str, text: str, scenario: Scenario) -> None:
    folder.mkdir(parents=True)
    specification = text if code in SPECIFIED else scenario.specification()
    prelude = (HERE / "prelude.py").read_text()
    extra = f"import sys\nsys.path.append({str(extensions())!r})\n" if scenario.packages else ""
    files = {
        "example.py": app_of(code) if code in SPECIFIED else text,
        "openapi.yaml": specification,
        "handlers.py": HANDLERS,
        "check.py": f"{extra}{prelude}\n{scenario.check}\n",
        **scenario.files,
        **({"fresh": ""} if scenario.fresh else {}),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


def run(python: Path, folders: list[Path]) -> dict[str, Outcome]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "COV"))}
    done = subprocess.run(
        [str(python), "-W", "ignore", str(HERE / "runner.py"), *map(str, folders)],
        capture_output=True,
        text=True,
        env=environ,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(one["folder"]).name: Outcome(one["code"], one["output"]) for one in found}


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], dict[str, Outcome]]]:
    """(environment, Before or After) -> code -> what came out. At the end, the count is printed."""
    done: dict[tuple[str, str], dict[str, Outcome]] = {}
    for name, which in (("c3new", 0), ("c3new", 1), ("c2new", 0)):
        python = python_of(name)
        folder = tmp_path_factory.mktemp(f"{name}-{which}")
        folders = []
        for code, scenario in SCENARIOS.items():
            if name == "c2new" and scenario.only_three:
                continue
            write(folder / code, code, texts(code)[which], scenario)
            folders.append(folder / code)
        done[name, ("Before", "After")[which]] = run(python, folders)
        shutil.rmtree(folder, ignore_errors=True)
    yield done
    three = [c for c in SCENARIOS if fails(done, c) and done["c3new", "After"][c].code == 0]
    two = [c for c, outcome in done["c2new", "Before"].items() if outcome.code == 0]
    lines = [
        f"{len(three)} of {len(SCENARIOS)} examples: Before fails or is ignored on Connexion 3, After works",
        f"{len(two)} of {len(done['c2new', 'Before'])} examples: Before works on Connexion 2",
        *(f"not run on Connexion 2: {c}: {s.only_three}" for c, s in SCENARIOS.items() if s.only_three),
    ]
    capture = request.config.pluginmanager.get_plugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
        print("", *lines, sep="\n")


def fails(done: dict[tuple[str, str], dict[str, Outcome]], code: str) -> bool:
    outcome = done["c3new", "Before"][code]
    return outcome.code != 0 and SCENARIOS[code].fails in outcome.output


Outcomes = dict[tuple[str, str], dict[str, Outcome]]


@pytest.mark.parametrize("code", SCENARIOS)
def test_before_fails_on_three(code: str, outcomes: Outcomes) -> None:
    assert fails(outcomes, code), outcomes["c3new", "Before"][code].output


@pytest.mark.parametrize("code", SCENARIOS)
def test_after_works_on_three(code: str, outcomes: Outcomes) -> None:
    assert outcomes["c3new", "After"][code].code == 0, outcomes["c3new", "After"][code].output


@pytest.mark.parametrize("code", [code for code, scenario in SCENARIOS.items() if not scenario.only_three])
def test_before_works_on_two(code: str, outcomes: Outcomes) -> None:
    assert outcomes["c2new", "Before"][code].code == 0, outcomes["c2new", "Before"][code].output


def files_of(code: str, text: str) -> dict[str, str]:
    if code in SPECIFIED:
        return {"example.py": app_of(code), "openapi.yaml": text}
    return {"example.py": text, **SCENARIOS[code].around}


@pytest.mark.parametrize("code", PAGES)
def test_before_is_found_and_after_is_not(code: str) -> None:
    before, after = texts(code)
    assert findings_of(files_of(code, before), code)
    assert not [f for f in findings_of(files_of(code, after)) if f.severity.value == "error"]
    assert not findings_of(files_of(code, after), code)


@pytest.mark.parametrize("code", PAGES)
def test_the_fix_makes_after_of_before(code: str) -> None:
    before, after = (files_of(code, text) for text in texts(code))
    findings = findings_of(before, code)
    if not any(fix.edits for finding in findings for fix in finding.fixes):
        pytest.skip("by hand")
    assert normal(fixed(before, findings)) == normal(after)


def normal(files: dict[str, str]) -> dict[str, str]:
    """Without blank lines and in no order of imports: where a fix puts an import is not the point."""
    found = {}
    for name, text in files.items():
        lines = [line for line in text.split("\n") if line.strip()]
        head = [line for line in lines if line.startswith(("import ", "from "))]
        found[name] = "\n".join(sorted(head) + [line for line in lines if line not in head])
    return found


def test_every_page_has_a_scenario() -> None:
    assert set(SCENARIOS) == set(PAGES)
    for rule in PAGES.values():
        assert set(rule.sections) >= {"What happens", "Why", "Fix", "Before", "After", "Sources"}, rule.code
