"""A chain as inline SVG, from top to bottom, so that it is as readable on a phone as on a wide screen.

Sizes are those of the drawing's own units; a character is taken as wide as the widest common fonts make it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from connexion_doctor.model import Interface
from connexion_doctor.reporters.html.chain import Link, Node, spoken
from connexion_doctor.reporters.html.parts import tag, text
from connexion_doctor.reporters.terminal import columns

WIDTH = 340
SPINE = 26  # where the line of calls runs
LABELS = 46
PILL = 104
TITLE_CHARACTERS = 29
NOTE_CHARACTERS = 46
KIND_CHARACTERS = 12
WORDS_CHARACTERS = 38
CHIP_CHARACTER = 5.7
PILL_CHARACTER = 6.33
PROTOCOLS = {
    Interface.WSGI: ("WSGI", "wsgi"),
    Interface.ASGI3: ("ASGI", "asgi"),
    Interface.ASGI2: ("ASGI 2", "asgi"),
    Interface.RSGI: ("RSGI", "asgi"),
}


def picture(links: Sequence[Link], identity: str) -> str:
    """The drawing of a chain.

    :param identity: begins the ids of its title and description, which have to be unique in the page
    """
    drawn, y = [], 1.0
    for index, link in enumerate(links):
        if index:
            piece, height = _link(link, y)
            drawn.append(piece)
            y += height
        piece, height = _node(link, y, broken_here=link.broken is not None and index == 0)
        drawn.append(piece)
        y += height
        if link.broken is not None and index == 0:
            piece, height = _words(link.broken, y + 16)
            drawn.append(piece)
            y += height + 8
    return tag(
        "svg",
        [
            tag("title", "The chain of the call", id=f"{identity}-title"),
            tag("desc", text(spoken(links)), id=f"{identity}-desc"),
            *drawn,
        ],
        class_="chain",
        viewBox=f"0 0 {WIDTH} {y + 2:g}",
        role="img",
        aria_labelledby=f"{identity}-title {identity}-desc",
    )


def _node(link: Link, y: float, *, broken_here: bool) -> tuple[str, float]:
    node = link.node
    chips, chips_height = _chips(node, y + 48 if node.note else y + 34)
    height = (46 if node.note else 32) + chips_height
    classes = ["node", node.kind.lower()]
    classes += ["broken"] if broken_here else []
    classes += ["ghost"] if not (link.seen and link.reached) else []
    title = _short(node.title, TITLE_CHARACTERS)
    parts = [
        tag("rect", x=0.75, y=y, width=WIDTH - 1.5, height=height, rx=8),
        tag("text", text(title), x=14, y=y + 20.5, class_="name"),
        tag("text", text(_short(node.kind, KIND_CHARACTERS)), x=WIDTH - 14, y=y + 20.5, class_="kind"),
    ]
    if node.note:
        parts.append(tag("text", text(_short(node.note, NOTE_CHARACTERS)), x=14, y=y + 37, class_="note"))
    return tag("g", [*parts, chips], class_=" ".join(classes)), height


def _chips(node: Node, y: float) -> tuple[str, float]:
    """What a Connexion app is made of, in the order of the call, and how high that is."""
    if not node.parts:
        return "", 0
    x, drawn, start = 14.0, [], y
    for name, own in node.parts:
        label = _short(name, 40)
        width = columns(label) * CHIP_CHARACTER + 12
        if x + width > WIDTH - 12:
            x, y = 14.0, y + 21
        drawn.append(tag("rect", x=f"{x:g}", y=y, width=f"{width:g}", height=17, rx=4, class_="chip"))
        place = f"{x + width / 2:g}"
        drawn.append(tag("text", text(label), x=place, y=y + 12, class_="part own" if own else "part"))
        x += width + 5
    return "".join(drawn), y - start + 25


def _link(link: Link, y: float) -> tuple[str, float]:
    """The way from one node to the next, and how long it is."""
    if link.broken is not None:
        return _broken(link, y)
    ghost = "" if link.reached and link.seen else " ghost"
    label, pill = link.says, ""
    if _told(link.calls):
        label, pill = "calls", _pill(link.calls, y + 6)
    height = 32.0 if label else 18.0
    parts = [_line(y, height)]
    if label:
        parts.append(tag("text", text(label), x=LABELS, y=y + 20, class_="verb"))
    return tag("g", [*parts, pill, _head(y + height)], class_=f"link{ghost}"), height


def _broken(link: Link, y: float) -> tuple[str, float]:
    """Both sides of a link that does not hold, and the words that decide it."""
    parts, at = [], y
    if _told(link.calls):
        parts += [tag("text", "calls", x=LABELS, y=at + 20, class_="verb"), _pill(link.calls, at + 6)]
        at += 26
    words, height = _words(link.broken or "", at + 20)
    cross = at + 19 + (height - 14) / 2
    at += height + 14
    if _told(link.answers) and not link.fits:
        parts += [tag("text", "answers", x=LABELS, y=at + 20, class_="verb"), _pill(link.answers, at + 6)]
        at += 26
    end = at + 8
    lines = [_line(y, cross - 11 - y), _line(cross + 11, end - cross - 11, "gone"), _head(end)]
    sign = [
        tag("circle", cx=SPINE, cy=f"{cross:g}", r=10),
        tag("path", d=f"M{SPINE - 4} {cross - 4:g}l8 8m0-8l-8 8"),
    ]
    return tag("g", [*lines, *parts, tag("g", sign, class_="cross"), words], class_="link broken"), end - y


def _words(said: str, y: float) -> tuple[str, float]:
    lines = _wrapped(said, WORDS_CHARACTERS)
    rows = [
        tag("tspan", text(line), x=LABELS, y=f"{y + index * 15 + 3:g}") for index, line in enumerate(lines)
    ]
    return tag("text", rows, class_="words"), len(lines) * 15


def _wrapped(said: str, width: int) -> list[str]:
    said = " ".join(said.split())
    width = width * len(said) // max(columns(said), 1)  # a Chinese character is as wide as two others
    lines = textwrap.wrap(said, max(width, 1), break_long_words=True, max_lines=5, placeholder=" …")
    return lines or [""]


def _told(interface: Interface | None) -> bool:
    return interface in PROTOCOLS


def _pill(interface: Interface | None, y: float) -> str:
    name, kind = PROTOCOLS[interface or Interface.UNKNOWN]
    call = (interface or Interface.UNKNOWN).spoken.removeprefix("app")
    width = (len(name) + len(call) + 5) * PILL_CHARACTER + 18
    corner = 3 if kind == "wsgi" else 10  # the shape tells what the colour tells
    said = [tag("tspan", name, class_="protocol"), text(f"  app{call}")]
    parts = [
        tag("rect", x=PILL, y=y, width=f"{width:g}", height=20, rx=corner),
        tag("text", said, x=PILL + 9, y=y + 13.8),
    ]
    return tag("g", parts, class_=f"pill {kind}")


def _line(y: float, height: float, kind: str = "") -> str:
    return tag("path", d=f"M{SPINE} {y:g}v{max(height, 0):g}", class_=f"line {kind}".strip())


def _head(y: float) -> str:
    return tag("path", d=f"M{SPINE - 4} {y - 5:g}l4 5l4-5", class_="head")


def _short(said: str, most: int) -> str:
    """The end of a text, which tells most of a name, in so many columns."""
    if columns(said) <= most:
        return said
    while columns(said) > most - 1:
        said = said[1:]
    return f"…{said}"
