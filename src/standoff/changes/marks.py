"""Two lists of spans, or of cuts, set against each other: each mark of either side in exactly one pair."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

from standoff.records import Cut, Keep, Span

Mark = TypeVar("Mark", Span, Cut, Keep)
Pair = tuple[str, Mark | None, Mark | None]
"""What became of a mark (`kept`, `noted`, `relabelled`, `moved`, `removed`, `added`), as it was, as it is."""


def pair_marks(old: Sequence[Mark], new: Sequence[Mark]) -> Iterator[Pair[Mark]]:
    """Every mark of both lists once.

    Same in all fields is kept; same range and label is noted (another note, attribute or author); same range is
    relabelled; same label on a range that shares characters is moved, nearest first; the rest was removed or added.
    """
    before, after = list(old), list(new)
    for one in old:
        if one in after:
            before.remove(one)
            after.remove(one)
            yield "kept", one, one
    for outcome, same in (("noted", _same_mark), ("relabelled", _same_range)):
        for one in list(before):
            if (other := next((other for other in after if same(one, other)), None)) is not None:
                before.remove(one)
                after.remove(other)
                yield outcome, one, other
    for one, other in _nearest(tuple(before), tuple(after)):
        before.remove(one)
        after.remove(other)
        yield "moved", one, other
    yield from (("removed", one, None) for one in before)
    yield from (("added", None, other) for other in after)


def count_pairs(pairs: Sequence[Pair[Mark]]) -> Counter[str]:
    """How many marks went which way."""
    return Counter(outcome for outcome, _, _ in pairs)


def name_label(mark: Span | Cut | Keep) -> str:
    """The label of a span, the kind of a cut, nothing for a keep."""
    return mark.label if isinstance(mark, Span) else mark.kind if isinstance(mark, Cut) else ""


def _same_range(one: Span | Cut | Keep, other: Span | Cut | Keep) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _same_mark(one: Span | Cut | Keep, other: Span | Cut | Keep) -> bool:
    return _same_range(one, other) and name_label(one) == name_label(other)


def _nearest(before: Sequence[Mark], after: Sequence[Mark]) -> Iterator[tuple[Mark, Mark]]:
    """Pairs of one label that share characters, those that share most first, each mark once."""
    shared = [
        (min(one.end, other.end) - max(one.start, other.start), at, to)
        for at, one in enumerate(before)
        for to, other in enumerate(after)
        if one.start < other.end and other.start < one.end and name_label(one) == name_label(other)
    ]
    left, right = set(range(len(before))), set(range(len(after)))
    for _, at, to in sorted(shared, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if at in left and to in right:
            left.remove(at)
            right.remove(to)
            yield before[at], after[to]
