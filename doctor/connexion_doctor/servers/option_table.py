"""Options of a command line: where each stands among the words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connexion_doctor.foundation.late import dataclass

Table = Sequence[tuple[tuple[str, ...], str, bool]]


@dataclass(frozen=True)
class Given:
    """An option as it stands: ``index`` of its flag, ``value_index`` of its value among the words
    (the same where they are one word), and the part of that word before the value."""

    name: str
    flag: str
    index: int
    value_index: int | None
    value: str | None
    prefix: str = ""

    @property
    def words(self) -> int:
        """How many words it takes."""
        return 1 if self.value_index is None or self.value_index == self.index else 2


def scan(
    words: Sequence[str], first: int, table: Table, abbreviates: bool = True
) -> tuple[list[Given], list[int]]:
    """The options among ``words[first:]`` and the indexes of the words that are none.

    Understands ``--name value``, ``--name=value``, ``-n value``, ``-nvalue`` and ``--``.

    :param abbreviates: unambiguous beginnings of long names are taken for them, as argparse and getopt do
    """
    flags = {flag: (name, takes) for names, name, takes in table for flag in names}
    given: list[Given] = []
    positionals: list[int] = []
    index = first
    while index < len(words):
        word = words[index]
        if word == "--":
            positionals.extend(range(index + 1, len(words)))
            break
        if not word.startswith("-") or word == "-":
            positionals.append(index)
            index += 1
            continue
        found = _option(words, index, flags, abbreviates)
        given.append(found)
        index += found.words
    return given, positionals


def _option(words: Sequence[str], index: int, flags: dict[str, tuple[str, bool]], abbreviates: bool) -> Given:
    word = words[index]
    head, equals, value = word.partition("=")
    flag = head if head in flags else _abbreviated(head, flags) if abbreviates else None
    if flag is not None:
        name, takes = flags[flag]
        if equals:
            return Given(name, flag, index, index, value, head + "=")
        if takes and index + 1 < len(words):
            return Given(name, flag, index, index + 1, words[index + 1])
        return Given(name, flag, index, None, None)
    if not word.startswith("--") and word[:2] in flags:
        name, takes = flags[word[:2]]
        if takes:
            return Given(name, word[:2], index, index, word[2:], word[:2])
        return Given(name, word[:2], index, None, None)
    return Given(head.lstrip("-").replace("-", "_"), head, index, index if equals else None, value or None)


def _abbreviated(head: str, flags: dict[str, tuple[str, bool]]) -> str | None:
    if not head.startswith("--") or len(head) < 4:
        return None
    matches = [flag for flag in flags if flag.startswith(head)]
    return matches[0] if len(matches) == 1 else None


def unquoted(text: str) -> list[tuple[int, int]] | None:
    """The spans of the words in a variable that holds arguments; None where quotes stand among them: then a
    character of the value need not be a character of the file."""
    if set(text) & set("'\"\\\n"):
        return None
    return [match.span() for match in re.finditer(r"\S+", text)]
