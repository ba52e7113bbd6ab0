"""gunicorn that the project's own Python starts: the worker is named in the options it is given there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import APP, diagnose, doctor, project, target

RUN = f"""{APP}
from gunicorn.app.base import BaseApplication


class Standalone(BaseApplication):
    def __init__(self, options):
        self.options = options
        super().__init__()

    def load_config(self):
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self):
        return app


"""
WORKER = '"worker_class": "uvicorn_worker.UvicornWorker"'
FORMS = {
    "in the call": ('Standalone({"workers": 2}).run()\n', 'Standalone({"workers": 2, %s}).run()\n'),
    "behind a name, over lines": (
        'given = {\n    "bind": "127.0.0.1:8000",\n    "workers": 2,\n}\nStandalone(given).run()\n',
        'given = {\n    "bind": "127.0.0.1:8000",\n    "workers": 2,\n    %s,\n}\nStandalone(given).run()\n',
    ),
    "another worker is named": (
        'made = Standalone({"worker_class": "gthread"})\nmade.run()\n',
        "made = Standalone({%s})\nmade.run()\n",
    ),
    "more may follow": ('Standalone({"workers": 2, **{}}).run()\n', None),
    "not written out": ("Standalone(dict(workers=2)).run()\n", None),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_options_name_the_worker(name: str, tmp_path: Path) -> None:
    before, after = FORMS[name]
    project(tmp_path, serve__py=RUN + before, requirements__txt="connexion[flask]==3.3.0\ngunicorn==25.1.0\n")
    asked = ("--", "python", "serve.py")
    done = diagnose("c3new", *asked, cwd=tmp_path)
    assert done.verdicts == ["fails"]
    fix = done.fix("CXD101")
    if after is None:
        assert fix["applicability"] == "manual"
        assert fix["edits"] == []
        return
    doctor("--python", str(target("c3new").python), "--fix", *asked, cwd=tmp_path)
    assert (tmp_path / "serve.py").read_text() == RUN + after % WORKER
    assert "\nuvicorn-worker==" in (tmp_path / "requirements.txt").read_text()
    assert diagnose("c3new", *asked, cwd=tmp_path).verdicts == ["serves"]
