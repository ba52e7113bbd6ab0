"""What a terminal is told: colours, links; by the variables that all programs share."""

from __future__ import annotations

import re
from collections.abc import Mapping

from connexion_doctor.foundation import late

OSC8 = late.pattern(r"\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)")
SGR = late.pattern(r"\x1b\[[;?0-9]*[A-Za-z]")
# What steers a terminal: C0 but for tab and line ends, DEL, C1, and what turns the direction of writing.
CONTROL = late.pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Terminals that show links, by the variables they set.
LINKING = (
    "WT_SESSION",
    "KITTY_WINDOW_ID",
    "DOMTERM",
    "KONSOLE_VERSION",
    "WEZTERM_EXECUTABLE",
    "GHOSTTY_BIN_DIR",
)
LINKING_PROGRAMS = ("iTerm.app", "WezTerm", "vscode", "Hyper", "ghostty", "Tabby", "rio", "zed")
LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour")
FIRST_VTE = 5000  # 0.50


def colour(environ: Mapping[str, str]) -> bool | None:
    """Whether to colour: yes, no, or None for "in a terminal only". NO_COLOR wins over FORCE_COLOR."""
    if environ.get("NO_COLOR"):
        return False
    forced = environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE")
    if forced:
        return forced not in ("0", "false")
    return False if environ.get("TERM") == "dumb" else None


def links(environ: Mapping[str, str], in_terminal: bool) -> bool:
    """Whether links may be written: only where they are known to be shown, for elsewhere they are noise."""
    forced = environ.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if not in_terminal or environ.get("TERM") == "dumb" or environ.get("CI") or environ.get("NO_COLOR"):
        return False
    vte = environ.get("VTE_VERSION", "")
    return (
        any(environ.get(name) for name in LINKING)
        or environ.get("TERM_PROGRAM") in LINKING_PROGRAMS
        or environ.get("TERM") in LINKING_TERMS
        or (re.fullmatch("[0-9]{1,9}", vte) is not None and int(vte) >= FIRST_VTE)
    )


def link(text: str, address: str) -> str:
    """The text as a link (OSC 8)."""
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


def visible(text: str, *, unicode: bool = True) -> str:
    """The text with every control character as one that is seen: a project's files and messages must not
    steer the terminal. Line ends and tabs stay."""
    return CONTROL.sub(lambda match: _sign(match[0]) if unicode else "?", text)


def encodable(text: str) -> str:
    """The text with what UTF-8 cannot say (names that are no UTF-8) as escapes, which JSON reads back."""
    return text.encode("utf-8", "backslashreplace").decode() if not text.isascii() else text


def _sign(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)  # the signs for control characters
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"


def columns(text: str) -> int:
    """How many columns a text takes: Chinese characters and most emoji take two, combining ones none."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )


def plain(text: str) -> str:
    """The text without colours and links."""
    return SGR.sub("", OSC8.sub("", text))
