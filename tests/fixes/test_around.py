"""A word is written for what is open around its place, in every kind of file."""

from __future__ import annotations

import pytest

from connexion_doctor.fixes.around import word
from connexion_doctor.model import Location, Style
from connexion_doctor.model.source import Source

# name of the file, its text with X where the word stands, the word, what is written there
PLACES = {
    "a shell script": ("start.sh", "exec gunicorn X\n", "a b", "'a b'"),
    "a shell script, double quotes": ("start.sh", 'sh -c "exec X"\n', "a $b", "'a \\$b'"),
    "a Procfile": ("Procfile", "web: gunicorn X\n", "it's", "'it'\"'\"'s'"),
    "a Dockerfile": ("Dockerfile", "FROM a\nRUN pip install X\n", "gunicorn>=25", "'gunicorn>=25'"),
    "a Dockerfile, single quotes": ("Dockerfile", "CMD sh -c 'exec \\\n  X'\n", "a()", '"a()"'),
    "a Dockerfile, a shell in the exec form": ("Dockerfile", 'CMD ["sh", "-c", "X"]\n', "it's", "it\\\\'s"),
    "Compose, plain": ("compose.yml", "services: {a: {command: gunicorn X}}\n", "a$b", "a\\$$b"),
    "Compose, plain, what it cannot hold": ("compose.yml", "command: gunicorn X\n", "a: b", "a:\\ b"),
    "Compose, single quotes": ("compose.yml", "command: 'gunicorn X'\n", "a()", '"a()"'),
    "Compose, double quotes": ("compose.yml", 'command: "gunicorn X"\n', "a()", "'a()'"),
    "Compose, a block": ("compose.yml", "command: |\n  gunicorn X\n", "a: 'b", "'a: '\"'\"'b'"),
    "another YAML": ("deploy.yml", "run: gunicorn X\n", "a$b", "'a$b'"),
    "TOML": ("pyproject.toml", '[tool.poe.tasks]\na = "gunicorn X"\n', "a()", "'a()'"),
    "TOML, literal": ("pyproject.toml", "[tool.poe.tasks]\na = 'gunicorn X'\n", "a()", '"a()"'),
    "package.json": ("package.json", '{"scripts": {"a": "gunicorn X"}}\n', "a()", "'a()'"),
    "systemd, a shell in quotes": ("a.service", "ExecStart=/bin/sh -c 'exec X'\n", "100%", "100%%"),
    "a Makefile": ("Makefile", "run:\n\tgunicorn X\n", "a$b", "a\\$$b"),
    "supervisor": ("supervisord.conf", "[program:a]\ncommand = gunicorn X\n", "100%", "100%%"),
    "Python": ("run.py", "subprocess.run('gunicorn X', shell=True)\n", "a()", '"a()"'),
}


@pytest.mark.parametrize(("name", "text", "value", "after"), PLACES.values(), ids=list(PLACES))
def test_a_word_fits_its_place(name: str, text: str, value: str, after: str) -> None:
    source = Source(name, text)
    line, column = source.position(text.rindex("X"))
    place = Location(name, line, column, line, column + 1)
    assert word(value, Style.SHELL, place, {name: source}) == after


@pytest.mark.parametrize(
    ("style", "name", "value", "after"),
    [
        (Style.JSON, "Dockerfile", 'a "b" $c', '"a \\"b\\" $c"'),
        (Style.JSON, "compose.yml", "a$b", '"a$$b"'),
        (Style.YAML, "compose.yml", "-k", '"-k"'),
        (Style.YAML, "pod.yml", "app:create_app()", "app:create_app()"),
        (Style.SYSTEMD, "a.service", "100% $x", "'100%% $$x'"),
        (Style.SYSTEMD, "a.service", "it's", '"it\'s"'),
    ],
)
def test_a_word_of_a_list(style: Style, name: str, value: str, after: str) -> None:
    assert word(value, style, Location(name, 1, 1, 1, 2), {}) == after
