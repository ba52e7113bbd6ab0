"""pre-commit really runs; the action, the GitLab template and the container recipe as far as they can be."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from connexion_doctor import __version__
from tests.packaging.building import NO_NETWORK, built, checkout, run
from tests.running import PACKAGES, ROOT, environ, project, target

BIN = Path(sys.executable).parent


def program(name: str) -> str:
    found = shutil.which(name, path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    words = (program("git"), *identity, *words)
    env = {k: v for k, v in environ().items() if not k.startswith("GIT_")}
    return subprocess.run(
        words, cwd=folder, env=env, check=True, capture_output=True, text=True
    ).stdout.strip()


def committed(folder: Path) -> str:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "all")
    return git(folder, "rev-parse", "HEAD")


@pytest.mark.parametrize(("worker", "code"), [("sync", 1), ("asgi", 0)])
def test_pre_commit_runs(worker: str, code: int, tmp_path: Path) -> None:
    pre_commit = program("pre-commit")
    repository = checkout()
    revision = (
        git(repository, "rev-parse", "HEAD") if (repository / ".git").exists() else committed(repository)
    )
    python = target("c3new").python
    folder = project(
        tmp_path / "project",
        gunicorn__conf__py=f'worker_class = "{worker}"\n',
        **{"__pre-commit-config__yaml": f"""\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: connexion-doctor
        args: [--python, "{python}", --quiet, --, gunicorn, app:app]
"""},
    )  # fmt: skip
    committed(folder)
    cache = tmp_path.parent / "pre-commit"
    done = subprocess.run(
        [pre_commit, "run", "--all-files", "--verbose"],
        cwd=folder,
        env=environ(PRE_COMMIT_HOME=str(cache)),
        capture_output=True,
        text=True,
        check=False,
    )
    if any(sign in done.stdout + done.stderr for sign in NO_NETWORK):
        pytest.skip("pre-commit cannot install the hook: no network")
    assert done.returncode == code, done.stdout + done.stderr
    assert ("CXD101" in done.stdout) is bool(code)


STARTS = (
    "Procfile web.service requirements.txt Makefile setup.cfg .env supervisord.conf compose.yml Dockerfile "
    "pyproject.toml start.sh app.json openapi.yaml app.py gunicorn.conf.py uwsgi.ini"
).split()


@pytest.mark.parametrize("name", STARTS)
def test_the_hooks_run_when_such_a_file_changes(name: str, tmp_path: Path) -> None:
    identify = pytest.importorskip("identify.identify")
    path = tmp_path / name
    path.write_text("web: gunicorn app:app\n")
    tags = identify.tags_from_path(str(path))
    for hook in loaded(ROOT / ".pre-commit-hooks.yaml"):
        assert set(hook["types"]) <= tags
        assert not set(hook["exclude_types"]) & tags


def check_jsonschema(*words: str) -> None:
    done = subprocess.run([program("check-jsonschema"), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_is_valid() -> None:
    check_jsonschema("--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml"))


def test_the_gitlab_template_is_valid() -> None:
    check_jsonschema("--builtin-schema", "vendor.gitlab-ci", str(ROOT / "ci-templates" / "gitlab.yml"))


def test_the_hook_file_is_valid() -> None:
    done = subprocess.run(
        [program("pre-commit"), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def installed_doctor(folder: Path) -> Path:
    """A ``bin`` folder like that of an environment in which the doctor was installed."""
    inside = folder / "bin"
    inside.mkdir(parents=True)
    script = inside / "connexion-doctor"
    script.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(PACKAGES)!r})\n"
        "from connexion_doctor.cli.main import main\nmain()\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return inside


def step(name: str) -> dict[str, Any]:
    """A step of the action."""
    (found,) = [one for one in loaded(ROOT / "action.yml")["runs"]["steps"] if one.get("id") == name]
    return dict(found)


BASH = ("--noprofile", "--norc", "-eo", "pipefail", "-c")


def test_the_installation_of_the_action_runs(tmp_path: Path) -> None:
    """In an environment of its own, with another Python where the app's is too old for the doctor."""
    wheel, _ = built()
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")  # as Python 3.8 answers the question
    old.chmod(0o755)
    env = environ(RUNNER_TEMP=str(tmp_path), INPUT_VERSION=str(wheel), INPUT_PYTHON=str(old))
    env["PATH"] = f"{BIN}{os.pathsep}{env['PATH']}"
    run(program("bash"), *BASH, step("install")["run"], why="nothing can be installed", cwd=None, **env)
    installed = tmp_path / "connexion-doctor" / "bin" / "connexion-doctor"
    assert run(str(installed), "--version", why="").split()[-1] == __version__


def test_the_installation_of_the_action_says_what_is_missing(tmp_path: Path) -> None:
    script = step("install")["run"].replace("/usr/bin/python3", str(tmp_path / "none"))
    env = {
        "PATH": str(tmp_path),
        "RUNNER_TEMP": str(tmp_path),
        "INPUT_PYTHON": "python3.8",
        "INPUT_VERSION": "x",
    }
    done = subprocess.run(
        [program("bash"), *BASH, script], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "::error::connexion-doctor needs a Python 3.10" in done.stdout


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("gunicorn -w 4 app:app", 1),
        ("gunicorn -k asgi\n  app:app\n", 0),
        ("uvicorn 'app:app; touch owned'", 1),
        ("gunicorn 'app:app", 2),
    ],
)
def test_the_check_of_the_action_runs(command: str, code: int, tmp_path: Path) -> None:
    """Its shell step, with the variables that GitHub sets."""
    check = step("check")
    folder = project(tmp_path / "repository" / "shop")
    installed_doctor(tmp_path / "temp" / "connexion-doctor")
    env = environ(
        RUNNER_TEMP=str(tmp_path / "temp"),
        GITHUB_OUTPUT=str(tmp_path / "output"),
        GITHUB_STEP_SUMMARY=str(tmp_path / "summary"),
        GITHUB_WORKSPACE=str(tmp_path / "repository"),
        INPUT_COMMAND=command,
        INPUT_TARGET="",
        INPUT_PYTHON=str(target("c3new").python),
        INPUT_ARGS="--fail-on error\n--timeout 60\n",
        INPUT_SARIF_FILE="out.sarif",
    )
    done = subprocess.run(
        [program("bash"), *BASH, check["run"]],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    if code == 2:
        assert "A start command must follow --" in done.stderr
        return
    assert ("::error" in done.stdout) is bool(code)
    assert "## connexion-doctor" in (tmp_path / "summary").read_text("utf-8")
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert outputs == {"exit-code": str(code), "sarif-file": f"{folder}/out.sarif"}
    results = json.loads((folder / "out.sarif").read_text("utf-8"))["runs"][0]["results"]
    uris = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results]
    assert all(uri.startswith("shop/") for uri in uris if uri != ".")
    assert not (folder / "owned").exists()


def test_the_action_gives_inputs_as_variables_only() -> None:
    """What a caller writes must never become a part of the script."""
    for step in loaded(ROOT / "action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_gitlab_job_runs(tmp_path: Path) -> None:
    job = loaded(ROOT / "ci-templates" / "gitlab.yml")[".connexion-doctor"]
    folder = project(tmp_path)
    lines = [line for line in job["script"] if "-m venv" not in line and "pip install" not in line]
    assert len(lines) == len(job["script"]) - 2
    installed_doctor(folder / ".connexion-doctor")
    env = environ(
        CI_PROJECT_DIR=str(folder),
        CONNEXION_DOCTOR_PYTHON=str(target("c3new").python),
        CONNEXION_DOCTOR_ARGS="-- gunicorn app:app",
    )
    done = subprocess.run(
        [program("bash"), "-eo", "pipefail", "-c", "\n".join(lines)],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "CXD101" in done.stdout
    for name in job["artifacts"]["reports"].values():
        assert (folder / name).is_file()


FAKE = """#!/bin/sh
# Stands for docker: "inspect" prints the words of the image, "run" runs what the container would.
case "$1" in
image) printf '%s\\n' {words} ;;
run)
    while [ "$1" != IMAGE ]; do
        if [ "$1" = -e ]; then export "$2"; fi
        shift
    done
    shift
    exec sh "$@" ;;
esac
"""


# the image's words, the exit code
CONTAINERS = [
    ("gunicorn -k asgi app:app", 0),
    ("gunicorn app:app", 1),
    ("/bin/sh -c 'exec gunicorn app:app'", 1),
    ("/bin/sh -c 'cd . && exec gunicorn -k asgi app:app'", 0),
    ("''", 2),
]


@pytest.mark.parametrize(("words", "code"), CONTAINERS)
def test_the_container_script(words: str, code: int, tmp_path: Path) -> None:
    """The script itself, with docker and the two installing steps stood in for: there is no daemon here."""
    folder = project(tmp_path / "project")
    inside = tmp_path / "bin"
    inside.mkdir()
    python = target("c3new").python
    docker, interpreter = inside / "docker", inside / "fakepython"
    docker.write_text(FAKE.format(words=words))
    interpreter.write_text("#!/bin/sh\nexit 0\n")
    pip = Path("/tmp/connexion-doctor")
    if pip.exists():
        pytest.skip(f"{pip} is there already")
    script = (ROOT / "ci-templates" / "check-image.sh").read_text("utf-8")
    script = script.replace("/tmp/connexion-doctor", str(tmp_path / "doctor"))
    installed = installed_doctor(tmp_path / "doctor")
    (installed / "python").write_text("#!/bin/sh\nexit 0\n")
    for path in (docker, interpreter, installed / "python"):
        path.chmod(0o755)
    (tmp_path / "check-image.sh").write_text(script)
    done = subprocess.run(
        [program("sh"), str(tmp_path / "check-image.sh"), "IMAGE", "--quiet", "--python", str(python)],
        cwd=folder,
        env=environ(DOCKER=str(docker), PYTHON=str(interpreter)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert ("CXD101" in done.stdout) is (code == 1)


def test_the_container_files_are_shell(tmp_path: Path) -> None:
    subprocess.run([program("sh"), "-n", str(ROOT / "ci-templates" / "check-image.sh")], check=True)
    assert os.access(ROOT / "ci-templates" / "check-image.sh", os.X_OK)


def checked_image(folder: Path) -> tuple[str, str]:
    """The RUN lines of the checked image: what installs the doctor, and what checks."""
    text = (ROOT / "ci-templates" / "Dockerfile.checked").read_text("utf-8").replace("\\\n", "")
    install, check = [
        line.removeprefix("RUN ").replace("/opt/connexion-doctor", str(folder))
        for line in text.splitlines()
        if line.startswith("RUN ")
    ]
    return install, check


@pytest.fixture(scope="module")
def installed_in_the_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("image") / "doctor"
    wheel, _ = built()
    env = environ(PYTHON=str(target("c3new").python), CONNEXION_DOCTOR=str(wheel))
    run(program("sh"), "-c", checked_image(folder)[0], why="nothing can be installed", cwd=None, **env)
    return folder


@pytest.mark.parametrize(("start", "code"), [("gunicorn app:app", 1), ("exec gunicorn -k asgi app:app", 0)])
def test_the_steps_of_the_checked_image_run(
    start: str, code: int, installed_in_the_image: Path, tmp_path: Path
) -> None:
    """The image's RUN lines as its shell would run them, in the app's folder and with the app's Python."""
    done = subprocess.run(
        [program("sh"), "-c", checked_image(installed_in_the_image)[1]],
        cwd=project(tmp_path / "app"),
        env=environ(START=start, PYTHON=str(target("c3new").python)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert ("CXD101" in done.stdout) is bool(code)
