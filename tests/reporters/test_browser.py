"""The HTML report in a real browser: Chromium, where there is one, driven by playwright (extra
``browser``)."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from connexion_doctor.reporters.html import render
from tests.reporters.test_html import HOSTILE, attacked, crowd, verified
from tests.reporters.test_other_html import MADE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WIDTHS = (390, 768, 1440)
SERIOUS = ("serious", "critical")


def _axe() -> Path | None:
    """axe-core, as the package of the extra brings it."""
    found = importlib.util.find_spec("axe_playwright_python")
    folder = found.submodule_search_locations if found is not None else None
    path = Path(folder[0], "axe.min.js") if folder else None
    return path if path is not None and path.is_file() else None


def _serious(page: Any, axe: Path) -> list[tuple[str, list[Any]]]:
    """What axe-core calls serious or worse: the rule, and the elements."""
    page.evaluate(axe.read_text("utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    serious = [one for one in found if one["impact"] in SERIOUS]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in serious]


def _missing() -> str | None:
    if CHROMIUM is None:
        return "no Chromium here (Debian: apt-get install chromium)"
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed (pip install -e '.[browser]')"
    return None


pytestmark = pytest.mark.skipif(_missing() is not None, reason=_missing() or "")


@dataclass
class Window:
    """A page of the browser, and all that it complained about or asked the network for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def show(self, path: Path) -> None:
        self.page.goto(path.as_uri())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("html")
    made = {"plain": render(verified()), "hostile": attacked(), "crowd": crowd()}
    for said, kind in (("", ""), (HOSTILE, "hostile ")):
        made |= {f"{kind}{name}": render_other(said) for name, render_other in MADE.items()}
    for name, text in made.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["plain", "hostile", *MADE, "hostile upgrade"])
def test_it_renders(name: str, width: int, scheme: str, browser: Any, documents: dict[str, Path]) -> None:
    """No word on the console, nothing asked of the network, nothing wider than the window, no script of
    the project's run, and nothing that axe-core calls serious."""
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        window = Window(context.new_page())
        window.show(documents[name])
        page = window.page
        assert window.complaints == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("window.ran") is None
        outside = """[...document.querySelectorAll('svg.chain text, .plot svg text')].filter(one => {
            const box = one.getBoundingClientRect(), all = one.ownerSVGElement.getBoundingClientRect();
            return box.right > all.right + 1 || box.left < all.left - 1;
        }).map(one => one.textContent)"""
        assert page.evaluate(outside) == []
        assert window.asked == [documents[name].as_uri()]
        axe = _axe()
        if axe is None:
            pytest.skip("rendered; axe-core is not here to look at it (pip install -e '.[browser]')")
        assert _serious(page, axe) == []


def test_a_start_is_found_among_many(browser: Any, documents: dict[str, Path]) -> None:
    with browser.new_context() as context:
        window = Window(context.new_page())
        window.show(documents["crowd"])
        page = window.page
        assert page.locator("details.start:visible").count() == 40
        page.get_by_label("Find a start").fill("gunicorn nothing")
        assert page.locator("#found").inner_text() == "0 of 40"
        page.get_by_label("Find a start").fill("procfile sync")
        assert page.locator("#found").inner_text() == "40 of 40"
        page.locator("p.affects a").last.click()
        page.wait_for_selector("#start-40[open]")
        assert window.complaints == []
        axe = _axe()
        if axe is not None:
            assert _serious(page, axe) == []


def test_it_is_used_by_keyboard_and_copies(browser: Any, documents: dict[str, Path]) -> None:
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        window = Window(context.new_page())
        window.show(documents["plain"])
        page = window.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator("details.start > summary").focus()
        page.keyboard.press("Enter")
        assert page.locator("details.start").get_attribute("open") is None
        page.locator("button.copy").first.evaluate("one => one.closest('details').open = true")
        page.locator("button.copy").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelector('[role=status]').textContent !== ''")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator("button.copy").first.get_attribute("data-copy")
        assert page.evaluate("document.activeElement.className") == "copy"
        assert window.complaints == []


def test_a_link_opens_what_it_leads_to_and_print_opens_all(browser: Any, documents: dict[str, Path]) -> None:
    with browser.new_context() as context:
        window = Window(context.new_page())
        page = window.page
        page.goto(f"{documents['plain'].as_uri()}#start-1")
        page.locator("details.start").evaluate("one => one.open = false")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("details.start").get_attribute("open") is not None
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("details.start").get_attribute("open") is None
        page.goto(f"{documents['plain'].as_uri()}#start-1-title")
        page.wait_for_selector("details.start[open]")
        assert window.complaints == []


def test_the_policy_lets_no_other_script_in(browser: Any, documents: dict[str, Path], tmp_path: Path) -> None:
    """Even where a script did get into the file, it does not run."""
    text = documents["plain"].read_text("utf-8")
    opened = text.replace(
        "<main", '<script>window.ran = 1</script><img src="x" onerror="window.ran = 1"><main'
    )
    path = tmp_path / "opened.html"
    path.write_text(opened, "utf-8")
    with browser.new_context() as context:
        window = Window(context.new_page())
        window.show(path)
        assert window.page.evaluate("window.ran") is None
        assert any("Content Security Policy" in one for one in window.complaints)
