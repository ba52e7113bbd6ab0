"""Each pair of versions that a rule calls broken is installed: it breaks, and the recommended fix cures it.

The environments are made by the requirements before, and by those requirements after the fix of the rule;
they are kept in the cache folder. ``CONNEXION_DOCTOR_ALL_PAIRS=1`` runs those, too, that are not in the
default run.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.environments import OWN, Recipe, Unavailable, built, find_uv
from tests.rules.migration.project import apply
from tests.rules.versions.helpers import PAGES, all_found, codes, found

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Pair:
    """``forced``: the lines of ``before`` that no resolver would put together with the others.

    ``fails`` is in what the check prints before the fix, ``works`` after it. ``more`` is what the check needs
    and the rule does not look at. ``default``: in the default run.
    """

    code: str
    before: str
    check: str
    fails: str
    works: str
    forced: tuple[str, ...] = ()
    more: str = ""
    uses: str = ""
    pythons: tuple[str, ...] = (OWN,)
    default: bool = True


PAIRS = (
    Pair(
        "CXD501", "connexion==2.14.2\nflask==2.3.3\n", "imports",
        "AttributeError: module 'flask.json' has no attribute 'JSONEncoder'", "imported connexion",
        forced=("flask==2.3.3", "werkzeug==2.3.8"), more="blinker",
    ),
    # The pair that pip installs today.
    Pair(
        "CXD501", "connexion==2.14.1\n", "imports",
        "AttributeError: module 'flask.json' has no attribute 'JSONEncoder'", "imported connexion",
    ),
    Pair(
        "CXD501", "connexion==2.13.1\n", "imports",
        "AttributeError: module 'flask.json' has no attribute 'JSONEncoder'", "imported connexion",
        default=False,
    ),
    # Connexion 2.15 needs what the file holds below.
    Pair(
        "CXD501", "connexion==2.14.1\nflask==2.3.0\nwerkzeug==2.3.8\n", "imports",
        "AttributeError: module 'flask.json' has no attribute 'JSONEncoder'", "imported connexion",
        default=False,
    ),
    Pair(
        "CXD502", "connexion==2.14.2\nflask==2.2.3\nwerkzeug==3.0.6\n", "flask_client",
        "ImportError: cannot import name 'url_quote' from 'werkzeug.urls'", "answered 200",
        forced=("werkzeug==3.0.6",),
    ),
    Pair(
        "CXD502", "connexion==2.14.2\nflask==2.2.5\nwerkzeug==3.1.9\n", "flask_client",
        "AttributeError: module 'werkzeug' has no attribute '__version__'", "answered 200",
        forced=("werkzeug==3.1.9",), default=False,
    ),
    # Old ones as pip installs them today.
    Pair(
        "CXD509", "connexion==2.7.0\n", "imports",
        "No module named 'openapi_spec_validator.handlers'", "imported connexion",
        more="setuptools<80", pythons=("3.9", OWN),
    ),
    Pair(
        "CXD509", "connexion==1.1.15\n", "imports",
        "cannot import name 'FileStorage' from 'werkzeug'", "imported connexion",
        more="setuptools<80", pythons=("3.9",), default=False,
    ),
    Pair(
        "CXD509", "connexion==2.3.0\n", "imports",
        "cannot import name 'FileStorage' from 'werkzeug'", "imported connexion",
        more="setuptools<80", pythons=("3.9", OWN), default=False,
    ),
    Pair(
        "CXD509", "connexion==2.9.0\n", "imports",
        "cannot import name 'soft_unicode' from 'markupsafe'", "imported connexion",
        more="setuptools<80", pythons=("3.9", OWN), default=False,
    ),
    Pair(
        "CXD503", "connexion==2.15.0\n", "imports",
        "ModuleNotFoundError: No module named 'packaging'", "imported connexion",
    ),
    Pair(
        "CXD504", "connexion[flask,swagger-ui]==3.1.0\nstarlette==1.10.0\n", "swagger_ui",
        "TypeError: unhashable type: 'dict'", "GET /v1/ui/: 200",
    ),
    Pair(
        "CXD504", "connexion[flask,swagger-ui]==3.0.6\n", "swagger_ui",
        "TypeError: unhashable type: 'dict'", "GET /v1/ui/: 200", default=False,
    ),
    Pair(
        "CXD505", "connexion[flask]==3.0.2\nstarlette==0.33.0\n", "operation",
        "RuntimeError: Working outside of operation context", "GET /v1/hello: 200",
    ),
    Pair(
        "CXD505", "connexion[flask]==3.0.0\nstarlette==0.34.0\n", "operation",
        "RuntimeError: Working outside of operation context", "GET /v1/hello: 200", default=False,
    ),
    Pair(
        "CXD506", "connexion[flask]==3.2.0\n", "specification_after_a_response",
        "GET /v1/hello: 200\nGET /v1/openapi.json: 500", "GET /v1/hello: 200\nGET /v1/openapi.json: 200",
        uses="validate-responses references",
    ),
    Pair(
        "CXD507", "connexion[flask]==3.0.5\nhttpx==0.28.1\nstarlette==0.32.0.post1\n", "connexion_client",
        "TypeError: Client.__init__() got an unexpected keyword argument 'app'", "answered 200",
    ),
    Pair(
        "CXD507", "connexion[flask]==3.1.0\nhttpx==0.28.1\nstarlette==0.37.1\n", "connexion_client",
        "TypeError: Client.__init__() got an unexpected keyword argument 'app'", "answered 200",
        default=False,
    ),
    Pair(
        "CXD508", "connexion[flask]==3.1.0\nmultipart==1.2.1\n", "forms",
        "No module named 'multipart.multipart'; 'multipart' is not a package", "POST /v1/form: 200",
    ),
    Pair(
        "CXD520", "uvicorn==0.54.0\nuvicorn-worker==0.3.0\n", "new_worker",
        "method was replaced by `get_loop_factory` in uvicorn 0.36.0", "200 OK", more="gunicorn==23.0.0",
    ),
    Pair(
        "CXD520", "uvicorn==0.36.0\nuvicorn-worker==0.3.0\n", "new_worker",
        "AttributeError: 'Config' object has no attribute 'setup_event_loop'", "200 OK",
        more="gunicorn==23.0.0", default=False,
    ),
    Pair(
        "CXD521", "gunicorn==24.1.0\nuvicorn==0.40.0\n", "worker_again_and_again",
        "AttributeError: 'str' object has no attribute '_version'", "200 OK",
    ),
    Pair(
        "CXD521", "gunicorn==24.1.0\nuvicorn==0.31.0\n", "worker_again_and_again",
        "AttributeError: 'str' object has no attribute '_version'", "200 OK", default=False,
    ),
    Pair(
        "CXD522", "gunicorn==23.0.0\nuvicorn==0.31.0\n", "trusted_proxy", "\nscheme http.", "scheme https.",
    ),
    Pair(
        "CXD523", "connexion[flask]==3.1.0\na2wsgi==1.10.2\n", "refused_response",
        "GET /v1/bad: no answer", "GET /v1/bad: 500", more="starlette<1",
    ),
    Pair(
        "CXD523", "connexion[flask]==3.3.0\na2wsgi==1.10.3\n", "refused_response",
        "GET /v1/bad: no answer", "GET /v1/bad: 500", default=False,
    ),
    Pair("CXD524", "gunicorn==21.2.0\n", "smuggled", "path /hidden.", "Unsupported transfer coding"),
)  # fmt: skip

# All that pins are raised to for Connexion 3 (CXD535), together.
RAISED = (
    "connexion[flask]==3.3.0\nflask==2.3.3\nwerkzeug==2.3.8\na2wsgi==1.10.4\nhttpx==0.27.2\nstarlette==0.35.0\n"
    "python-multipart==0.0.15\nuvicorn==0.30.6\n"
)

# What lies just outside of a rule's range works on the real packages, and the rule says nothing.
FINE = (
    ("CXD501", "connexion==2.14.2\n", "flask_client", "answered 200", True),
    ("CXD502", "connexion==2.14.1\nflask==2.2.5\nwerkzeug==2.3.8\n", "flask_client", "answered 200", False),
    ("CXD503", "connexion==2.15.0\ngunicorn==23.0.0\n", "imports", "imported connexion", True),
    ("CXD504", "connexion[flask,swagger-ui]==3.1.0\nstarlette==0.52.1\n", "swagger_ui", "/ui/: 200", False),
    ("CXD505", "connexion[flask]==3.0.2\nstarlette==0.35.0\n", "operation", "GET /v1/hello: 200", True),
    ("CXD507", "connexion[flask]==3.1.0\nhttpx==0.28.1\nstarlette==0.37.2\n", "connexion_client",
     "answered 200", False),
    ("CXD508", "connexion[flask]==3.1.0\nmultipart==1.2.1\npython-multipart==0.0.12\nstarlette==0.35.1\n",
     "forms", "POST /v1/form: 200", False),
    ("CXD521", "gunicorn==24.1.0\nuvicorn==0.30.6\n", "worker_again_and_again", "200 OK", True),
    ("CXD522", "gunicorn==23.0.0\nuvicorn==0.30.6\n", "trusted_proxy", "scheme https.", False),
    ("CXD523", "connexion[flask]==3.1.0\na2wsgi==1.10.0\nstarlette==0.52.1\n", "refused_response",
     "GET /v1/bad: 500", False),
    ("CXD535", RAISED, "operation", "GET /v1/hello: 200", False),
    ("CXD524", "gunicorn==22.0.0\nsetuptools==75.0.0\n", "smuggled", "Unsupported transfer coding", False),
)  # fmt: skip


def recipe(text: str, pair: Pair, forced: tuple[str, ...] = ()) -> Recipe:
    lines = [line for line in (text + pair.more).split("\n") if line]
    names = [one.partition("=")[0] for one in forced]
    return Recipe(tuple(line for line in lines if line.partition("=")[0] not in names), pair.pythons, forced)


def seen(name: str, wanted: Recipe, check: str, folder: Path) -> str:
    try:
        python = built(name, wanted).python
    except Unavailable as reason:
        assert "No solution found" not in str(reason), reason
        pytest.skip(f"{name}: {reason}")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "COV"))}
    environ["PYTHONPATH"] = str(HERE)
    done = subprocess.run(
        [str(python), "-W", "ignore", str(HERE / "real_pairs.py"), check],
        capture_output=True, text=True, cwd=folder, timeout=120, env=environ,
    )  # fmt: skip
    return done.stdout + done.stderr


def fixed(pair: Pair) -> str:
    """The requirements after the recommended fix of the rule."""
    fixes = [fix for fix in found(pair.code, pair.before, uses=pair.uses).fixes if fix.recommended]
    assert fixes[0].edits, f"{pair.code} names no upgrade of {pair.before!r}"
    return apply(pair.before, fixes[0].edits)


def in_this_run(default: bool) -> None:
    if not default and not os.environ.get("CONNEXION_DOCTOR_ALL_PAIRS"):
        pytest.skip("not in the default run: CONNEXION_DOCTOR_ALL_PAIRS=1 runs it")


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{p.code}-{'-'.join(p.before.split())}" for p in PAIRS])
def test_it_breaks_and_the_fix_cures_it(pair: Pair, tmp_path: Path) -> None:
    in_this_run(pair.default)
    name = f"pair-{pair.code.lower()}"
    before = seen(name, recipe(pair.before, pair, pair.forced), pair.check, tmp_path)
    assert pair.fails in before, before[-3000:]
    after = seen(f"{name}-cured", recipe(fixed(pair), pair), pair.check, tmp_path)
    assert pair.works in after and pair.fails not in after, after[-3000:]


@pytest.mark.parametrize(
    ("code", "text", "check", "works", "default"),
    FINE,
    ids=[f"{f[0]}-{'-'.join(f[1].split())}" for f in FINE],
)
def test_it_works_and_nothing_is_said(
    code: str, text: str, check: str, works: str, default: bool, tmp_path: Path
) -> None:
    assert code not in codes(text, uses="validate-responses references")
    in_this_run(default)
    printed = seen(f"fine-{code.lower()}", Recipe(tuple(text.split())), check, tmp_path)
    assert works in printed, printed[-3000:]


def test_what_connexion_3_needs_cannot_be_resolved_without() -> None:
    """CXD535: no resolver puts them together, and the fix makes that it does."""
    uv = find_uv()
    if uv is None:
        pytest.skip("uv is not installed; it resolves")
    before = (
        "connexion[flask,uvicorn]>=3.3,<4\nflask==1.1.4\nstarlette==0.27.0\nwerkzeug==1.0.1\na2wsgi==1.6.0\n"
        "httpx==0.22.0\npython-multipart==0.0.5\nuvicorn==0.13.0\n"
    )
    after = apply(before, [e for f in all_found("CXD535", before) for fix in f.fixes for e in fix.edits])
    command = [uv, "pip", "compile", "--quiet", "--no-header", "-"]
    refused = subprocess.run(command, input=before, capture_output=True, text=True)
    if "Failed to fetch" in refused.stderr or "error sending request" in refused.stderr:
        pytest.skip("the package index is not reached")
    assert "No solution found" in refused.stderr, refused.stderr
    solved = subprocess.run(command, input=after, capture_output=True, text=True)
    assert solved.returncode == 0, solved.stderr
    assert all("==" in line for line in after.splitlines()[1:])  # what was pinned is pinned


def test_every_rule_about_pairs_has_a_real_pair() -> None:
    about_pairs = {code for code in PAGES if code < "CXD510" or "CXD520" <= code < "CXD530"}
    assert about_pairs == {pair.code for pair in PAIRS}
