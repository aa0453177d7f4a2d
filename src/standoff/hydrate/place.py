"""Spans of a text that is not here, placed in another one: by digits of words, offsets, and a check of the surface."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log2

from standoff.hydrate.fingerprint import CHECK, Sketch, Words
from standoff.hydrate.runs import Run, bits_of_word, find_runs
from standoff.hydrate.seek import Other, Told, find_place, find_room

CERTAIN = 20
"""Bits of evidence beyond the number of places looked at: one run in a million is there by chance."""
WORDS = 20
"""Bits that the words of a run must give alone: the names of a text come together at other places too."""
AROUND = 30
"""Words alike on either side of a place that count when places are compared."""
COPY = 20
"""Words alike around two places that make one passage a copy of the other."""
_Places = dict[int, tuple[int, int]]
"""The range here of spans, by their index."""
_Option = tuple[int, int, tuple[int, int]]
"""Minus the words alike around it, the index of a span, its range here."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A run, the spans placed in it (index -> range here) and the bits of evidence that it is no chance."""

    run: Run
    spans: Mapping[int, tuple[int, int]]
    evidence: float


@dataclass(frozen=True, slots=True)
class Placed:
    """The range here of each span that was placed, by its index, and the runs that the texts share, longest first.

    `merged` are those of a passage that stands more often there than here: their place is that of a copy, by index.
    """

    spans: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    merged: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()


def place_spans(sketch: Sketch, spans: Sequence[Told], other: Other) -> Placed:
    """Where each span stands in the other text, for those of which it is certain."""
    bits = bits_of_word(sketch.digits, other.words.digits) if sketch.digits and other.words.digits else 0.0
    runs = (run for run in find_runs(sketch.digits, other.words.digits) if bits * run.length >= WORDS)
    shared = [_weigh(run, sketch, spans, other, bits) for run in runs]
    taken = _accept(shared, len(sketch.digits), len(other.words.digits), bits)
    return Placed(*_settle(_list_options(taken, other.words), spans), tuple(one.run for one in taken))


def _weigh(run: Run, sketch: Sketch, spans: Sequence[Told], other: Other, bits: float) -> Shared:
    """A run with the spans that stand in it, each of which says that it is none by chance."""
    numbers = [at for at, _ in sketch.knots]
    first, last = bisect_left(numbers, run.there), bisect_left(numbers, run.there + run.length)
    knots = [
        (offset, other.words.starts[at - run.there + run.here] - offset) for at, offset in sketch.knots[first:last]
    ]
    low = sketch.knots[first - 1][1] if first else 0
    high = sketch.knots[last][1] if last < len(sketch.knots) else None
    found: dict[int, tuple[int, int]] = {}
    evidence = bits * run.length
    room = find_room(run, other)
    begin = bisect_left(spans, low, key=lambda span: span.start)
    for index in range(begin, len(spans)) if knots else ():
        span = spans[index]
        if high is not None and span.start >= high:
            break
        place, tried = find_place(span, knots, room, other)
        if place:
            if not any(start < place[1] and place[0] < end for start, end in found.values()):
                evidence += CHECK - log2(tried)
            found[index] = place
    return Shared(run, found, evidence)


def _accept(shared: Sequence[Shared], there: int, here: int, bits: float) -> list[Shared]:
    """The runs that are no chance, longest first: those that are long, then those that fill a gap between two."""
    enough = CERTAIN + log2(max(1, there * here))
    taken = [one for one in shared if one.evidence >= enough]
    rest = [one for one in shared if one.evidence < enough]
    while rest:
        gaps = _gaps(taken, there, here)
        fitting = [one for one in rest if _fits(one, gaps, bits)]
        if not fitting:
            break
        taken += fitting
        rest = [one for one in rest if one not in fitting]
    return sorted(taken, key=lambda one: (-one.run.length, one.run.there, one.run.here))


def _gaps(taken: Sequence[Shared], there: int, here: int) -> list[tuple[int, int, int, int]]:
    """(from, to) there and (from, to) here of what lies between two runs that follow one another in both texts."""
    runs = sorted((one.run for one in taken), key=lambda run: (run.there, run.here))
    edges = [Run(0, 0, 0), *runs, Run(there, here, 0)]
    return [
        (left.there + left.length, right.there, left.here + left.length, right.here) for left, right in pairwise(edges)
    ]


def _fits(one: Shared, gaps: Sequence[tuple[int, int, int, int]], bits: float) -> bool:
    """Whether a run lies in a gap, but for some words at its ends, and is certain among the places that it has."""
    run = one.run
    for low, high, left, right in gaps:
        skip = max(0, low - run.there, left - run.here)
        over = max(0, run.there + run.length - high, run.here + run.length - right)
        if skip + over < run.length / 2 and low < high and left < right:
            area = (high - low) * (right - left)
            if one.evidence - bits * (skip + over) >= CERTAIN + log2(area):
                return True
    return False


def _list_options(taken: Sequence[Shared], words: Words) -> list[_Option]:
    """Every place of every span with the number of words around it that are alike; those with most of them first."""
    options = []
    for one in taken:
        for index, place in one.spans.items():
            first, last = words.touched(*place)
            left, right = first - one.run.here, one.run.here + one.run.length - last
            options.append((-min(left, AROUND) - min(right, AROUND), index, place))
    return sorted(options)


def _settle(options: Sequence[_Option], spans: Sequence[Told]) -> tuple[_Places, _Places]:
    """One place a span and one span a place: the one with most words alike around it, the first of equal ones.

    A span whose place is that of another belongs to a passage that stands more often there: it is merged, and not put
    where less is alike.
    """
    settled, merged = _Places(), _Places()
    owners = dict[tuple[int, int], tuple[int, int]]()
    most = dict[int, int]()
    for score, index, place in options:
        there = (spans[index].start, spans[index].end)
        if index in settled or score > most.setdefault(index, score):
            continue
        if owners.setdefault(place, there) == there:
            settled[index] = place
        elif -score >= COPY:
            merged.setdefault(index, place)
    return settled, {index: place for index, place in merged.items() if index not in settled}
