"""The inline form of an annotated text: `[Ada Kerr]{PERSON} left`, marks may nest, and ` ⏎ ` is a line break."""

import re
from collections.abc import Iterable

from standoff.records import Span

BREAK = " ⏎ "
"""How the inline form writes a line break."""
_TOKEN = re.compile(r"\]\{(?P<label>[^\[\]{}\s]+)\}|[\[\]{}⏎]")
_RESERVED = re.compile(r"[\[\]{}⏎]")


def from_marks(line: str) -> tuple[str, tuple[Span, ...]]:
    """The plain text and its spans in order, in code points of that text; raises ValueError for what is stray."""
    text, at = "", 0
    spans: list[Span] = []
    opened: list[int] = []
    line = line.replace(BREAK, "\n")
    for found in _TOKEN.finditer(line):
        text, at = text + line[at : found.start()], found.end()
        if found.group() == "[":
            opened.append(len(text))
        elif found["label"] and opened:
            start = opened.pop()
            if start == len(text):
                raise ValueError(f"an empty mark: []{{{found['label']}}}")
            spans.append(Span(start, len(text), found["label"], text[start:]))
        else:
            raise ValueError(f"a stray {found.group()[0]!r}: a mark is [text]{{LABEL}}")
    if opened:
        raise ValueError("a stray '[': a mark is [text]{LABEL}")
    return text + line[at:], tuple(sorted(spans))


def to_marks(text: str, spans: Iterable[Span]) -> str:
    """The inline form of a text; `from_marks` reads it back.

    Raises ValueError for what it cannot say: brackets, braces or `⏎` in the text, and spans that cross.
    """
    if found := _RESERVED.search(text):
        raise ValueError(f"a text with {found.group()!r} has no inline form")
    parts: list[str] = []
    opened: list[Span] = []
    at = 0
    for span in [*sorted(spans, key=lambda one: (one.start, -one.end, one.label)), None]:
        while opened and (span is None or opened[-1].end <= span.start):
            last = opened.pop()
            parts += [text[at : last.end], f"]{{{last.label}}}"]
            at = last.end
        if span is None:
            break
        if opened and opened[-1].end < span.end:
            raise ValueError(f"{span.text!r} and {opened[-1].text!r} cross")
        parts += [text[at : span.start], "["]
        at = span.start
        opened.append(span)
    return "".join([*parts, text[at:]]).replace("\n", BREAK)
