"""Disputes as an adjudicator sees them in doccano, and the answers read back.

Agreed spans have their labels. Each reading of a region is there as spans of its own, under a label that names the
layers: `a: PERSON`; a layer that has nothing there is `b: nothing` on the whole region. The adjudicator deletes the
readings that are wrong, or all of them and marks anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from standoff.adjudicate.case import Case
from standoff.adjudicate.comments import explain
from standoff.adjudicate.decisions import OTHER, find_open, spans_in, to_lists
from standoff.adjudicate.policies import group_readings
from standoff.agree.regions import Region, find_regions
from standoff.formats.exchange import Annotated
from standoff.guidelines import Schema
from standoff.places import Place
from standoff.records import Decision, Span
from standoff.taking import take_spans

NOTHING = "nothing"
_LONGEST = 60
"""Characters of names in a label; doccano takes 100 in all."""
Mark = tuple[int, int, str]
"""A span on the server, in seed offsets, with its label as doccano has it."""
_MADE = ""
"""Among the layers: what the adjudicator made."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """For which layer, by whom (`person:ida`) and under which version of the guidelines it is decided."""

    into: str
    by: str
    guidelines: str


def name_readings(region: Region) -> dict[tuple[str, ...], frozenset[Mark]]:
    """What each group of layers that read a region alike has on the adjudicator's desk."""
    found = {}
    for layers in group_readings(region):
        spans, prefix = region.readings[layers[0]], _join(layers)
        marks = {(span.start, span.end, f"{prefix}: {span.label}") for span in spans}
        found[layers] = frozenset(marks or {(region.start, region.end, f"{prefix}: {NOTHING}")})
    return found


def _join(layers: Sequence[str]) -> str:
    """The names of layers, short enough for a label of doccano; the first of them is in no other group."""
    names = ", ".join(layers)
    return names if len(names) <= _LONGEST else f"{layers[0]} and {len(layers) - 1} more"


def to_annotated(case: Case, standing: Sequence[Decision]) -> Annotated:
    """The cleaned text with agreed spans, the spans of decisions that stand, and the readings of all open regions."""
    kept = [span for span in case.agreed if not any(spans_in([span], one.start, one.end) for one in standing)]
    marks: list[Mark] = [(span.start, span.end, span.label) for span in kept]
    marks += [(start, end, label) for one in standing for start, end, label in one.spans]
    for region in find_open(case.regions, standing):
        marks += [mark for group in name_readings(region).values() for mark in group]
    return Annotated(case.source.id, case.clean, tuple(_to_span(case, mark) for mark in sorted(set(marks))))


def _to_span(case: Case, mark: Mark) -> Span:
    start, end, _ = case.offsets.span_to_clean(mark[0], mark[1])
    return Span(start, end, mark[2], case.clean[start:end])


def find_labels(cases: Collection[Case]) -> list[tuple[str, str]]:
    """The labels that readings need, each with the label whose colour it has (`nothing` has none)."""
    names = {
        (name, name.partition(": ")[2])
        for case in cases
        for region in case.regions
        for marks in name_readings(region).values()
        for _, _, name in marks
    }
    return sorted(names)


def read_answers(
    case: Case, document: Annotated, comments: Sequence[str], schema: Schema, stamp: Stamp, standing: Sequence[Decision]
) -> list[Decision] | str:
    """The decisions in a confirmed document, or why it decides nothing.

    The whole document is read: each region has one reading left or is marked anew, and every place in which what is
    left differs from a layer is a decision, also where all layers agree. One that stood before keeps its version of
    the guidelines, and its rule and reason if no comment says more; one of somebody else that is the same is left out.
    """
    marks = {(*case.offsets.span_to_seed(one.start, one.end), one.label) for one in document.spans}
    real = [one for one in document.spans if one.label in schema.names]
    chosen: set[Mark] = set()
    for region in case.regions:
        found = _read_region(region, marks, _in_seed(case, real), standing)
        if isinstance(found, str):
            return f"{region.start}-{region.end}: {found}"
        chosen |= found
    if loose := [mark for mark in marks if mark[2] not in schema.names and mark not in chosen]:
        return f"{loose[0][0]}-{loose[0][1]}: {loose[0][2]!r} is no reading of this place: delete it"
    picked = [_to_span(case, (start, end, label.partition(": ")[2])) for start, end, label in chosen]
    left = tuple({(one.start, one.end, one.label): one for one in (*real, *picked) if one.label != NOTHING}.values())
    place = Place(case.source.id, case.seed, case.offsets, case.offsets.span_to_seed)
    taken, rejects = take_spans(Annotated(case.source.id, case.clean, left), place, {}, schema)
    if rejects:
        return "; ".join(f"{one.name}: {one.reason}" for one in rejects)
    return _decide(case, taken.spans, comments, stamp, standing)


def _in_seed(case: Case, spans: Sequence[Span]) -> list[Span]:
    return [Span(*case.offsets.span_to_seed(one.start, one.end), one.label, one.text) for one in spans]


def _read_region(
    region: Region, marks: Collection[Mark], real: Sequence[Span], standing: Sequence[Decision]
) -> set[Mark] | str:
    """The marks of the reading that is left in a region, none if it is marked anew; or why nothing is decided."""
    readings = name_readings(region)
    left = {mark for group in readings.values() for mark in group if mark in marks}
    whole = [group for group in readings.values() if group <= left]
    own = spans_in(real, region.start, region.end)
    if len(whole) > 1:
        return "more than one reading is left"
    if left - {mark for group in whole for mark in group}:
        return "a part of a reading is left: leave it whole, or delete it and mark anew"
    if whole and own:
        return "a reading is left, and something is marked beside it"
    empty = any(one.start <= region.start and region.end <= one.end and not one.spans for one in standing)
    if not whole and not own and not empty:
        return "nothing is left: leave a reading, be it `nothing`, or mark anew"
    return set(whole[0]) if whole else set()


def _decide(
    case: Case, spans: Sequence[Span], comments: Sequence[str], stamp: Stamp, standing: Sequence[Decision]
) -> list[Decision]:
    """A decision for every place in which these spans are not what every layer has."""
    known = {(one.start, one.end): one for one in standing}
    _, regions = find_regions({**case.layers, _MADE: spans})
    decisions = []
    for region in regions:
        rows = {layer: to_lists(held) for layer, held in region.readings.items()}
        made = rows.pop(_MADE)
        before = known.get((region.start, region.end))
        same = before is not None and before.spans == made
        if same and before is not None and before.by != stamp.by:
            continue
        rule, reason = explain(case, region, comments)
        decisions.append(
            Decision(
                id=case.source.id, start=region.start, end=region.end, into=stamp.into, readings=rows,
                choice=", ".join(layer for layer, row in rows.items() if row == made) or OTHER, spans=made, by=stamp.by,
                rule=rule or (before.rule if same and before else ""),
                reason=reason or (before.reason if same and before else ""),
                guidelines=before.guidelines if same and before else stamp.guidelines,
            )
        )  # fmt: skip
    return decisions
