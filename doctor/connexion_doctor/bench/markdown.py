"""A bench as Markdown, for a comment or a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from connexion_doctor.bench.bench import Bench
from connexion_doctor.bench.wording import ceilings, milliseconds, ratio_in_words
from connexion_doctor.reporters.markdown import code, escape


def render(bench: Bench) -> str:
    """The report, a document of its own."""
    return "\n".join(["## Requests per second", "", *body(bench)]).rstrip("\n") + "\n"


def body(bench: Bench) -> Iterator[str]:
    """What stands below the headline."""
    yield "| | Start | At once | Requests/s | Median | p95 | p99 | Errors |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    names = _names(bench)
    for many in bench.ceilings:
        for name, start in zip(names, bench.starts, strict=True):
            one = start.at[many]
            times = " | ".join(milliseconds(one.quantile(part)) for part in (0.5, 0.95, 0.99))
            doubt = "" if one.believable else " (not to be believed)"
            yield (
                f"| {escape(name)} | {code(start.side.command)} | {many} | {one.rate:.0f}{doubt} "
                f"| {times} | {sum(one.errors.values())} |"
            )
    yield ""
    yield "| | Start-up | Memory | Against the first |"
    yield "| --- | --- | --- | --- |"
    for at, (name, start) in enumerate(zip(names, bench.starts, strict=True)):
        memory = f"{start.memory / 1e6:.0f} MB" if start.memory is not None else "-"
        said = (
            [f"{many} at once: {ratio_in_words(one, names[0])}" for many, one in start.at.items()]
            if at
            else ["-"]
        )
        yield f"| {escape(name)} | {start.startup:.2f} s | {memory} | {escape('; '.join(said))} |"
    yield ""
    yield escape(ceilings(bench))
    yield ""
    yield from (f"- note: {escape(note)}" for note in bench.notes)


def _names(bench: Bench) -> list[str]:
    """What each start is called: by its place where its command, which stands beside it, is all the name it
    has."""
    return [
        str(at) if one.name == one.side.command else one.name for at, one in enumerate(bench.starts, start=1)
    ]
