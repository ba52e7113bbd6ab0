"""Applying a plan to the files of the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from connexion_doctor.fixes import spans
from connexion_doctor.fixes.files import File, Untouchable, open_for_edit, replace_all
from connexion_doctor.fixes.plan import Plan, plan
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Finding, Judgement
from connexion_doctor.model.source import Source


class NotApplied(Exception):
    """Writing failed and nothing was changed; the message says why."""


@dataclass(frozen=True)
class Applied:
    """The plan as it was carried out, and the files that were changed."""

    plan: Plan
    files: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every fix that machines may make was made."""
        return not any(left.kind in ("conflict", "blocked") for left in self.plan.left)

    @property
    def refused(self) -> bool:
        """Whether a file could not be touched."""
        return any(left.kind == "blocked" for left in self.plan.left)


def apply(
    root: Path,
    findings: Sequence[Finding],
    judgements: Sequence[Judgement],
    sources: Mapping[str, Source],
    *,
    unsafe: bool = False,
) -> Applied:
    """Make the recommended fixes; all of them, or none where writing fails.

    A fix with an edit in a file that changed since it was read, or that cannot be written, is left out
    whole; so nothing is ever half done.

    :param sources: the texts that the edits were made for, by the path that locations give
    :raises NotApplied: writing failed, and every file is as it was
    """
    wanted, opened, changes = _changes(root, findings, judgements, sources, unsafe=unsafe)
    try:
        replace_all(changes)
    except (OSError, Untouchable) as exc:
        raise NotApplied(f"nothing was changed: {exc}") from exc
    written = {file.path for file, _ in changes}
    return Applied(wanted, tuple(path for path, file in opened.items() if file.path in written))


def tried(
    root: Path, findings: Sequence[Finding], judgements: Sequence[Judgement], sources: Mapping[str, Source]
) -> tuple[Plan, dict[str, bytes], dict[str, str]]:
    """The plan of the recommended fixes, unsafe ones too; what the files would hold after it, by the real
    path of each that changes; and those paths by the ones that locations give. Nothing is written; an
    overlay is what the edits are made over.

    :param sources: the texts that the edits were made for, by the path that locations give
    """
    wanted, opened, changes = _changes(root, findings, judgements, sources, unsafe=True)
    changed = {str(file.path): data for file, data in changes}
    return wanted, changed, {shown: str(file.path) for shown, file in opened.items()}


def _changes(
    root: Path,
    findings: Sequence[Finding],
    judgements: Sequence[Judgement],
    sources: Mapping[str, Source],
    *,
    unsafe: bool,
) -> tuple[Plan, dict[str, File], list[tuple[File, bytes]]]:
    """The plan as far as its files can be edited, those files, and the new contents of those that change."""
    blocked: dict[str, str] = {}
    while True:
        wanted = plan(findings, judgements, unsafe=unsafe, blocked=blocked, sources=sources)
        opened, refused = _open(root, wanted, sources)
        if not refused:
            break
        blocked.update(refused)
    changes = [
        (file, file.encoded(spans.apply(file.text, wanted.edits[path]))) for path, file in opened.items()
    ]
    return wanted, opened, [(file, data) for file, data in changes if data != file.data]


def _open(root: Path, wanted: Plan, sources: Mapping[str, Source]) -> tuple[dict[str, File], dict[str, str]]:
    """The files of a plan, and why those that cannot be edited cannot."""
    opened: dict[str, File] = {}
    refused: dict[str, str] = {}
    for path, some in wanted.edits.items():
        try:
            if path not in sources:
                raise Untouchable("its text was not kept")
            file = open_for_edit(root, path, sources[path].text)
            if any(other.path == file.path for other in opened.values()):
                raise Untouchable("it is another name of a file that is edited: run the doctor again")
            file.encoded(spans.apply(file.text, some))
            opened[path] = file
        except Untouchable as exc:
            refused[path] = f"{path} was not touched: {exc}"
    return opened, refused
