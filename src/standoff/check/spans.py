"""What must hold of spans, cuts and keeps; pure functions over the records of one document."""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from standoff.guidelines import Schema
from standoff.offsets import OffsetMap, kept_ranges
from standoff.records import KINDS, Cut, Keep, Source, Span

_BY = ("rule:", "model:", "person:")


class Finding(NamedTuple):
    """A broken rule at a record, counted from 0 (None: the file as a whole)."""

    record: int | None
    rule: str
    message: str
    hint: str


def check_cuts(source: Source, cuts: Sequence[Cut], seed: str | None) -> Iterator[Finding]:
    """Range, order, kind and author of each cut; `seed` is None where the text is not here."""
    for at, cut in enumerate(cuts):
        if not 0 <= cut.start < cut.end <= source.chars:
            hint = "run standoff clean"
            yield Finding(
                at, "cut-range", f"[{cut.start}, {cut.end}) is not within the {source.chars} characters", hint
            )
        if cut.kind not in KINDS:
            yield Finding(at, "cut-kind", f"no such kind: {cut.kind!r}", f"one of {', '.join(KINDS)}")
        if not cut.by.startswith(_BY):
            yield Finding(at, "cut-by", f"{cut.by!r} names no rule, model or person", "rule:…, model:…@… or person:…")
        if cut.kind == "whitespace" and seed is not None and seed[cut.start : cut.end].strip():
            yield Finding(at, "cut-whitespace", "a whitespace cut takes visible characters", "run standoff clean")
    for at, (one, other) in enumerate(pairwise(cuts), 1):
        if other.start < one.end:
            yield Finding(
                at,
                "cut-overlap",
                f"begins at {other.start}, inside or before the cut above",
                "run standoff clean",
            )


def check_keeps(source: Source, keeps: Sequence[Keep], cuts: Collection[Cut]) -> Iterator[Finding]:
    """Range, author and order of each keep, and that only white space is cut inside it."""
    for at, keep in enumerate(keeps):
        place = f"[{keep.start}, {keep.end})"
        if not 0 <= keep.start < keep.end <= source.chars:
            message = f"{place} is not within the {source.chars} characters"
            yield Finding(at, "keep-range", message, "correct or remove this line")
        if not keep.by.startswith("person:"):
            yield Finding(at, "keep-by", f"{keep.by!r} names no person", "person:…")
        for cut in cuts:
            if cut.kind != "whitespace" and cut.start < keep.end and keep.start < cut.end:
                message = f"{keep.by} keeps {place}, {cut.by} cut [{cut.start}, {cut.end}) as {cut.kind}"
                person = cut.by.startswith("person:")
                hint = "adjudicate: remove one of the two" if person else "run standoff clean"
                yield Finding(at, "keep-cut", message, hint)
    for at, (one, other) in enumerate(pairwise(keeps), 1):
        if other <= one:
            yield Finding(at, "keep-order", "not after the keep above, or twice", "sort by start, end, by")


def check_spans(
    source: Source, spans: Sequence[Span], cuts: Collection[Cut], schema: Schema, seed: str | None
) -> Iterator[Finding]:
    """Label, range, surface, order, overlap and company of cuts for each span of a document."""
    whole = [cut for cut in cuts if 0 <= cut.start < cut.end <= source.chars]
    offsets = OffsetMap.from_cuts(source.chars, whole) if _apart(source.chars, whole) else None
    for at, span in enumerate(spans):
        if span.label not in schema.names:
            hint = "define it in guidelines/labels.toml or correct it"
            yield Finding(at, "label-unknown", f"{span.label!r} is not in labels.toml", hint)
        if not 0 <= span.start < span.end <= source.chars:
            message = f"[{span.start}, {span.end}) is not within the {source.chars} characters of the seed"
            yield Finding(at, "span-range", message, "offsets count code points of the seed, from 0")
            continue
        yield from _check_surface(at, span, seed)
        if offsets is not None and (verdict := offsets.span_to_clean(span.start, span.end)[2]) != "kept":
            hint = "cleaning took it: correct the cut or the span"
            yield Finding(
                at,
                "span-cut",
                f"{span.text!r} lies {'in' if verdict == 'orphaned' else 'across'} a cut",
                hint,
            )
    for at, (one, other) in enumerate(pairwise(spans), 1):
        if other == one or (other.start, other.end, other.label) <= (one.start, one.end, one.label):
            yield Finding(at, "span-order", "not after the span above, or twice", "sort by start, end, label")
        elif other.start < one.end and not schema.overlap:
            message = f"{other.text!r} [{other.start}, {other.end}) overlaps {one.text!r} [{one.start}, {one.end})"
            yield Finding(at, "span-overlap", message, "keep one of them, as the guidelines say")


def _check_surface(at: int, span: Span, seed: str | None) -> Iterator[Finding]:
    if seed is not None and seed[span.start : span.end] != span.text:
        message = (
            f"the seed has {seed[span.start : span.end]!r} at [{span.start}, {span.end}), the span says {span.text!r}"
        )
        yield Finding(at, "span-text", message, "the offsets or the text are wrong; they must agree")
    if len(span.text) != span.end - span.start:
        message = f"the text has {len(span.text)} characters, the range {span.end - span.start}"
        yield Finding(at, "span-length", message, "offsets count code points, not bytes or UTF-16")
    if span.text != span.text.strip():
        yield Finding(at, "span-edge", f"{span.text!r} begins or ends in white space", "leave the white space out")


def _apart(length: int, cuts: Collection[Cut]) -> bool:
    try:
        kept_ranges(length, cuts)
    except ValueError:
        return False
    return True
