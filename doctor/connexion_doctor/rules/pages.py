"""The pages about the rules, from one source: the docstrings of the rules.

``python -m connexion_doctor.rules.pages`` writes all that is made from them: ``docs/rules/*.md``, with the
table of all rules in its ``README.md``, and the index that the command line lists rules from.
With ``--check`` it writes nothing, names what is stale, and ends with 1 when something is.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.rules import page_text
from connexion_doctor.rules.base import Rule
from connexion_doctor.rules.page_text import EXAMPLES, SECTIONS

LITERAL = late.pattern(r"(``.+?``|`[^`]+`)")
TRUTH, TEST = "truth:", "test:"
INDEX = Path(__file__).parent.parent / "schema" / "rules.json"
FAMILIES = {
    "0": "Loading: interpreter, import, target, factory, extras",
    "1": "Interface: what the server calls against what the app answers",
    "2": "Server configuration: worker classes, settings, threads, preload",
    "3": "Adapters",
    "4": "Connexion 2 code left in a Connexion 3 project",
    "5": "Versions that do not fit together",
    "6": "The doctor itself: suppressions, baseline",
}
GENERATED = "<!-- Made by `python -m connexion_doctor.rules.pages` from the rule's docstring; edit that. -->"


def page(rule: Rule) -> str:
    """The page of a rule as Markdown."""
    effect = "the launch does not serve" if rule.breaks else "the launch may serve all the same"
    lines = [f"# {rule.code} {rule.name}", "", prose(rule.summary), ""]
    lines += [f"Severity: **{rule.severity.value}**; {effect}.", ""]
    for title in SECTIONS:
        body = rule.sections.get(title)
        if not body:
            continue
        if title == "Sources":
            lines += _sources(body)
        elif title in EXAMPLES:
            lines += [f"## {title}", "", f"```{language(body)}", *body.splitlines(), "```", ""]
        else:
            lines += [f"## {title}", "", prose(capital(" ".join(body.split()))), ""]
    lines += ["## Silence it", "", "On a line, with the reason:", ""]
    lines += ["```", f"# connexion-doctor: ignore[{rule.code}] reason", "```"]
    return "\n".join(lines).rstrip("\n") + "\n"


def absolute(page: str) -> str:
    """A page for readers elsewhere: its links lead into the repository."""
    links = re.sub(r"\]\(\.\./\.\./", f"]({page_text.HOMEPAGE}/blob/main/", page)
    return re.sub(r"\]\(\.\./", f"]({page_text.HOMEPAGE}/blob/main/docs/", links)


def _sources(body: str) -> list[str]:
    """What proves the rule, and the links."""
    entries = [entry.strip() for entry in body.splitlines() if entry.strip()]
    cells = [entry.removeprefix(TRUTH).strip() for entry in entries if entry.startswith(TRUTH)]
    tests = [entry.removeprefix(TEST).strip() for entry in entries if entry.startswith(TEST)]
    links = [entry for entry in entries if not entry.startswith((TRUTH, TEST))]
    lines = []
    if cells or tests:
        lines += ["## How it was proved", ""]
    if cells:
        lines += ["Booted for real, among the cells of the [truth table](../truth.md):", ""]
        lines += [*(f"- `{cell}`" for cell in cells), ""]
    if tests:
        lines += [f"By the tests in {', '.join(f'[{test}](../../{test})' for test in tests)}.", ""]
    if links:
        lines += ["## Sources", "", *(f"- <{link}>" if "://" in link else f"- {link}" for link in links), ""]
    return lines


def plain(rule: Rule) -> str:
    """The page of a rule as text of at most 80 columns."""
    return page_text.plain(rule.code, rule.name, rule.severity.value, rule.sections)


def capital(text: str) -> str:
    """The text as a sentence begins; a literal at its beginning stays as it is."""
    return text[:1].upper() + text[1:]


def prose(text: str) -> str:
    """The docstring's ``literals`` as Markdown's; what else Markdown would read as markup, escaped."""
    made = []
    for part in LITERAL.split(text):
        inside = part.strip("`")
        if not LITERAL.fullmatch(part):
            made.append(re.sub(r"([*_<>\[\]|\\])", r"\\\1", part))
        else:
            made.append(f"`{inside}`" if "`" not in inside else f"`` {inside} ``")
    return "".join(made)


def language(example: str) -> str:
    """The language of an example, for colouring: Python where it parses as such, else a shell's."""
    first = example.split(maxsplit=1)[0] if example.split() else ""
    if re.match(r"^\[[\w.\-\"]+\]$", example.partition("\n")[0]) and " = " in example:
        return "toml"
    if first in ("FROM", "CMD", "RUN", "ENTRYPOINT"):
        return "dockerfile"
    try:
        tree = ast.parse(example)
    except (SyntaxError, ValueError):
        shell = re.match(r"^(\$ )?[\w.-]+( -|[ ]\S)", example) and ":" not in first and "=" not in first
        return "sh" if shell else "text"
    words = all(isinstance(node, ast.Expr) and _a_word(node.value) for node in tree.body)
    return "text" if words else "python"


def _a_word(node: ast.expr) -> bool:
    """``connexion-doctor`` parses as Python, and is none."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        return _a_word(node.left) and _a_word(node.right)
    return isinstance(node, ast.Name)


def table(rules: Sequence[Rule]) -> str:
    """The index of rules as Markdown tables, one a family."""
    lines: list[str] = []
    for digit in dict.fromkeys(rule.code[3] for rule in rules):
        lines += [f"**CXD{digit}xx** {FAMILIES.get(digit, '')}".rstrip(), ""]
        lines += ["| Code | Name | Severity | What |", "| --- | --- | --- | --- |"]
        lines += [
            f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity.value} | {prose(rule.summary)} |"
            for rule in rules
            if rule.code[3] == digit
        ]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _intro(rules: Sequence[Rule]) -> str:
    return (
        f"{len(rules)} rules in {len(FAMILIES)} families. `connexion-doctor rules` lists them, "
        "`connexion-doctor explain CODE` prints a page in the terminal. A code is never given twice.\n"
    )


def index_document(rules: Sequence[Rule]) -> str:
    """What ``connexion-doctor rules`` prints, completion offers, and ``explain`` finds its text by: none of
    them loads the rules."""
    entries = [
        {
            "code": rule.code,
            "severity": rule.severity.value,
            "name": rule.name,
            "summary": page_text.sentence(rule.summary),
            "module": rule.check.__module__,
        }
        for rule in rules
    ]
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"


def files(rules: Sequence[Rule], root: Path) -> dict[Path, str | None]:
    """Every generated file with the text it should have; None for a page whose rule is gone."""
    folder = root / "docs" / "rules"
    made: dict[Path, str | None] = dict.fromkeys(sorted(folder.glob("CXD*.md")))
    made.update({folder / f"{rule.code}.md": f"{GENERATED}\n{page(rule)}" for rule in rules})
    made[folder / "README.md"] = f"{GENERATED}\n# Rules\n\n{_intro(rules)}\n{table(rules)}"
    made[INDEX] = index_document(rules)
    return made


def stale(rules: Sequence[Rule], root: Path) -> list[Path]:
    """Generated files that are not as they should be."""
    return [
        path
        for path, text in files(rules, root).items()
        if (path.read_text("utf-8") if os.path.isfile(path) else None) != text
    ]


def main(arguments: Sequence[str], root: Path | None = None) -> int:
    """Write, or with ``--check`` only compare; see the module."""
    from connexion_doctor.rules.catalogue import all_rules

    root = root or Path(__file__).resolve().parents[3]
    rules = all_rules()
    wanted = files(rules, root)
    outdated = stale(rules, root)
    for path in outdated:
        text = wanted[path]
        if "--check" in arguments:
            print(f"stale: {path.relative_to(root)}")
        elif text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return int(bool(outdated) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
