"""HTML read back without a browser: elements that close, ids, addresses, the policy, texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img"}


@dataclass
class Element:
    """One element with its attributes, what is in it, and its whole text."""

    name: str
    attributes: dict[str, str | None]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in self.children)

    def has(self, kind: str) -> bool:
        return kind in (self.attributes.get("class") or "").split()

    def all(self, name: str | None = None, kind: str | None = None) -> list[Element]:
        """Every element inside with that name and class, in the order of the document."""
        found = []
        for one in self.children:
            if isinstance(one, Element):
                if name in (None, one.name) and (kind is None or one.has(kind)):
                    found.append(one)
                found += one.all(name, kind)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice in {tag}: {attrs}"
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(document: str) -> Element:
    """The document as a tree; fails where an element is not closed in its turn."""
    reader = _Reader()
    reader.feed(document)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].name}> is not closed"
    return reader.open[0]
