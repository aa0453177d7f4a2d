"""Wording of the guidelines as HTML: Markdown without raw HTML or images, marks in colour, rule ids as links."""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from standoff.guidelines.marks import from_marks
from standoff.guidelines.pages import GENERAL, Guidelines
from standoff.guidelines.render.blocks import Page, weave
from standoff.guidelines.sections import RULE_ID
from standoff.records import Span

_CITED = re.compile(rf"(?<![\w-]){RULE_ID}(?![\w-])")
_OUTSIDE = re.compile(r"(?:https?|mailto):")


def slug(heading: str) -> str:
    """An anchor for a heading of the general page."""
    return "about-" + re.sub(r"\W+", "-", heading.lower()).strip("-")


class Prose:
    """Renders wording; knows the labels, the rules that may be cited and where each page lies on the HTML page."""

    def __init__(self, guidelines: Guidelines, pages: Sequence[Page]) -> None:
        """`pages` as `read_pages` gives them."""
        self._classes = {label.name: f"l{number}" for number, label in enumerate(guidelines.schema.labels)}
        self._ids = guidelines.ids
        self._anchors = {f"{page.label}.md": self.anchor(page.label) for page in pages} | {"README.md": "top"}
        self._markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
        self._markdown.add_render_rule("text", lambda _, *context: self._text(*context))
        for rule in ("link_open", "link_close"):
            self._markdown.add_render_rule(rule, lambda _, *context: self._link(*context))

    def anchor(self, label: str) -> str:
        """Where the page of a label, or another page, begins."""
        return label if label in self._classes or label == GENERAL else f"page-{label}"

    def block(self, text: str) -> str:
        """Markdown with paragraphs, lists and tables."""
        rendered = str(self._markdown.render(text))
        return rendered.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")

    def line(self, text: str) -> str:
        """Markdown inside one line."""
        return str(self._markdown.renderInline(text))

    def chip(self, label: str) -> str:
        """The name of a label on its colour."""
        return f'<span class="chip {self._classes[label]}">{escape(label)}</span>'

    def cited(self, text: str) -> str:
        """Plain text whose rule ids are links."""

        def link(found: re.Match[str]) -> str:
            id = found.group()
            return f'<a class="cite" href="#{id}">{id}</a>' if id in self._ids else id

        return _CITED.sub(link, escape(text))

    def marked(self, text: str, spans: Sequence[Span]) -> str:
        """Plain text with its spans; a mark of no label, such as a cut, is struck."""

        def plain(text: str) -> str:
            return escape(text).replace("\n", '<span class="break">⏎</span><br>')

        return weave(text, spans, plain, self._mark)

    def _mark(self, span: Span, inside: str) -> str:
        kind = self._classes.get(span.label, "cut")
        return f'<mark class="{kind}">{inside}<b>{escape(span.label)}</b></mark>'

    def _text(self, tokens: Sequence[Token], at: int, _: OptionsDict, __: MutableMapping[str, Any]) -> str:
        try:
            text, spans = from_marks(tokens[at].content)
        except ValueError:
            text, spans = tokens[at].content, ()
        return weave(text, spans, self.cited, self._mark)

    def _link(self, tokens: Sequence[Token], at: int, _: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """Links to pages become links on this page; other files are not here, so their links are taken off."""
        if tokens[at].type == "link_close":
            return str(env.pop("close", ""))
        target = str(tokens[at].attrGet("href") or "")
        if _OUTSIDE.match(target):
            href = target
        elif anchor := target[1:] if target.startswith("#") else _page(target, self._anchors):
            href = f"#{anchor}"
        else:
            return ""
        label = self._classes.get(href[1:])
        inner = f'<span class="chip {label}">' if label else ""
        env["close"] = ("</span>" if label else "") + "</a>"
        return f'<a href="{escape(href)}">{inner}'


def _page(target: str, anchors: Mapping[str, str]) -> str:
    name, _, part = target.partition("#")
    return part or anchors.get(name, "") if name in anchors else ""
