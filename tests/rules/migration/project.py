"""Projects in memory: write files, read them, run the rules, apply the fixes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from connexion_doctor.model import Applicability, Edit, Finding
from connexion_doctor.python import Sources, read_project
from connexion_doctor.rules.migration import RULES, RULES_UNDER_BOTH
from connexion_doctor.rules.versions import Requirements

PAGES = {rule.code: rule for rule in RULES}
Files = str | Mapping[str, str]


def write(files: Files, folder: Path) -> list[Path]:
    """Write the files of a project; one text is its `example.py`."""
    named = {"example.py": files} if isinstance(files, str) else files
    paths = []
    for name, text in named.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        paths.append(path)
    return paths


def sources_of(files: Files) -> Sources:
    with tempfile.TemporaryDirectory() as folder:
        return read_project(Path(folder), write(files, Path(folder)))


def findings_of(files: Files, code: str | None = None) -> list[Finding]:
    sources = sources_of(files)
    return [
        found
        for rule in (*RULES, *RULES_UNDER_BOTH)
        for found in rule.run(sources)
        if code in (None, found.code)
    ]


def found(files: Files, code: str) -> list[Finding]:
    """The findings of one rule, of which there is at least one."""
    findings = findings_of(files, code)
    assert findings, f"{code} found nothing; found: {[f.code for f in findings_of(files)]}"
    return findings


def noop(files: Files, code: str | None = None) -> None:
    """Nothing is found (by that rule)."""
    findings = findings_of(files, code)
    assert not findings, [f"{f.code} {f.location}: {f.message}" for f in findings]


def transformed(before: Files, after: Files, code: str | None = None, *, unsafe: bool = True) -> None:
    """Before becomes after when the fixes (of that rule) are applied."""
    old = {"example.py": before} if isinstance(before, str) else dict(before)
    new = {"example.py": after} if isinstance(after, str) else dict(after)
    assert fixed(old, findings_of(old, code), unsafe=unsafe) == new


def fixed(files: Mapping[str, str], findings: Iterable[Finding], *, unsafe: bool = True) -> dict[str, str]:
    """The files after the recommended fixes. Edits that are given twice are made once."""
    edits: dict[str, list[Edit]] = {}
    for finding in findings:
        for fix in finding.fixes:
            wanted = fix.applicability is Applicability.SAFE or (
                unsafe and fix.applicability is Applicability.UNSAFE
            )
            for edit in fix.edits if wanted and fix.recommended else ():
                if edit not in edits.setdefault(edit.location.path, []):
                    edits[edit.location.path].append(edit)
    return {name: apply(text, edits.get(name, [])) for name, text in files.items()}


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits; two that overlap are a fault of the rules."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    spans = []
    for number, edit in enumerate(edits):
        start = starts[edit.location.line - 1] + edit.location.column - 1
        end = starts[edit.location.end[0] - 1] + edit.location.end[1] - 1
        spans.append((start, end, number, edit.replacement))
    spans.sort()
    for one, other in zip(spans, spans[1:], strict=False):
        assert one[1] <= other[0], f"edits overlap: {one} {other}"
    for start, end, _, replacement in reversed(spans):
        text = text[:start] + replacement + text[end:]
    return text


def nothing_required() -> Requirements:
    return Requirements(None)
