"""The guidelines as HTML, as Markdown for doccano and in the card: all of them, escaped, and nothing from outside."""

import json
import re
from base64 import b64decode
from collections import Counter
from dataclasses import replace
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from standoff.build import build
from standoff.cli.guidelines import guidelines as command
from standoff.errors import StandoffError
from standoff.guidelines.pages import Counterexample, Example, Guidelines, Rule, read_guidelines
from standoff.guidelines.render import Decision, Page, read_decisions, read_pages, to_html, to_markdown, to_section
from standoff.guidelines.render.blocks import Block, weave
from standoff.guidelines.render.colors import LEAST, contrast, text_colors
from standoff.guidelines.schema import Label, Schema
from standoff.records import Span
from tests.conftest import ROOT, snapshot

GOLDEN = Path(__file__).parent / "guidelines"
FOLDERS = [GOLDEN / "pages", ROOT / "guidelines"]
VOID = {"meta", "link", "input", "br", "hr"}
LABELS = (
    Label("PERSON", "A person.", "#204080", "p", "PERSON", "PER"),
    Label("ORG", "A group.", "#ffd24d", "o", "ORG", "ORG"),
)


class Read(HTMLParser):
    """Tags with their attributes, and the text of `main`; raises for tags that do not match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open, self.tags, self.texts = [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "main" in self.open:
            self.texts.append(data)

    def every(self, name):
        return [attributes[name] for _, attributes in self.tags if name in attributes]

    @property
    def text(self):
        return "".join(self.texts)


@cache
def page_of(folder: Path) -> str:
    read = read_guidelines(folder)
    return to_html(read, read_pages(folder, read), read_decisions(folder / "decisions.md"))


@cache
def markdown_of(folder: Path) -> str:
    read = read_guidelines(folder)
    return to_markdown(read, read_pages(folder, read))


@pytest.fixture(scope="module", params=FOLDERS, ids=["small", "ours"])
def folder(request) -> Path:
    return request.param


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("page.html", lambda: page_of(FOLDERS[0]).partition("<main")[2].partition("<script>")[0]),
        ("doccano.md", lambda: markdown_of(FOLDERS[0])),
        ("card.md", lambda: to_section(read_guidelines(FOLDERS[0]))),
    ],
)
def test_golden_files(name, written):
    """After a wanted change delete the file, run the test and read the difference."""
    path = GOLDEN / name
    if not path.exists():
        path.write_text(written(), encoding="utf-8")
        pytest.fail(f"{path.name} was not there; it is written now: read it")
    assert written() == path.read_text(encoding="utf-8")


# --- the page ---


def test_every_rule_is_an_anchor_and_every_link_arrives(folder):
    read, page = read_guidelines(folder), Read(page_of(folder))
    twice = [id for id, count in Counter(page.every("id")).items() if count > 1]
    assert twice == []
    assert read.ids <= set(page.every("id"))
    assert set(read.schema.names) <= set(page.every("id"))
    inside = [href[1:] for href in page.every("href") if href.startswith("#")]
    assert len(inside) > len(read.ids)
    assert set(inside) <= set(page.every("id"))


def test_nothing_of_the_pages_is_lost(folder):
    read, page = read_guidelines(folder), Read(page_of(folder))
    text, squeezed = " ".join(page.text.split()), squeeze(page.text)
    for example in read.examples:
        flat = example.text
        for span in reversed(example.spans):
            flat = flat[: span.end] + span.label + flat[span.end :]
        assert squeeze(flat.replace("\n", "⏎")) in squeezed or nested(example)
    for example in read.counterexamples:
        assert f"{example.text} {example.reason}" in text
    words = set(re.findall(r"\w+", " ".join(page.texts)))
    for name in ("README.md", *(f"{label}.md" for label in read.schema.names)):
        if (folder / name).exists():
            prose = (folder / name).read_text(encoding="utf-8")
            plain = re.sub(r"\]\{\w+\}|\]\([^)]*\)|\*\*|^- not: ", " ", prose, flags=re.MULTILINE)
            assert set(re.findall(r"\w+", plain)) - words == set()


def nested(example: Example) -> bool:
    return any(one.end > two.start for one, two in pairwise(example.spans))


def test_decisions_stand_at_the_rules_they_cite_and_none_is_dropped(folder):
    page = page_of(folder)
    ids = read_guidelines(folder).ids
    for decision in read_decisions(folder / "decisions.md"):
        known = [rule for rule in decision.rules if rule in ids]
        for rule in known or ["page-decisions"]:
            section = page.partition(f'id="{rule}"')[2].partition("</section>")[0]
            words = re.sub(r"\s+", " ", Read(f"<main>{section[section.index('>') + 1 :]}</main>").text)
            assert re.sub(r"[`*]", "", decision.text) in words


def test_nothing_is_asked_of_the_network(folder):
    page = page_of(folder)
    read = Read(page)
    assert not {tag for tag, _ in read.tags} & {"img", "iframe", "object", "embed", "video", "audio", "source", "base"}
    assert read.every("src") == []
    assert [one["href"] for tag, one in read.tags if tag == "link"] == ["data:,"]
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|WebSocket", page.replace("data:,", ""))
    policy = next(one["content"] for _, one in read.tags if one.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    script = page.partition("<script>")[2].partition("</script>")[0]
    assert b64decode(re.search(r"'sha256-(.+?)'", policy)[1]) == sha256(script.encode()).digest()
    assert page.count("<script>") == 1


def test_the_page_hides_nothing_without_its_script(folder):
    hidden = [one.get("id") for tag, one in Read(page_of(folder)).tags if "hidden" in one]
    assert hidden == ["search"]


@given(st.integers(0, 0xFFFFFF))
@settings(max_examples=100)
def test_text_is_readable_on_any_colour(value):
    label = replace(LABELS[0], color=f"#{value:06x}")
    assert contrast(text_colors(Schema("1", False, (label,)))["PERSON"], label.color) >= LEAST


def test_our_colours_are_readable_in_the_page_itself(folder):
    styles = re.findall(r"\.l\d+\{--on:(#\w{6});--back:(#\w{6})\}", page_of(folder))
    assert len(styles) == len(read_guidelines(folder).schema.labels)
    assert all(contrast(*style) >= LEAST for style in styles)


def test_text_and_links_of_both_looks_are_readable():
    style = page_of(FOLDERS[0])
    light, dark = (
        dict(re.findall(r"--(\w+): (#\w+)", part)) for part in re.findall(r":root \{(.+?)\}", style, re.DOTALL)[:2]
    )
    for look in (light, dark):
        full = {name: "#" + "".join(2 * one for one in color[1:]) if len(color) == 4 else color
                for name, color in look.items()}  # fmt: skip
        for back in ("back", "side", "ruling", "focus"):
            assert all(contrast(full[name], full[back]) >= LEAST for name in ("text", "soft", "link", "yes", "no"))


@pytest.mark.parametrize("color", ["red", "#12345", "#12345g", "#fff;} body{display:none", "#123456\n", ""])
def test_what_is_no_colour_is_refused(color):
    schema = Schema("1", False, (replace(LABELS[0], color=color),))
    with pytest.raises(StandoffError, match="no colour"):
        text_colors(schema)


# --- any text ---

ODD = st.text(
    st.sampled_from("ab <>&\"'*_`|\\#~!$.-1) é😀") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=20
)
SOLID = ODD.map(str.strip).filter(bool)


@st.composite
def books(draw) -> tuple[Guidelines, tuple[Page, ...], tuple[Decision, ...], list[str]]:
    """Guidelines whose every text may be anything, and those texts that stand on a page as they are."""
    before, name, after, counter, reason, definition, ruling = (draw(SOLID) for _ in range(7))
    text = f"{before} {name} {after}"
    span = Span(len(before) + 1, len(before) + 1 + len(name), "ORG", name)
    example = Example("ORG-1", "g/ORG.md", 3, text, (span,))
    no = Counterexample("ORG-1", "g/ORG.md", 4, counter, "ORG", reason)
    rule = Rule("ORG-1", "ORG", "Firms.", "g/ORG.md", 1, (example,), (no,))
    schema = Schema(draw(SOLID), False, (LABELS[0], replace(LABELS[1], definition=definition)))
    block = Block("Firms.", 0, "ORG-1", (example, no))
    pages = (Page("ALL", "About", ()), Page("PERSON", "PERSON", ()), Page("ORG", "ORG", (block,)))
    decisions = (Decision(draw(SOLID), ("ORG-1",), ruling),)
    return Guidelines("g", schema, (rule,)), pages, decisions, [before, name, after, counter, reason, definition]


@given(books())
@settings(max_examples=30, deadline=None)
def test_any_text_is_shown_as_it_is(book):
    guidelines, pages, decisions, texts = book
    page = Read(to_html(guidelines, pages, decisions))
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert not [name for name in page.every("onclick")]
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(to_markdown(guidelines, pages))
    box = Read(f"<main>{shown}</main>")
    assert {tag for tag, _ in box.tags} <= ALLOWED
    for text in texts:
        assert squeeze(text) in squeeze(page.text)
        assert squeeze(text) in squeeze(box.text)


TAGS = """html head meta title link style script body a nav p span form input output div section header main h1 h2 h3
    ul ol li kbd mark b q s time br code small del em strong"""
ALLOWED = set(TAGS.split())


def squeeze(text: str) -> str:
    return "".join(text.split())


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6)), max_size=5))
def test_weaving_keeps_the_text_and_each_span_once(ranges):
    text = "abcdefghijklmnopqr"
    spans = []
    for start, length in ranges:
        one = Span(start, start + length, "X", text[start : start + length])
        if all(one.end <= two.start or two.end <= one.start or inside(one, two) or inside(two, one) for two in spans):
            spans.append(one)
    woven = weave(text, spans, str, lambda span, within: f"<{span.text}:{within}>")
    assert re.sub(r"<[a-r]+:|>", "", woven) == text
    assert sorted(re.findall(r"<([a-r]+):", woven)) == sorted(span.text for span in spans)


def inside(one: Span, two: Span) -> bool:
    return two.start <= one.start and one.end <= two.end


# --- doccano and the card ---


def test_markdown_has_every_example_in_colour_and_no_link(folder):
    read, text = read_guidelines(folder), markdown_of(folder)
    box = Read(f"<main>{MarkdownIt('gfm-like', {'html': True, 'linkify': False}).render(text)}</main>")
    assert [href for href in box.every("href") if not href.startswith("https:")] == []
    styles = Counter(one["style"] for tag, one in box.tags if tag == "span")
    for label in read.schema.labels:
        marked = sum(span.label == label.name for one in read.examples for span in one.spans)
        assert sum(count for style, count in styles.items() if label.color in style) >= marked
    assert len(re.findall(r"^- ✗ ", text, re.MULTILINE)) == len(read.counterexamples)
    assert text == text.strip() + "\n"


def test_markdown_does_not_break_paragraphs(folder):
    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown_of(folder))
    assert not [one.content for block in blocks for one in block.children or [] if one.type == "softbreak"]


def test_card_section_counts_and_shows(folder):
    read, text = read_guidelines(folder), to_section(read_guidelines(folder))
    assert f"Version {read.schema.version}: {len(read.rules)} rules, {len(read.examples)} examples" in text
    for label in read.schema.labels:
        assert f"**{label.name}** (" in text
    shown = re.findall(r"^- `+ ?(.+?) ?`+ (\S+)$", text, re.MULTILINE)
    assert {(one, rule) for one, rule in shown} <= {(str(one), one.rule) for one in read.examples}
    assert max(Counter(rule.partition("-")[0] for _, rule in shown).values()) <= 3


def test_a_corpus_without_pages_has_no_section(mini):
    assert to_section(read_guidelines(mini.labels_file.parent)) == ""


def with_pages(corpus):
    (corpus.labels_file.parent / "CHANGELOG.md").write_text("# Changelog\n\n## 0.3.0 (2024-01-01)\n\n- First rules.\n")
    for label in read_guidelines(corpus.labels_file.parent).schema.names:
        items = "".join(f"- [{name} {label.title()}]{{{label}}} left.\n" for name in ("Big", "Old", "New"))
        page = f"# {label}\n\n**{label}-1.** Names.\n\n{items}- not: nobody — a pronoun\n"
        (corpus.labels_file.parent / f"{label}.md").write_text(page, encoding="utf-8")


def test_the_card_has_the_section_and_is_the_same_bytes_again(mini, tmp_path):
    with_pages(mini)
    build(mini, tmp_path / "one")
    build(mini, tmp_path / "two")
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")
    card = (tmp_path / "one" / "README.md").read_text(encoding="utf-8")
    assert to_section(read_guidelines(mini.labels_file.parent)) in card
    assert card.index("## Labels") < card.index("## Guidelines") < card.index("## Cleaning")


def test_private_text_in_an_example_is_not_published(mini, tmp_path):
    with_pages(mini)
    path = mini.labels_file.parent / "ORG.md"
    marked = "The [Hollin Quarry]{ORG} sold a desk with the [pay slips]{DATA} of forty workers."
    path.write_text(path.read_text().replace("[Big Org]{ORG} left.", marked))
    with pytest.raises(StandoffError, match=r"private|redistributed"):
        build(mini, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# --- the command ---


def run(root: Path, monkeypatch, *arguments: str):
    monkeypatch.chdir(root)
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, list(arguments))


def test_command_runs_the_examples(mini, monkeypatch):
    with_pages(mini)
    done = run(mini.root, monkeypatch)
    assert (done.exit_code, done.stdout.splitlines()[-2:]) == (0, ["all                   3         9    3",
                                                                    "no errors, no warnings"])  # fmt: skip
    (mini.labels_file.parent / "DATA.md").write_text("# DATA\n\n**DATA-1.** Kinds.\n\n- [One]{NOPE} left.\n")
    done = run(mini.root, monkeypatch)
    assert done.exit_code == 1
    assert "guidelines/DATA.md:5: error [guideline-label]" in done.stdout
    found = json.loads(run(mini.root, monkeypatch, "--json").stdout)
    assert found["counts"]["DATA"] == {"rules": 1, "examples": 1, "not": 0}
    assert found["errors"] == len([one for one in found["issues"] if one["severity"] == "error"]) >= 2


def test_command_checks_what_decisions_cite(mini, monkeypatch):
    with_pages(mini)
    (mini.labels_file.parent / "decisions.md").write_text("# D\n\n- 2024-01-01 · ORG-1, ORG-7 · So be it.\n")
    done = run(mini.root, monkeypatch)
    assert "guidelines/decisions.md:3" in done.stdout
    assert "ORG-7" in done.stdout


@pytest.mark.parametrize(("form", "sign"), [("--markdown", "✗"), ("--html", "<!doctype html>"), ("--card", "## Guid")])
def test_command_renders_to_output_and_to_a_file(form, sign, mini, monkeypatch):
    with_pages(mini)
    printed = run(mini.root, monkeypatch, form)
    assert (printed.exit_code, sign in printed.stdout) == (0, True)
    written = run(mini.root, monkeypatch, form, "sub/out.txt")
    assert written.stdout.startswith("wrote sub/out.txt: guidelines 0.3.0, 3 rules, ")
    assert (mini.root / "sub" / "out.txt").read_text(encoding="utf-8") == printed.stdout


@pytest.mark.parametrize("arguments", [("--html", "--card"), ("--json", "--html"), ("out.html",)])
def test_command_refuses_what_it_cannot_mean(arguments, mini, monkeypatch):
    done = run(mini.root, monkeypatch, *arguments)
    assert isinstance(done.exception, StandoffError)
    assert done.exception.usage
    assert not (mini.root / "out.html").exists()
