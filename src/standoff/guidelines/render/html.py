"""The guidelines as one HTML page for annotators, which asks the network for nothing."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import pairwise, takewhile
from pathlib import Path
from string import Template

from standoff.guidelines.pages import GENERAL, Counterexample, Guidelines
from standoff.guidelines.render.blocks import Block, Item, Page
from standoff.guidelines.render.colors import text_colors
from standoff.guidelines.render.decisions import Decision
from standoff.guidelines.render.prose import Prose, slug
from standoff.guidelines.schema import Label


@dataclass(frozen=True, slots=True)
class _Book:
    """What every part of the page needs."""

    guidelines: Guidelines
    decisions: Sequence[Decision]
    prose: Prose


def to_html(guidelines: Guidelines, pages: Sequence[Page], decisions: Sequence[Decision]) -> str:
    """The page: `pages` as `read_pages` gives them, each decision at the rules it cites, the others at the end."""
    book = _Book(guidelines, decisions, Prose(guidelines, pages))
    script = _asset("page.js")
    parts = {
        "title": escape(pages[0].title),
        "version": escape(guidelines.schema.version),
        "style": _asset("page.css") + "".join(_label_styles(guidelines)),
        "script": script,
        "script_hash": b64encode(sha256(script.encode()).digest()).decode(),
        "contents": "".join(_contents(book, pages)),
        "introduction": _introduction(book, pages[0].blocks),
        "body": "".join(_sections(book, pages)),
    }
    return Template(_asset("page.html")).substitute(parts)


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _label_styles(guidelines: Guidelines) -> Iterator[str]:
    on = text_colors(guidelines.schema)
    for number, label in enumerate(guidelines.schema.labels):
        yield f".l{number}{{--on:{on[label.name]};--back:{label.color}}}\n"


def _contents(book: _Book, pages: Sequence[Page]) -> Iterator[str]:
    """The links at the side: headings of the general page, the labels with their keys, the rest."""
    heads = [block for block in pages[0].blocks if block.level == 2]
    yield _links("Basics", [(slug(one.text), escape(one.text)) for one in heads])
    labels = [
        (label.name, f"{book.prose.chip(label.name)}<kbd>{escape(label.hotkey)}</kbd>")
        for label in book.guidelines.schema.labels
    ]
    yield _links("Labels", labels)
    others = [(book.prose.anchor(page.label), escape(page.title)) for page in pages if _is_other(book, page)]
    if _loose(book):
        others.append(("page-decisions", "Other decisions"))
    yield _links("More", others)


def _links(title: str, links: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f'<li><a href="#{escape(target)}">{inner}</a></li>\n' for target, inner in links)
    return f"<section>\n<h2>{title}</h2>\n<ul>\n{rows}</ul>\n</section>\n" if links else ""


def _sections(book: _Book, pages: Sequence[Page]) -> Iterator[str]:
    labels = {label.name: label for label in book.guidelines.schema.labels}
    for page in pages:
        if page.label == GENERAL:
            yield from _general(book, page.blocks)
        else:
            label = labels.get(page.label)
            head = _label_head(book, label, page) if label else f"<h2>{book.prose.line(page.title)}</h2>\n"
            body = "".join(_blocks(book, page.blocks, down=1))
            yield f'<section class="page" id="{escape(book.prose.anchor(page.label))}">\n{head}{body}</section>\n'
    if loose := _loose(book):
        rulings = "".join(f'<div class="unit">\n{_ruling(book, one, "")}</div>\n' for one in loose)
        yield f'<section class="page" id="page-decisions">\n<h2>Other decisions</h2>\n{rulings}</section>\n'


def _general(book: _Book, blocks: Sequence[Block]) -> Iterator[str]:
    """The general page, a section for each of its headings of level 2; what stands before them is the introduction."""
    starts = [at for at, block in enumerate(blocks) if block.level == 2]
    for start, end in pairwise([*starts, len(blocks)]):
        body = "".join(_blocks(book, blocks[start:end]))
        yield f'<section class="page" id="{slug(blocks[start].text)}">\n{body}</section>\n'


def _introduction(book: _Book, blocks: Sequence[Block]) -> str:
    return "".join(_blocks(book, list(takewhile(lambda block: block.level != 2, blocks))))


def _label_head(book: _Book, label: Label, page: Page) -> str:
    ids = "".join(f'<a href="#{rule}" aria-label="{rule}">{rule.rpartition("-")[2]}</a>\n' for rule in page.rules)
    name = book.prose.chip(label.name) + ("" if page.title == label.name else f" {book.prose.line(page.title)}")
    mapped = f"OntoNotes 5: {label.ontonotes or '–'} · CoNLL-2003: {label.conll or '–'}"
    return (
        f'<header>\n<h2>{name} <span class="key">key <kbd>{escape(label.hotkey)}</kbd></span>'
        f'</h2>\n<p class="definition">{escape(label.definition)}</p>\n<p class="mapped">{escape(mapped)}</p>\n'
        f'<nav class="ids" aria-label="Rules of {escape(label.name)}">{ids}</nav>\n</header>\n'
    )


def _blocks(book: _Book, blocks: Sequence[Block], down: int = 0) -> Iterator[str]:
    """Headings, prose and rules, headings `down` levels down. What follows a rule up to the next stays with it."""
    inside = ""
    seen: set[str] = set()
    for block in blocks:
        if block.level or block.rule:
            yield inside
            inside = ""
        if block.rule:
            anchor = f' id="{block.rule}"' if block.rule not in seen else ""
            yield f'<section class="rule unit"{anchor}>\n'
            seen.add(block.rule)
            inside = "".join(_ruling(book, one, block.rule) for one in book.decisions if block.rule in one.rules)
            inside += "</section>\n"
        items = "".join(_item(book, item) for item in block.items)
        content = _wording(book, block, down) + (f'<ul class="items">\n{items}</ul>\n' if items else "")
        bare = not (block.level or block.rule or inside)
        yield f'<div class="unit">\n{content}</div>\n' if bare and content else content
    yield inside


def _wording(book: _Book, block: Block, down: int) -> str:
    id = f'<a class="id" href="#{block.rule}">{block.rule}</a>\n' if block.rule else ""
    if not block.level:
        return id + book.prose.block(block.text)
    level = min(block.level + down, 6)
    return f"<h{level}>{book.prose.line(block.text)}\n{id}</h{level}>\n"


def _item(book: _Book, item: Item) -> str:
    if isinstance(item, Counterexample):
        text = escape(item.text).replace("\n", "<br>")
        return f'<li class="no"><s>{text}</s> <span class="why">{book.prose.cited(item.reason)}</span></li>\n'
    bare = "" if item.spans or not item.rule else ' <span class="why">nothing is marked</span>'
    return f'<li class="yes"><q>{book.prose.marked(item.text, item.spans)}</q>{bare}</li>\n'


def _ruling(book: _Book, decision: Decision, at: str) -> str:
    """A decision, with the rules it cites besides the one it stands at."""
    others = ", ".join(rule for rule in decision.rules if rule != at)
    beside = f' <span class="with">with {book.prose.cited(others)}</span>' if others else ""
    date = f"<time>{escape(decision.date)}</time> " if decision.date else ""
    return f'<p class="ruling">{date}{book.prose.line(decision.text)}{beside}</p>\n'


def _loose(book: _Book) -> list[Decision]:
    """Decisions that cite no rule of these pages."""
    return [one for one in book.decisions if not book.guidelines.ids & set(one.rules)]


def _is_other(book: _Book, page: Page) -> bool:
    return page.label != GENERAL and page.label not in book.guidelines.schema.names
