"""Spans of two annotators in pairs: the same range and label, the same label, the same place, or nobody's.

Strict and partial are those of SemEval-2013 task 9 (the measures that nervaluate computes), made symmetric: pairs are
one to one, and neither annotator is the right one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from standoff.records import Span

Key = tuple[int, int, str]
"""What a span is: start, end, label."""


@dataclass(frozen=True, slots=True)
class Match:
    """A span of each, or None where the other has nothing there."""

    one: Span | None
    other: Span | None

    @property
    def strict(self) -> bool:
        """Same range, same label."""
        return self.partial and (self.one.start, self.one.end) == (self.other.start, self.other.end)  # type: ignore[union-attr]

    @property
    def partial(self) -> bool:
        """Same label, and the ranges touch."""
        return self.one is not None and self.other is not None and self.one.label == self.other.label


def find_matches(one: Sequence[Span], other: Sequence[Span]) -> list[Match]:
    """Every span of both in just one match: the same first, then the same label, then the same range, then any overlap.

    Within a kind the larger overlap goes first, then the place from left to right.
    """
    left, right = dict(enumerate(one)), dict(enumerate(other))
    pairs = sorted((_rank(a, b), i, j) for i, j, a, b in _overlaps(one, other))
    matches: list[Match] = []
    for _, i, j in pairs:
        if i in left and j in right:
            matches.append(Match(left.pop(i), right.pop(j)))
    matches += [Match(span, None) for span in left.values()]
    matches += [Match(None, span) for span in right.values()]
    return sorted(matches, key=_place)


def _overlaps(one: Sequence[Span], other: Sequence[Span]) -> Iterator[tuple[int, int, Span, Span]]:
    order = sorted(range(len(other)), key=lambda j: other[j].start)
    for i, a in enumerate(one):
        for j in order:
            if other[j].start >= a.end:
                break
            if a.start < other[j].end:
                yield i, j, a, other[j]


def _rank(a: Span, b: Span) -> tuple[int, int, Key, Key]:
    """The better the pair, the smaller; the same whichever of the two comes first, so that no tie turns on order."""
    same = (a.start, a.end) == (b.start, b.end)
    kind = (0 if same else 1) if a.label == b.label else (2 if same else 3)
    shared = min(a.end, b.end) - max(a.start, b.start)
    low, high = sorted((span.start, span.end, span.label) for span in (a, b))
    return kind, -shared, low, high


def _place(match: Match) -> tuple[int, int, bool, str]:
    span = match.one or match.other
    assert span is not None
    return span.start, span.end, match.one is None, span.label
