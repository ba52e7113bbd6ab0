"""What a rule says about itself: its docstring taken apart, and its page as plain text.

In: a docstring, or the name of a rule's module, whose file is read and not run: ``explain`` needs one text,
and loading the rules takes several times as long as everything else it does.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

SECTIONS = ("What happens", "Why", "Fix", "Before", "After", "Sources")
EXAMPLES = ("Before", "After")
HOMEPAGE = "https://github.com/connexion-doctor/connexion-doctor"
PACKAGE = Path(__file__).parents[1]


def page_url(code: str) -> str:
    """The address of a rule's page; a finding's leads there without its rule being loaded."""
    return f"{HOMEPAGE}/blob/main/docs/rules/{code}.md"


def sections(doc: str) -> dict[str, str]:
    """A docstring by its headings, the first line as ``Summary``."""
    summary, _, rest = doc.partition("\n")
    found = {"Summary": summary.strip()}
    heading = re.compile(rf"^({'|'.join(SECTIONS)}):[ ]*", re.MULTILINE)
    parts = heading.split(rest)
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        found[title] = inspect.cleandoc("\n" + body if "\n" in body[:1] else body).strip("\n")
    return found


def written(code: str, module: str) -> dict[str, str] | None:
    """The sections of a rule, from the file of its module; None where the file is not there or has it not."""
    import ast

    path = PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py")
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and any(
            isinstance(one, ast.Call) and one.args and ast.unparse(one.args[0]) == repr(code)
            for one in function.decorator_list
        ):
            return sections(ast.get_docstring(function) or "")
    return None


def plain(code: str, name: str, severity: str, parts: Mapping[str, str]) -> str:
    """The page of a rule as text of at most 80 columns; examples and addresses as they stand."""
    lines = [f"{code} {name} ({severity})", "", *_filled(sentence(parts.get("Summary", ""))), ""]
    for title in SECTIONS:
        body = parts.get(title)
        if not body:
            continue
        lines.append(f"{title}:")
        if title in (*EXAMPLES, "Sources"):
            lines += [f"    {line}".rstrip() for line in body.splitlines()]
        else:
            lines += _filled(sentence(body), "  ")
        lines.append("")
    lines.append(page_url(code))
    return "\n".join(lines) + "\n"


def sentence(body: str) -> str:
    """Wrapped prose as one line; its ``literals`` have one quote each, as in the messages of findings."""
    return re.sub(r"``(.+?)``(?!`)", r"`\1`", " ".join(body.split()))


def _filled(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        80,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
