"""Reports made by hand, for what no sample shows."""

from __future__ import annotations

from connexion_doctor.commands.argv import read, words_of
from connexion_doctor.model import (
    Applicability,
    Edit,
    Finding,
    Fix,
    Judgement,
    Launch,
    LaunchFacts,
    Location,
    Origin,
    Report,
    ServerFacts,
    Severity,
    Verdict,
)
from connexion_doctor.model.source import Source

NASTY = 'a|b `c` ``d`` <e> *f* [g](h) \\ %0A ::error:: , : "q" & #\r\nsecond \x1b[31mline\x00 € 😀'


def finding(
    code: str = "CXD101",
    path: str | None = "Procfile",
    line: int = 1,
    message: str = "every request will answer 500",
    severity: Severity = Severity.ERROR,
    launch: str | None = None,
    fixes: tuple[Fix, ...] = (),
) -> Finding:
    place = Location(path, line, 1, line, 4) if path is not None else None
    return Finding(
        code, "asgi-app-on-wsgi-server", severity, message, ("evidence",), launch, place, fixes=fixes
    )


def judgement(
    command: str = "gunicorn app:app", verdict: Verdict = Verdict.FAILS, **origin: object
) -> Judgement:
    launch = Launch("web", Origin("procfile", **origin), "gunicorn", "/p", read(words_of(command.split())))  # type: ignore[arg-type]
    return Judgement(launch, LaunchFacts(ServerFacts("gunicorn", True)), verdict, "why")


def report(*findings: Finding, judgements: tuple[Judgement, ...] = (), **sources: str) -> Report:
    """``sources``: texts by path, ``__`` for the dot of an ending."""
    texts = {name.replace("__", "."): text for name, text in sources.items()}
    return Report(
        "/p", None, judgements, findings, 1, {path: Source(path, text) for path, text in texts.items()}
    )


def nasty() -> Report:
    """A report whose every text is what a format may trip over."""
    fix = Fix(
        NASTY,
        Applicability.SAFE,
        True,
        (NASTY,),
        (Edit(Location("a b%.py", 1, 1, 1, 2), NASTY),),
        NASTY,
        (NASTY,),
    )
    one = Finding(
        "CXD101",
        "nasty",
        Severity.ERROR,
        NASTY,
        (NASTY,),
        "web",
        Location("a b%.py", 1, 1, 2, 1),
        None,
        (fix,),
    )
    other = Finding("CXD999", "unknown", Severity.INFO, NASTY, (), None, None)
    return report(one, other, judgements=(judgement(),), **{"a b%__py": "x\ny\n"})
