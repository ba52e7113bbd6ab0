"""Python in the grammar of a later version than the doctor's: read, every name in its place."""

# ruff: noqa: E501  (a row is a text in a line)

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from connexion_doctor.model.newer_grammar import as_older
from connexion_doctor.model.source import parsed
from tests.reading.test_small_projects import APP, HANDLERS, SPECIFICATION, UVICORN, verdict_of

# Python of 3.12 and 3.14, and what it is read as where this Python has no such grammar.
TABLE = {
    "type parameters of a function": ("def f[T](x: T) -> T:\n    return x\n", "def f   (x: T) -> T:\n    return x\n"),
    "of a class": ("class A[T: (int, str), *Ts](Base):\n    x = 1\n", f"class A{' ' * 20}(Base):\n    x = 1\n"),
    "type parameters in lines": ("def f[\n    T,\n](x: T): ...\n", "def f\\\n     \\\n (x: T): ...\n"),
    "type": ("if x:\n    type  Ids = list[int]\n", "if x:\n    Ids       = list[int]\n"),
    "type with parameters": ("type Pair[T] = tuple[T, T]\n", "Pair         = tuple[T, T]\n"),
    "type in a text": ('x = """\ntype X = 1\n"""\ntype Y = 1\n', 'x = """\ntype X = 1\n"""\nY      = 1\n'),
    "type as a name": ("type = 3\nf'{type}'\nf'{a['b']}'\n", "type = 3\nf'{type}'\nf'{a[\"b\"]}'\n"),
    "quotes": ('x = f"{c["dir"]}/a.yaml"\n', "x = f\"{c['dir']}/a.yaml\"\n"),
    "quotes in a format": ("x = f'{a['b']!r:>{w['x']}} {{y}}'\n", "x = f'{a[\"b\"]!r:>{w[\"x\"]}} {{y}}'\n"),
    "an f-string in one": ('x = f"{", ".join(f"{a}" for a in b)}"\n', f'x = f"{{...}}"{" " * 25}\n'),
    "a backslash": ('x = f"{"\\n".join(é)}"  # ü\n', f'x = f"{{...}}"{" " * 10}  # ü\n'),
    "lines": ('x = f"{\n   a  # b\n   + b\n}" + "z"\n', 'x =   \\\nf"{...}"\\\n     \\\n   + "z"\n'),
    "lines and a comment": ('x = f"""{\n   a  # b\n} {d["x"]}"""\n', f'x = f"""{{\n...      \n{" " * 9}}}"""\n'),
    "a template": ("x = t\"a {a}\" 'b'\n", "x = f\"{...}\" 'b'\n"),
    "several exceptions": ("try:\n    pass\nexcept A, B:\n    pass\n", "try:\n    pass\nexcept A| B:\n    pass\n"),
    "nothing newer": ("x = f'{a!r:>{w}}' + rb'\\'' \"it's\"  # 'type X = 1\n", None),
    "no Python": ('x = f"{"a\n', None),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_what_it_is_read_as(name: str) -> None:
    text, older = TABLE[name]
    assert as_older(text) == older
    if older is not None:
        assert len(older.encode()) == len(text.encode())
        ast.parse(older)
        parsed(text)


def test_a_project_in_a_newer_grammar_is_judged(tmp_path: Path) -> None:
    newer = (
        'SPEC = {"file": "openapi"}\ntype Ids = list[int]\ndef of[T](one: T) -> T:\n    return one\n'
        + APP.replace('"openapi.yaml"', 'f"{SPEC["file"]}.yaml"')
    )
    files = {"app.py": newer, "openapi.yaml": SPECIFICATION, "handlers.py": HANDLERS}
    found = verdict_of(files, UVICORN, tmp_path)
    assert found.verdict.value == "serves", found.reason
