"""From what the rules found to what is reported: rules in and out, severities, comments, the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from connexion_doctor.model import Finding, Report, Severity, Suppressed
from connexion_doctor.model.quiet import Comment
from connexion_doctor.model.source import Source, read_source
from connexion_doctor.rules import index
from connexion_doctor.rules.index import named
from connexion_doctor.rules.own import housekeeping
from connexion_doctor.screening import baseline
from connexion_doctor.screening.comments import comments
from connexion_doctor.screening.places import judgement_of, place_of
from connexion_doctor.screening.screening import Screening

# Whether everything was looked at that could be found at a path (None: in no file).
Covers = Callable[[str | None], bool]


def screen(report: Report, screening: Screening, covers: Covers) -> Report:
    """The report with the findings that are to be reported, and those that are kept quiet beside them.

    :param report: with the sources of :func:`completed`
    :param covers: whether this run looked at all that could be found at a path
    :raises UsageError: the baseline cannot be read
    """
    found = [_graded(one, screening) for one in report.findings if wanted(one, screening)]
    kept, quiet = _per_file(found, report, screening)
    extra: list[Finding] = []
    if screening.comments:
        kept, silenced, remarks = _by_comments(kept, quiet, report, screening, covers)
        quiet += silenced
        extra += remarks
    path = screening.baseline
    if path is not None and not screening.write_baseline:
        kept, old, gone = baseline.divide(baseline.read(path), kept, report)
        quiet += [Suppressed(one, "baseline") for one in old]
        missing = [entry for entry in gone if _looked(entry.code, entry.path, screening, covers)]
        extra += housekeeping.baseline_entry_gone.rule.run(missing)  # type: ignore[attr-defined]
    extra = [_graded(one, screening) for one in extra if wanted(one, screening)]
    return replace(report, findings=(*kept, *extra), suppressed=tuple(quiet))


def wanted(finding: Finding, screening: Screening) -> bool:
    """Whether its rule is selected and not ignored."""
    return _wanted(finding.code, finding.name, screening)


def _wanted(code: str, name: str, screening: Screening) -> bool:
    selected = not screening.select or named(code, name, screening.select)
    return selected and not named(code, name, screening.ignore)


def _graded(finding: Finding, screening: Screening) -> Finding:
    """The finding with the severity that the project gives its rule; the longest name of it decides."""
    given = [
        (len(pattern), severity)
        for pattern, severity in screening.severities.items()
        if named(finding.code, finding.name, (pattern,))
    ]
    return replace(finding, severity=Severity(max(given)[1])) if given else finding


def completed(report: Report) -> Mapping[str, Source]:
    """The sources with the files that findings, their edits and launches name: comments, fingerprints and
    fixes need them."""
    sources = dict(report.sources)
    places = [place_of(finding, judgement_of(finding, report)) for finding in report.findings]
    paths = [place.path for place in places if place is not None]
    paths += [path for one in report.judgements if (path := one.launch.origin.path) is not None]
    fixes = [fix for finding in report.findings for fix in finding.fixes]
    paths += [edit.location.path for fix in fixes for edit in fix.edits]
    for path in paths:
        if path not in sources:
            source = read_source(Path(report.root, path), path)
            if source is not None:
                sources[path] = source
    return sources


def _per_file(
    found: Sequence[Finding], report: Report, screening: Screening
) -> tuple[list[Finding], list[Suppressed]]:
    kept: list[Finding] = []
    quiet: list[Suppressed] = []
    for finding in found:
        place = place_of(finding, judgement_of(finding, report))
        pattern = next(
            (
                pattern
                for pattern, codes in screening.per_file_ignores.items()
                if place is not None
                and matches(place.path, pattern)
                and named(finding.code, finding.name, codes)
            ),
            None,
        )
        if pattern is None:
            kept.append(finding)
        else:
            quiet.append(Suppressed(finding, "per-file", pattern))
    return kept, quiet


def matches(path: str, pattern: str) -> bool:
    """Whether a path is meant: a folder means all in it, a pattern without ``/`` the file's name."""
    pattern = pattern.removeprefix("./").rstrip("/")
    name = path.rpartition("/")[2]
    inside = path == pattern or path.startswith(f"{pattern}/")
    return inside or fnmatchcase(path, pattern) or ("/" not in pattern and fnmatchcase(name, pattern))


def _by_comments(
    found: Sequence[Finding],
    quiet: Sequence[Suppressed],
    report: Report,
    screening: Screening,
    covers: Covers,
) -> tuple[list[Finding], list[Suppressed], list[Finding]]:
    """What stays, what the comments silence, and what is to be said about the comments themselves."""
    written = {path: comments(source) for path, source in report.sources.items()}
    used: set[tuple[Comment, str]] = set()
    kept: list[Finding] = []
    silenced: list[Suppressed] = []
    for finding in found:
        comment = _comment_for(finding, report, written)
        if comment is None:
            kept.append(finding)
        else:
            used.add((comment, finding.code))
            silenced.append(Suppressed(finding, "comment", comment.reason))
    for one in quiet:  # kept quiet by the configuration as well: the comment is not without use
        comment = _comment_for(one.finding, report, written)
        if comment is not None:
            used.add((comment, one.finding.code))
    return kept, silenced, _remarks(written, used, report, screening, covers)


def _comment_for(
    finding: Finding, report: Report, written: Mapping[str, Sequence[Comment]]
) -> Comment | None:
    place = place_of(finding, judgement_of(finding, report))
    if place is None:
        return None
    lines = range(place.line, place.end[0] + 1)
    return next(
        (
            comment
            for comment in written.get(place.path, ())
            if comment.silences(finding.code, finding.name) and any(line in lines for line in comment.lines)
        ),
        None,
    )


def _remarks(
    written: Mapping[str, Sequence[Comment]],
    used: set[tuple[Comment, str]],
    report: Report,
    screening: Screening,
    covers: Covers,
) -> list[Finding]:
    unused: list[tuple[Comment, str, Source]] = []
    unclear: list[Comment] = []
    for path, found in sorted(written.items()):
        for comment in found:
            if (
                comment.verb != "ignore"
                or not comment.codes
                or not all(map(housekeeping.known, comment.codes))
            ):
                unclear.append(comment)
            unused.extend(
                (comment, code, report.sources[path])
                for code in comment.codes or ()
                if housekeeping.known(code)
                and not _used(comment, code, used)
                and _looked(code, path, screening, covers)
            )
    return [
        *housekeeping.unused_suppression.rule.run(unused),  # type: ignore[attr-defined]
        *housekeeping.suppression_not_understood.rule.run(unclear),  # type: ignore[attr-defined]
    ]


def _used(comment: Comment, code: str, used: set[tuple[Comment, str]]) -> bool:
    rule = index.find(code)
    return rule is not None and (comment, rule.code) in used


def _looked(code: str, path: str | None, screening: Screening, covers: Covers) -> bool:
    """Whether this run could have found this there: only then a comment is without use, or an old finding
    gone."""
    rule = index.find(code)
    return rule is not None and covers(path) and _wanted(rule.code, rule.name, screening)
