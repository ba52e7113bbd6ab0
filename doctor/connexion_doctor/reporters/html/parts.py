"""Pieces of HTML. Whatever comes from a project goes through ``text``; nothing else may make markup of it."""

from __future__ import annotations

import html
from collections.abc import Iterable

from connexion_doctor.reporters import terminal

NO_ATTRIBUTE = (None, False)


def text(said: object) -> str:
    """Any text as HTML that shows it and means nothing else; what cannot be seen is shown by a sign."""
    whole = str(said).encode("utf-8", "replace").decode("utf-8")
    return html.escape(terminal.visible(whole), quote=True)


def tag(name: str, inside: str | Iterable[str] = "", **attributes: object) -> str:
    """An element. ``inside`` is HTML already; attributes are texts, ``class_`` and ``for_`` lose their
    dash, underscores are hyphens, True stands for an attribute without a value.
    """
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{text(value)}"')
        for key, value in attributes.items()
        if value not in NO_ATTRIBUTE
    )
    return f"<{name}{given}>{inside if isinstance(inside, str) else ''.join(inside)}</{name}>"


def code(said: object) -> str:
    """A word of the project or of its surroundings, as it stands there."""
    return tag("code", text(said))


def prose(said: str) -> str:
    """A sentence of ours: what it has between backticks is code."""
    pieces = said.split("`")
    if len(pieces) % 2 == 0:  # a backtick that is not one of a pair
        return text(said)
    return "".join(code(piece) if index % 2 else text(piece) for index, piece in enumerate(pieces))


def badge(word: str, kind: str) -> str:
    """A word on a coloured ground; the word says it, the colour repeats it."""
    return tag("span", text(word), class_=f"badge {kind}")


def listed(items: Iterable[str], **attributes: object) -> str:
    """A list; nothing where there is nothing in it."""
    rows = [tag("li", item) for item in items]
    return tag("ul", rows, **attributes) if rows else ""


def copied(said: str, what: str) -> str:
    """A block of code with a button that copies it; the script shows the button, for it needs the script."""
    button = tag("button", "Copy", type="button", class_="copy", hidden=True, aria_label=f"Copy {what}")
    block = tag("pre", code(said), tabindex="0", role="region", aria_label=what[:1].upper() + what[1:])
    return tag("div", [button, block], class_="copied")
