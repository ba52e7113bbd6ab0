"""AWS Lambda: what the adapters of its functions really answer, and what the doctor says of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.running import APP, diagnose, project, target

RUNNER = Path(__file__).with_name("lambda_event.py")
WRAPPED = f"{APP}\nimport a2wsgi\n\nwsgi = a2wsgi.ASGIMiddleware(app)\ninner = app.app\n"

# What an adapter is given -> whether a request of the specification is answered with 200.
ANSWERS = {
    ("serverless-wsgi", "app:app"): False,
    ("serverless-wsgi", "app:inner"): False,
    ("serverless-wsgi", "app:wsgi"): True,
    ("apig-wsgi", "app:app"): False,
    ("apig-wsgi", "app:wsgi"): True,
    ("mangum", "app:app"): True,  # the fix that the doctor recommends
    ("mangum", "app:wsgi"): False,
}
VERDICTS = {"app:app": "fails", "app:inner": "fails", "app:wsgi": "serves"}


def status(folder: Path, adapter: str, name: str) -> str:
    """The status that the adapter gives the gateway; the exception's last line where it gives none."""
    words = [str(target("c3lambda").python), str(RUNNER), adapter, name, "/v1/hello"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60)
    return (done.stdout.split() or done.stderr.splitlines() or ["nothing"])[-1]


@pytest.mark.parametrize("case", ANSWERS, ids=" ".join)
def test_what_the_adapter_answers(case: tuple[str, str], tmp_path: Path) -> None:
    said = status(project(tmp_path, app__py=WRAPPED), *case)
    assert (said == "200") is ANSWERS[case], said


@pytest.mark.parametrize("name", VERDICTS)
@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("serverless.yml", "custom:\n  wsgi:\n    app: {}\n"),
        ("zappa_settings.json", '{{"prod": {{"app_function": "{}"}}}}'),
    ],
)
def test_what_the_doctor_says(file: str, text: str, name: str, tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=WRAPPED, requirements__txt="connexion[flask]>=3\na2wsgi\nmangum\n")
    (folder / file).write_text(text.format(name.replace(":", ".")))
    done = diagnose("c3lambda", cwd=folder)
    assert done.verdicts == [VERDICTS[name]]
    if name == "app:app":
        assert 'Mangum(app, lifespan="off")' in done.fix("CXD101")["title"]


# The handler of a function -> what is said of it, read and loaded: what ``ANSWERS`` shows of its adapter.
OF_HANDLERS = {
    "one": "serves",
    "two": "fails",
    "three": "fails",
    "four": "fails",
    "five": "serves",
    "served": "serves",
}


@pytest.mark.parametrize("read", [False, True])
def test_handlers_of_functions(read: bool, tmp_path: Path) -> None:
    folder = project(tmp_path, app__py=WRAPPED)
    (folder / "web.py").write_text(
        "import serverless_wsgi\nfrom apig_wsgi import make_lambda_handler\nfrom mangum import Mangum\n\n"
        "from app import app, inner, wsgi\n\none = Mangum(app, lifespan='off')\ntwo = Mangum(inner)\n"
        "three = Mangum(wsgi)\nfour = make_lambda_handler(app)\nfive = make_lambda_handler(wsgi)\n\n\n"
        "def served(event, context):\n    return serverless_wsgi.handle_request(wsgi, event, context)\n"
    )
    functions = "".join(f"  {name}: {{handler: web.{name}}}\n" for name in OF_HANDLERS)
    (folder / "serverless.yml").write_text(f"functions:\n{functions}")
    listed = "connexion[flask]>=3\na2wsgi\nmangum\napig-wsgi\nserverless-wsgi\n"
    (folder / "requirements.txt").write_text(listed)
    done = diagnose("c3lambda", *(["--no-import"] if read else []), cwd=folder)
    assert dict(zip(OF_HANDLERS, done.verdicts, strict=True)) == OF_HANDLERS
