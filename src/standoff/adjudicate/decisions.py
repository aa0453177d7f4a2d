"""`annotations/decisions.jsonl`: what was decided where layers differ, and whether it still stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from standoff.agree.regions import Region
from standoff.corpus import Corpus
from standoff.errors import StandoffError
from standoff.jsonl import number_records, write_records
from standoff.records import Decision, Span

OTHER = "other"
"""The choice where what went in is no layer's reading."""
Place = tuple[str, int, int, str]
"""Document, range, and the layer that the decision is for."""
Layers = Mapping[str, Sequence[Span]]
"""The spans of each layer in one document."""


def to_place(decision: Decision) -> Place:
    """What a decision is known by."""
    return decision.id, decision.start, decision.end, decision.into


def read_decisions(corpus: Corpus) -> dict[Place, Decision]:
    """The decisions by place; raises StandoffError with the line of one that is none."""
    path, found = corpus.decisions_file, dict[Place, Decision]()
    if not path.exists():
        return found
    for line, one in number_records(path, Decision):
        if not is_whole(one):
            raise StandoffError(
                "is no decision: its spans are [start, end, label] in its range, by a person or a policy",
                path=path,
                line=line,
            )
        if to_place(one) in found:
            hint = "keep the one that holds"
            raise StandoffError(f"{one.id} {one.start}-{one.end} is decided twice", path=path, line=line, hint=hint)
        found[to_place(one)] = one
    return found


def write_decisions(corpus: Corpus, decisions: Iterable[Decision]) -> None:
    """Replace the list whole, in the order of documents and places."""
    in_order: list[Decision] = sorted(decisions, key=to_place)
    write_records(corpus.decisions_file, in_order)


def is_whole(decision: Decision) -> bool:
    """Whether it says who decided, and what should be spans is: not empty, and within its range where they went in."""
    held = [*decision.readings.values(), decision.spans]
    good = all(isinstance(row, list) and all(_is_span(value) for value in row) for row in held)
    inside = good and all(decision.start <= one[0] and one[1] <= decision.end for one in decision.spans)
    return inside and 0 <= decision.start < decision.end and decision.by.startswith(("person:", "policy:"))


def _is_span(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(value, list) and [type(part) for part in value] == [int, int, str] and value[0] < value[1]


def to_lists(spans: Iterable[Span]) -> list[list[object]]:
    """Spans as `[start, end, label]`, in order."""
    return [list(key) for key in sorted((span.start, span.end, span.label) for span in spans)]


def spans_in(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Those that touch a range."""
    return [span for span in spans if span.start < end and start < span.end]


def stands(decision: Decision, layers: Layers) -> bool:
    """Whether the layers still read as they did when it was decided; one that came later must read as was decided."""
    now = {layer: to_lists(spans_in(spans, decision.start, decision.end)) for layer, spans in layers.items()}
    seen = {layer: now.get(layer) == rows for layer, rows in decision.readings.items()}
    later = (rows == decision.spans for layer, rows in now.items() if layer not in decision.readings)
    return all(seen.values()) and all(later)


def find_standing(decisions: Iterable[Decision], into: str, document: str, layers: Layers) -> list[Decision]:
    """The decisions on a document for a layer that stand."""
    return [one for one in decisions if one.into == into and one.id == document and stands(one, layers)]


def find_open(regions: Iterable[Region], standing: Sequence[Decision]) -> list[Region]:
    """The regions of a document that no decision covers."""
    return [
        region for region in regions if not any(one.start <= region.start and region.end <= one.end for one in standing)
    ]


def settle(agreed: Iterable[Span], standing: Sequence[Decision], layers: Layers, seed: str) -> list[Span]:
    """What goes in: spans agreed on, as far as no decision says otherwise, and what was decided.

    A decision on spans that all layers have takes them out and puts in its own. Notes of readers go along; a rule that
    decided stands in their place.
    """
    notes: dict[tuple[int, int, str], list[str]] = {}
    for span in (span for spans in layers.values() for span in spans if span.note):
        held = notes.setdefault((span.start, span.end, span.label), [])
        held += [span.note] if span.note and span.note not in held else []
    kept = {
        (span.start, span.end, span.label): span
        for span in agreed
        if not any(spans_in([span], one.start, one.end) for one in standing)
    }
    rules: dict[tuple[int, int, str], str] = {}
    for one in standing:
        for start, end, label in one.spans:
            if end > len(seed):
                raise StandoffError(f"a decision on {one.id} ends at {end}, behind the text", hint="take the line out")
            kept[start, end, label] = Span(start, end, label, seed[start:end])
            rules[start, end, label] = one.rule
    known = {(span.start, span.end, span.label): span for spans in layers.values() for span in spans}
    return [
        replace(known.get(key, kept[key]), note=rules.get(key) or "; ".join(notes.get(key, ())) or None)
        for key in sorted(kept)
    ]
