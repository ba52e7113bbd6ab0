"""Where a setting stands, and taking it out there: a word of the command, a line of the configuration file,
a variable of the environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Edit, Fix, Location
from connexion_doctor.model.source import Source
from connexion_doctor.servers.base import Remedy
from connexion_doctor.servers.option_table import scan, unquoted

# The variable that gives a server arguments, or the beginning of those that each give one setting.
ARGUMENTS = {"gunicorn": "GUNICORN_CMD_ARGS"}
PREFIXES = {"uvicorn": "UVICORN_", "granian": "GRANIAN_"}
# Variables from which gunicorn takes a default by itself (gunicorn/config.py).
DEFAULTS = {"bind": "PORT", "workers": "WEB_CONCURRENCY", "forwarded_allow_ips": "FORWARDED_ALLOW_IPS"}


@dataclass(frozen=True)
class Standing:
    """The place of a setting, as far as it is known: in a file, as a word of the command, in a variable."""

    location: Location | None = None
    word: int | None = None
    variable: str | None = None

    @property
    def evidence(self) -> tuple[str, ...]:
        """What a reader has to be told because no place shows it."""
        return (f"given in ${self.variable}",) if self.variable is not None else ()


def standing(case: Case, name: str, *, value: bool = False) -> Standing:
    """Where a setting that was given stands.

    :param value: point at its value, not at its name
    """
    given, config = case.facts.server.settings.get(name), case.config
    if given is None:
        return Standing()
    if given.source == "file":
        assigned = config.assignments.get(name) if config is not None else None
        if assigned is None:
            return Standing()
        return Standing(location=assigned.value if value else assigned.target)
    if given.source in ("environment", "default"):
        return _of_variable(case, _variable(case, name, given.source))
    option = servers.of(case).remedy(case).given(name)
    if option is None:
        return Standing()
    return Standing(word=option.value_index if value else option.index)


def refused_value(case: Case, name: str) -> Standing:
    """Where the value of a setting stands with which the configuration did not come to be read."""
    assigned = case.config.assignments.get(name) if case.config is not None else None
    if assigned is not None:
        return Standing(location=assigned.value)
    option = servers.of(case).remedy(case).given(name)
    return Standing(word=option.value_index) if option is not None else Standing()


def _variable(case: Case, name: str, source: str) -> str | None:
    server = case.launch.server
    if source == "default":
        return DEFAULTS.get(name) if server == "gunicorn" else None
    prefix = PREFIXES.get(server)
    return prefix + name.upper() if prefix is not None else ARGUMENTS.get(server)


def _of_variable(case: Case, variable: str | None) -> Standing:
    if variable is None:
        return Standing()
    words = case.command.words[: case.command.program]
    word = next((at for at, one in enumerate(words) if one.text.startswith(f"{variable}=")), None)
    location = case.launch.variables.get(variable) if word is None else None
    return Standing(location, word, variable)


def taken_out(case: Case, name: str, title: str) -> Fix:
    """The fix that takes a setting out where it stands; in words where it cannot be edited there."""
    place, remedy = standing(case, name), servers.of(case).remedy(case)
    given, config = case.facts.server.settings[name], case.config
    if given.source == "command" and remedy.given(name) is not None:
        remedy.drop_option(name)
        return remedy.fix(title)
    if given.source == "file" and config is not None and name in config.assignments:
        return _without_line(config, name, remedy, title)
    if place.variable is not None:
        if out_of_variable(case, name, place, remedy):
            return remedy.fix(title)
        return Fix.by_hand(f"{title} of ${place.variable}", recommended=False)
    return Fix.by_hand(f"{title} of the configuration", recommended=False)


def _without_line(config: Source, name: str, remedy: Remedy, title: str) -> Fix:
    """The assignment's own lines taken out, where nothing else stands there and nobody reads the name."""
    edit = config.without(name)
    if edit is None:
        return Fix.by_hand(title, recommended=False)
    remedy.edits.append(edit)
    return remedy.fix(title)


def out_of_variable(case: Case, name: str, place: Standing, remedy: Remedy) -> bool:
    """Take an option out of the variable that holds arguments; whether that could be done.

    The variable's text is edited where it stands; only text without quotes of its own can be, where a
    character of the value is a character of the file.
    """
    if place.variable not in ARGUMENTS.values():
        return False
    text = _text(case, place)
    spans = unquoted(text) if text is not None else None
    if text is None or spans is None:
        return False
    options, _ = scan([text[start:end] for start, end in spans], 0, servers.of(case).options(case))
    cuts = [
        (spans[option.index][0], spans[option.index + option.words - 1][1])
        for option in options
        if option.name == name
    ]
    if not cuts:
        return False
    rest = _without(text, cuts)
    if place.word is not None:
        remedy.put_word(place.word, f"{place.variable}={rest}")
        return True
    at = place.location
    if at is None or at.end != (at.line, at.column + len(text)):
        return False
    remedy.edits.append(Edit(at, rest))
    return True


def _text(case: Case, place: Standing) -> str | None:
    if place.word is not None:
        return case.command.words[place.word].text.partition("=")[2]
    return case.launch.environ.get(place.variable or "") if place.location is not None else None


def _without(text: str, cuts: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(cuts):
        text = text[:start].rstrip() + text[end:] if text[:start].strip() else text[end:].lstrip()
    return text


def recommended(fix: Fix) -> Fix:
    """A fix as the one to take."""
    return replace(fix, recommended=True)
