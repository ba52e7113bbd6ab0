"""Requests that were made before are not made again, and are the ones that would be made."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from connexion_doctor.compare import generated, kept_requests
from connexion_doctor.compare.specification import Api, apis
from tests.compare.comparing import APPS
from tests.running import doctor, environ


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return kept_requests.place()


def api(name: str = "bodies", base_path: str = "") -> Api:
    specification = yaml.safe_load((APPS / name / "openapi.yaml").read_text())
    return apis([{"specification": specification, "base_path": base_path}])[0]


@pytest.fixture
def no_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*args: object, **named: object) -> None:
        raise AssertionError("requests are made again")

    monkeypatch.setattr(generated, "available", none)
    monkeypatch.setattr(generated, "requests", none)


def test_what_was_made_is_kept_whole(request: pytest.FixtureRequest) -> None:
    both = [api(), api("parameters")]
    made = kept_requests.requests(both, 7)
    assert made == [generated.requests(one, 7) for one in both]
    assert any(one.body is not None and not one.body.isascii() for some, _ in made for one in some)
    request.getfixturevalue("no_generator")
    assert kept_requests.requests(both, 7) == made
    assert kept_requests.requests(both[1:], 7) == made[1:]


def test_versions_decide_them() -> None:
    named = [f"{name}-{metadata.version(name)}.dist-info" for name in ("schemathesis", "hypothesis")]
    assert set(named) <= set(kept_requests._installed())


def test_the_same_api_twice_is_made_once(cache: Path) -> None:
    first, second = kept_requests.requests([api(), api()])
    assert first == second
    assert len(list(cache.iterdir())) == 1


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("other", ["specification", "base path", "seed", "valid GETs", "installed"])
def test_what_decides_them_makes_others(other: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_requests.requests([api()])
    before = set(cache.iterdir())
    if other == "installed":
        own = tuple(kept_requests._installed())
        monkeypatch.setattr(kept_requests, "_installed", lambda: (*own, "schemathesis-9.9.dist-info"))
    asked = {"specification": api("parameters"), "base path": api(base_path="/v2")}.get(other, api())
    seed, valid_gets = 3 if other == "seed" else None, other == "valid GETs"
    made = kept_requests.requests([asked], seed, valid_gets=valid_gets)
    assert made == [generated.requests(asked, seed, valid_gets=valid_gets)]
    assert len(set(cache.iterdir()) - before) == 1


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"requests": [[1]], "left": []}', '{"requests": 1, "left": []}']
)
def test_what_cannot_be_read_is_made_again(cache: Path, text: str) -> None:
    made = kept_requests.requests([api()])
    (path,) = cache.iterdir()
    whole = path.read_text()
    path.write_text(text)
    assert kept_requests.requests([api()]) == made
    assert path.read_text() == whole


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert kept_requests.requests([api()]) == [generated.requests(api())]


def test_those_go_that_were_not_asked_for_longest(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_requests, "MOST", 2)
    paths: list[Path] = []
    for at, base in enumerate(("/a", "/b")):
        known = set(paths)
        kept_requests.requests([api(base_path=base)], valid_gets=True)
        (new,) = set(cache.iterdir()) - known
        os.utime(new, (at, at))
        paths.append(new)
    kept_requests.requests([api(base_path="/a")], valid_gets=True)  # asked for again
    kept_requests.requests([api(base_path="/c")], valid_gets=True)
    assert paths[0].exists() and not paths[1].exists()
    assert len(list(cache.iterdir())) == 2


def test_another_process_imports_no_generator(cache: Path) -> None:
    kept_requests.requests([api()])
    code = (
        "import sys\n"
        "from tests.compare.test_kept_requests import api, kept_requests\n"
        "assert kept_requests.requests([api()])[0][0]\n"
        "print([name for name in ('schemathesis', 'hypothesis') if name in sys.modules])"
    )
    words = [sys.executable, "-c", code]
    root = Path(__file__).parents[2]
    done = subprocess.run(words, cwd=root, env=environ(), capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_cleaning_the_cache_removes_them(cache: Path, tmp_path: Path) -> None:
    kept_requests.requests([api()], valid_gets=True)
    assert doctor("cache", "clean", cwd=tmp_path).code == 0
    assert not cache.exists()


def test_a_start_that_was_never_compared_imports_ahead_what_makes_requests(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = threading.Event()
    monkeypatch.setattr(generated, "available", imported.set)
    one, other = ["here", "gunicorn app:app"], ["there", "gunicorn app:app"]
    kept_requests.met(one)
    kept_requests.ahead(one)
    assert not imported.is_set() and len(list(cache.iterdir())) == 1
    kept_requests.ahead(other)
    assert imported.wait(10)
