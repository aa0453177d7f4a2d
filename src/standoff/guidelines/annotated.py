"""A document in one layer, where spans count in the seed and examples are looked for in the cleaned text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from standoff.around import text_around
from standoff.offsets import OffsetMap
from standoff.records import Span


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document in one layer: the name of its span file, the spans in it and the line of each (from 1).

    `text` is the cleaned text, None where it is not here. Spans count in the seed, and `offsets` is the map between
    the two; it is None where spans count in `text` itself.
    """

    path: str
    spans: Sequence[Span]
    lines: Sequence[int]
    text: str | None
    offsets: OffsetMap | None = None

    def spans_in_text(self) -> Iterator[tuple[int, Span]]:
        """The spans in offsets of the text, each with its number; those that lie in a cut are not there."""
        for number, span in enumerate(self.spans):
            if self.offsets is None:
                yield number, span
                continue
            start, end, verdict = self.offsets.span_to_clean(span.start, span.end)
            if verdict != "orphaned":
                yield number, Span(start, end, span.label, span.text)

    def to_layer(self, span: Span) -> Span:
        """A span of the text in offsets of the layer."""
        if self.offsets is None:
            return span
        start, end = self.offsets.span_to_seed(span.start, span.end)
        return replace(span, start=start, end=end)

    def around(self, span: Span) -> str:
        """The text around a span of the layer, "" where there is no text."""
        if self.text is None:
            return ""
        start, end = span.start, span.end
        if self.offsets is not None:
            start, end, _ = self.offsets.span_to_clean(start, end)
        return text_around(self.text, start, end)
