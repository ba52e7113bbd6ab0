"""A launch of one server as a launch of another: options translated, expansions carried over, the factory
called in the other grammar. What has no counterpart is listed; what decides whether it works is left to
the user, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connexion_doctor import servers
from connexion_doctor.facts.case import Case
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Applicability, Interface, Setting, Word
from connexion_doctor.servers import forwarded, worked_out
from connexion_doctor.servers.base import Remedy, Server, Way, installed
from connexion_doctor.servers.expansions import Carried, take_apart
from connexion_doctor.servers.option_table import Given, scan
from connexion_doctor.servers.shared_settings import Grave, has_token

# Settings in files of their own: where the name of the file is not known, nothing in it is.
FILES = frozenset({"config", "env_file", "env_files"})


@dataclass(frozen=True)
class Understood:
    """A case whose settings have tokens for what is known only when it runs.

    ``left`` are words that nobody can translate, ``target`` is the target with tokens, where it has any.
    """

    case: Case
    carried: Carried
    left: tuple[str, ...]
    target: str | None = None


def translated(case: Case, interface: Interface, served: str, name: str) -> Way:
    """Start the app with another server.

    :param served: the app as ``module:attribute`` or ``module:factory(...)``
    """
    server = servers.get(name)
    understood = understand(case)
    carried = understood.carried
    target = understood.target if understood.target is not None and served == case.target else served
    own = servers.of(case).neutral(understood.case)
    words, lost = server.start(own, target)
    if name == "uvicorn" and interface is Interface.ASGI3 and case.calls is Interface.ASGI2:
        words += ["--interface", "asgi3"]  # it would guess as the server does that is left
    remedy = Remedy(servers.of(case), case)
    there = installed(case.environment, server.package)
    remedy.need(server.package)
    remedy.replace_command(words, server.package, carried, target)
    if server.target_words(target) is None:
        remedy.by_hand.append(_named(target, name))
    missing = [*own.lost, *lost]
    remedy.by_hand += [
        *understood.left,
        *(carried.shown(text) for text in missing if isinstance(text, Grave)),
    ]
    others = [carried.shown(text) for text in missing if not isinstance(text, Grave)]
    if others:
        remedy.cost("no counterpart, left out: " + "; ".join(others))
    if not case.launch.candidate:
        remedy.cost(*forwarded.costs(forwarded.believed(case), forwarded.instead(name, own)))
    fixed, open_ = worked_out.worked_out(case), worked_out.unread(case)
    if fixed:
        remedy.cost(f"{', '.join(fixed)}: as it is here, and not worked out any more when it starts")
    if open_:
        remedy.cost(f"worked out when it starts, and left out: {', '.join(open_)}")
    kind = Applicability.UNSAFE if fixed or open_ else Applicability.SAFE
    return Way(f"start it with {name} instead{'' if there else ', to be installed'}", remedy, kind)


def _named(target: str, name: str) -> str:
    module, _, call = target.partition(":")
    return f"{name} cannot call {call}: write app = {call} in a module, and serve that module's app"


def understand(case: Case) -> Understood:
    """The case with what is known only when it runs."""
    sources = {source.path: source for source in case.sources.values()}
    carried = take_apart(case.command, sources)
    command = case.command
    if not carried.expansions and not carried.unread:
        return Understood(case, carried, ())
    words = [
        Word(text, word.location, style=word.style)
        for word, text in zip(command.words, carried.words, strict=True)
    ]
    marked = replace(case.launch, command=replace(command, words=tuple(words)))
    options, positionals = scan(carried.words, command.arguments, servers.of(case).options(case))
    left: list[str] = []
    given: list[Given] = []
    for option in options:
        places = {option.index, option.value_index if option.value_index is not None else option.index}
        name = servers.of(case).setting_of.get(option.name, option.name)
        asked = [carried.words[index] for index in sorted(places)]
        if not any(map(has_token, asked)) and not places & carried.unread:
            given.append(option)
        elif places & carried.unread or has_token(option.flag) or name in FILES:
            left.append(carried.shown(" ".join(asked)))
        else:
            given.append(option)
    target = None
    for index in positionals:
        text = carried.words[index]
        if index in carried.unread or (has_token(text) and not command.words[index].known):
            left.append(f'"{carried.shown(text)}"' if carried.shown(text) == "$@" else carried.shown(text))
        elif has_token(text):
            target = text
    settings = _settings(servers.of(case), given, case.facts.server.settings)
    facts = replace(case.facts, server=replace(case.facts.server, settings=settings))
    return Understood(replace(case, launch=marked, facts=facts), carried, tuple(left), target)


def _settings(server: Server, given: list[Given], settings: Mapping[str, Setting]) -> Mapping[str, Setting]:
    """The settings, those with tokens as the command says them."""
    found = dict(settings)
    values: dict[str, list[str]] = {}
    for option in given:
        if option.value is not None:
            values.setdefault(server.setting_of.get(option.name, option.name), []).append(option.value)
    for name, texts in values.items():
        if name in server.repeated and any(map(has_token, texts)):
            found[name] = Setting(texts, "command", ", ".join(texts))
        elif name not in server.repeated and has_token(texts[-1]):
            found[name] = Setting(texts[-1], "command", texts[-1])
    return found
