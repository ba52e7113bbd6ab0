"""What the doctor has to stand: ``python -m tests.endurance [--short] [PART ...]``."""

from __future__ import annotations

from tests.endurance import fixes, inputs, interruptions, projects, strangers, surroundings
from tests.endurance.runs import Part

PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        strangers.PART,
        interruptions.PART,
        fixes.PART,
        surroundings.PART,
        inputs.PART,
        projects.PART,
    )
}
