"""The guidelines as people read them: a page for annotators, Markdown for doccano, a section of the dataset card."""

from standoff.guidelines.render.blocks import Page, read_pages
from standoff.guidelines.render.card import to_section
from standoff.guidelines.render.decisions import Decision, read_decisions
from standoff.guidelines.render.html import to_html
from standoff.guidelines.render.markdown import to_markdown

__all__ = ["Decision", "Page", "read_decisions", "read_pages", "to_html", "to_markdown", "to_section"]
