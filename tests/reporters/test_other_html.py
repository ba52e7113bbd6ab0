"""The HTML of ``compare``, ``bench`` and ``upgrade``: it stands alone, is whole, and has the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connexion_doctor.bench import html as of_bench
from connexion_doctor.bench.plots import interval
from connexion_doctor.compare import html as of_comparison
from connexion_doctor.upgrade import html as of_upgrade
from tests.reporters import other_reports as other
from tests.reporters.html_read import read
from tests.reporters.test_html import HOSTILE, alone

MADE: dict[str, Callable[[str], str]] = {
    "comparison": lambda said: of_comparison.render(other.comparison(said)),
    "bench": lambda said: of_bench.render(other.bench(said)),
    "upgrade": lambda said: of_upgrade.render(other.upgrade(said)),
}


@pytest.mark.parametrize("said", ["", HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("name", MADE)
def test_it_stands_alone(name: str, said: str) -> None:
    document = MADE[name](said)
    alone(read(document))
    assert "\u202e" not in document


def test_a_comparison_says_both_answers() -> None:
    tree = read(MADE["comparison"](""))
    assert tree.all("h1")[0].text.startswith("2 of 4 operations the same")
    differences = tree.all("article", "difference")
    assert len(differences) == 2
    assert "200 became 500" in differences[0].text
    assert [one.text for one in differences[0].all("td")] == ["200", "500"]
    assert "curl http://x/pets" in differences[0].text
    assert "/time" in tree.all("ul")[-1].text


def test_a_bench_shows_throughput_and_latency_with_intervals() -> None:
    tree = read(MADE["bench"](""))
    pictures = tree.all("figure", "plot")
    assert len(pictures) == 4, "two at each concurrency"
    one = other.bench().starts[0].at[1]
    low, high = interval(one)
    assert low < one.rate < high
    label = pictures[0].all("svg")[0].attributes["aria-label"] or ""
    assert f"as it is: {one.rate:.0f} ({low:.0f} to {high:.0f})" in label
    assert len(pictures[0].all("rect", "bar")) == 2
    assert len(pictures[1].all("circle", "dot")) == 6
    assert f"{one.rate:.0f}" in tree.all("table")[0].text


def test_an_upgrade_shows_what_is_done_and_what_is_left(tmp_path: Path) -> None:
    told = other.upgrade(patch=str(tmp_path / "upgrade.patch"), diff="--- a/app.py\n+++ b/app.py\n")
    tree = read(of_upgrade.render(told))
    headings = [one.text for one in tree.all("h2")]
    assert headings[:4] == ["The road", "Left by hand, in this order (1)", "Changed by machine (1)", "Starts"]
    assert "done" in tree.all("table")[0].text
    assert "Way on: Correct app.py." in tree.all("table")[0].text
    assert "app.py:9" in tree.all("ol", "tasks")[0].text
    assert "+++ b/app.py" in tree.all("details", "way")[0].text
    assert len(tree.all("figure", "plot")) == 4
