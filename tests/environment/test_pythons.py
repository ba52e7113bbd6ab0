"""Pythons that environments are made from: those that pyenv and uv keep, those on PATH."""

from __future__ import annotations

from pathlib import Path

import pytest

from connexion_doctor.environment import pythons

PYENV, UV = "pyenv/versions/{}/bin/python3", "uv/cpython-{}-linux-x86_64-gnu/bin/python3"
TABLE = {
    "of pyenv": ("==3.8.*", PYENV.format("3.8.18")),
    "the newest that fits": (">=3.8,<3.10", PYENV.format("3.9.18")),
    "numbers, not letters": ("==3.10.*", PYENV.format("3.10.13")),
    "of uv": ("==3.12.*", UV.format("3.12.4")),
    "on PATH": ("==3.13.*", "bin/python3.13"),
    "a name that pyenv only has elsewhere": ("==3.7.*", None),
    "no Python 3": ("==2.7.*", None),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_python_that_meets_a_specifier(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pythons, "uv_program", lambda: None)
    there = [PYENV.format(one) for one in ("3.8.18", "3.9.18", "3.10.9", "3.10.13", "2.7.18")]
    for path in (
        *there,
        UV.format("3.12.4"),
        "bin/python3.13",
        "pyenv/shims/python3.7",
        "pyenv/versions/x/y",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("#!/bin/sh\n")
        (tmp_path / path).chmod(0o755)
    environ = {
        "PATH": f"{tmp_path}/pyenv/shims:{tmp_path}/bin",
        "PYENV_ROOT": f"{tmp_path}/pyenv",
        "UV_PYTHON_INSTALL_DIR": f"{tmp_path}/uv",
    }
    wanted, found = TABLE[name]
    assert pythons.python_for(wanted, tmp_path, environ) == (found and str(tmp_path / found))
