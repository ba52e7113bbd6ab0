"""Which comments there are in which files, and for which lines they count."""

from __future__ import annotations

import pytest

from connexion_doctor.fixes.spans import apply
from connexion_doctor.model.source import Source
from connexion_doctor.rules.own.housekeeping import suppression_not_understood, unused_suppression
from connexion_doctor.screening.comments import comments

I101 = "connexion-doctor: ignore[CXD101]"

# path, text, the lines that each comment counts for
FOUND: list[tuple[str, str, list[tuple[int, ...]]]] = [
    ("gunicorn.conf.py", f'worker_class = "sync"  # {I101} why\n', [(1,)]),
    ("gunicorn.conf.py", f"# {I101}\nworker_class = 'sync'\n", [(1, 2)]),
    ("a.py", f"# {I101}\n# another\n\nx = 1\n", [(1, 4)]),
    ("a.py", f'x = "# {I101}"\n', []),
    ("a.py", f'"""\n# {I101}\n"""\n', []),
    ("a.py", f"x = 1 # {I101}\ndef (:\n", [(1,)]),
    ("Procfile", f"web: gunicorn app:app # {I101}\n", [(1,)]),
    ("Procfile", f"# {I101}\nweb: gunicorn app:app\n", [(1, 2)]),
    ("Procfile", f"web: echo '# {I101}'\n", []),
    ("Procfile", f"web: echo it's # {I101}\n", [(1,)]),
    ("compose.yml", f"  command: gunicorn app:app  # {I101}\n", [(1,)]),
    ("compose.yml", f'  command: "x # {I101}"\n', []),
    ("start.sh", f"exec gunicorn app:app # {I101}\n", [(1,)]),
    ("start.sh", f"x=a#{I101}\n", []),
    ("Dockerfile", f"# {I101}\nCMD gunicorn app:app\n", [(1, 2)]),
    ("Dockerfile", f"CMD gunicorn app:app # {I101}\n", []),
    ("Dockerfile", f"# {I101}\nCMD gunicorn \\\n    -k sync \\\n    app:app\n", [(1, 2, 3, 4)]),
    ("web.service", f"; {I101}\nExecStart=/usr/bin/gunicorn app:app\n", [(1, 2)]),
    ("web.service", f"ExecStart=/usr/bin/gunicorn app:app # {I101}\n", []),
    ("supervisord.conf", f"command=gunicorn app:app ; {I101}\n", [(1,)]),
    ("pyproject.toml", f"x = 1 # {I101}\n", [(1,)]),
    ("Jenkinsfile", f"sh 'gunicorn app:app' // {I101}\n", [(1,)]),
    ("x.jsonc", f"1 /* {I101} why */\n", [(1,)]),
    ("page.md", f"<!-- {I101} why -->\ntext\n", [(1, 2)]),
    ("package.json", f'{{"a": "# {I101}"}}\n', []),
    ("crlf.sh", f"# {I101}\r\ngunicorn app:app\r\n", [(1, 2)]),
    ("compose.yml", f"# {I101}\ncommand:\n  - gunicorn\n  - app:app\nports: []\n", [(1, 2, 3, 4)]),
    ("k8s.yaml", f"- image: x\n  # {I101}\n  args:\n  - gunicorn\n  - app:app\n- image: y\n", [(2, 3, 4, 5)]),
    ("ci.yml", f"# {I101}\nrun: |\n  pip install x\n\n  gunicorn a:b\nname: x\n", [(1, 2, 3, 4, 5)]),
    ("compose.yml", f"services:\n  # {I101}\n  web:\n    command: gunicorn a:b\n", [(2, 3)]),
    ("compose.yml", f"# {I101}\ncommand: gunicorn a:b\nother:\n  - x\n", [(1, 2)]),
    ("compose.yml", f"# {I101}\nsteps:\n  - run: gunicorn a:b\n", [(1, 2)]),
    ("crlf.yml", f"# {I101}\r\ncommand:\r\n  - gunicorn\r\n", [(1, 2, 3)]),
]


@pytest.mark.parametrize(("path", "text", "lines"), FOUND)
def test_lines(path: str, text: str, lines: list[tuple[int, ...]]) -> None:
    found = comments(Source(path, text))
    assert [one.lines for one in found] == lines
    assert all(one.silences("CXD101", "asgi-app-on-wsgi-server") for one in found)
    assert all(one.reason in ("", "why") for one in found)


READ = [
    ("ignore[CXD101, CXD208] two of them", ("CXD101", "CXD208"), "two of them"),
    ("ignore[cxd101]: small", ("cxd101",), "small"),
    ("ignore[asgi-app-on-wsgi-server] - by name", ("asgi-app-on-wsgi-server",), "by name"),
    ("ignore", None, ""),
    ("ignore[]", (), ""),
    ("ignore everything", None, "everything"),
]


@pytest.mark.parametrize(("said", "codes", "reason"), READ)
def test_codes_and_reasons(said: str, codes: tuple[str, ...] | None, reason: str) -> None:
    (found,) = comments(Source("a.py", f"x = 1  # connexion-doctor: {said}\n"))
    assert (found.codes, found.reason) == (codes, reason)


NOT_UNDERSTOOD = [
    ("ignore", "names no rule"),
    ("ignore[]", "names no rule"),
    ("ignore[CXD999]", "no rule 'CXD999'"),
    ("ignore[CDX101]", "Did you mean CXD101?"),
    ("ignore[asgi-app-on-wsgi-serve]", "Did you mean asgi-app-on-wsgi-server?"),
    ("disable[CXD101]", "does not know 'disable'"),
]


@pytest.mark.parametrize(("said", "message"), NOT_UNDERSTOOD)
def test_what_is_not_understood_is_said(said: str, message: str) -> None:
    found = comments(Source("a.py", f"x = 1  # connexion-doctor: {said}\n"))
    (finding,) = suppression_not_understood.rule.run(found)  # type: ignore[attr-defined]
    assert message in finding.message
    assert finding.location.line == 1


CURED = [
    ("a.py", f"x = 1  # {I101} why\ny = 2\n", "x = 1\ny = 2\n"),
    ("a.py", f"# {I101}\ny = 2\n", "y = 2\n"),
    (
        "a.py",
        "x = 1  # connexion-doctor: ignore[CXD101, CXD208] why\n",
        "x = 1  # connexion-doctor: ignore[CXD208] why\n",
    ),
    ("a.py", f"x = 1\n# {I101}", "x = 1\n"),
    ("x.jsonc", f"1 /* {I101} why */\n", "1\n"),
    ("page.md", f"<!-- {I101} why -->\ntext\n", "text\n"),
    ("crlf.sh", f"gunicorn # {I101}\r\nx\r\n", "gunicorn\r\nx\r\n"),
]


@pytest.mark.parametrize(("path", "text", "after"), CURED)
def test_an_unused_comment_is_taken_out(path: str, text: str, after: str) -> None:
    source = Source(path, text)
    (comment,) = comments(source)
    (finding,) = unused_suppression.rule.run([(comment, "CXD101", source)])  # type: ignore[attr-defined]
    assert apply(text, finding.fixes[0].edits) == after
