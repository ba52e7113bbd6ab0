"""Where reports go: ``--format F[=PATH]``, several at once, one of them on standard output."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Report
from connexion_doctor.model.errors import UsageError
from connexion_doctor.reporters import check_format, renderer, terminal

SUMMARY_BYTES = 1024 * 1024  # of a longer one GitHub shows nothing


@dataclass(frozen=True)
class Output:
    """A format and the file it goes to; None is standard output."""

    format: str
    path: str | None = None


def outputs(formats: Sequence[str], output: str | None = None) -> tuple[Output, ...]:
    """What is asked for.

    :param formats: ``FORMAT`` or ``FORMAT=PATH`` each; ``-`` is standard output
    :param output: ``--output``: the file of the format that names none
    :raises UsageError: an unknown format, no folder to write in, or two reports in one place
    """
    found = [_output(spec) for spec in formats]
    open_ones = [one for one in found if one.path is None]
    if len(open_ones) > 1:
        names = " and ".join(one.format for one in open_ones)
        raise UsageError(
            f"{names} cannot both be on standard output: write --format {open_ones[-1].format}=PATH"
        )
    if output is not None and output != "-":
        if not open_ones:
            raise UsageError("--output has no report to take: every --format names its own file")
        found = [Output(one.format, output) if one is open_ones[0] else one for one in found]
    paths = [one.path for one in found if one.path is not None]
    for path in paths:
        if paths.count(path) > 1:
            raise UsageError(f"two reports cannot both be {path}")
        if not os.path.isdir(Path(path).resolve().parent):
            raise UsageError(f"{path}: there is no folder {Path(path).parent}")
    return tuple(found)


def _output(spec: str) -> Output:
    name, _, path = spec.partition("=")
    check_format(spec, "--format")
    return Output(name, None if path in ("", "-") else path)


def deliver(
    report: Report,
    wanted: Sequence[Output],
    write: Callable[[str], None],
    *,
    detail: str = "normal",
    environ: Mapping[str, str] | None = None,
) -> list[str]:
    """Render and write every report; what could not be written is returned, and the rest goes on.

    :param write: takes what goes to standard output
    :param detail: of the text report: ``quiet``, ``normal`` or ``verbose``
    """
    environ = os.environ if environ is None else environ
    from connexion_doctor.facts.discreet import discreet  # later than the probe is asked, which waits

    report = discreet(report, environ)
    failed = []
    for one in wanted:
        try:
            text = _rendered(report, one, detail)
            if one.path is None:
                write(text)
            else:
                Path(one.path).write_text(terminal.plain(text), encoding="utf-8")
            if one.format == "github":
                _step_summary(report, environ)
        except BrokenPipeError:
            raise
        except OSError as exc:
            failed.append(f"cannot write {one.path or one.format}: {exc.strerror or exc}")
        except Exception as exc:
            failed.append(f"internal error in the {one.format} report: {type(exc).__name__}: {exc}")
    return failed


def _rendered(report: Report, output: Output, detail: str) -> str:
    if output.format == "text":
        from connexion_doctor.reporters import text

        return terminal.encodable(text.render(report, detail))
    return terminal.encodable(renderer(output.format)(report))


def _step_summary(report: Report, environ: Mapping[str, str]) -> None:
    """GitHub shows this file below the run: the whole report, of which annotations show ten a kind."""
    path = environ.get("GITHUB_STEP_SUMMARY")
    if path:
        text = renderer("markdown")(report) + "\n"
        room = SUMMARY_BYTES - (os.path.getsize(path) if os.path.exists(path) else 0)
        with open(path, "a", encoding="utf-8") as stream:
            stream.write(text if len(text.encode()) <= room else _shortened(text, room))


def _shortened(text: str, room: int) -> str:
    """Whole lines from the beginning, where the tables are, and what is missing."""
    end = "\n\n*The rest is too long for a summary: `--format markdown=FILE` has all of it.*\n"
    kept = text.encode()[: max(room - len(end), 0)].decode("utf-8", "ignore")
    kept = kept[: kept.rfind("\n")] if "\n" in kept else ""
    fences = [line for line in kept.splitlines() if line.startswith("```")]
    if len(fences) % 2:  # cut inside a block of code
        kept = kept[: kept.rfind("\n```")]
    return kept + end if kept else ""
