"""The chain of a launch as data: what stands from the server to the handlers, and where it breaks.

In: a judgement. Out: links, each with what stands at its inner end; ``picture`` draws them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from connexion_doctor.facts.case import broken_link
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Interface, Judgement, LaunchFacts, Layer, Raised, ServerFacts, Verdict

KINDS = {
    "connexion": "Connexion",
    "inner": "inside",
    "function": "function",
    "factory": "factory",
    "class": "class",
    "app": "app",
}
STACK = "connexion.middleware."
BYPASSED = "Connexion is bypassed: its routes, validation and security never run."
NO_MATCH = "The one is called, the other is answered."
MISSING = ("missing", "import", "interpreter")


@dataclass(frozen=True)
class Node:
    """One thing of the chain. ``parts`` are those that it is made of, a True beside the user's own."""

    kind: str
    title: str
    note: str = ""
    parts: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Link:
    """How the node outside reaches ``node``. ``broken`` are the words that say why it does not; ``seen``
    is False where nobody looked, ``reached`` where no request comes."""

    node: Node
    calls: Interface | None = None
    answers: Interface | None = None
    says: str = ""
    broken: str | None = None
    seen: bool = True
    reached: bool = True

    @property
    def fits(self) -> bool:
        """Whether the one calls what the other answers, as far as both are known."""
        known = (Interface.UNKNOWN, None)
        return self.calls == self.answers or self.calls in known or self.answers in known


def chain(judgement: Judgement) -> tuple[Link, ...]:
    """The links from the outside in; the first one leads to the server. At most one is broken."""
    facts = judgement.facts
    links = [Link(_server(facts), says=""), *_worker(facts), *_inside(judgement)]
    found = _break(judgement, links)
    if found is None:
        return tuple(links)
    at, words = found
    links[at] = replace(links[at], broken=words)
    return (*links[: at + 1], *(replace(link, reached=False) for link in links[at + 1 :]))


def spoken(links: Sequence[Link]) -> str:
    """The chain in words, for those who do not see the picture."""
    said = []
    for link in links:
        call = f"called as {link.calls.spoken}" if _known(link.calls) and link.calls else ""
        answer = f"answers {link.answers.spoken}" if _known(link.answers) and link.answers else ""
        told = [part for part in (call, answer, f"breaks here: {link.broken}" if link.broken else "") if part]
        said.append(f"{link.node.kind} {link.node.title}" + (f" ({'; '.join(told)})" if told else ""))
    return ", then ".join(said)


def _known(interface: Interface | None) -> bool:
    return interface not in (None, Interface.UNKNOWN)


def _server(facts: LaunchFacts) -> Node:
    server = facts.server
    workers = server.settings.get("workers")
    many = f"{workers.shown} workers" if workers is not None and workers.shown not in ("1", "") else ""
    note = "not installed" if server.stage == "missing" else many
    return Node("server", f"{server.name} {server.version or ''}".strip(), note)


def _worker(facts: LaunchFacts) -> Iterator[Link]:
    worker = facts.server.worker
    if worker is not None:
        resolved = worker.resolved or ""
        title = worker.asked if worker.asked != resolved else resolved.rpartition(".")[2]
        yield Link(Node("worker", title, resolved), says="starts")


def _calls(judgement: Judgement) -> Interface:
    call, server = judgement.facts.call, judgement.facts.server
    if call is not None and call.calls is not Interface.UNKNOWN:
        return call.calls
    return server.worker.calls if server.worker is not None else server.calls


def _inside(judgement: Judgement) -> Iterator[Link]:
    """From the first object that the server calls to the handlers."""
    facts, calls = judgement.facts, _calls(judgement)
    if facts.app is None:
        target = facts.server.target or judgement.launch.target
        looked = facts.load is not None
        yield Link(Node("target", target or "no target", "" if looked else "not loaded"), calls, seen=looked)
        return
    yield from _layers(facts.app.layers, calls)
    if facts.made is not None:
        made = [replace(link, seen=False) for link in _layers(facts.made.layers, Interface.UNKNOWN)]
        yield replace(made[0], says="would make", calls=None)
        yield from made[1:]


def _layers(layers: Sequence[Layer], calls: Interface) -> Iterator[Link]:
    expected, passed = calls, False
    for layer in layers:
        if passed:  # a Connexion app looks after what is inside of it
            expected = layer.interface
        yield Link(_node(layer), expected, layer.interface)
        passed = passed or layer.role == "connexion"
        told = layer.detail.get("calls")
        if layer.role in ("adapter", "function") and isinstance(told, str):
            expected = Interface(told)
    connexion = next((layer for layer in layers if layer.role == "connexion"), None)
    if connexion is not None:
        yield from _handlers(connexion.detail)


def _node(layer: Layer) -> Node:
    module, _, name = layer.type.rpartition(".")
    return Node(KINDS.get(layer.role, layer.role), name, module, tuple(_stack(layer)))


def _stack(layer: Layer) -> Iterator[tuple[str, bool]]:
    """The middleware of a Connexion app by short names; a True beside what Connexion did not bring."""
    found = layer.detail.get("middleware") if layer.role == "connexion" else None
    for name in found if isinstance(found, (list, tuple)) else ():
        own = not str(name).startswith(STACK)
        yield (str(name).rpartition(".")[2] if own else str(name).removeprefix(STACK).partition(".")[0]), own


def _handlers(detail: Mapping[str, object]) -> Iterator[Link]:
    found = detail.get("specifications")
    specifications = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    if not specifications:
        return
    first = specifications[0]
    operations = sum(int(one.get("operations") or 0) for one in specifications)
    waits = detail.get("async_handlers_count") or 0
    count = f"{operations} operation{'' if operations == 1 else 's'}" + (f", {waits} async" if waits else "")
    others = f" and {len(specifications) - 1} more" if len(specifications) > 1 else ""
    title = f"{first.get('title') or 'API'}{others}"
    paths = ", ".join(str(one.get("base_path") or "/") for one in specifications)
    yield Link(Node("handlers", title, f"{count} under {paths}"))


def _break(judgement: Judgement, links: Sequence[Link]) -> tuple[int, str] | None:
    """Which link of the chain is the broken one, and the words that decide it: an error where there is one,
    else the reason. None where the launch does not fail."""
    if judgement.verdict is not Verdict.FAILS:
        return None
    facts, reason = judgement.facts, judgement.reason
    worker, load = facts.server.worker, facts.load
    gives_up = _gives_up(facts.server)
    if gives_up is not None:
        return 0, gives_up or reason
    if worker is not None and (worker.error is not None or worker.fault is not None):
        return 1, _short(worker.error) or worker.fault or reason
    if facts.app is None:
        return (len(links) - 1, _short(load.error) or reason) if load is not None else (0, reason)
    return _break_inside(judgement, facts.app.layers, links)


def _gives_up(server: ServerFacts) -> str | None:
    """The words where it is the server that does not come up, empty where it has none; None where it does."""
    if server.stage == "static":
        return None
    error = server.error or next((refusal.error for refusal in server.refusals), None)
    if server.stage in MISSING or error is not None or server.usage_error:
        return _short(error) or server.usage_error or ""
    return None


def _break_inside(judgement: Judgement, layers: Sequence[Layer], links: Sequence[Link]) -> tuple[int, str]:
    call = judgement.facts.call
    outside = 1 if judgement.facts.server.worker is None else 2
    at = broken_link(tuple(layers), _calls(judgement))
    said = _short(call.error) if call is not None else ""
    if layers[0].role == "inner":
        return outside, BYPASSED
    if at is not None:
        return outside + at, said or NO_MATCH
    inmost = 0
    if call is not None and call.outcome not in ("answered", "skipped"):
        roles = [layer.role for layer in layers]  # a Connexion app does not pass on what it raises itself
        inmost = roles.index("connexion") + 1 if "connexion" in roles else len(roles) - 1
    return min(outside + inmost, len(links) - 1), said or judgement.reason


def _short(error: Raised | None) -> str:
    return error.short if error is not None else ""
