"""The one launch of a project that is judged again after an edit."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.launches import find
from connexion_doctor.launches.find import Found
from connexion_doctor.model import Launch
from connexion_doctor.model.question import Question

if TYPE_CHECKING:
    from connexion_doctor.launches.project import Project
    from connexion_doctor.verify.treatment import Again


@dataclass(frozen=True)
class Only:
    """A launch as it was before an edit, and the project as it was read then, where an overlay changes it
    (``changed`` are the real paths of the files): what the edit cannot change is not read again."""

    launch: Launch
    project: Project | None
    changed: Collection[str]

    @classmethod
    def of(cls, wanted: Again, project: Project | None) -> Only | None:
        """What a second checkup is about, where it is about one launch of the project's files."""
        if wanted.launch is None:
            return None
        return cls(wanted.launch, project if wanted.read else None, tuple(wanted.over))

    def found(self, question: Question, root: Path) -> Found:
        """The launch as it is after the edit.

        :raises NotThere: it is none of the project's any more
        """
        from connexion_doctor.verify.treatment import found_again

        if self.project is None or self.launch.id not in self.project.discovery.read_in:
            whole = find.find(question, root)
            return replace(whole, launches=[found_again(self.launch, whole.launches)])
        real = os.path.realpath(root)
        inside = [path[len(real) + 1 :] for path in self.changed if path.startswith(real + os.sep)]
        project = self.project.over(inside)
        found = found_again(self.launch, project.again(self.launch))
        return Found([find.at_home(found, question, root)], project)
