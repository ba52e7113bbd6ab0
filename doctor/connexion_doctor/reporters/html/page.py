"""The page around its sections: one file, that asks for nothing outside of itself and lets nothing in.

A document of another kind (of a comparison, of a benchmark) is made of the same ``Section``s.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.reporters.html.parts import tag, text

SKIP = '<a class="skip" href="#main">Skip to the content</a>'


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading of its own; ``body`` is HTML."""

    identity: str
    heading: str
    body: str


def page(title: str, head: str, sections: Sequence[Section], foot: str = "", language: str = "en") -> str:
    """The whole document.

    :param title: text, of the window
    :param head: HTML, above the sections: the one heading of the first level belongs there
    :param foot: HTML
    """
    style, script = _asset("style.css"), _asset("script.js")
    body = [tag("section", [_heading(one), one.body], aria_labelledby=one.identity) for one in sections]
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{text(language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            '<link rel="icon" href="data:,">',
            tag("title", text(title)),
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            SKIP,
            tag("header", head),
            tag("main", "\n".join(body), id="main"),
            tag("footer", foot),
            f"<script>{script}</script>",
            "</body>",
            "</html>\n",
        ]
    )


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy: this style, this script, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _heading(section: Section) -> str:
    return tag("h2", text(section.heading), id=section.identity)


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")
