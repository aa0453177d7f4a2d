"""Spans of another tool as spans of the corpus: in seed offsets, white space trimmed off, or rejects by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from standoff.formats.exchange import Annotated, Reject
from standoff.guidelines import Schema
from standoff.places import Place
from standoff.records import Span


@dataclass(frozen=True, slots=True)
class Taken:
    """The spans of a document, in seed offsets, ready to be written; how many lost white space at an edge."""

    id: str
    spans: tuple[Span, ...]
    trimmed: int


def reject_all(document: Annotated, reason: str) -> Iterator[Reject]:
    """A document with every span of it."""
    yield Reject("document", "", None, document.id, reason)
    for span in document.spans:
        yield Reject("span", "", None, _name(document, span), "its document was not taken")


def _name(document: Annotated, span: Span) -> str:
    return f"{document.id} [{span.start}, {span.end}) {span.label} {span.text!r}"


def take_spans(
    document: Annotated, place: Place, labels: Mapping[str, str], schema: Schema
) -> tuple[Taken, list[Reject]]:
    """The spans that can stand in the corpus, longest first where it is flat, and the others with the reason."""
    taken: dict[tuple[int, int, str], Span] = {}
    rejects, trimmed = list[Reject](), 0
    for span in sorted(document.spans, key=lambda one: (one.start - one.end, one.start, one.label)):
        moved = _move(span, place, labels.get(span.label, span.label))
        key = (moved.start, moved.end, moved.label)
        reason = _refuse(moved, place, schema)
        if not reason and key in taken:
            reason = "it is there twice once white space is trimmed and labels are renamed"
        elif not reason and not schema.overlap and any(_touch(moved, one) for one in taken.values()):
            reason = "it overlaps a longer span, and labels.toml says overlap = false"
        if reason:
            rejects.append(Reject("span", "", None, _name(document, span), reason))
            continue
        trimmed += span.text != span.text.strip()
        taken[key] = moved
    spans = sorted(taken.values(), key=lambda one: (one.start, one.end, one.label))
    return Taken(place.id, tuple(spans), trimmed), rejects


def _move(span: Span, place: Place, label: str) -> Span:
    """A span in seed offsets, without white space at its edges; empty where it is nothing else."""
    inner = span.text.strip()
    start = span.start + len(span.text) - len(span.text.lstrip())
    low, high = (inner and place.to_seed(start, start + len(inner))) or (0, 0)
    return replace(span, start=low, end=high, label=label, text=place.seed[low:high])


def _refuse(span: Span, place: Place, schema: Schema) -> str:
    """Why a span cannot stand in the corpus; empty if it can."""
    if span.label not in schema.names:
        return f"{span.label!r} is not in labels.toml; --label {span.label}=OURS renames it"
    if span.start == span.end:
        return "it is white space"
    verdict = place.offsets.span_to_clean(span.start, span.end)[2]
    return "" if verdict == "kept" else f"cleaning took it: {verdict}"


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
