"""Treatments that rest on what the probe tried: what of a chain answers, and how it has to be called. One run
of the doctor over many starts; that such treatments end in servers that answer is for the truth table."""

from __future__ import annotations

from pathlib import Path

from tests.running import APP, diagnose, project

LAYERS = f"""\
from a2wsgi import ASGIMiddleware, WSGIMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

{APP}

def make():
    made = connexion.FlaskApp(__name__)
    made.add_api("openapi.yaml")
    return made


def anything(*args):
    return app(*args)


three = ProxyFix(ASGIMiddleware(WSGIMiddleware(app)))
nameless_proxied = ProxyFix(make())
"""
FOUND_LATE = """\


def __getattr__(name):
    if name == "app":
        return _late
    raise AttributeError(name)
"""
LATE = APP.replace("app = ", "_late = ").replace("app.add", "_late.add") + FOUND_LATE

# start -> a part of the treatment's title and command; None: it serves as it is
ASKED = {
    "granian --interface asgi app.py:app": None,
    "daphne late:app": None,
    "uvicorn layers:three": "uvicorn layers:app",
    "uvicorn layers:nameless_proxied": "Give the middleware to the app: add_wsgi_middleware.",
    "hypercorn layers:anything": "hypercorn asgi:layers:anything",
    "uvicorn --factory app:app": "uvicorn app:app",
}


def test_each_start_gets_what_was_seen_to_answer(tmp_path: Path) -> None:
    project(tmp_path, layers__py=LAYERS, late__py=LATE)
    (tmp_path / "Procfile").write_text("".join(f"start{at}: {start}\n" for at, start in enumerate(ASKED)))
    report = diagnose("c3new", cwd=tmp_path).report
    told = {launch["command"]: launch for launch in report["launches"]}
    assert set(told) >= set(ASKED)
    for start, wanted in ASKED.items():
        launch, treatment = told[start], told[start].get("treatment")
        if wanted is None:
            assert launch["verdict"] == "serves", (start, launch["reason"])
            continue
        assert launch["verdict"] == "fails" and treatment is not None, (start, launch["reason"])
        assert treatment["predicted"] == "serves", (start, treatment)
        assert wanted in f"{treatment['title']} {treatment['command']}", (start, treatment)


def test_a_wsgi_app_behind_any_arguments_is_no_rsgi_app(tmp_path: Path) -> None:
    """granian calls what it is not told about with a scope of its own, which is no environ."""
    project(tmp_path, app__py=APP + "\n\ndef anything(*args):\n    return app(*args)\n")
    done = diagnose("c2151", "--", "granian", "app:anything", cwd=tmp_path)
    (launch,) = done.report["launches"]
    assert (done.verdicts, done.codes) == (["fails"], ["CXD104"])
    assert launch["treatment"]["command"] == "granian --interface wsgi app:anything"
    assert launch["treatment"]["predicted"] == "serves"
