"""Every reader, on random and on mutated inputs: it never raises, and it comes to an end."""

from __future__ import annotations

import random
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connexion_doctor.discovery.context import Context
from connexion_doctor.discovery.modules import Modules
from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.readers import READERS
from connexion_doctor.discovery.resolve import Resolver
from connexion_doctor.discovery.services import Services
from connexion_doctor.discovery.tree import Tree
from connexion_doctor.model.source import Source
from tests.discovery.test_forms import FORMS

PROJECTS = Path(__file__).parent / "projects"
LONGEST = 5.0  # seconds of processor time

# What the files are made of, for inputs that get past the first line of a reader.
PARTS = [
    *"\n \t\r:={}[]()<>|&;$\\\"'`#!*@-,./%~^?+",
    "gunicorn", "uvicorn", "app:app", "python -m", "app.py", "FROM x AS y\n", "CMD ", "ENTRYPOINT ",
    "COPY . .\n", "ENV A=$B\n", "<<EOF\n", "EOF\n", "services:\n  a:\n    command: ", "kind: Pod\n",
    "containers:\n- command: ", "&x", "*x", "<<: *x\n", "{{ .V }}", "${A:-", "$(", "case $1 in\n", "esac\n",
    "if [ ", "; then\n", "fi\n", "f() {", "}\n", "exec ", '"$@"', "cd ..\n", ". ./start.sh\n",
    "[Service]\nExecStart=", "[program:x]\ncommand=", "[uwsgi]\nmodule=", "run:\n\t", "web: ",
    "import uvicorn\n", "uvicorn.run(app)\n", "if __name__ == '__main__':\n  ", "\xe9", "\ue000",
    '{"applications": ', '"startCommand": ', "sh -c '", "bash start.sh", "\u2028", "\x0c", "\x85",
]  # fmt: skip


@cache
def files() -> tuple[tuple[str, str], ...]:
    """Name and text of every file of the sample projects and of the forms."""
    paths = [path for path in sorted(PROJECTS.rglob("*")) if path.is_file()]
    found = [(str(path.relative_to(PROJECTS)), path.read_text(encoding="utf-8")) for path in paths]
    return (*found, *(item for form in FORMS.values() for item in form.files.items()))


@cache
def examples(index: int) -> tuple[tuple[str, str], ...]:
    """Those that a reader reads."""
    reader = READERS[index]
    return tuple((name, text) for name, text in files() if reader.matches(name.rpartition("/")[2], name))


@cache
def tree() -> Tree:
    """A project for the readers to look around in."""
    return Tree(PROJECTS / "dispatch")


def names_of(reader: Reader) -> list[str]:
    """Names under which a reader reads: it may read by them."""
    return sorted({name for name, _ in examples(READERS.index(reader))}) or ["x/" + reader.kind]


def check(reader: Reader, text: str, path: str = "") -> None:
    """Read a text; only ``ValueError`` and ``RecursionError`` are allowed, which become a problem."""
    context = Context(tree())
    resolver = Resolver(context, Services(tree()), Modules(tree()))
    names = names_of(reader)
    path = path or names[len(text) % len(names)]
    begin = time.process_time()
    try:
        for start in reader.read(path, Source(path, text), context):
            location = start.location
            assert location.line >= 1 and location.column >= 1
            list(resolver.launches(start))
    except (ValueError, RecursionError):
        pass
    assert time.process_time() - begin < LONGEST


def ids(reader: Reader) -> str:
    """The name of a test."""
    return f"{reader.kind}-{READERS.index(reader)}"


@pytest.mark.parametrize("reader", READERS, ids=ids)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PARTS), max_size=40).map("".join)))
def test_random_texts(reader: Reader, text: str) -> None:
    check(reader, text)


@pytest.mark.parametrize("reader", READERS, ids=ids)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_mutated_examples(reader: Reader, seed: int) -> None:
    source = random.Random(seed)
    path, text = source.choice(examples(READERS.index(reader)) or (("", ""),))
    for _ in range(source.randrange(1, 6)):
        start = source.randrange(len(text) + 1)
        end = min(len(text), start + source.choice((0, 1, 3, 40)))
        text = text[:start] + "".join(source.choices(PARTS, k=source.choice((0, 1, 2)))) + text[end:]
    check(reader, text, path)


@pytest.mark.parametrize("reader", READERS, ids=ids)
def test_one_thing_many_times(reader: Reader) -> None:
    for part in PARTS:
        for path, example in (("", ""), *examples(READERS.index(reader))[:1]):
            check(reader, example + part * 400, path)
