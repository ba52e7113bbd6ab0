"""What is known only when a command runs (``$PORT``, ``$(nproc)``, ``{{ .Values.port }}``), carried as it is
written from the words of one server to those of another.

On its way each expansion is a token that no translation changes and no quoting touches; where a value has
to be understood (a number, a level, both halves of an address in one variable), the token makes the
translation give up, and the setting is listed as lost.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import field

from connexion_doctor.commands.expand import EXPANSIONS, Script
from connexion_doctor.commands.placed_text import text_of
from connexion_doctor.fixes import around
from connexion_doctor.fixes.rows import between
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Command, Location, Style, Word
from connexion_doctor.model.gaps import fits
from connexion_doctor.model.source import Source
from connexion_doctor.servers.shared_settings import TOKEN, has_token
from connexion_doctor.writing import languages
from connexion_doctor.writing.languages import Kind

# Expansions that no shell makes: templates, supervisor's %(ENV_X)s; systemd's specifiers.
TEMPLATE = late.pattern(r"\{\{(?:(?!\{\{).)*?\}\}|%\(\w+\)s", re.DOTALL)
SPECIFIER = late.pattern(r"%[a-zA-Z]")
# In a list of words: compose's ${X}, Kubernetes' $(X).
IN_A_LIST = late.pattern(r"\$\{[^{}]*\}|\$\([^()]*\)|\$\w+|\{\{(?:(?!\{\{).)*?\}\}", re.DOTALL)


@dataclass(frozen=True)
class Expansion:
    """An expansion as it is written, and whether it stands in double quotes."""

    text: str
    quoted: bool = False


@dataclass
class Carried:
    """The words of a command with tokens in place of expansions.

    ``unread`` are indexes of words that cannot be taken apart.
    """

    words: list[str] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)
    expansions: list[Expansion] = field(default_factory=list)

    def shown(self, text: str) -> str:
        """A text with the expansions as they are written."""
        return TOKEN.sub(lambda match: self.expansions[int(match[1])].text, text)

    def quoted(self, text: str) -> bool:
        """Whether one of the expansions in a text stands in double quotes."""
        return any(self.expansions[int(number)].quoted for number in TOKEN.findall(text))


def take_apart(command: Command, sources: Mapping[str, Source]) -> Carried:
    """The words of a command.

    :param sources: texts by the path that locations give
    """
    found = Carried()
    for index, word in enumerate(command.words):
        text = _taken(word, command.style, sources, found)
        if text is None:
            found.unread.add(index)
        found.words.append(word.text if text is None else text)
    return found


def _taken(word: Word, style: Style, sources: Mapping[str, Source], found: Carried) -> str | None:
    """The text of a word with tokens; None where something in it is not known and cannot be told apart."""
    written = _slice(word.location, sources)
    if written is None:
        return word.text if word.known else _from_text(word.text, found)
    before = len(found.expansions)
    style = word.style or style
    for attempt in (written, written.replace('\\"', '"')):
        if style in (Style.JSON, Style.YAML):
            text = _from_list(attempt, found)
        else:
            text = _from_shell(attempt, style, found)
        if text is not None and TOKEN.search(text) and _agrees(text, word.text):
            return text
        del found.expansions[before:]
    return word.text if word.known else None


def _slice(place: Location | None, sources: Mapping[str, Source]) -> str | None:
    source = sources.get(place.path) if place is not None else None
    return between(source, place) if source is not None and place is not None else None


def _agrees(text: str, word: str) -> bool:
    """Whether what stands around the tokens is what the word has there."""
    return fits(TOKEN.split(text)[::2], word)


def _token(found: Carried, text: str, quoted: bool = False) -> str:
    found.expansions.append(Expansion(text, quoted))
    return f"carried{len(found.expansions) - 1}value"


def _from_list(written: str, found: Carried) -> str | None:
    inner = written[1:-1] if written[:1] in ("'", '"') and written[-1:] == written[:1] else written
    if "\\" in inner:
        return None
    return IN_A_LIST.sub(lambda match: _token(found, match[0]), inner)


def _from_shell(written: str, style: Style, found: Carried) -> str | None:
    text = TEMPLATE.sub(lambda match: _token(found, match[0], _inside(written, match.start())), written)
    if style is Style.SYSTEMD:
        text = SPECIFIER.sub(lambda match: _token(found, match[0]), text)
    parts, at = [], 0
    for start, end, quoted in _expansions(text):
        inner = TOKEN.sub(lambda match: found.expansions[int(match[1])].text, text[start:end])
        parts += [text[at:start], _token(found, inner, quoted)]
        at = end
    try:
        words = shlex.split("".join([*parts, text[at:]]))
    except ValueError:
        return None
    return words[0] if len(words) == 1 else None


def _from_text(text: str, found: Carried) -> str | None:
    """A word without a place, its quotes undone: what the shell would expand in it."""
    parts, at = [], 0
    for start, end, _ in _expansions(text):
        parts += [text[at:start], _token(found, text[start:end])]
        at = end
    return "".join([*parts, text[at:]]) if parts else None


def _inside(text: str, at: int) -> bool:
    return text[:at].count('"') % 2 == 1


def _expansions(text: str) -> list[tuple[int, int, bool]]:
    """Start, end and quotedness of the outermost expansions of one shell word."""
    prefix = "x "
    script = Script(text_of(prefix + text))
    found: list[tuple[int, int, bool]] = []
    stack = [(script.root, False)]
    while stack:
        node, quoted = stack.pop()
        if node.type in EXPANSIONS:
            start, end = script.span(node)
            found.append((start - len(prefix), end - len(prefix), quoted))
            continue
        quoted = quoted or node.type == "string"
        stack += [(child, quoted) for child in node.children]
    return sorted(found)


def written(text: str, found: Carried, style: Style, place: Location, sources: Mapping[str, Source]) -> str:
    """A word as it has to be written at a place, its expansions as they were written before.

    :param sources: texts by the path that locations give
    :raises CannotBeWritten: there is no way to write it there
    """
    if not has_token(text):
        return around.word(text, style, place, sources)
    if style in (Style.JSON, Style.YAML):
        shown = found.shown(text)
        if style is Style.YAML and languages.written(shown, Kind.YAML) == shown:
            return shown
        return found.shown(languages.written(languages.inside(text, around.dollars(place)), Kind.JSON))
    if style is Style.SYSTEMD:
        return found.shown(languages.written(text, Kind.SYSTEMD))
    literal = TOKEN.sub("", text)
    if not found.quoted(text) and (not literal or shlex.quote(literal) == literal):
        return found.shown(text)
    return found.shown(languages.shell_word(text, around.around(place, sources), expands=True))
