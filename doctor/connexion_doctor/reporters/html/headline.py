"""What it comes to, in the words of one line."""

from __future__ import annotations

from collections import Counter

from connexion_doctor.model import Report, Verdict


def proposed(report: Report) -> bool:
    """Whether the starts are the doctor's own, the recommended one first: a bare target was asked about."""
    return bool(report.judgements) and all(one.launch.candidate for one in report.judgements)


def counted(report: Report) -> str:
    """``2 of 3 starts fail, 1 is not known``."""
    total = len(report.judgements)
    if not total:
        return "No start was looked at"
    count = Counter(one.verdict for one in report.judgements)
    if proposed(report) and total > 1:
        serving = count[Verdict.SERVES]
        return f"{serving or 'None'} of {total} ways to start it serve{'s' if serving == 1 else ''}"
    fails, unknown = count[Verdict.FAILS], count[Verdict.UNKNOWN]
    if not fails and not unknown:
        return "This app will serve" if total == 1 else f"All {total} starts serve"
    if total == 1:
        return "This app will not serve" if fails else "Not known whether this app will serve"
    if unknown == total:
        return f"None of {total} starts could be judged"
    told = [f"{fails} of {total} starts fail{'s' if fails == 1 else ''}"] if fails else []
    if unknown:
        of_all = "" if fails else f" of {total} starts"
        told.append(f"{unknown}{of_all} {'is' if unknown == 1 else 'are'} not known")
    return ", ".join(told)
