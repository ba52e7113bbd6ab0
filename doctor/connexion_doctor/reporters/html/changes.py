"""A cure on the page: packages, the diff with a button that copies it, the new command, the costs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from connexion_doctor.commands import show
from connexion_doctor.fixes import patch, spans
from connexion_doctor.foundation import late
from connexion_doctor.model import Edit, Finding, Fix, Judgement, Treatment
from connexion_doctor.model.source import Source
from connexion_doctor.reporters.html.parts import code, copied, listed, prose, tag, text

WORD = late.pattern(r"\w+|\s+|.", re.DOTALL)
MOST_PAIRS = 250_000  # of words that are compared: of lines with more, all is bold


def cure(judgement: Judgement, findings: Sequence[Finding]) -> Treatment | Fix | None:
    """The treatment of a launch; where it has none, the fix that is recommended for its gravest finding."""
    if judgement.treatment is not None:
        return judgement.treatment
    ordered = sorted(findings, key=lambda one: one.severity.rank)
    return next((one.recommended for one in ordered if one.recommended is not None), None)


def changes(
    what: Treatment | Fix, judgement: Judgement | None, sources: Mapping[str, Source]
) -> Iterator[str]:
    """Everything that a cure does, as blocks of HTML; its title is the caller's to show."""
    if what.install:
        yield copied(f"pip install {shlex.join(what.install)}", "the command that installs what is missing")
    for path in dict.fromkeys(edit.location.path for edit in what.edits):
        source = sources.get(path)
        if source is not None:
            yield diff(path, source.text, [edit for edit in what.edits if edit.location.path == path])
    if what.command is not None and not _edited(what, judgement):
        yield tag("p", "Start it with:", class_="lead")
        yield copied(what.command, "the start command")
    if what.costs:
        yield tag("p", "What it costs:", class_="lead")
        yield listed((prose(cost) for cost in what.costs), class_="costs")
    if isinstance(what, Treatment) and what.left:
        yield tag("p", "Left for you to do:", class_="lead")
        yield listed((prose(one) for one in what.left), class_="left")


def diff(path: str, before: str, edits: Sequence[Edit]) -> str:
    """The change of one file; the button copies a patch that ``git apply`` and ``patch`` take."""
    after = spans.apply(before, edits)
    lines = [tag("span", f"{line}\n", class_=kind) for kind, line in _lines(path, before, after)]
    button = tag(
        "button",
        "Copy patch",
        type="button",
        class_="copy",
        hidden=True,
        aria_label=f"Copy the patch of {path}",
        data_copy=patch.unified(path, before, after),
    )
    block = tag("pre", tag("code", lines), tabindex="0", role="region", aria_label=f"Change of {path}")
    caption = tag("figcaption", [code(path), button])
    return tag("figure", [caption, block], class_="diff")


def _lines(path: str, before: str, after: str) -> Iterator[tuple[str | None, str]]:
    """Kind and HTML of each line of a diff; where as many lines come as go, what differs is bold."""
    lines = spans.diff(path, before, after, context=2)[2:]
    at = 0
    while at < len(lines):
        removed = list(takewhile(lambda line: line[0] == "-", lines[at:]))
        added = list(takewhile(lambda line: line[0] == "+", lines[at + len(removed) :]))
        if removed and len(removed) == len(added):
            pairs = [_words(old, new) for old, new in zip(removed, added, strict=True)]
            yield from (("removed", old) for old, _ in pairs)
            yield from (("added", new) for _, new in pairs)
        else:
            yield from (("removed", text(line)) for line in removed)
            yield from (("added", text(line)) for line in added)
        at += len(removed) + len(added)
        if not removed and not added:
            if lines[at][0] != "@":
                yield None, text(lines[at])
            elif at:
                yield "place", "…"
            at += 1


def _words(old: str, new: str) -> tuple[str, str]:
    """Two lines as HTML, what only one of them has in bold; their signs are theirs anyway."""
    words, others = WORD.findall(old[1:]), WORD.findall(new[1:])
    if len(words) * len(others) > MOST_PAIRS:
        words, others = [old[1:]], [new[1:]]
    shown: tuple[list[str], list[str]] = ([text(old[0])], [text(new[0])])
    for kind, a, b, c, d in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        for side, some in ((0, words[a:b]), (1, others[c:d])):
            said = text("".join(some))
            shown[side].append(tag("b", said) if kind != "equal" and some else said)
    return "".join(shown[0]), "".join(shown[1])


def _edited(what: Treatment | Fix, judgement: Judgement | None) -> bool:
    """Whether the command is the old one, or an edit writes it where it stands."""
    if judgement is None:
        return False
    same = what.command == show.shown(judgement.launch.command)
    return same or any(edit.location.path == judgement.launch.origin.path for edit in what.edits)
