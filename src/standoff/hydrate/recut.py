"""Cuts of a text that is not here, carried over to another one: word by word where the two agree."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from standoff.clean import Cleaned, clean_text
from standoff.hydrate.fingerprint import Sketch
from standoff.hydrate.place import Placed
from standoff.hydrate.runs import Run
from standoff.hydrate.seek import Other
from standoff.records import Cut, Keep

_KEPT = -1
"""A word that the private text keeps; others have the number of their cut."""


def clean_like(sketch: Sketch, cuts: Sequence[Cut], placed: Placed, other: Other, language: str) -> Cleaned:
    """The other text, cut where the private text is cut and kept where it is kept; cleaned anew where it has no like.

    Nothing but white space is cut in a span that was placed.
    """
    fates = _find_fates(sketch, cuts, placed.runs, other)
    found, keeps = list[Cut](), list[Keep]()
    for fate, start, end in _join(fates, other):
        if fate == _KEPT:
            keeps.append(Keep(start, end, ""))
        else:
            cut = cuts[fate]
            found.append(Cut(start, end, cut.kind, cut.by, cut.score))
    spans = _merge([*((keep.start, keep.end) for keep in keeps), *placed.spans.values()])
    kept = [Keep(start, end, "") for start, end in spans]
    apart = [cut for cut in found if not any(keep.start < cut.end and cut.start < keep.end for keep in kept)]
    return clean_text(other.text, apart, kept, language=language or None)


def _find_fates(sketch: Sketch, cuts: Sequence[Cut], runs: Sequence[Run], other: Other) -> Mapping[int, int]:
    """For each word here what became of it there: _KEPT or the number of its cut; none where that is not clear."""
    ordered = sorted(range(len(cuts)), key=lambda at: cuts[at].start)
    starts = [cuts[at].start for at in ordered]

    def fate_at(offset: int) -> int:
        at = bisect_right(starts, offset) - 1
        return ordered[at] if at >= 0 and offset < cuts[ordered[at]].end else _KEPT

    fates: dict[int, int] = {}
    for run in runs:
        for word, low, high in _offsets_there(run, sketch, other):
            middle = (other.words.ends[word] - other.words.starts[word]) // 2
            fate = fate_at(low + middle)
            if word not in fates and fate == fate_at(high + middle):
                fates[word] = fate
    return fates


def _offsets_there(run: Run, sketch: Sketch, other: Other) -> Iterator[tuple[int, int, int]]:
    """For each word here of a run the least and the largest offset that it may have there, by the knots around it."""
    numbers, starts = [at for at, _ in sketch.knots], other.words.starts
    first, last = bisect_left(numbers, run.there), bisect_left(numbers, run.there + run.length)
    knots = [(at - run.there + run.here, offset) for at, offset in sketch.knots[first:last]]
    for word in range(run.here, run.here + run.length) if knots else ():
        after = bisect_right(knots, word, key=lambda knot: knot[0])
        guesses = [offset + starts[word] - starts[at] for at, offset in knots[max(0, after - 1) : after + 1]]
        yield word, max(0, min(guesses)), max(0, *guesses)


@dataclass(slots=True)
class _Stretch:
    fate: int
    first: int
    last: int


def _join(fates: Mapping[int, int], other: Other) -> Iterator[tuple[int, int, int]]:
    """Neighbouring words of one fate as ranges, each with the signs that touch its words."""
    stretches: list[_Stretch] = []
    for word in sorted(fates):
        if stretches and stretches[-1].last == word - 1 and stretches[-1].fate == fates[word]:
            stretches[-1].last = word
        else:
            stretches.append(_Stretch(fates[word], word, word))
    for one in stretches:
        yield one.fate, _left(one.first, other), _right(one.last, other)


def _left(word: int, other: Other) -> int:
    """Where what stands directly before a word begins, if white space parts it from the word before."""
    low, at = other.words.ends[word - 1] if word else 0, other.words.starts[word]
    while at > low and not other.text[at - 1].isspace():
        at -= 1
    return other.words.starts[word] if word and at == low else at


def _right(word: int, other: Other) -> int:
    """Where what stands directly after a word ends."""
    starts, at = other.words.starts, other.words.ends[word]
    high = starts[word + 1] if word + 1 < len(starts) else len(other.text)
    while at < high and not other.text[at].isspace():
        at += 1
    return at


def _merge(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same range of characters as ranges apart, sorted."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
