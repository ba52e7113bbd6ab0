"""YAML that somebody else wrote, as Connexion reads it: by PyYAML, which stands beside it in every
environment, with the parser in C where it has one (ten times as fast)."""

from __future__ import annotations

from typing import Any

from connexion_doctor.foundation import late

DEEPEST = 1000
"""Levels; far fewer than where the time begins to count, far more than open brackets in texts may feign."""
NESTS = late.pattern(r"[\[\]{}]|(?m:^[ ]*(?:[-?:][ \t]+){20,})")


def parsed(text: str) -> Any:
    """A document as plain data, as ``yaml.safe_load`` has it.

    :raises yaml.YAMLError: it is none
    :raises Exception: what stands in it cannot be made (a date that is none)
    """
    import yaml

    return yaml.load(bounded(text), Loader=_loader(yaml))


def refused(text: str) -> Any:
    """The ``yaml.YAMLError`` that ``yaml.safe_load`` raises over a text, in its own words; None where it
    raises none, or another exception."""
    import yaml

    try:
        yaml.load(bounded(text), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        return error
    except Exception:
        return None
    return None


def nodes(text: str) -> list[Any]:
    """The documents of a text as PyYAML's nodes, which know their places. An anchor may be given anew, as
    other readers have it.

    :raises yaml.YAMLError: it is no YAML
    """
    import yaml

    try:
        return [one for one in yaml.compose_all(text, Loader=_loader(yaml)) if one is not None]
    except yaml.YAMLError:  # said in other words by the parser in C, which knows fewer escapes

        class Loader(yaml.SafeLoader):  # type: ignore[misc]
            def compose_node(self, parent: Any, index: Any) -> Any:
                if not self.check_event(yaml.AliasEvent):
                    self.anchors.pop(self.peek_event().anchor, None)
                return super().compose_node(parent, index)

        return [one for one in yaml.compose_all(text, Loader=Loader) if one is not None]


def _loader(yaml: Any) -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def bounded(text: str) -> str:
    """The text, for a reader of one's own.

    :raises ValueError: it is nested more deeply than anybody means it
    """
    if depth(text, DEEPEST) > DEEPEST:
        raise ValueError("it is nested too deeply")
    return text


def depth(text: str, most: int) -> int:
    """How deep brackets and lines of dashes nest: each level takes a frame of its reader.

    :param most: what a line of very many dashes counts more than
    """
    now = deepest = 0
    for match in NESTS.finditer(text):
        char = match[0]
        if len(char) > 1:
            return most + 1
        now = max(now + (1 if char in "[{" else -1), 0)
        deepest = max(deepest, now)
    return deepest
