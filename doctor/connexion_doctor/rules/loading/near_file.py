"""A file that is not there, and one that is likely meant: of nearly its name, or of a usual one."""

from __future__ import annotations

import ast
import os
from pathlib import Path, PurePath

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import Applicability, Edit, Fix, Raised

SPECIFICATIONS = [f"{name}.{end}" for name in ("openapi", "swagger") for end in ("yaml", "yml", "json")]


def near_file(case: Case, error: Raised) -> Fix | None:
    """The fix of what a line opens; None where nothing like it is there, or the line does not name it."""
    near, frame = error.attributes.get("file_near", "").split("\n"), case.own_frame(error)
    wanted = PurePath(error.attributes.get("file_wanted", "")).name
    source = case.sources.get(frame.path) if frame is not None else None
    if source is None or source.tree is None or frame is None or not wanted or len(near) != 1 or not near[0]:
        return None
    found = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and PurePath(node.value).name == wanted
        and node.lineno <= frame.line <= (node.end_lineno or node.lineno)
    ]
    texts = [ast.get_source_segment(source.text, node) or "" for node in found]
    if len(found) != 1 or texts[0].count(wanted) != 1:
        return None
    costs = (f"that {near[0]} is the file that was meant is a guess from its name",)
    edit = Edit(source.location(found[0]), texts[0].replace(wanted, near[0]))
    return Fix(f"write {near[0]}", Applicability.UNSAFE, recommended=True, edits=(edit,), costs=costs)


def specification_instead(case: Case, error: Raised) -> Fix | None:
    """The specification that ``connexion run`` is to be given in place of one that is not there; None where
    there is not exactly one that it may be."""
    at = servers.of(case).target_index(case.command, servers.of(case).options(case))
    if case.launch.server != "connexion" or at is None or not error.is_a("FileNotFoundError"):
        return None
    written = PurePath(case.command.words[at].text)
    folder = Path(case.launch.directory, written.parent)
    usual = [name for name in SPECIFICATIONS if os.path.isfile(folder / name)]
    near = error.attributes.get("file_near", "").split("\n")
    found = near if len(near) == 1 and near[0] else usual
    if len(found) != 1 or os.path.exists(folder / written.name):
        return None
    remedy = servers.of(case).remedy(case)
    remedy.put_word(at, str(written.with_name(found[0])))
    remedy.cost(f"that {found[0]} is the file that was meant is a guess from its name")
    return remedy.fix(f"run {found[0]}", recommended=True, applicability=Applicability.UNSAFE)
