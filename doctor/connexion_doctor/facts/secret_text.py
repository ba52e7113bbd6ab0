"""Where secrets stand in the text of a file: told by the name in front of them, or by their place.

In: a file. Out: its text with stars for them, every character where it was, and what they were.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from pathlib import PurePath

from connexion_doctor.facts.redaction import HARMLESS, QUOTED
from connexion_doctor.foundation import late
from connexion_doctor.model.secrets import looks_secret
from connexion_doctor.model.source import Source

MOST_KEPT = 512  # files whose secrets are looked for once
# ``NAME=value`` and ``NAME: value``, quoted or not, wherever in a file; the value stops where words end. In
# code ``["NAME"] = value`` too, and what a name is compared with.
VALUE = (
    r"(?:[bBfFrRuU]{1,2}(?=[\"']))?"
    rf"(?P<value>\"\"\"[^\"\n]+\"\"\"|'''[^'\n]+'''|{QUOTED}|[^\s\"'#,;(){{}}\[\]]+)"
)
# A name begins with the first letter of its word: from there on each word is read once.
NAME = r"(?<![\w.-])(?:[^\WA-Za-z_]|[.-])*(?P<name>[A-Za-z_][\w.-]*)"
ASSIGNED = late.pattern(rf"{NAME}[\"']?\]?[ \t]*(?:[:=!?+]?=|:)[ \t]*{VALUE}")
ANNOTATED = late.pattern(
    rf"{NAME}[ \t]*:[ \t]*[A-Za-z_][\w.]{{0,40}}(?:\[[\w., |]{{0,40}}\])?(?: \| \w{{1,20}})?[ \t]*=[ \t]*"
    rf"(?P<value>{QUOTED})"
)
IN_WORD = late.pattern(r"(?<=[\"'])(?P<name>[A-Za-z_]\w*)=(?P<value>[^\"'\n]+)(?=[\"'])")
DOCKER = late.pattern(
    r"^[ \t]*(?:ENV|ARG)[ \t]+(?P<name>\w+)[ \t]+(?P<value>\S(?:.*[^ \t\n])?)[ \t]*$", re.MULTILINE
)
# A text of several lines in YAML.
BLOCK = late.pattern(
    r"^(?P<indent>[ \t]*)(?:- )?[\"']?(?P<name>[\w.-]+)[\"']?:[ \t]*[|>][-+\d]*[ \t]*\n"
    r"(?P<value>(?:(?P=indent)[ \t]+\S.*(?:\n|\Z))+)",
    re.MULTILINE,
)
# Kubernetes, Beanstalk and Render say name and value on lines of their own, or side by side; in any order.
PAIRED = late.pattern(
    r"^[ \t-]*(?:name|option_name|key):[ \t]*[\"']?(?P<name>[\w.-]+)[\"']?[ \t]*\n[ \t-]*value:[ \t]*"
    r"(?P<value>\S(?:.*[^ \t\n])?)[ \t]*$",
    re.MULTILINE,
)
BESIDE = late.pattern(
    r"\bname[\"']?[ \t]*[:=][ \t]*[\"']?(?P<name>[\w.-]+)[\"']?(?:,\s*|[ \t]+)"
    rf"[\"']?value[\"']?[ \t]*[:=][ \t]*(?P<value>{QUOTED}|[^,}}\s]+)"
)
REVERSED = late.pattern(
    rf"\bvalue[\"']?[ \t]*:[ \t]*(?P<value>{QUOTED}|[^,}}\s]+)[ \t]*(?:,\s*|\n[ \t-]*)"
    r"[\"']?name[\"']?[ \t]*:[ \t]*[\"']?(?P<name>[\w.-]+)"
)
# Options: ``--password value``, as words of a list too.
FLAG = late.pattern(
    r"(?<![\w-])--(?P<name>[A-Za-z][\w-]*)(?:[\"']?,\s*|[\"']?[ \t]*\n[ \t]*-[ \t]+|[ \t]+)"
    rf"(?P<value>{QUOTED}|[^\s\"',\[\]-][^\s\"',\]]*)"
)
NAMED_FIRST = late.pattern(
    r"\b(?:setenv|putenv|getenv|get|setdefault)\([ \t]*[\"'](?P<name>[A-Za-z_]\w*)[\"'],[ \t]*"
    rf"(?P<value>{QUOTED})"
)
FORMS = (BLOCK, ANNOTATED, ASSIGNED, IN_WORD, DOCKER, PAIRED, BESIDE, REVERSED, FLAG, NAMED_FIRST)
AUTHORIZATION = late.pattern(
    r"(?i:\bauthorization)[\"']?\]?[ \t]*[:=,][ \t]*[bBfF]?[\"']?(?i:basic|bearer|token)[ \t]+"
    r"(?P<value>[^\s\"'{}$<]{6,})"
)
# What is a secret by its place, whatever it is called: credentials as clients are given them, keys.
PLACES = (
    late.pattern(rf"\bb64encode\(\s*[bBfF]?(?P<value>{QUOTED})"),
    late.pattern(
        r"(?:(?<![^\W_])(?i:auth|credentials?|login)[ \t]*=[ \t]*|BasicAuth)"
        rf"\(\s*(?:{QUOTED}),\s*(?P<value>{QUOTED})"
    ),
    AUTHORIZATION,
    late.pattern(
        r"\b(?:curl|https?|wget)\b[^\n|;]{0,300}?[ \t](?:-u|--user|-a|--auth)[ \t=]*[\"']?[\w.@-]+:"
        r"(?P<value>[^\s\"'$]+)"
    ),
    late.pattern(
        r"\b(?:(?:mysql|mariadb)[\w-]*\b[^\n|;]{0,300}?[ \t]-p|sshpass[ \t]+-p[ \t]*"
        r"|(?:docker|podman|helm)\b[^\n|;]{0,40}\blogin\b[^\n|;]{0,300}?[ \t]-p[ \t]+"
        rf"|redis-cli\b[^\n|;]{{0,300}}?[ \t]-a[ \t]+)(?P<value>{QUOTED}|[^\s\"'$-][^\s\"']*)"
    ),
    late.pattern(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?P<value>[^-]{1,20000})"),
)
CODE = (".py", ".pyi")


def starred(source: Source) -> tuple[str, set[str]]:
    """A file's text with its secrets as stars, and what they were."""
    return _starred(PurePath(source.path).suffix in CODE, source.text)


@lru_cache(MOST_KEPT)
def _starred(code: bool, whole: str) -> tuple[str, set[str]]:
    found: set[str] = set()

    def hide(match: re.Match[str]) -> str:
        quote, inner = _unquoted(match["value"])
        found.add(inner)
        start, end = (place - match.start() for place in match.span("value"))
        return f"{match[0][:start]}{quote}{stars(inner)}{quote}{match[0][end:]}"

    def hidden(match: re.Match[str], *, assigned: bool) -> str:
        quote, inner = _unquoted(match["value"])
        if HARMLESS.match(match["name"]) or not looks_secret(match["name"], inner):
            return match[0]
        if code and not quote and assigned:
            return match[0]  # a name, a call: code, which says nothing
        return hide(match)

    text = whole
    for form in FORMS:
        text = form.sub(partial(hidden, assigned=form is ASSIGNED), text)
    for place in PLACES:
        text = place.sub(hide, text)
    return text, found


def _unquoted(value: str) -> tuple[str, str]:
    """The quotes of a value, where it has some, and what stands in them."""
    quote = value[:3] if value[:3] in ('"""', "'''") else value[:1]
    closed = len(value) >= 2 * len(quote) and value.endswith(quote)
    return (quote, value[len(quote) : -len(quote)]) if quote[:1] in ("'", '"') and closed else ("", value)


def stars(text: str) -> str:
    """A text of stars, in as many lines."""
    return re.sub(r"[^\n]", "*", text)
