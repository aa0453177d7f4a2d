"""Disputes as an adjudicator sees them in doccano, and the answers read back.

Agreed spans have their labels. Each reading of a region is there as spans of its own, under a label that names the
layers: `a: PERSON`; a layer that has nothing there is `b: nothing` on the whole region. The adjudicator deletes the
readings that are wrong, or all of them and marks anew.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from standoff.adjudicate.case import Case
from standoff.adjudicate.decisions import OTHER, spans_in, to_lists
from standoff.adjudicate.policies import group_readings, to_decision
from standoff.agree.regions import Region, find_regions
from standoff.formats.exchange import Annotated
from standoff.guidelines.citations import cited_rules
from standoff.records import Decision, Span

NOTHING = "nothing"
_COMMENT = re.compile(r"[\"“](?P<words>[^\"”]+)[\"”]\s*:\s*(?P<text>.+)", re.DOTALL)
Answer = tuple[int, int, str]
"""A span on the server, in seed offsets, with its label as doccano has it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What an adjudicator decided of a document, and the regions that are not decided, each with the reason."""

    decisions: tuple[Decision, ...]
    refused: tuple[tuple[Region, str], ...]


def name_readings(region: Region) -> dict[tuple[str, ...], frozenset[Answer]]:
    """What each group of layers that read a region alike has on the adjudicator's desk."""
    found = {}
    for layers in group_readings(region):
        spans, prefix = region.readings[layers[0]], ", ".join(layers)
        marks = {(span.start, span.end, f"{prefix}: {span.label}") for span in spans}
        found[layers] = frozenset(marks or {(region.start, region.end, f"{prefix}: {NOTHING}")})
    return found


def to_annotated(case: Case, settled: Mapping[tuple[int, int], Decision]) -> Annotated:
    """The cleaned text with agreed spans, the spans of decisions that stand, and the readings of all other regions."""
    marks: list[Answer] = [(span.start, span.end, span.label) for span in case.agreed]
    for region in case.regions:
        decision = settled.get((region.start, region.end))
        if decision is not None:
            marks += [(start, end, label) for start, end, label in decision.spans]
        else:
            marks += [mark for group in name_readings(region).values() for mark in group]
    return Annotated(case.source.id, case.clean, tuple(_to_span(case, mark) for mark in sorted(set(marks))))


def _to_span(case: Case, mark: Answer) -> Span:
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
    case: Case, marks: Sequence[Answer], comments: Sequence[str], labels: Collection[str], stamp: tuple[str, str],
    known: Mapping[tuple[int, int], Decision],
) -> Answers:  # fmt: skip
    """The decisions in the marks of a confirmed document; `stamp` is who decides, under which guidelines.

    `known` are the decisions that stand; one that the marks agree with is left as it is.
    """
    decisions, refused = list[Decision](), list[tuple[Region, str]]()
    real = [Span(start, end, label, case.seed[start:end]) for start, end, label in marks if label in labels]
    for region in case.regions:
        found = _read_region(case, region, marks, real, stamp)
        settled = known.get((region.start, region.end))
        own = spans_in(real, region.start, region.end)
        if settled is not None and not _readings_left(region, marks) and to_lists(own) == settled.spans:
            continue
        if isinstance(found, str):
            refused.append((region, found))
        else:
            decisions.append(found)
    decisions += _read_changes(case, real, stamp)
    return Answers(tuple(_explain(case, one, comments) for one in decisions), tuple(refused))


def _readings_left(region: Region, marks: Sequence[Answer]) -> list[Answer]:
    names = {mark[2] for group in name_readings(region).values() for mark in group}
    return [mark for mark in marks if mark[2] in names and mark[0] < region.end and region.start < mark[1]]


def _read_region(
    case: Case, region: Region, marks: Sequence[Answer], real: Sequence[Span], stamp: tuple[str, str]
) -> Decision | str:
    """The decision on a region, or why there is none."""
    left, readings = set(_readings_left(region, marks)), name_readings(region)
    whole = [layers for layers, group in readings.items() if group <= left]
    own = spans_in(real, region.start, region.end)
    if left - {mark for layers in whole for mark in readings[layers]}:
        return "a part of a reading is left, or moved: leave it whole, or delete it and mark anew"
    if len(whole) > 1:
        return "more than one reading is left"
    if whole and own:
        return "a reading is left, and something is marked beside it"
    if not whole and not own:
        return "nothing is left: leave a reading, be it `nothing`, or mark anew"
    by, guidelines = stamp
    if whole:
        return to_decision(case.source.id, region, whole[0], by, guidelines)
    made = to_decision(case.source.id, region, next(iter(readings)), by, guidelines)
    return replace(made, choice=OTHER, spans=to_lists(own))


def _read_changes(case: Case, real: Sequence[Span], stamp: tuple[str, str]) -> Iterator[Decision]:
    """Agreed spans that the adjudicator took away or changed, and spans where no layer has any."""
    outside = [span for span in real if not any(spans_in([span], one.start, one.end) for one in case.regions)]
    _, changed = find_regions({"agreed": case.agreed, "marked": outside})
    by, guidelines = stamp
    for region in changed:
        yield Decision(
            id=case.source.id, start=region.start, end=region.end,
            readings={name: to_lists(spans_in(held, region.start, region.end)) for name, held in case.layers.items()},
            choice=OTHER, spans=to_lists(region.readings["marked"]), by=by, rule="", reason="", guidelines=guidelines,
        )  # fmt: skip


def _explain(case: Case, decision: Decision, comments: Sequence[str]) -> Decision:
    """The rule and the reason from the comments: one on words in the region goes before one on the document."""
    words = case.seed[decision.start : decision.end]
    general, own = list[str](), list[str]()
    for comment in comments:
        found = _COMMENT.fullmatch(comment.strip())
        if found is None:
            general.append(comment.strip())
        elif found["words"] in words or words in found["words"]:
            own.append(found["text"].strip())
    said = own or general
    rules = ", ".join(dict.fromkeys(rule for text in said for rule in cited_rules(text)))
    # what people write may quote the text
    reason = "" if not case.source.redistribute else "; ".join(text for text in said if cited_rules(text) != [text])
    return replace(decision, rule=rules, reason=reason)
