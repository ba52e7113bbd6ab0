"""Old findings that are kept quiet: a file that names them by rule, file and the text of the line.

The text stands there as a digest: a start command may hold a secret. Of equal findings it is counted how
many were there, so that one more of them is a new one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.foundation import json_text
from connexion_doctor.model import Finding, Report, Suppressed
from connexion_doctor.model.errors import UsageError
from connexion_doctor.model.quiet import BaselineEntry
from connexion_doctor.screening.places import judgement_of, line_key, place_of

VERSION = 1


def read(path: str) -> list[BaselineEntry]:
    """The entries of a baseline.

    :raises UsageError: it is not there, or is none
    """
    try:
        document = json_text.parsed(Path(path).read_text("utf-8"))
        if document["baseline_version"] != VERSION:
            raise UsageError(
                f"{path}: a baseline of version {document['baseline_version']}; "
                f"this doctor reads version {VERSION}"
            )
        return [
            BaselineEntry(str(one["code"]), one["path"], str(one["digest"]), str(one.get("what", "")))
            for one in document["findings"]
        ]
    except OSError as exc:
        hint = "; --write-baseline makes it" if isinstance(exc, FileNotFoundError) else ""
        raise UsageError(f"baseline {path}: {exc.strerror or exc}{hint}") from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise UsageError(f"{path} is not a baseline of connexion-doctor: {exc!r}") from exc


def written(report: Report, path: str) -> Report:
    """Write the report's findings as the new baseline, sorted, so that its changes are readable.

    :returns: the report on which they are old findings
    :raises UsageError: the file cannot be written
    """
    entries = sorted(
        (_entry(finding, report) for finding in report.findings),
        key=lambda entry: (entry.path or "", entry.code, entry.digest),
    )
    document = {
        "baseline_version": VERSION,
        "findings": [
            {"code": one.code, "path": one.path, "digest": one.digest, "what": one.what} for one in entries
        ],
    }
    try:
        Path(path).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as exc:
        raise UsageError(f"baseline {path}: {exc.strerror or exc}") from exc
    plural = "" if len(entries) == 1 else "s"
    return replace(
        report,
        findings=(),
        suppressed=(*report.suppressed, *(Suppressed(one, "baseline") for one in report.findings)),
        notes=(*report.notes, f"{path}: {len(entries)} finding{plural} written"),
    )


def _entry(finding: Finding, report: Report) -> BaselineEntry:
    place = place_of(finding, judgement_of(finding, report))
    path = place.path if place is not None else None
    return BaselineEntry(finding.code, path, line_key(finding, report), finding.message)


def divide(
    entries: Sequence[BaselineEntry], findings: Sequence[Finding], report: Report
) -> tuple[list[Finding], list[Finding], list[BaselineEntry]]:
    """New findings, old ones, and the entries whose findings are gone."""
    left = Counter(entry.digest for entry in entries)
    new: list[Finding] = []
    old: list[Finding] = []
    for finding in findings:
        key = line_key(finding, report)
        if left[key] > 0:
            left[key] -= 1
            old.append(finding)
        else:
            new.append(finding)
    gone = []
    for entry in entries:
        if left[entry.digest] > 0:
            left[entry.digest] -= 1
            gone.append(entry)
    return new, old, gone
