"""Imports that fixes leave without a use go, and those that fixes need stand in order."""

# ruff: noqa: E501  (a row is a case)

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.fixes import spans
from connexion_doctor.fixes.unused_imports import left_behind
from connexion_doctor.model import Edit
from connexion_doctor.model.source import Source
from connexion_doctor.python import read_project
from connexion_doctor.python.edits import add_import

# (the module, what an edit takes out of it) -> what is left
TAKEN_OUT = {
    ("import connexion\nimport os\nconnexion.a()\n", "connexion.a()"): "import os\n\n",
    ("from flask_cors import CORS\nCORS(x)\n", "CORS(x)"): "\n",
    ("from connexion import A, B as C\nA(C)\nC()\n", "A(C)"): "from connexion import B as C\n\nC()\n",
    ("import flask  # noqa: F401\nflask.a()\n", "flask.a()"): "import flask  # noqa: F401\n\n",
    ("import shop\nshop.a()\n", "shop.a()"): "import shop\n\n",
    ("from flask import g\n__all__ = ['g']\ng.a\n", "g.a"): "from flask import g\n__all__ = ['g']\n\n",
    ("import flask\nflask.a()\nflask.b()\n", "flask.a()"): "import flask\n\nflask.b()\n",
    ("from flask import (\n    g,\n    request,\n)\ng.a\nrequest\n", "g.a"):
        "from flask import (\n    g,\n    request,\n)\n\nrequest\n",
}  # fmt: skip


@pytest.mark.parametrize(("text", "gone"), TAKEN_OUT)
def test_what_nothing_uses_any_more_goes(text: str, gone: str) -> None:
    source = Source("shop.py", text)
    edit = Edit(source.span(text.rindex(gone), text.rindex(gone) + len(gone)), "")
    made = spans.apply(text, [edit, *left_behind(source, [edit])])
    assert made == TAKEN_OUT[text, gone]
    package = Source("shop/__init__.py", text)
    assert left_behind(package, [edit]) == ()


HEAD = "import connexion\nfrom connexion import request\nfrom flask_cors import CORS\n"
# (the module, (name, source)) -> the lines around what is put in
PUT_IN = {
    (f"import os\n\n{HEAD}\nfrom shop import a\n", ("Jsonifier", "connexion.jsonifier")):
        "from connexion import request\nfrom connexion.jsonifier import Jsonifier\nfrom flask_cors import CORS\n",
    (f"import os\n\n{HEAD}\nfrom shop import a\n", ("flask", "")):
        "import connexion\nimport flask\nfrom connexion import request\n",
    (f"import os\n\n{HEAD}\nfrom shop import a\n", ("CORSMiddleware", "starlette.middleware.cors")):
        "from flask_cors import CORS\nfrom starlette.middleware.cors import CORSMiddleware\n\nfrom shop",
    (f"import os\n\n{HEAD}\nfrom shop import a\n", ("json", "")): "import json\nimport os\n\nimport connexion\n",
    (f"import sys\nimport os\n\n{HEAD}", ("json", "")): "import sys\nimport os\nimport json\n\nimport connexion\n",
    (f"from __future__ import annotations\n\n{HEAD}", ("json", "")): f"annotations\n\nimport json\n\n{HEAD}",
    ('"""Shop."""\nx = 1\nimport connexion\n', ("flask", "")): '"""Shop."""\n\nimport flask\nx = 1\n',
    (HEAD, ("CORS", "flask_cors")): HEAD,
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), PUT_IN)
def test_an_import_stands_in_order(text: str, wanted: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "web.py").write_text(text)
    module = read_project(tmp_path, [tmp_path / "web.py"]).modules[0]
    edit = add_import(module, *wanted)
    assert PUT_IN[text, wanted] in spans.apply(text, [edit] if edit is not None else [])
