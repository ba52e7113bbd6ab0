"""How many launches of the sample projects and forms are found, how many of them right, how many false.

``python -m tests.discovery.figures``: found / expected, right in all their parts, false ones.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.discovery.test_forms import FORMS, as_text, written
from tests.discovery.test_projects import LAUNCHES, NAMES, PROJECTS, as_expected, found_in


def main() -> None:
    """Count and print."""
    expected = found = right = false = 0
    for name in NAMES:
        want = {one.id: one for one in LAUNCHES[name]}
        have = {one.id: one for one in (as_expected(x, PROJECTS / name) for x in found_in(name).launches)}
        expected += len(want)
        found += len(want.keys() & have.keys())
        right += sum(want[key] == have[key] for key in want.keys() & have.keys())
        false += len(have.keys() - want.keys())
    for form in FORMS.values():
        with tempfile.TemporaryDirectory() as folder:
            texts = {as_text(launch, Path(folder)) for launch in written(form, Path(folder)).launches}
        ids = {text.partition(" ")[0] for text in texts}
        expected += len(form.launches)
        found += sum(text.partition(" ")[0] in ids for text in form.launches)
        right += len(texts & set(form.launches))
        false += len(ids - {text.partition(" ")[0] for text in form.launches})
    print(f"{len(NAMES)} projects, {len(FORMS)} forms: {expected} launches expected, {found} found,")
    print(f"{right} right in all their parts, {false} false")


if __name__ == "__main__":
    main()
