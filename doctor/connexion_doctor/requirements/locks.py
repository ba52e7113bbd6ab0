"""What is installed of a lock file: the packages that the application needs, not those of its tools.

A lock file lists everything that any group or extra may need. Where it says to which groups a package
belongs, that is taken; else the graph is walked from what the manifest asks for.
Sources: uv's "Locking and syncing"; Poetry's, PDM's and Pipenv's lock files as their current releases write
them; PEP 751 (pylock.toml).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.declarations import Declaration, parse
from connexion_doctor.requirements.files import RequirementFiles
from connexion_doctor.requirements.manifests import table, toml
from connexion_doctor.requirements.markers import holds

# A lock file -> the manifest that it is made from.
MANIFESTS = {
    "uv.lock": "pyproject.toml",
    "poetry.lock": "pyproject.toml",
    "pdm.lock": "pyproject.toml",
    "pylock.toml": "pyproject.toml",
    "Pipfile.lock": "Pipfile",
}


@dataclass(frozen=True)
class Edge:
    """One package needs another, with extras of it; ``extra``: only where that extra is asked for."""

    name: str
    extras: frozenset[str] = frozenset()
    marker: str | None = None
    extra: str | None = None


@dataclass
class Graph:
    """What the packages of a lock file need, and to which groups they belong where it says so."""

    edges: dict[str, list[Edge]] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    roots: list[Edge] = field(default_factory=list)
    rooted: bool = False  # the lock file itself says what the project asks for

    def reached(self, roots: Iterable[Edge], python: str | None) -> set[str]:
        """The packages that are needed, from those asked for on."""
        seen: set[tuple[str, str | None]] = set()
        pending = [edge for edge in roots if holds(edge.marker, python)]
        while pending:
            edge = pending.pop()
            for extra in (None, *edge.extras):
                if (edge.name, extra) in seen:
                    continue
                seen.add((edge.name, extra))
                needed = [one for one in self.edges.get(edge.name, ()) if one.extra == extra]
                pending += [one for one in needed if holds(one.marker, python)]
        return {name for name, _ in seen}


def locked(
    files: RequirementFiles,
    path: str,
    *,
    groups: Iterable[str] = (),
    extras: Iterable[str] = (),
    python: str | None = None,
) -> list[Declaration]:
    """What a lock file installs, without the groups of tools.

    :param groups: further groups that are installed
    :param extras: extras of the project itself
    :param python: the Python it is installed for
    """
    listed = [one for one in files.read(path).requirements if holds(one.marker, python)]
    source = files.source(path)
    if source is None:
        return listed
    name = path.rpartition("/")[2]
    chosen = {"", "main", "default", *groups}
    if name == "Pipfile.lock":
        return [one for one in listed if one.group in chosen]
    try:
        graph = _graph(name, toml(source.text), set(groups), set(extras))
    except (ValueError, TypeError, AttributeError, KeyError, json.JSONDecodeError):
        return listed
    roots = graph.roots if graph.rooted else _asked(files, path, chosen | set(extras))
    # Group membership (Poetry 2, PDM) says which packages may be there; the walk, which of those are.
    reached = graph.reached(roots, python) if roots else set()
    if graph.groups:
        member = {one for one, of in graph.groups.items() if of & chosen}
        reached = reached & member if reached & member else member
    kept = [replace(one, group="") for one in listed if one.name in reached] if reached else listed
    return [one for one in kept if one.group in chosen]


def _asked(files: RequirementFiles, path: str, groups: set[str]) -> list[Edge]:
    """What the manifest beside a lock file asks for."""
    folder, _, name = path.rpartition("/")
    manifest = f"{folder}/{MANIFESTS.get(name, '')}" if folder else MANIFESTS.get(name, "")
    return [
        Edge(one.name, one.extras, one.marker)
        for one in files.read(manifest).requirements
        if one.group in groups and not one.constraint
    ]


def _graph(name: str, data: Mapping[str, object], groups: set[str], extras: set[str]) -> Graph:
    graph = Graph()
    packages = data.get("packages" if name.startswith("pylock") else "package")
    for package in packages if isinstance(packages, list) else ():
        if not isinstance(package, dict) or not isinstance(package.get("name"), str):
            continue
        key = canonical(package["name"])
        graph.edges.setdefault(key, []).extend(_needs(package, key))
        told = package.get("groups") or ([package["category"]] if "category" in package else None)
        if isinstance(told, list):
            graph.groups[key] = graph.groups.get(key, frozenset()) | frozenset(str(one) for one in told)
        origin = table(package, "source")
        if name == "uv.lock" and ("editable" in origin or "virtual" in origin):
            graph.rooted = True
            if "." in (origin.get("editable"), origin.get("virtual")):
                graph.roots.append(Edge(key, frozenset(extras)))
                for group, needed in table(package, "dev-dependencies").items():
                    graph.roots += list(_of_uv(needed)) if group in groups else []
    if name.startswith("pylock"):
        graph.rooted, graph.roots = True, [Edge(one) for one in graph.edges]
    return graph


def _needs(package: Mapping[str, object], name: str) -> Iterator[Edge]:
    """The edges of one package of a lock file."""
    needed = package.get("dependencies")
    own = package.get("extras")
    if isinstance(needed, dict):  # Poetry: name -> version, or tables
        optional = {}
        for extra, texts in own.items() if isinstance(own, dict) else ():
            for text in texts if isinstance(texts, list) else ():
                parsed = parse(str(text))
                if parsed is not None:
                    optional[canonical(parsed.name), canonical(str(extra))] = frozenset(parsed.extras)
        for other, asked in needed.items():
            for one in asked if isinstance(asked, list) else [asked]:
                given = one if isinstance(one, dict) else {}
                edge = Edge(
                    canonical(other),
                    frozenset(canonical(str(extra)) for extra in given.get("extras", ())),
                    str(given["markers"]) if given.get("markers") and not given.get("optional") else None,
                )
                if not given.get("optional"):
                    yield edge
                for wanted, extra in optional:
                    if wanted == edge.name:
                        yield replace(edge, extra=extra, extras=edge.extras | optional[wanted, extra])
        return
    of_extra = canonical(str(own[0])) if isinstance(own, list) and own else None  # PDM: an entry an extra
    for one in needed if isinstance(needed, list) else ():
        if isinstance(one, str):
            parsed = parse(one)
            if parsed is not None:
                marker = str(parsed.marker) if parsed.marker is not None else None
                extras = frozenset(canonical(extra) for extra in parsed.extras)
                yield Edge(canonical(parsed.name), extras, marker, of_extra)
    yield from _of_uv(needed)
    for extra, others in table(package, "optional-dependencies").items():
        yield from _of_uv(others, canonical(extra))


def _of_uv(needed: object, extra: str | None = None) -> Iterator[Edge]:
    for one in needed if isinstance(needed, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            extras = frozenset(canonical(str(name)) for name in one.get("extra", ()))
            yield Edge(canonical(one["name"]), extras, one.get("marker"), extra)
