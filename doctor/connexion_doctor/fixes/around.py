"""What is open around a place of a file, and decides how a word has to be written there.

``CMD sh -c 'exec gunicorn app:app'`` holds a whole command in quotes of a shell, ``command: "gunicorn app"``
in a scalar of YAML, a task of ``pyproject.toml`` in a string of TOML; Compose and make read dollars of their
own, systemd percent signs.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Mapping

from connexion_doctor.foundation import late
from connexion_doctor.model import Location, Style
from connexion_doctor.model.source import Source
from connexion_doctor.writing.languages import CannotBeWritten, Kind, Within, inside, shell_word, written

PLAIN = late.pattern(r"[\w@+=:./-]+", re.ASCII)  # means itself in every language
KINDS = {Style.JSON: Kind.JSON, Style.YAML: Kind.YAML, Style.SYSTEMD: Kind.SYSTEMD}
# TOML's strings, JSON's among them, and comments, which hold no string. One that nothing closes goes on to
# the end of what it may hold, so that no character is looked at again and again.
STRINGS = late.pattern(
    r'"""(?P<long>(?:\\(?:.|\Z)|[^\\])*?)(?:"""|\Z)|"(?P<basic>(?:\\(?:.|\Z)|[^"\\\n])*)"?|'
    r"'''(?P<raw>.*?)(?:'''|\Z)|'(?P<literal>[^'\n]*)'?|#[^\n]*",
    re.DOTALL,
)
INSTRUCTION = late.pattern(
    r"\s*(?:ONBUILD\s+)?(?:RUN|CMD|ENTRYPOINT|SHELL|HEALTHCHECK\b.*?\bCMD)\s*", re.IGNORECASE
)
Open = tuple[int, tuple[Within, ...]]  # where a string begins, and what it is, the innermost first


def word(text: str, style: Style, place: Location | None, sources: Mapping[str, Source]) -> str:
    """A word of a command as it has to be written at its place.

    :param sources: texts by the path that locations give
    :raises CannotBeWritten: there is no way to write it there
    """
    if PLAIN.fullmatch(text) and style is not Style.YAML:
        return written(text, Kind.JSON) if style is Style.JSON else text
    if style is Style.SHELL:
        return shell_word(text, around(place, sources))
    return written(inside(text, dollars(place)), KINDS[style])


def around(place: Location | None, sources: Mapping[str, Source]) -> tuple[Within, ...]:
    """What is open at a place of a shell word, the innermost first."""
    source = sources.get(place.path) if place is not None else None
    if source is None or place is None:
        return ()
    at = source.offset(place.line - 1, place.column - 1)
    start, outer = _string(source, at)
    before = source.text[start:at]
    if Within.ESCAPED in outer:
        before = re.sub(r"\\(.)", r"\1", before)
    elif Within.YAML_SINGLE in outer or Within.PYTHON_SINGLE in outer:
        before = before.replace("''", "'").replace("\\'", "'")
    quote = _open_quote(before)
    if not quote:
        return outer
    if outer[:1] == (Within.SYSTEMD,):
        return (Within.SYSTEMD_QUOTES, *outer)
    return (Within.SINGLE if quote == "'" else Within.DOUBLE, *outer)


def dollars(place: Location | None) -> tuple[Within, ...]:
    """What reads dollars before the words of a list are taken."""
    from connexion_doctor.discovery.readers import compose

    name = place.path.rpartition("/")[2] if place is not None else ""
    return (Within.DOLLARS,) if compose.matches(name, name) else ()


def _string(source: Source, at: int) -> Open:
    """The string, or the line, that a place stands in."""
    name = source.path.rpartition("/")[2].lower()
    if name.endswith((".yml", ".yaml")):
        return _in_yaml(source, at)
    if name.endswith((".toml", ".json")) or name == "pipfile":
        return _in_toml(source, at)
    if name.endswith((".py", ".wsgi")):
        return _in_python(source, at)
    start = _logical_line(source.text, at)
    return _in_line(source, name, start, at)


def _in_line(source: Source, name: str, start: int, at: int) -> Open:
    from connexion_doctor.discovery.readers import dockerfile, makefile, procfile, supervisor, systemd

    if dockerfile.matches(name, name):
        begin = INSTRUCTION.match(source.text, start)
        if begin is None:
            return start, ()  # a here-document
        listed = source.text.startswith("[", begin.end())
        quoted = source.text.rfind('"', begin.end(), at) + 1
        return (quoted or begin.end(), (Within.ESCAPED,)) if listed else (begin.end(), (Within.LINE,))
    if procfile.matches(source.path.rpartition("/")[2], name):
        return start, (Within.LINE,)
    if systemd.matches(name, name):
        return start, (Within.SYSTEMD,)
    if makefile.matches(name, name):
        return start, (Within.LINE,) if "just" in name else (Within.LINE, Within.DOLLARS)
    if supervisor.matches(name, name):
        return start, (Within.PERCENTS,)
    return start, ()


def _in_yaml(source: Source, at: int) -> Open:
    from connexion_doctor.discovery.yaml_nodes import Node, YamlError, documents

    try:
        pending: list[Node] = documents(source, template=True)
    except YamlError:
        return _logical_line(source.text, at), ()
    for _ in range(100_000):
        if not pending:
            break
        node = pending.pop()
        if node.kind == "scalar":
            start, end = node.span
            if start <= at <= end and (start, end) != (at, at):
                return _scalar(source, node, start, at)
        elif node.kind == "sequence":
            pending += node.elements()
        else:
            pending += [Node(source, value) for _, value in node.raw.value]
    return _logical_line(source.text, at), ()


def _scalar(source: Source, node: object, start: int, at: int) -> Open:
    style = getattr(getattr(node, "raw", None), "style", None)
    outer = dollars(source.span(start, start))
    if style in ("|", ">"):
        return source.text.find("\n", start, at) + 1, (*outer, Within.YAML_BLOCK)
    if style in ("'", '"'):
        return start + 1, (*outer, Within.YAML_SINGLE if style == "'" else Within.ESCAPED)
    return start, (*outer, Within.YAML_PLAIN)


def _in_toml(source: Source, at: int) -> Open:
    for match in STRINGS.finditer(source.text):
        if match.start() < at < match.end() and match.lastgroup is not None:
            literal = match.lastgroup in ("raw", "literal")
            return match.start(match.lastgroup), (Within.LITERAL if literal else Within.ESCAPED,)
    return _logical_line(source.text, at), ()


def _in_python(source: Source, at: int) -> Open:
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            start = source.offset(token.start[0] - 1, token.start[1])
            end = source.offset(token.end[0] - 1, token.end[1])
            if token.type == tokenize.STRING and start < at < end:
                quote = re.match(r"(\"\"\"|'''|\"|')", token.string)
                if quote is None:  # of bytes, raw, or with values in it
                    raise CannotBeWritten(token.string)
                kind = Within.PYTHON_SINGLE if quote[1][0] == "'" else Within.ESCAPED
                return start + len(quote[1]), (kind,)
            if token.type == tokenize.STRING or start <= at:
                continue
            break
    except (tokenize.TokenError, SyntaxError):
        pass
    return at, ()


def _logical_line(text: str, at: int) -> int:
    """Where the line begins that a place stands in, with the lines that continue in it."""
    start = text.rfind("\n", 0, at) + 1
    while start >= 2 and text[:start].rstrip("\r\n").endswith("\\"):
        start = text.rfind("\n", 0, start - 1) + 1
    return start


def _open_quote(text: str) -> str:
    """The quote of a shell that is open at the end of a text."""
    quote, escaped = "", False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
    return quote
