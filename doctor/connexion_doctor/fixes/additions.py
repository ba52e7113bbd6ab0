"""Packages that a fix of a launch installs, written where the project asks for its packages.

An installed package that no file asks for is gone at the next deployment, be it one that a fix installs or
one that it found there. The line is added beside the server's own (or Connexion's), in a file that the launch
gets installed from, or one that such a file is made from; a file that a tool writes, or that pins by hashes,
is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from connexion_doctor.fixes.around import around, word
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Applicability, Edit, Finding, Fix, Launch, Location, Style
from connexion_doctor.model.source import Source, read_source
from connexion_doctor.requirements.bringing import brings
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.declarations import Declaration
from connexion_doctor.requirements.files import LOCK_OF_PIPENV, LOCKS_OF_PYPROJECT
from connexion_doctor.requirements.installation import Installation
from connexion_doctor.requirements.requirement_lists import is_written_by_a_tool
from connexion_doctor.requirements.rewriting import rewritten
from connexion_doctor.requirements.specifiers import reaches_below
from connexion_doctor.writing.languages import Kind, Within, string_of_python, string_of_toml, written

# Where packages are asked for, the best file first.
KINDS = ("pyproject.toml", "requirements", "setup.cfg", "setup.py", "Pipfile", "Dockerfile")
NAME = late.pattern(r"[A-Za-z0-9][A-Za-z0-9._-]*")
EXTRAS = late.pattern(r"([A-Za-z0-9][A-Za-z0-9._-]*)\[([^\]]+)\](?:==[\w.]+)?")


@dataclass(frozen=True)
class Asking:
    """Where a project asks for its packages: what its launches get installed, by their ids, the files whose
    text is known (others are read from the root), its lock files."""

    root: Path
    installations: Mapping[str, Installation]
    known: Mapping[str, Source] = field(default_factory=dict)
    locks: Collection[str] = ()


def with_additions(
    findings: Sequence[Finding], launches: Sequence[Launch], asking: Asking
) -> tuple[list[Finding], dict[str, Source]]:
    """The findings, their fixes with edits of the files that ask for packages; and those files, by the path
    that locations give."""
    by_id = {one.id: one for one in launches if one.id in asking.installations}
    sources: dict[str, Source] = {}
    made: list[Finding] = []
    for finding in findings:
        launch = by_id.get(finding.launch or "")
        if launch is not None and any(fix.install or fix.needs for fix in finding.fixes):
            fixes = tuple(_fixed(fix, launch, asking, sources) for fix in finding.fixes)
            for path in {edit.location.path for fix in fixes for edit in fix.edits} - set(asking.known):
                _source(path, asking.root, sources)
            finding = replace(finding, fixes=fixes)
        made.append(finding)
    return made, sources


def _fixed(fix: Fix, launch: Launch, asking: Asking, sources: dict[str, Source]) -> Fix:
    installation = asking.installations[launch.id]
    if fix.applicability is Applicability.MANUAL:
        return fix
    names = {entry: canonical(_name(entry)) for entry in fix.install}
    missing = [
        entry
        for entry, name in names.items()
        if not installation.has(name) and (name != "connexion" or not installation.gaps)
    ]
    extended = _extended(fix.install, installation)
    if len(missing) + len(extended) != len(fix.install):
        return fix  # what is asked for already is the business of the rules about versions
    fix = replace(fix, edits=tuple(dict.fromkeys((*fix.edits, *extended))))
    if not installation.gaps:
        missing += [entry for entry in fix.needs if not brings(installation, canonical(_name(entry)))]
    fix = _raised(fix, installation)
    if not missing:
        return fix
    for anchor in _anchors((launch.server, "gunicorn", "uvicorn", "connexion"), installation):
        source = asking.known.get(anchor.path) or _source(anchor.path, asking.root, sources)
        written = [_as_asked(entry, anchor.pinned is not None) for entry in missing]
        edit = _added(anchor, written, source) if source is not None else None
        if edit is not None:
            stale = sorted(_locked(installation) | _beside(anchor, asking.locks))
            costs = [f"{', '.join(stale)}: to be made anew"] if stale else []
            return replace(fix, edits=(*fix.edits, edit), costs=(*fix.costs, *costs))
    return fix


def _extended(entries: Sequence[str], installation: Installation) -> list[Edit]:
    """The edits that give requirements the extras which a fix installs: one for each entry that asks for
    nothing else."""
    edits = []
    for entry in entries:
        found = EXTRAS.fullmatch(entry)
        wanted = {one.strip() for one in found[2].split(",")} if found is not None else set()
        for one in (*installation.behind, *installation.requirements) if wanted else ():
            if found is None or one.name != canonical(found[1]) or not _usable(one):
                continue
            edit = rewritten(one, None, wanted) if wanted - one.extras else None
            if edit is not None:
                edits.append(edit)
                break
    return edits


def _raised(fix: Fix, installation: Installation) -> Fix:
    """The fix with edits of the requirements that let in too old a release of what it needs."""
    edits, costs = [], []
    for entry in fix.needs:
        floor = _floor(entry)
        for one in (*installation.behind, *installation.requirements) if floor else ():
            if one.name != canonical(_name(entry)) or not reaches_below(one.specifier, floor):
                continue
            edit = rewritten(one, _versions(entry, one.pinned is not None))
            if edit is not None:
                edits.append(edit)
            elif one.locked:
                costs.append(f"{one.path}: to be made anew, with {_name(entry)}{floor}")
    added = [edit for edit in dict.fromkeys(edits) if edit not in fix.edits]
    return replace(fix, edits=(*fix.edits, *added), costs=(*fix.costs, *dict.fromkeys(costs)))


def _as_asked(entry: str, pinned: bool) -> str:
    """A package as the files ask for theirs: ``a2wsgi==1.10.10,>=1.10.4``, which is installed and needed so,
    by its version where they pin, else from the lowest that will do."""
    name, found, _ = entry.partition("==")
    return f"{name}{_versions(entry, pinned)}" if found else entry


def _floor(entry: str) -> str:
    """The range of what is needed: of ``gunicorn==27.0.1,>=25.1`` the second part."""
    return "".join(re.findall(r">=[^,]+", entry))


def _versions(entry: str, pinned: bool) -> str:
    """The versions to ask for: the installed one where the project pins, else those that will do."""
    found = re.search(r"==[^,]+", entry)
    return found[0] if found is not None and pinned else _floor(entry)


def _locked(installation: Installation) -> set[str]:
    return {one.path for one in installation.requirements if one.locked}


def _beside(anchor: Declaration, locks: Collection[str]) -> set[str]:
    """The lock files that a tool makes from the file that a requirement stands in."""
    names = {"pyproject.toml": LOCKS_OF_PYPROJECT, "Pipfile": (LOCK_OF_PIPENV,)}.get(anchor.kind, ())
    folder = anchor.path.rpartition("/")[0]
    return {path for name in names if (path := f"{folder}/{name}".lstrip("/")) in locks}


def _name(requirement: str) -> str:
    found = NAME.match(requirement)
    return found[0] if found is not None else requirement


def _source(path: str, root: Path, sources: dict[str, Source]) -> Source | None:
    if path not in sources:
        source = read_source(root / path, path)
        if source is None:
            return None
        sources[path] = source
    return sources[path]


def _anchors(names: Sequence[str], installation: Installation) -> Iterator[Declaration]:
    """Requirements to write the new one beside, the best first; others where none of the names is asked for
    by itself."""
    asked = [one for one in (*installation.behind, *installation.requirements) if _usable(one)]
    usable = [one for one in asked if one.name in names]
    usable.sort(key=lambda one: names.index(one.name))
    usable.sort(key=lambda one: KINDS.index(one.kind))
    yield from usable
    yield from (one for one in reversed(asked) if one.name not in names)


def _usable(one: Declaration) -> bool:
    return one.location is not None and one.kind in KINDS and not (one.locked or one.constraint or one.group)


def _added(anchor: Declaration, missing: Sequence[str], source: Source) -> Edit | None:
    """The edit that asks for packages beside another one; None where it has no certain place."""
    place = anchor.location
    assert place is not None
    line = source.line(place.line)
    end_line, end = place.end
    if end_line != place.line or is_written_by_a_tool(source):
        return None
    indent = line[: len(line) - len(line.lstrip())]
    if anchor.kind == "requirements":
        if not anchor.text or line.rstrip().endswith("\\"):
            return None
        lines = "".join(f"\n{indent}{written(entry, Kind.REQUIREMENTS)}" for entry in missing)
        return _insert(place, len(line) + 1, lines)
    if anchor.kind == "Pipfile" or not anchor.text:
        if not re.fullmatch(r"\s*[\"']?[\w.-]+[\"']?\s*=\s*(\"[^\"]*\"|'[^']*'|\{[^{}]*\})\s*(#.*)?", line):
            return None
        return _insert(
            place,
            len(line) + 1,
            "".join(f"\n{indent}{_name(entry)} = {written(_range(entry), Kind.TOML)}" for entry in missing),
        )
    before, after = line[: place.column - 1], line[end - 1 :]
    quote = after[:1] if after[:1] in ("'", '"') and before[-1:] == after[:1] else ""
    if anchor.kind == "Dockerfile":
        behind, known = replace(place, column=end + len(quote)), {source.path: source}
        listed = Within.ESCAPED in around(place, known)
        words = [word(entry, Style.JSON if listed else Style.SHELL, behind, known) for entry in missing]
        return _insert(place, behind.column, "".join(f"{',' * listed} {one}" for one in words))
    if anchor.kind == "setup.cfg":
        alone = not before.strip() and bool(before) and not after.strip()
        lines = "".join(f"\n{indent}{written(entry, Kind.CFG)}" for entry in missing)
        return _insert(place, end, lines) if alone else None
    if not quote:
        return None
    alone = not before[:-1].strip()
    start = f",\n{indent}" if alone else ", "
    string = string_of_python if anchor.kind == "setup.py" else string_of_toml
    return _insert(place, end + 1, "".join(f"{start}{string(entry, quote)}" for entry in missing))


def _range(requirement: str) -> str:
    return re.sub(r"^[^<>=!~]*", "", requirement) or "*"


def _insert(place: Location, column: int, text: str) -> Edit:
    return Edit(Location(place.path, place.line, column, place.line, column), text)
