"""CXD028: several processes of uvicorn's need the app by its name; a script that starts it is edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import diagnose, doctor, project, target

HEAD = 'import connexion, uvicorn\napp = connexion.FlaskApp(__name__)\napp.add_api("openapi.yaml")\n'
GUARD = 'if __name__ == "__main__":\n    '
MAKE = "def make():\n    return app\n"
# what starts the server, the command, and what the call becomes; the same: by hand
FAULTS = {
    "reload": ("uvicorn.run(app, reload=True)", "serve.py", 'uvicorn.run("serve:app", reload=True)'),
    "a keyword": (
        "uvicorn.run(app=app, workers=2)",
        "serve.py",
        'uvicorn.run(app="serve:app", workers=2)',
    ),
    "as a module": ("uvicorn.run(app, workers=2)", "-m serve", 'uvicorn.run("serve:app", workers=2)'),
    "Connexion's run": ("app.run(workers=2)", "serve.py", 'app.run("serve:app", workers=2, reload=False)'),
    "Connexion's run that reloads": ("app.run(reload=True)", "serve.py", 'app.run("serve:app", reload=True)'),
    "no name": ("uvicorn.run(make(), workers=2)", "serve.py", "uvicorn.run(make(), workers=2)"),
}
RIGHT = {
    "one worker": "uvicorn.run(app, workers=1)",
    "by its name": 'uvicorn.run("serve:app", workers=2)',
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_name_is_given(tmp_path: Path, name: str) -> None:
    call, command, fixed = FAULTS[name]
    project(tmp_path, serve__py=f"{HEAD}{MAKE}{GUARD}{call}\n")
    asked = ("--no-import", "--", "python", *command.split())
    assert diagnose("c3new", *asked, cwd=tmp_path).codes == ["CXD028"]
    doctor("--python", str(target("c3new").python), "--fix", *asked, cwd=tmp_path)
    assert (tmp_path / "serve.py").read_text() == f"{HEAD}{MAKE}{GUARD}{fixed}\n"


@pytest.mark.parametrize("name", RIGHT)
def test_what_uvicorn_takes_is_left(tmp_path: Path, name: str) -> None:
    project(tmp_path, serve__py=f"{HEAD}{GUARD}{RIGHT[name]}\n")
    done = diagnose("c3new", "--no-import", "--", "python", "serve.py", cwd=tmp_path)
    assert (done.codes, done.verdicts) == ([], ["serves"])


def test_the_ending_is_uvicorns(tmp_path: Path) -> None:
    """Loaded, the process really ends; one that ends for another reason is not this fault."""
    serve = f"{HEAD}{GUARD}uvicorn.run(app, workers=2)\n"
    other = f"{HEAD}import sys\n{GUARD}sys.exit(3)\n    uvicorn.run(app)\n"
    project(tmp_path, serve__py=serve, other__py=other)
    (tmp_path / "Procfile").write_text("web: python serve.py\nother: python other.py\n")
    done = diagnose("c3new", cwd=tmp_path)
    assert sorted((one["code"], one["location"]["path"]) for one in done.report["findings"]) == [
        ("CXD014", "other.py"),
        ("CXD028", "serve.py"),
    ]
