"""The probe's records as facts: plain data in, frozen data classes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connexion_doctor.model import (
    AppFacts,
    CallFacts,
    Frame,
    Interface,
    LaunchFacts,
    Layer,
    LoadFacts,
    Raised,
    Refusal,
    ServerFacts,
    Setting,
    Tried,
    WorkerFacts,
)
from connexion_doctor.probe.client import Answers, frames_of

Record = Mapping[str, Any]


def launch_facts(answers: Answers, launch: str, server: str) -> LaunchFacts:
    """All that a probe said of one launch; a process that died says so in the launch it was at."""
    server_record = answers.of("server", launch)
    if server_record is None:
        return _died_before(answers, launch, server)
    facts = _server(server_record["facts"], answers.of("survey", launch))
    refusals = answers.of("refusals", launch)
    if refusals is not None:
        facts = replace(facts, refusals=tuple(_refusal(record) for record in refusals["facts"]))
    load_record = answers.of("load", launch)
    load = _load(load_record["facts"]) if load_record is not None else None
    if load is None and answers.of("loading", launch) is not None:
        load = _ended(answers, launch)
    app_record, call_record = answers.of("app", launch), answers.of("call", launch)
    if load is not None and load.stage == "loaded" and app_record is None and answers.ended != "done":
        load = replace(load, ended_detail=_how_it_ended(answers))  # while its layers were walked
    call = _call(call_record) if call_record is not None else None
    made_record = answers.of("made", launch)
    if call is None and answers.ended != "done" and answers.of("calling", launch) is not None:
        calling = answers.of("calling", launch) or {}
        outcome = "hung" if answers.ended == "hang" else "crashed"
        call = CallFacts(_interface(calling.get("calls")), outcome, reason=_how_it_ended(answers))
    return LaunchFacts(
        server=facts,
        load=load,
        app=_app(app_record["facts"]) if app_record is not None else None,
        call=call,
        made=_app(made_record["facts"]) if made_record is not None else None,
        tried=tuple(_tried(record) for record in (answers.of("tried", launch) or {}).get("facts", ())),
        output=answers.output,
        operations=_listed(answers.of("operations", launch)),
        specifications=_listed(answers.of("specifications", launch)),
    )


def _refusal(record: Record) -> Refusal:
    error = raised(record["error"])
    assert error is not None
    return Refusal(error, tuple(map(str, record["settings"])), tuple(map(str, record["paths"])))


def _tried(record: Record) -> Tried:
    return Tried(
        str(record["name"]), _interface(record["calls"]), int(record["depth"]), bool(record["named"])
    )


def _listed(record: Record | None) -> tuple[Mapping[str, object], ...] | None:
    facts = record.get("facts") if record is not None else None
    return tuple(facts) if isinstance(facts, list) else None


def _died_before(answers: Answers, launch: str, server: str) -> LaunchFacts:
    """No word on this launch: an import that ended the process was shared with an earlier one, or the
    server's own configuration ended it."""
    for record in answers.records:
        if record["event"] == "loading" and answers.of("load", record["launch"]) is None:
            shared = answers.of("server", record["launch"]) or {"facts": {}}
            same = shared["facts"].get("name") == server
            facts = _server(shared["facts"]) if same else ServerFacts(server, True, stage="unasked")
            return LaunchFacts(facts, _ended(answers, record["launch"]), output=answers.output)
    broken = next((record for record in answers.records if record["event"] == "broken"), None)
    error = raised(broken["error"]) if broken else None
    stage = "broken" if broken else "configuration"
    detail = None if broken else _how_it_ended(answers)
    return LaunchFacts(
        ServerFacts(server, True, stage=stage, error=error, usage_error=detail), output=answers.output
    )


def _ended(answers: Answers, launch: str) -> LoadFacts:
    record = answers.of("loading", launch) or {}
    target = str(record.get("target") or "")
    return LoadFacts(
        target=target,
        module=target.partition(":")[0] or None,
        stage="import",
        ended=answers.ended,
        ended_detail=_how_it_ended(answers),
        ended_frames=tuple(_frame(frame) for frame in frames_of(answers.stacks)),
    )


def _how_it_ended(answers: Answers) -> str:
    if answers.ended == "hang":
        return f"it did not come back within {answers.seconds:.0f} s"
    code = answers.returncode or 0
    if answers.ended == "parent":
        return f"it ended the process that started it, by {_signal_name(-code)}"
    if code < 0:
        return f"the process was killed by {_signal_name(-code)}"
    return f"the process ended with exit code {code}"


def _signal_name(number: int) -> str:
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def raised(record: Record | None) -> Raised | None:
    """An exception from its record."""
    if record is None:
        return None
    return Raised(
        type=str(record.get("type", "")),
        message=str(record.get("message", "")),
        frames=tuple(_frame(frame) for frame in record.get("frames", ())),
        mro=tuple(record.get("mro", ())),
        cause=raised(record.get("cause")),
        attributes=dict(record.get("attributes", {})),
    )


def _frame(record: Record) -> Frame:
    return Frame(str(record["path"]), int(record["line"]), str(record["name"]), str(record.get("text", "")))


def _interface(value: object) -> Interface:
    try:
        return Interface(value)
    except ValueError:
        return Interface.UNKNOWN


def _server(record: Record, survey: Record | None = None) -> ServerFacts:
    surveyed = (survey or {}).get("facts") or {}
    worker = record.get("worker")
    return ServerFacts(
        name=str(record.get("name", "")),
        installed=bool(record.get("installed")),
        version=record.get("version"),
        stage=str(record.get("stage", "ready")),
        error=raised(record.get("error")),
        usage_error=record.get("usage_error"),
        target=record.get("target"),
        config_file=record.get("config_file"),
        config_names=tuple(record.get("config_names", ())),
        settings={
            name: Setting(given.get("value"), str(given["source"]), str(given["shown"]))
            for name, given in record.get("settings", {}).items()
        },
        setting_names=tuple(record.get("setting_names", ())),
        worker=_worker(worker) if worker else None,
        calls=_interface(record.get("calls")),
        workers=dict(surveyed.get("workers", {})),
        options=tuple((tuple(flags), name, takes) for flags, name, takes in record.get("options", ())),
        details={**record.get("details", {}), **surveyed.get("details", {})},
    )


def _worker(record: Record) -> WorkerFacts:
    return WorkerFacts(
        asked=str(record["asked"]),
        resolved=record.get("resolved"),
        calls=_interface(record.get("calls")),
        guesses=bool(record.get("guesses")),
        error=raised(record.get("error")),
        fault=record.get("fault"),
        deprecated=record.get("deprecated"),
        bases=tuple(record.get("bases", ())),
    )


def _load(record: Record) -> LoadFacts:
    return LoadFacts(
        target=str(record["target"]),
        module=record.get("module"),
        attribute=record.get("attribute"),
        module_file=record.get("module_file"),
        stage=str(record["stage"]),
        error=raised(record.get("error")),
        ended=record.get("ended"),
        ended_detail=record.get("ended_detail"),
        ended_frames=tuple(_frame(frame) for frame in record.get("ended_frames") or ()),
        names=dict(record.get("names") or {}),
        similar_modules=tuple(record.get("similar_modules") or ()),
        own_module=record.get("own_module"),
        factory=record.get("factory"),
        factory_called=bool(record.get("factory_called")),
        app_called=bool(record.get("app_called")),
        factory_returns=record.get("factory_returns"),
        found=record.get("found"),
    )


def _app(record: Record) -> AppFacts:
    return AppFacts(
        type=str(record["type"]),
        interface=_interface(record.get("interface")),
        signature=record.get("signature"),
        layers=tuple(_layer(layer) for layer in record.get("layers", ())),
    )


def _layer(record: Record) -> Layer:
    return Layer(
        type=str(record["type"]),
        interface=_interface(record.get("interface")),
        role=str(record.get("role", "app")),
        signature=record.get("signature"),
        via=record.get("via"),
        detail=dict(record.get("detail") or {}),
    )


def _call(record: Record) -> CallFacts:
    facts = record["facts"]
    return CallFacts(
        calls=_interface(facts.get("calls")),
        outcome=str(facts["outcome"]),
        status=facts.get("status"),
        error=raised(facts.get("error")),
        reason=facts.get("reason"),
        why=record.get("why"),
        not_found=bool(facts.get("not_found")),
    )
