"""Agreement within a project whose members have their spans apart, on the documents that both have confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from standoff.agree.intervals import Row, count_matches, score_pairs
from standoff.agree.matches import find_matches
from standoff.doccano.audit.records import Mark, Seen
from standoff.records import Span


@dataclass(frozen=True, slots=True)
class Pair:
    """Two members, the documents that both have confirmed, and F1 for all labels together and for each."""

    people: tuple[str, str]
    documents: int
    rows: tuple[Row, ...]


def find_agreement(seen: Seen) -> list[Pair]:
    """Every pair of members that has confirmed a document in common; offsets are compared as stored, in any unit."""
    if seen.facts.sharing:
        return []
    pairs = []
    for one, other in combinations(sorted(seen.readings), 2):
        left, right = seen.readings[one], seen.readings[other]
        both = sorted(left.confirmed & right.confirmed)
        if not both:
            continue
        found = {str(at): find_matches(_to_spans(left.marks[at]), _to_spans(right.marks[at])) for at in both}
        labels = sorted({mark.label for side in (left, right) for at in both for mark in side.marks[at]})
        pairs.append(Pair((one, other), len(both), tuple(score_pairs([count_matches(found, labels)], labels))))
    return pairs


def explain_absence(seen: Seen) -> str:
    """Why there is no agreement to be had; empty where there may be."""
    if seen.facts.sharing:
        return "cannot be had: members share one set of spans, so there are no two readings of a document"
    if not seen.whole:
        return "cannot be had: the spans of the members cannot be seen"
    return "no document that two members have confirmed" if not find_agreement(seen) else ""


def _to_spans(marks: Sequence[Mark]) -> list[Span]:
    return [Span(mark.start, mark.end, mark.label, "") for mark in marks]
