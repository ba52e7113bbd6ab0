"""Nasty values in every kind of place, read back by the reader that the place really has."""

from __future__ import annotations

import ast
import configparser
import io
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from packaging.requirements import Requirement

from connexion_doctor.writing.languages import (
    CannotBeWritten,
    Kind,
    Within,
    inside,
    requirement,
    shell_word,
    string_of_python,
    string_of_toml,
    written,
)
from tests.environments import Unavailable, environment

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

VALUES = (
    "plain", "gunicorn>=23", "a*b", "*", "$HOME", "${HOME}", "$(id)", "100%", "%h", "%(name)s", "it's",
    'say "hi"', "both ' and \"", "two words", " around ", "# no comment", "a #b", "a: b", "bang!", "!tag",
    "back\\slash", "ends\\", "`id`", "é ü 漢字", "a;b", "a ;b", "a&b", "[x]", "{x}", "app:create_app()", "-",
    "", "true", "null", "1.0", "0x1f", "~", "=", "<<", "@x", "| x", "NAME=a b", "a,b", "\U0001f600",
    "DEL\x7f", "two\nlines", "tab\there",
)  # fmt: skip


def sh(words: str) -> list[str]:
    """What a shell gives a program."""
    done = subprocess.run(["sh", "-c", f"printf '%s\\0' {words}"], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().split("\0")[:-1]


def of_yaml(text: str) -> object:
    return yaml.safe_load(text)


def of_cfg(text: str) -> str:
    """As setuptools reads a list of ``setup.cfg``."""
    parser = configparser.RawConfigParser(delimiters=("=", ":"))
    parser.read_string(f"[options]\ninstall_requires =\n    {text}\n    last\n")
    first, last = parser.get("options", "install_requires").strip().split("\n")
    assert last == "last"
    return first


def of_systemd(text: str, variables: bool = True) -> str:
    """One word by the rules of systemd.syntax(7) and systemd.service(5): quotes wrap whole words, C's
    escapes are undone in and outside of them, ``%%`` and ``$$`` are one character, others would expand."""
    assert "\n" not in text
    body, quote = text, ""
    if text[:1] in ("'", '"'):
        quote, body = text[0], text[1:-1]
        assert text[-1] == quote and not re.search(rf"(?<!\\)(\\\\)*{quote}", body), text
    else:
        assert body and not re.search(r"[\s'\"]", body), text
    made = re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), body)
    assert "%" not in made.replace("%%", ""), made
    assert not variables or "$" not in made.replace("$$", ""), made
    made = made.replace("%%", "%")
    return made.replace("$$", "$") if variables else made


def of_requirements(text: str) -> str:
    """A line as pip takes it: joined with the next at a backslash, comments off, variables put in."""
    from pip._internal.req.req_file import preprocess

    lines = [line for _, line in preprocess(f"{text}\nlast\n")]
    assert lines[1:] == ["last"]
    return lines[0]


def of_dotenv(text: str) -> str | None:
    dotenv = pytest.importorskip("dotenv")
    found: dict[str, str | None] = dotenv.dotenv_values(stream=io.StringIO(f"A={text}\nB=last\n"))
    assert found["B"] == "last"
    return found["A"]


READERS: dict[Kind, Callable[[str], object]] = {
    Kind.SHELL: lambda text: sh(text)[0],
    Kind.JSON: lambda text: json.loads(f"[{text}, 1]")[0],
    Kind.YAML: lambda text: of_yaml(f"words:\n  - {text}\n  - last\n")["words"][0],  # type: ignore[index]
    Kind.TOML: lambda text: tomllib.loads(f"a = [{text}, 'last']\n")["a"][0],
    Kind.SYSTEMD: of_systemd,
    Kind.VARIABLE: lambda text: of_systemd(text, variables=False),
    Kind.CFG: of_cfg,
    Kind.REQUIREMENTS: of_requirements,
    Kind.DOTENV: of_dotenv,
    Kind.PYTHON: ast.literal_eval,
}
# What a language cannot say; each is refused, none is written wrong.
REFUSES = {
    Kind.CFG: {" around ", "# no comment", "a #b", "a ;b", "[x]", "", "two\nlines"},
    Kind.REQUIREMENTS: {" around ", "# no comment", "a #b", "${HOME}", "ends\\", "", "two\nlines"},
    Kind.DOTENV: {"${HOME}"},
}


@pytest.mark.parametrize(
    "kind", [kind for kind in READERS if kind is not Kind.SHELL], ids=lambda kind: kind.name
)
def test_a_value_is_read_back(kind: Kind) -> None:
    refused = set()
    for value in VALUES:
        try:
            text = written(value, kind)
        except CannotBeWritten:
            refused.add(value)
            continue
        assert READERS[kind](text) == value, text
    assert refused == REFUSES.get(kind, set())


def test_a_shell_reads_all_words_back() -> None:
    words = [value for value in VALUES if "=" not in value[1:]]
    assert sh(" ".join(written(value, Kind.SHELL) for value in words)) == words


def test_an_assignment_stays_one() -> None:
    done = subprocess.run(
        ["sh", "-c", f"{written('NAME=a $b', Kind.SHELL)} env"], stdout=subprocess.PIPE, text=True, check=True
    )
    assert "NAME=a $b\n" in done.stdout


def of_compose(text: str) -> str:
    assert "$" not in text.replace("$$", "")
    return text.replace("$$", "$")


def of_make(text: str) -> str:
    """What make gives the shell for a recipe's line."""
    done = subprocess.run(
        ["make", "-n", "-s", "-f", "-"],
        input=f"all:\n\t{text}\n",
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout[:-1]


def of_supervisor(text: str) -> str:
    """As supervisor reads ``command``: its own parser with comments, then its expansion."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
    parser.read_string(f"[program:x]\ncommand = {text.replace('#', chr(1))}\n")
    value = parser.get("program:x", "command").replace(chr(1), "#")
    made: str = value % {}
    return made


# what is open around a shell word -> the file's text with {} where the word stands, to the shell's text
AROUND: dict[tuple[Within, ...], tuple[str, Callable[[str], str]]] = {
    (Within.LINE,): ("{}", lambda text: text),
    (Within.SINGLE, Within.LINE): ("sh -c 'printf \"%s\\0\" {}'", lambda text: shlex.split(text)[2]),
    (Within.DOUBLE,): ('"x {}"', lambda text: "printf '%s\\0' " + sh(text)[0][2:]),
    (Within.YAML_PLAIN,): ("a: x {}", lambda text: of_yaml(text)["a"][2:]),  # type: ignore[index]
    (Within.YAML_SINGLE,): ("a: 'x {}'", lambda text: of_yaml(text)["a"][2:]),  # type: ignore[index]
    (Within.ESCAPED,): ('["x {}"]', lambda text: of_yaml(text)[0][2:]),  # type: ignore[index]
    (Within.YAML_BLOCK,): ("a: |\n  x {}\n", lambda text: of_yaml(text)["a"][2:]),  # type: ignore[index]
    (Within.DOLLARS, Within.ESCAPED): ('["x {}"]', lambda text: of_compose(json.loads(text)[0][2:])),
    (Within.SINGLE, Within.ESCAPED): (
        '["sh -c \'printf \\"%s\\\\0\\" {}\'"]',
        lambda text: shlex.split(json.loads(text)[0])[2],
    ),
    (Within.LITERAL,): ("a = 'x {}'", lambda text: tomllib.loads(text)["a"][2:]),
    (Within.PYTHON_SINGLE,): ("'x {}'", lambda text: ast.literal_eval(text)[2:]),
    (Within.LINE, Within.DOLLARS): ("printf '%s\\0' {}", of_make),
    (Within.PERCENTS,): ("x {}", lambda text: of_supervisor(text)[2:]),
    (Within.SYSTEMD_QUOTES, Within.SYSTEMD): ("'{}'", of_systemd),
}  # fmt: skip


def received(shell_text: str) -> list[str]:
    if shell_text.startswith("printf "):
        done = subprocess.run(["sh", "-c", shell_text], stdout=subprocess.PIPE, check=True)
        return done.stdout.decode().split("\0")[:-1]
    return sh(shell_text)


@pytest.mark.parametrize("around", AROUND, ids=lambda around: " in ".join(one.name for one in around))
def test_a_shell_word_fits_what_is_around_it(around: tuple[Within, ...]) -> None:
    template, read = AROUND[around]
    said = []
    for value in VALUES:
        try:
            word = shell_word(value, around)
        except CannotBeWritten:
            said.append(value)
            continue
        assert received(read(template.replace("{}", word))) == [value], word
    assert not set(said) & {"gunicorn>=23", "app:create_app()", "*", "two words", "$HOME", "100%"}


@pytest.mark.parametrize("quote", ["'", '"'])
def test_strings_keep_the_quotes_that_stood_there(quote: str) -> None:
    for value in VALUES:
        text = string_of_python(value, quote)
        assert text[0] == quote
        assert ast.literal_eval(text) == value
        assert tomllib.loads(f"a = {string_of_toml(value, quote)}")["a"] == value


@pytest.mark.parametrize("before", ["a; python_version < '3.9'", 'a; python_version < "3.9"', "a"])
def test_a_requirement_keeps_the_quotes_of_its_marker(before: str) -> None:
    made = requirement('connexion[flask]>=3.3,<4; python_version < "3.9"', before)
    assert ("'" in made) is ("'" in before)
    assert str(Requirement(made).marker) == 'python_version < "3.9"'


@pytest.mark.parametrize("suffix", ["ini", "yaml", "xml"])
def test_uwsgi_reads_its_values_back(tmp_path: Path, suffix: str) -> None:
    try:
        uwsgi = environment("c3uwsgi").python.parent / "uwsgi"
    except Unavailable as reason:
        pytest.skip(str(reason))
    kind = {"ini": Kind.UWSGI_INI, "yaml": Kind.UWSGI_YAML, "xml": Kind.UWSGI_XML}[suffix]
    values, lines = [], []
    for value in VALUES:
        try:
            text = written(value, kind)
        except CannotBeWritten:
            continue
        values.append(value)
        form = {"ini": "set-ph = n={}", "yaml": "  set-ph: n={}", "xml": "<set-ph>n={}</set-ph>"}[suffix]
        lines.append(form.format(text))
    head, tail = {"ini": ("[uwsgi]", ""), "yaml": ("uwsgi:", ""), "xml": ("<uwsgi>", "</uwsgi>")}[suffix]
    path = tmp_path / f"a.{suffix}"
    path.write_text("\n".join([head, *lines, tail]) + "\n", encoding="utf-8")
    if suffix == "xml":
        assert ElementTree.parse(path).getroot().tag == "uwsgi"
    done = subprocess.run(
        [uwsgi, f"--{suffix}", path, "--show-config", "--no-server"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, encoding="utf-8", check=False,
    )  # fmt: skip
    shown = re.findall(r"(?m)^set-ph = n=(.*)$", done.stdout)
    assert shown == values
    assert {"app:create_app()", "100%", "it's"} <= set(values)


def test_what_cannot_stand_there_is_refused() -> None:
    for within in (Within.LINE, Within.YAML_PLAIN, Within.LITERAL):
        with pytest.raises(CannotBeWritten):
            inside("two\nlines", [within])
