"""What must hold of the spans of one document in one layer; pure functions over records."""

from collections.abc import Iterator, Sequence

from standoff.around import text_around
from standoff.check.findings import Finding
from standoff.guidelines import Schema
from standoff.offsets import OffsetMap
from standoff.records import Span


def check_spans(
    chars: int, spans: Sequence[Span], schema: Schema, seed: str | None, offsets: OffsetMap | None
) -> Iterator[Finding]:
    """Label, range, surface, overlap and company of cuts for each span; what cannot be judged here is None."""
    names = frozenset(schema.names)
    for at, span in enumerate(spans):
        if span.label not in names:
            yield Finding("label-unknown", at, f"{span.label!r} is not in labels.toml")
        if not 0 <= span.start < span.end <= chars:
            yield Finding("span-range", at, f"[{span.start}, {span.end}) is not within the {chars} characters")
            continue
        yield from _check_surface(at, span, seed)
        if offsets is not None and (verdict := offsets.span_to_clean(span.start, span.end)[2]) != "kept":
            where = "in" if verdict == "orphaned" else "across"
            yield Finding("span-cut", at, f"{span.text!r} lies {where} a cut", context=_around(seed, span))
    if not schema.overlap:
        yield from _check_overlap(spans, seed)


def _check_surface(at: int, span: Span, seed: str | None) -> Iterator[Finding]:
    if seed is not None and (found := seed[span.start : span.end]) != span.text:
        message = f"the seed has {found!r} at [{span.start}, {span.end}), the span says {span.text!r}"
        yield Finding("span-text", at, message, context=_around(seed, span))
    if len(span.text) != span.end - span.start:
        message = f"the text has {len(span.text)} characters, the range {span.end - span.start}"
        yield Finding("span-length", at, message)
    if span.text != span.text.strip():
        yield Finding("span-edge", at, f"{span.text!r} begins or ends in white space", context=_around(seed, span))


def _check_overlap(spans: Sequence[Span], seed: str | None) -> Iterator[Finding]:
    """Every span that begins before an earlier one has ended; the earlier ones reach as far as their longest."""
    longest: Span | None = None
    for at, span in enumerate(spans):
        if longest is not None and longest.start <= span.start < longest.end and span != longest:
            message = (
                f"{span.text!r} [{span.start}, {span.end}) overlaps {longest.text!r} [{longest.start}, {longest.end})"
            )
            yield Finding("span-overlap", at, message, context=_around(seed, span))
        if longest is None or span.end > longest.end:
            longest = span


def _around(seed: str | None, span: Span) -> str:
    return "" if seed is None else text_around(seed, span.start, span.end)
