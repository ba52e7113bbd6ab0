"""From a case to findings and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.model import (
    Basis,
    Finding,
    Interface,
    Judgement,
    Location,
    Severity,
    Verdict,
)
from connexion_doctor.model.voice import sentence
from connexion_doctor.model.words import NOT_RUN
from connexion_doctor.rules.base import Rule
from connexion_doctor.rules.connexion.absent import without_connexion
from connexion_doctor.rules.connexion.details import needs_asgi
from connexion_doctor.rules.own.checkup import rule_failed

WANTED = " the variable "  # as the reading says it
LIFESPAN = "a lifespan handler"  # as the probe says it


def judge(case: Case, rules: Sequence[Rule]) -> tuple[Judgement, list[Finding]]:
    """Run the rules of a launch; the verdict follows from what breaks it and from the trial call."""
    found: list[Finding] = []
    breaking: list[Finding] = []
    unsaid: list[Rule] = []  # rules that failed, and might have called the launch broken
    for one in rules:
        try:
            findings = one.run(case)
        except Exception as exc:  # a fault of ours must not hide what the other rules say
            found.extend(rule_failed.rule.run((case, one, exc)))  # type: ignore[attr-defined]
            if one.breaks:
                unsaid.append(one)
            continue
        for entry in findings:
            known = entry.word is not None and 0 <= entry.word < len(case.command.words)
            placed = replace(
                entry,
                launch=case.launch.id,
                location=entry.location or _place(case) or _word_location(case, entry),
                word=entry.word if known else None,
            )
            found.append(placed)
            if one.breaks and placed.severity is Severity.ERROR:
                breaking.append(placed)
    verdict, reason = _verdict(case, breaking)
    if verdict is Verdict.SERVES and unsaid:
        codes = ", ".join(one.code for one in unsaid)
        verdict, reason = Verdict.UNKNOWN, f"{codes} failed: this is a fault of the doctor"
    return Judgement(case.launch, case.facts, verdict, sentence(reason), basis=_basis(case)), found


# What the app says of itself once it is loaded, and the rule that finds the same in its source, with the
# place and the edit.
IN_SOURCE = {"CXD123": "CXD435", "CXD124": "CXD432", "CXD125": "CXD434", "CXD126": "CXD440"}


def without_doubles(findings: Sequence[Finding]) -> list[Finding]:
    """Findings about the inside of an app, said once however many launches serve it, and not at all where
    the source was read and the same was found there."""
    codes = {finding.code for finding in findings}
    kept: list[Finding] = []
    said: dict[tuple[object, ...], int] = {}
    for entry in findings:
        if not "CXD123" <= entry.code <= "CXD199":
            kept.append(entry)
            continue
        told = (entry.code, entry.message)
        if IN_SOURCE.get(entry.code) in codes:
            continue
        if told in said:
            first = kept[said[told]]
            launches = (*(first.affects or (first.launch,)), entry.launch)
            affected = tuple(dict.fromkeys(one for one in launches if one is not None))
            kept[said[told]] = replace(first, affects=affected)
            continue
        said[told] = len(kept)
        kept.append(entry)
    return kept


def _place(case: Case) -> Location | None:
    """Where a file says what the server serves; a server that is not there is the command's fault."""
    there = case.facts.server.stage in ("ready", "static")
    return servers.of(case).place(case) if there else None


def _word_location(case: Case, entry: Finding) -> Location | None:
    if entry.word is None or not 0 <= entry.word < len(case.command.words):
        return None
    return case.command.words[entry.word].location


def _verdict(case: Case, breaking: Sequence[Finding]) -> tuple[Verdict, str]:
    if breaking:
        return Verdict.FAILS, breaking[0].message
    call, load, server = case.facts.call, case.facts.load, case.facts.server
    if server.stage == "static":
        return _read(case)
    if server.stage != "ready":
        return Verdict.UNKNOWN, f"{server.name} could not be asked: {_short(case)}"
    if load is None:
        return Verdict.UNKNOWN, "The app was not loaded."
    if load.stage == "loaded" and load.ended_detail is not None:
        return Verdict.UNKNOWN, f"The app was loaded, and could not be looked at: {load.ended_detail}."
    if load.stage != "loaded" or case.facts.app is None:
        return Verdict.UNKNOWN, f"The app was not loaded: {load.error.short if load.error else load.stage}"
    if without_connexion(case):
        return Verdict.UNKNOWN, (
            "The app responds, but no Connexion app was found behind it: Connexion neither validates nor "
            "secures its requests."
        )
    if case.answered() and call is not None:
        return Verdict.SERVES, _responds(call.status) + _lifespan(case)
    if call is None and not case.called:
        return _without_call(case)
    if call is not None and call.not_found:
        return Verdict.SERVES, "Responds, with 500 on paths that it does not have." + _lifespan(case)
    if call is not None and call.error is not None:
        return Verdict.UNKNOWN, f"The test request raised {call.error.short}{_lifespan(case, UP)}"
    if call is not None and call.outcome == "answered":
        return Verdict.UNKNOWN, f"The test request was answered with {call.status}."
    return Verdict.UNKNOWN, f"It could not be found out how {case.launch.server} calls the app."


def _responds(status: int | None) -> str:
    expected = " for a made-up path, as expected" if status == 404 else ""
    return f"Responds to a test request ({status}{expected})"


SERVES_IF = f"; {NOT_RUN}: it serves if that starts (--lifespan runs it)"
UP = f"; {NOT_RUN}, which may be what the request needs (--lifespan runs it)"


def _lifespan(case: Case, said: str = SERVES_IF) -> str:
    """A lifespan handler runs when the server starts, and not here: what it does is told as open."""
    app = case.facts.app
    ran = app is not None and any("lifespan_run" in layer.detail for layer in app.layers)
    if ran or LIFESPAN not in needs_asgi(case) or case.calls not in (Interface.ASGI3, Interface.ASGI2):
        return ""
    return said


def _read(case: Case) -> tuple[Verdict, str]:
    """Nothing was run: what the files tell, where they tell all of it."""
    load, app = case.facts.load, case.facts.app
    if case.facts.unread:
        return Verdict.UNKNOWN, f"The files do not settle it: {_unread(case.facts.unread)}"
    if load is None or app is None:
        return Verdict.UNKNOWN, "No code of the project was run."
    if case.broken_link() is not None or app.connexion is None:
        return Verdict.UNKNOWN, "What was read of the app does not tell whether it serves."
    return Verdict.SERVES, f"By its files, every layer down to Connexion speaks {case.calls.standard}."


def _unread(told: Sequence[str]) -> str:
    """The first thing that could not be read; variables that are missing are named all at once."""
    more = [one for one in told[1:] if WANTED in one] if WANTED in told[0] else []
    return "; ".join([told[0], *more])


def _basis(case: Case) -> Basis:
    """The deepest look that was taken."""
    if case.facts.call is not None and case.facts.call.outcome not in ("skipped", "read"):
        return Basis.CALLED
    return Basis.READ if case.facts.server.stage == "static" else Basis.LOADED


def _short(case: Case) -> str:
    error = case.facts.server.error
    return error.short if error is not None else case.facts.server.usage_error or case.facts.server.stage


def _without_call(case: Case) -> tuple[Verdict, str]:
    """No trial call was made: signatures settle what fails, never that the app answers."""
    app = case.facts.app
    assert app is not None
    if app.interface is Interface.UNKNOWN or case.calls is Interface.UNKNOWN:
        return Verdict.UNKNOWN, "No test request was made, and the signature leaves it open."
    connexion = app.connexion
    if connexion is not None and connexion.detail.get("major") == 3:
        return Verdict.UNKNOWN, (
            f"The interfaces fit ({case.calls.standard}), but Connexion 3 builds its stack at the first "
            "request, and none was made."
        )
    return Verdict.SERVES, f"The interfaces fit ({case.calls.standard}); no test request was made."
