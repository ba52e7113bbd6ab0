"""What the documents show is what there is: pictures, figures, pages that are made from others."""

from __future__ import annotations

import html
import importlib.util
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.running import ROOT, SCHEMA
from tests.tools import picture, site
from tests.truth import overview, server_pages

TRUTH = (ROOT / "docs" / "truth.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def words(text: str) -> list[str]:
    """The words without their figures: versions come and go, and lines break elsewhere then."""
    return re.sub(r"\d+(\.\d+)*", "0", text).split()


@pytest.fixture(scope="module")
def printed() -> str:
    return picture.plain(picture.output())


@pytest.mark.parametrize("scheme", picture.SCHEMES)
def test_the_picture_shows_what_the_doctor_prints(scheme: str, printed: str) -> None:
    svg = picture.path(scheme).read_text("utf-8")
    shown = [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
    expected = f"$ {picture.COMMAND}\n{printed}"
    assert words("\n".join(shown)) == words(expected), "python -m tests.tools.picture draws it anew"


def test_the_summary_of_the_truth_table_is_that_of_its_rows() -> None:
    assert overview.topped(TRUTH) == TRUTH, "python -m tests.truth.overview docs/truth.md"


def test_the_pages_of_the_servers_are_those_of_the_truth_table() -> None:
    stale = [
        path.name
        for path, text in server_pages.files().items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]
    assert stale == [], "python -m tests.truth.server_pages"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_figures_of_the_first_page_are_those_of_the_truth_table(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    rows = list(overview.rows(TRUTH))
    mine = [row for row in rows if row.server == "gunicorn"]
    others = [row for row in rows if row.server != "gunicorn"]
    check = re.search(r"gunicorn --check-config: agreement (\d+) of (\d+)", TRUTH)
    assert check is not None
    table = re.findall(r"^\|.*\|$", text, re.MULTILINE)
    told = [re.findall(r"\d+", line) for line in table]

    def right(some: list[overview.Row]) -> list[str]:
        known = [row for row in some if row.said == row.happened]
        unknown = [row for row in some if row.said == "unknown"]
        return [str(len(known)), str(len(some)), str(len(unknown))]

    assert [*check.groups(), *right(mine)] in told
    assert right(others) in told
    fail = sum(row.happened == "fails" for row in rows)
    assert re.search(rf"\b{fail}\b.*\b{len(rows)}\b", text, re.DOTALL)


def test_the_first_page_shows_the_commands_of_ci() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    command = re.search(r"^    (python3 -m venv .*pytest)$", README, re.MULTILINE)
    assert command is not None
    assert command[1] in ci


def test_the_first_page_names_every_format() -> None:
    from connexion_doctor.reporters import FORMATS

    assert all(f"`{name}`" in README for name in FORMATS)
    assert SCHEMA.relative_to(ROOT).as_posix() in README


def test_the_healthy_sample_is_healthy_with_the_extra_of_the_samples() -> None:
    """What its configuration names is in the extra: the first thing to try after the broken one."""
    setup = (ROOT / "setup.cfg").read_text("utf-8")
    samples = re.search(r"^samples =\n((?:    .*\n)+)", setup, re.MULTILINE)
    assert samples is not None
    wanted = (ROOT / "sample_projects" / "healthy" / "requirements.txt").read_text("utf-8").split()
    names = [re.split(r"[\[=<>~ ]", one)[0] for one in wanted if not one.startswith("#")]
    missing = [name for name in names if name not in samples[1]]
    assert missing == []


@pytest.mark.skipif(
    importlib.util.find_spec("zensical") is None,
    reason="zensical is not installed (pip install -e '.[docs]')",
)
def test_every_link_of_the_site_leads_to_a_page(tmp_path: Path) -> None:
    built = site.build(tmp_path)
    broken = set()
    for page in built.rglob("*.html"):
        text = page.read_text("utf-8")
        for link in re.findall(r"(?:href|src|srcset)=\"?([^\s\">]+)", text):
            address = unquote(html.unescape(link)).partition("#")[0].partition("?")[0]
            if not address or re.match(r"[a-z]+:|//", address):
                continue
            into = built / address.lstrip("/") if address.startswith("/") else page.parent / address
            if not (into.is_file() or (into / "index.html").is_file()):
                broken.add((page.relative_to(built).as_posix(), link))
    assert not broken
    assert (built / "zh" / "gunicorn" / "index.html").is_file()
