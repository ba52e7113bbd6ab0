"""A value written into a place of a kind, so that the reader of that place gets the value and nothing else.

``written`` makes the whole of a value, with the quotes that its language needs. ``inside`` makes text fit
into a string that is open already: a shell word in a YAML scalar is written for the shell first, then for
the scalar around it. What a language has no way to say raises :class:`CannotBeWritten`.

Sources: POSIX.1-2017 XCU 2.2; YAML 1.2.2, 7.3; RFC 8259, 7; TOML 1.0.0, "String"; systemd.syntax(7),
systemd.service(5) "Command lines", systemd.exec(5) "Environment"; the Compose file reference
("Interpolation"); GNU make, "Basics of Variable References"; uWSGI, core/ini.c; python-dotenv, parser.py.
"""

from __future__ import annotations

import enum
import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence

from connexion_doctor.foundation import late


class CannotBeWritten(ValueError):
    """The place's language has no way to say a value; the message is the value."""


class Kind(str, enum.Enum):
    """What a whole value is written as."""

    SHELL = "a word of a shell"
    JSON = "a string of JSON"  # Dockerfile's exec form, flow lists of YAML
    YAML = "a scalar of YAML"
    TOML = "a string of TOML"
    SYSTEMD = "a word of ExecStart"
    VARIABLE = "an assignment of systemd's Environment"
    UWSGI_INI = "a value of uWSGI's ini"
    UWSGI_YAML = "a value of uWSGI's YAML"
    UWSGI_JSON = "a value of uWSGI's JSON"
    UWSGI_XML = "a value of uWSGI's XML"
    CFG = "a line of a list in setup.cfg"
    REQUIREMENTS = "a line of requirements"
    DOTENV = "a value of a .env file"
    PYTHON = "a string of Python"


class Within(str, enum.Enum):
    """What is open around a place, and says by itself what some characters mean."""

    LINE = "a line"  # of a Dockerfile, a Procfile: a newline would end it
    SINGLE = "single quotes of a shell"
    DOUBLE = "double quotes of a shell"
    YAML_PLAIN = "a plain scalar of YAML"
    YAML_SINGLE = "a scalar of YAML in single quotes"
    YAML_BLOCK = "a block scalar of YAML"
    ESCAPED = "a string of JSON, or one of YAML, TOML or Python in double quotes"
    LITERAL = "a literal string of TOML"
    PYTHON_SINGLE = "a string of Python in single quotes"
    DOLLARS = "what Compose and make read"  # a dollar is written twice
    PERCENTS = "what supervisor reads"  # a percent sign is written twice
    SYSTEMD = "a line of systemd"
    SYSTEMD_QUOTES = "quotes of systemd, of either kind"


ASSIGNMENT = late.pattern(r"[A-Za-z_]\w*\+?=")


def written(text: str, kind: Kind) -> str:
    """A value as it has to be written in a place of this kind.

    :raises CannotBeWritten: the language has no way to say it
    """
    return _WHOLE[kind](text)


def inside(text: str, within: Sequence[Within]) -> str:
    """Text as it has to stand in what is open around a place.

    :param within: the innermost first
    :raises CannotBeWritten: one of them has no way to hold it
    """
    for one in within:
        text = _INSIDE[one](text)
    return text


def shell_word(text: str, within: Sequence[Within] = (), expands: bool = False) -> str:
    """A word of a shell as it has to stand in what is open around it, with as few escapes as may be.

    :param expands: an expansion in double quotes will stand in it, and the quotes have to be kept
    :raises CannotBeWritten: there is no way to write it there
    """
    spellings = [_in_double(text, True)] if expands else [_shell(text), _in_double(text), _escaped(text)]
    fitting = []
    for spelling in spellings:
        try:
            fitting.append((inside(spelling, within), spelling))
        except CannotBeWritten:
            continue
    if not fitting:
        raise CannotBeWritten(text)
    best = next((made for made, spelling in fitting if made == spelling), None)
    return best if best is not None else min((made for made, _ in fitting), key=len)


def string_of_python(text: str, quote: str = '"') -> str:
    """A string of Python, in the quotes that stand there already."""
    return f"{quote}{inside(text, [Within.PYTHON_SINGLE if quote == chr(39) else Within.ESCAPED])}{quote}"


def string_of_toml(text: str, quote: str = '"') -> str:
    """A string of TOML, literal where the others there are and it can be."""
    try:
        return f"'{_literal(text)}'" if quote == "'" else _json(text)
    except CannotBeWritten:
        return _json(text)


def requirement(text: str, before: str) -> str:
    """A requirement in place of another one, the quotes of its marker of the kind that stood there: what is
    around them may be quotes of the other kind. (PEP 508 knows both.)"""
    old, new = ("'", '"') if '"' in before else ('"', "'")
    return text if not re.search("['\"]", before) or new in text else text.replace(old, new)


# -- whole values ------------------------------------------------------------------------------


def _shell(text: str) -> str:
    name = ASSIGNMENT.match(text)  # in quotes it would be the name of a program
    if name is not None:
        return name[0] + shlex.quote(text[name.end() :])
    return shlex.quote(text)


def _in_double(text: str, always: bool = False) -> str:
    name = ASSIGNMENT.match(text)
    head, rest = (name[0], text[name.end() :]) if name is not None else ("", text)
    if shlex.quote(rest) == rest and not always:
        return text
    return f'{head}"{_double(rest)}"'


def _escaped(text: str) -> str:
    if not text or "\n" in text:  # a backslash in front of a newline takes it away
        return _shell(text)
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)


def _json(text: str) -> str:
    """JSON lets characters stand that YAML and TOML want escaped; escaped, they are right in all three."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff]", lambda match: f"\\u{ord(match[0]):04x}", quoted)


# What YAML reads as a number, a date, a truth value or nothing, where the text alone is meant.
NO_TEXT = late.pattern(
    r"[-+.]?\d[\w.:+-]*|true|false|yes|no|on|off|y|n|null|~|\.nan|[-+]?\.inf|=|<<", re.IGNORECASE
)


INDICATORS = "-?:,[]{}#&*!|>'\"%@`"  # what a plain scalar may not begin with


def _yaml(text: str) -> str:
    plain = text and text[0] not in INDICATORS and not NO_TEXT.fullmatch(text)
    try:
        return _plain(text) if plain and text.strip() == text else _json(text)
    except CannotBeWritten:
        return _json(text)


def _systemd(text: str) -> str:
    """systemd takes quotes off whole words alone, and undoes C's escapes in both kinds of them."""
    marked = text.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w@%+=:,./$-]+", marked, re.ASCII):
        return marked
    if not re.search(r"['\"\\\n\t]", marked) and text:
        return f"'{marked}'"
    return _c_string(marked)


def _variable(text: str) -> str:
    marked = text.replace("%", "%%")
    if re.fullmatch(r"[\w@%+=:,./$-]+", marked, re.ASCII):
        return marked
    return _c_string(marked)


def _c_string(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{text}"'


def _uwsgi(text: str) -> str:
    """In every format a percent sign begins a placeholder, ``$(`` a variable, ``@(`` what is read from
    elsewhere; in ini nothing behind a value is a comment, and no quotes are undone."""
    if text != text.strip() or not text or re.search(r"[\n\r]|\$\(|@\(", text):
        raise CannotBeWritten(text)
    return text.replace("%", "%%")


def _uwsgi_yaml(text: str) -> str:
    """uWSGI's own parser takes quotes for part of the value; with libyaml they are undone."""
    made = _plain(_uwsgi(text))
    if made[0] in INDICATORS:
        raise CannotBeWritten(text)
    return made


def _cfg(text: str) -> str:
    if text != text.strip() or not text or re.search(r"[\n\r]|(^|\s)[#;]|^\[", text):
        raise CannotBeWritten(text)
    return text


def _requirements(text: str) -> str:
    if text != text.strip() or not text or re.search(r"[\n\r]|(^|\s)#|\\$|\$\{[A-Z0-9_]+\}", text):
        raise CannotBeWritten(text)
    return text


def _dotenv(text: str) -> str:
    """Single quotes keep all but themselves and backslashes; ``${NAME}`` is replaced even there."""
    if "${" in text:
        raise CannotBeWritten(text)
    if re.fullmatch(r"[\w@%+=:,./-]+", text, re.ASCII):
        return text
    body = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{body}'"


def _uwsgi_xml(text: str) -> str:
    from html import escape  # with a table of two thousand names, which nothing else needs

    return escape(_uwsgi(text), quote=False)


_WHOLE: Mapping[Kind, Callable[[str], str]] = {
    Kind.SHELL: _shell,
    Kind.JSON: _json,
    Kind.YAML: _yaml,
    Kind.TOML: _json,
    Kind.SYSTEMD: _systemd,
    Kind.VARIABLE: _variable,
    Kind.UWSGI_INI: _uwsgi,
    Kind.UWSGI_YAML: _uwsgi_yaml,
    Kind.UWSGI_JSON: lambda text: _json(_uwsgi(text)),
    Kind.UWSGI_XML: _uwsgi_xml,
    Kind.CFG: _cfg,
    Kind.REQUIREMENTS: _requirements,
    Kind.DOTENV: _dotenv,
    Kind.PYTHON: string_of_python,
}


# -- inside of what is open --------------------------------------------------------------------


def _line(text: str) -> str:
    if re.search(r"[\n\r]", text):
        raise CannotBeWritten(text)
    return text


def _double(text: str) -> str:
    return re.sub(r'(["\\$`])', r"\\\1", text)


def _plain(text: str) -> str:
    """Inside of a plain scalar nothing can be escaped; brackets and commas would end one in a flow list."""
    if re.search(r"[\n\r\t]|:(\s|$)|(^|\s)#|[\[\]{},]|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]", text):
        raise CannotBeWritten(text)
    return text


def _block(text: str) -> str:
    if re.search(r"[\n\r]|[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text):
        raise CannotBeWritten(text)
    return text


def _literal(text: str) -> str:
    if re.search(r"'|[\x00-\x08\x0a-\x1f\x7f]", text):
        raise CannotBeWritten(text)
    return text


def _percents(text: str) -> str:
    if re.search(r"\s;", text):  # a comment, in quotes as well
        raise CannotBeWritten(text)
    return _line(text).replace("%", "%%")


def _systemd_line(text: str) -> str:
    return _line(text).replace("%", "%%").replace("$", "$$")


_INSIDE: Mapping[Within, Callable[[str], str]] = {
    Within.LINE: _line,
    Within.SINGLE: lambda text: text.replace("'", "'\\''"),
    Within.DOUBLE: _double,
    Within.YAML_PLAIN: _plain,
    Within.YAML_SINGLE: lambda text: _block(text).replace("'", "''"),
    Within.YAML_BLOCK: _block,
    Within.ESCAPED: lambda text: _json(text)[1:-1],
    Within.LITERAL: _literal,
    Within.PYTHON_SINGLE: lambda text: _json(text)[1:-1].replace('\\"', '"').replace("'", "\\'"),
    Within.DOLLARS: lambda text: text.replace("$", "$$"),
    Within.PERCENTS: _percents,
    Within.SYSTEMD: _systemd_line,
    Within.SYSTEMD_QUOTES: lambda text: re.sub(r"([\\'\"])", r"\\\1", text),
}
