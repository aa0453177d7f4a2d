"""How two annotators differ: labels taken for one another, and ends that lie apart."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from standoff.agree.matches import Match

NOTHING = "nothing"
"""In the confusion: the other has no span there."""
Shift = tuple[int, int]
"""How much further to the right the second annotator begins, and ends; negative is further to the left."""
Two = TypeVar("Two", tuple[str, str], Shift)


def count_confusion(matches: Iterable[Match]) -> Mapping[tuple[str, str], int]:
    """Pairs of labels of spans that are not strictly the same, the commonest first; `nothing` where one has no span."""
    found = Counter(
        (match.one.label if match.one else NOTHING, match.other.label if match.other else NOTHING)
        for match in matches
        if not match.strict
    )
    return _in_order(found)


def count_shifts(matches: Iterable[Match]) -> Mapping[Shift, int]:
    """How many code points the ends of spans of one label lie apart, where they touch and differ."""
    return _in_order(
        Counter(
            (match.other.start - match.one.start, match.other.end - match.one.end)
            for match in matches
            if match.partial and not match.strict and match.one and match.other
        )
    )


def count_token_shifts(documents: Iterable[tuple[Sequence[int], Iterable[Match]]]) -> Mapping[Shift, int]:
    """The same in tokens, for documents with where their tokens begin in the seed; (0, 0) lies within a token."""
    found = Counter[Shift]()
    for starts, matches in documents:
        for match in matches:
            if match.partial and not match.strict and match.one and match.other:
                ends = ((match.one.start, match.other.start), (match.one.end, match.other.end))
                first, last = (bisect_left(starts, right) - bisect_left(starts, left) for left, right in ends)
                found[first, last] += 1
    return _in_order(found)


def _in_order(found: Counter[Two]) -> Mapping[Two, int]:
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
