"""Tables, and the page of a report that is no checkup: a comparison, a bench, an upgrade."""

from __future__ import annotations

from collections.abc import Sequence

from connexion_doctor import __version__
from connexion_doctor.reporters.html.page import Section, page
from connexion_doctor.reporters.html.parts import prose, tag, text

Row = Sequence[str]


def table(what: str, heads: Sequence[str], rows: Sequence[Row], amounts: Sequence[int] = ()) -> str:
    """A table that scrolls in its own box where the window is narrow; the first cell of a row names it.

    :param what: names the table to who does not see it
    :param heads: texts
    :param rows: cells of HTML
    :param amounts: the columns of numbers
    """

    def kind(at: int) -> str | None:
        return "amount" if at in amounts else None

    head = tag("tr", [tag("th", text(one), scope="col", class_=kind(at)) for at, one in enumerate(heads)])
    body = [
        tag(
            "tr",
            [
                tag("td", cell, class_=kind(at)) if at else tag("th", cell, scope="row")
                for at, cell in enumerate(row)
            ],
        )
        for row in rows
    ]
    whole = tag("table", [tag("thead", head), tag("tbody", body)])
    return tag("div", whole, class_="table", role="region", tabindex="0", aria_label=what)


def document(kind: str, headline: str, worst: str, sections: Sequence[Section], said: str = "") -> str:
    """The page: what kind of report it is, the headline, the sections.

    :param worst: ``fails``, ``unknown`` or ``serves``: the colour of the headline
    :param said: a sentence below it
    """
    head = "".join(
        [
            tag("p", ["connexion-doctor ", tag("span", text(kind), class_="project")], class_="brand"),
            tag("h1", text(headline), class_=worst),
            tag("p", prose(said), class_="counts") if said else "",
        ]
    )
    return page(f"{kind}: {headline}", head, sections, tag("p", text(f"connexion-doctor {__version__}")))
