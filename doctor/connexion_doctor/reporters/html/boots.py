"""The boots of ``--verify`` as a timeline: the server comes up, the requests, what came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connexion_doctor.model import Judgement
from connexion_doctor.reporters.html.parts import badge, code, prose, tag, text
from connexion_doctor.verify.requests import GOOD, INVALID, NO_CREDENTIALS, UNKNOWN_PATH

KINDS = {
    GOOD: "a good request",
    INVALID: "an invalid request",
    NO_CREDENTIALS: "no credentials",
    UNKNOWN_PATH: "a path that no app has",
}

ANSWERS = "It answers as Connexion does."


def boots(judgement: Judgement) -> str:
    """Both boots beside each other; nothing where the launch was not verified."""
    verified: Any = judgement.verified
    if not verified:
        return ""
    tracks = [_track("As it is", verified["before"])]
    if verified.get("after") is not None:
        tracks.append(_track("With the fix", verified["after"]))
    return tag("div", tracks, class_="boots")


def _track(title: str, outcome: Mapping[str, Any]) -> str:
    if not outcome["booted"]:
        return _whole(title, badge("not booted", "unknown"), tag("p", prose(outcome["detail"])))
    mark = badge(outcome["happened"], outcome["happened"])
    return _whole(title, mark, tag("ol", _steps(outcome), class_="timeline"))


def _whole(title: str, mark: str, inside: str) -> str:
    return tag("section", [tag("h4", f"{text(title)} {mark}"), inside], class_="boot")


def _steps(outcome: Mapping[str, Any]) -> Iterator[str]:
    requests = outcome["requests"]
    up = tag("span", "The server is started.", class_="ask")
    yield _step("up", "right" if requests else "wrong", up)
    for one in requests:
        state = "right" if one["right"] else "wrong"
        answer = str(one["status"]) if one["status"] is not None else one["failure"] or "no answer"
        asked = f"{text(one['method'])} {text(one['path'])}"
        why = _why(one)
        inside = [
            tag("span", asked, class_="ask"),
            tag("span", [text(answer), tag("span", f" ({state})", class_="said")], class_=f"answer {state}"),
            tag("span", text(why), class_="why"),
        ]
        yield _step("request", state, "".join(inside))
    right = outcome["happened"] == "serves"
    said = ANSWERS if right and requests else outcome["detail"]
    end = [tag("span", prose(said), class_="ask")]
    if outcome.get("said"):
        end.append(tag("span", ["Its log says: ", code(outcome["said"])], class_="why"))
    end.append(tag("span", f"{outcome['seconds']:.2f} s", class_="why"))
    yield _step("end", "right" if right else "wrong", "".join(end))


def _why(request: Mapping[str, Any]) -> str:
    kind = KINDS.get(request["kind"], request["kind"])
    why = request["why"] or ""
    return kind if not why or why in kind else f"{kind}: {why}"


def _step(kind: str, state: str, inside: str) -> str:
    return tag("li", inside, class_=f"{kind} {state}")
