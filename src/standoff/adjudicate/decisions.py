"""`annotations/decisions.jsonl`: what was decided where layers differ, and whether it still stands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from standoff.agree.regions import Region
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.jsonl import number_records, write_records
from standoff.records import Decision, Span

OTHER = "other"
"""The choice where what went in is no layer's reading."""
Place = tuple[str, int, int]
Layers = Mapping[str, Sequence[Span]]
"""The spans of each layer in one document."""


def read_decisions(corpus: Corpus) -> dict[Place, Decision]:
    """The decisions by document and range; raises StandoffError with the line of one that is none."""
    path, found = corpus.decisions_file, dict[Place, Decision]()
    if not path.exists():
        return found
    for line, one in number_records(path, Decision):
        if not is_whole(one):
            raise StandoffError("a reading is no list of [start, end, label]", path=path, line=line)
        if (one.id, one.start, one.end) in found:
            hint = "keep the one that holds"
            raise StandoffError(f"{one.id} {one.start}-{one.end} is decided twice", path=path, line=line, hint=hint)
        found[one.id, one.start, one.end] = one
    return found


def write_decisions(corpus: Corpus, decisions: Iterable[Decision]) -> None:
    """Replace the list whole, in the order of documents and places."""
    in_order: list[Decision] = sorted(decisions, key=lambda one: (one.id, one.start, one.end))
    write_records(corpus.decisions_file, in_order)


def is_whole(decision: Decision) -> bool:
    """Whether what should be spans in a decision is."""
    held = [*decision.readings.values(), decision.spans]
    return all(isinstance(row, list) and all(_is_span(value) for value in row) for row in held)


def _is_span(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(value, list) and [type(part) for part in value] == [int, int, str]


def to_lists(spans: Iterable[Span]) -> list[list[object]]:
    """Spans as `[start, end, label]`, in order."""
    return [[span.start, span.end, span.label] for span in sorted(spans)]


def from_lists(rows: Sequence[Sequence[Any]], seed: str) -> list[Span]:
    """The spans of a decision, with their surfaces from the seed."""
    return [Span(start, end, label, seed[start:end]) for start, end, label in rows]


def spans_in(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Those that touch a range."""
    return [span for span in spans if span.start < end and start < span.end]


def stands(decision: Decision, layers: Layers) -> bool:
    """Whether the layers still read as they did when it was decided."""
    now = {layer: to_lists(spans_in(spans, decision.start, decision.end)) for layer, spans in layers.items()}
    return now == {layer: [list(row) for row in rows] for layer, rows in decision.readings.items()}


def find_open(
    document: str, regions: Iterable[Region], decisions: Mapping[Place, Decision], layers: Layers
) -> list[Region]:
    """The regions that no standing decision covers."""
    return [
        region
        for region in regions
        if (found := decisions.get((document, region.start, region.end))) is None or not stands(found, layers)
    ]


def settle(
    document: str, agreed: Iterable[Span], decisions: Iterable[Decision], layers: Layers, seed: str
) -> list[Span]:
    """What goes into the layer: spans agreed on, as far as no standing decision says otherwise, and what was decided.

    A decision on spans that all layers have takes them out and puts in its own.
    """
    standing = [one for one in decisions if one.id == document and stands(one, layers)]
    kept = [span for span in agreed if not any(spans_in([span], one.start, one.end) for one in standing)]
    known = {(span.start, span.end, span.label): span for spans in layers.values() for span in spans}
    for one in standing:
        for span in from_lists(one.spans, seed):
            held = known.get((span.start, span.end, span.label))
            kept.append(
                Span(span.start, span.end, span.label, span.text, held.attributes if held else None, one.rule or None)
            )
    return sorted(
        {(span.start, span.end, span.label): span for span in kept}.values(),
        key=lambda one: (one.start, one.end, one.label),
    )
