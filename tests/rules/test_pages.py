"""The pages about the rules: whole, and the same as what is made from the rules now.

`python -m connexion_doctor.rules.pages` writes them.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from connexion_doctor.reporters.explain import page as explained
from connexion_doctor.rules import index, page_text, pages
from connexion_doctor.rules.base import SECTIONS, Rule
from connexion_doctor.rules.catalogue import all_rules, find
from tests.running import PACKAGES, ROOT, doctor
from tests.truth.cells import CELLS
from tests.truth.claims import TEST, TRUTH, claims

RULES = all_rules()
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
REGENERATE = "python -m connexion_doctor.rules.pages writes them"


def test_nothing_is_stale() -> None:
    found = [str(path.relative_to(ROOT)) for path in pages.stale(RULES, ROOT)]
    assert not found, f"stale: {', '.join(found)}; {REGENERATE}"


def test_check_says_what_is_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "docs" / "rules"
    folder.mkdir(parents=True)
    (folder / "CXD999.md").write_text("a rule that is gone")
    assert pages.main(["--check"], tmp_path) == 1
    assert "stale: docs/rules/CXD999.md" in capsys.readouterr().out
    assert pages.main([], tmp_path) == 0
    assert pages.main(["--check"], tmp_path) == 0
    assert not (folder / "CXD999.md").exists()
    assert "[CXD101](CXD101.md)" in (folder / "README.md").read_text("utf-8")


@each_rule
def test_a_page_has_all_sections(rule: Rule) -> None:
    assert rule.summary
    missing = [title for title in SECTIONS if not rule.sections.get(title)]
    assert not missing
    assert rule.sections["Before"] != rule.sections["After"]


@each_rule
def test_a_page_says_what_is_to_be_known(rule: Rule) -> None:
    page = pages.page(rule)
    for title in SECTIONS[:5]:
        assert f"\n## {title}\n" in page
    sources = rule.sections["Sources"].splitlines()
    assert any("://" in line for line in sources), "a link to the specification or the documentation"
    for line in sources:
        assert re.match(r"^((truth|test): \S|https://\S+$)", line), line


@each_rule
def test_a_rule_is_proved(rule: Rule) -> None:
    """By cells that there are, where the truth suite looks for the rule's finding, or by tests that name
    the rule."""
    cells, files = claims(rule, TRUTH), claims(rule, TEST)
    assert cells or files, "no truth case: the rule is unfinished"
    assert "## How it was proved" in pages.page(rule)
    assert not set(cells) - {cell.name for cell in CELLS}
    for path in files:
        text = (ROOT / path).read_text("utf-8")
        assert rule.code in text or rule.name in text, f"{path} says nothing of {rule.code}"


@each_rule
def test_codes_and_names(rule: Rule) -> None:
    assert re.fullmatch(r"CXD\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert find(rule.name) is rule
    assert rule.code[3] in pages.FAMILIES


def test_codes_and_names_are_given_once() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


@each_rule
def test_a_page_is_markdown(rule: Rule) -> None:
    """The words of the docstring come through, whatever they are made of."""
    markdown_it = pytest.importorskip("markdown_it")
    tokens = markdown_it.MarkdownIt("commonmark").parse(pages.page(rule))
    inline = [token for token in tokens if token.type == "inline"]
    text = ["".join(child.content for child in token.children or ()) for token in inline]
    said = pages.capital(" ".join(rule.sections["What happens"].split())).replace("`", "")
    squeezed = [" ".join(part.replace("`", "").split()) for part in text]
    assert said in squeezed
    fences = [token.content for token in tokens if token.type == "fence"]
    assert fences[0] == rule.sections["Before"] + "\n"
    assert not any(token.type == "html_block" for token in tokens)


@each_rule
def test_explain_says_the_same(rule: Rule) -> None:
    said = explained(index.find(rule.code))  # type: ignore[arg-type]
    assert said == pages.plain(rule), "the docstring read is the docstring loaded"
    assert all(f"{title}:\n" in said for title in SECTIONS)
    assert rule.url in said
    for title in SECTIONS[:3]:
        assert " ".join(rule.sections[title].split()).replace("``", "`") in " ".join(said.split())


NOT_LOADED = ("connexion_doctor.rules.base", "connexion_doctor.model", "packaging", "tree_sitter", "yaml")


@pytest.mark.parametrize("words", [["--help"], ["rules"], ["explain", "CXD101"], ["explain", "rule-failed"]])
def test_what_only_prints_loads_no_rules(words: list[str]) -> None:
    """They start in the time of ``import click``; loading the rules takes several times that."""
    script = (
        "import sys\n"
        "from connexion_doctor.cli.main import main\n"
        f"main({words!r}, prog_name='connexion-doctor', standalone_mode=False)\n"
        f"print(*[name for name in {NOT_LOADED!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.strip()) == (0, ""), done.stderr


def test_without_sources_a_page_is_that_of_the_loaded_rule(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    entry = index.find("CXD101")
    assert entry is not None
    expected = explained(entry)
    monkeypatch.setattr(page_text, "PACKAGE", tmp_path)
    assert explained(entry) == expected


def test_explain_and_rules_at_the_command_line(tmp_path: Path) -> None:
    entry = index.find("CXD208")
    assert entry is not None
    assert doctor("explain", "threads-without-effect", cwd=tmp_path).stdout == explained(entry)
    listed = doctor("rules", cwd=tmp_path).stdout.splitlines()
    expected = [f"{rule.code}  {rule.severity.value:<7}  {rule.name}: {rule.summary}" for rule in RULES]
    assert listed == [line.replace("``", "`") for line in expected]


LANGUAGES = [
    ("gunicorn -k asgi app:app", "sh"),
    ("pip install 'connexion[flask]'\ngunicorn app:app", "sh"),
    ('worker_class = "sync"', "python"),
    ("import x\n\napp = x.App()", "python"),
    ("FROM python:3.12\nCMD gunicorn", "dockerfile"),
    ("web: gunicorn app:app", "text"),
    ("connexion==2.14.2", "text"),
    ('[tool.connexion-doctor.launches.web]\npython = ".venv"', "toml"),
]


@pytest.mark.parametrize(("example", "language"), LANGUAGES)
def test_languages_of_examples(example: str, language: str) -> None:
    assert pages.language(example) == language


def test_contributing_can_be_followed(tmp_path: Path) -> None:
    """The rule that CONTRIBUTING shows is a rule: it loads, has a whole page, and finds what it says."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    example = text.partition("```python\n")[2].partition("```")[0]
    module = tmp_path / "example_rule.py"
    module.write_text(example, "utf-8")
    script = (
        "import example_rule as e\n"
        "from types import SimpleNamespace as N\n"
        "from connexion_doctor.rules.base import SECTIONS\n"
        "rule = e.no_graceful_timeout.rule\n"
        "assert all(rule.sections.get(title) for title in SECTIONS), rule.sections\n"
        "given = lambda value: {'graceful_timeout': N(value=value, source='file')}\n"
        "case = lambda value: N(config=None, facts=N(server=N(settings=given(value))))\n"
        "assert len(rule.run(case(0))) == 1\n"
        "assert not rule.run(case(30))\n"
    )
    subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": f"{tmp_path}:{PACKAGES}"}, check=True
    )
    for path in re.findall(r"`((?:doctor|tests)/[\w/.]+\.py)`", text):
        assert (ROOT / path).is_file(), path


def test_links_of_the_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.relative_to(ROOT)}: {link}"
